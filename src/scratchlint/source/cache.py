"""The directory of its own in which scratchlint keeps what it needs while it runs."""

from __future__ import annotations

import os
from pathlib import Path

from scratchlint.errors import UsageError


def own_directory() -> Path:
    """Return the directory, made if need be: below the user's cache directory, never in scratch storage."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    directory = (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "scratchlint"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make {directory}: {error.strerror} (set XDG_CACHE_HOME)") from None
    return directory


def write_below(top: Path, path: str, data: bytes) -> None:
    """Write a file below `top`, and the directories on the way. Raises UsageError if that fails."""
    place = top / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {place}: {error.strerror}") from None
