"""Where a sweep writes what it needs only while it runs: below the user's cache, gone in the end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from scratchlint.source.cache import own_directory

_LOCK = "lock"


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """Make an empty directory, and remove it in the end.

    What others left there when they were killed goes first: who works in a directory holds its lock.
    """
    base = own_directory() / "sweep"
    base.mkdir(exist_ok=True)
    with _opened(base / _LOCK) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _clear(base)
        mine = Path(mkdtemp(dir=base))
        held = os.open(mine / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
    place = mine / "work"
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(mine, ignore_errors=True)
        os.close(held)


def _clear(base: Path) -> None:
    """Remove the directories that nobody works in any more."""
    for one in base.iterdir():
        if one.name == _LOCK:
            continue
        try:
            with _opened(one / _LOCK) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except OSError:
            pass  # its owner was killed before it had a lock
        shutil.rmtree(one, ignore_errors=True)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[int]:
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield opened
    finally:
        os.close(opened)
