"""What tells whether a directory is as it was when it was last looked at, without reading its files."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from pathlib import Path

from scratchlint.source.kinds import DEPENDENCY_DIRECTORIES, INTERNAL_DIRECTORIES
from scratchlint.source.walk import MAXIMUM_ENTRIES

# What git would list depends on them.
_GIT_FILES = ("HEAD", "index", "info/exclude")


def tree_state(root: Path) -> str | None:
    """Return a hash of the names, sizes, kinds and times of change of everything below `root`.

    None when there are more entries than an analysis lists, or a directory cannot be read: then nothing
    can be told. An edit that keeps size and time of a file is not seen.
    """
    seen = hashlib.sha256()
    left = MAXIMUM_ENTRIES
    pending = deque([root])
    while pending:
        here = pending.popleft()
        try:
            with os.scandir(here) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    left -= 1
                    if left < 0:
                        return None
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in INTERNAL_DIRECTORIES | DEPENDENCY_DIRECTORIES:
                            pending.append(Path(entry.path))
                        continue
                    status = entry.stat(follow_symlinks=False)
                    seen.update(os.fsencode(entry.path) + b"\0")
                    seen.update(b"%d %d %d\0" % (status.st_mode, status.st_size, status.st_mtime_ns))
        except OSError:
            return None
    for name in _GIT_FILES:
        try:
            status = os.lstat(root / ".git" / name)
        except OSError:
            continue
        seen.update(b"%s %d %d\0" % (name.encode(), status.st_size, status.st_mtime_ns))
    return seen.hexdigest()[:32]
