"""Where a link of the analysed tree leads."""

from __future__ import annotations

import os
from pathlib import Path


def target_below(root: Path, path: str) -> str | None:
    """Return what `path` leads to, as a path relative to `root`; None when it leads out of the root.

    Every link on the way is resolved. Raises OSError when the way ends nowhere or in a circle.
    """
    top = os.path.realpath(root)
    target = os.path.realpath(os.path.join(top, path), strict=True)
    if target == top:
        return ""
    prefix = top.rstrip("/") + "/"
    return target.removeprefix(prefix) if target.startswith(prefix) else None
