"""The directory that paths in reports are relative to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scratchlint.errors import UsageError


def find_root(paths: Sequence[Path]) -> tuple[Path, tuple[str, ...]]:
    """Return the root of the named paths, and those paths relative to it ("" is the root itself).

    The root is the top of the git work tree that holds them all, recognised by its `.git`
    entry; without one it is the named directory, the named file's directory, or the nearest
    directory that holds them all. A repository of dot files in the home directory does not
    count for what lies below it. Links in the named paths are resolved: who names a link means its
    target. No path means the current directory. Raises UsageError for one that does not exist.
    """
    resolved = [_existing(path) for path in paths or (Path(),)]
    common = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in resolved]))
    top = next((place for place in (common, *common.parents) if _is_top(place)), common)
    root = common if top == _home() else top
    return root, tuple("" if path == root else path.relative_to(root).as_posix() for path in resolved)


def _existing(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        raise UsageError(f"no such file or directory: {path}") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def _is_top(directory: Path) -> bool:
    try:
        return (directory / ".git").exists()
    except OSError:
        return False


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None
