"""The directory of a sweep: who may write to it, and its SARIF files, each written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

from scratchlint.errors import UsageError

_LOCK = "lock"
_SARIF = "sarif"


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Make the directory if need be, and keep others from sweeping into it.

    The lock goes with the process, however that ends. Raises UsageError when somebody else holds it.
    """
    try:
        (directory / _SARIF).mkdir(parents=True, exist_ok=True)
        opened = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(f"cannot write to {directory}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another sweep writes to {directory}: wait for it, or stop it") from None
        yield
    finally:
        os.close(opened)


def sarif_file(directory: Path, name: str, compressed: bool) -> Path:
    """Return where the SARIF log of a repository is."""
    return directory / _SARIF / f"{name}.sarif{'.gz' if compressed else ''}"


def write_sarif(directory: Path, name: str, log: bytes, compressed: bool) -> None:
    """Write a log, which comes as gzip makes it; whatever log of the repository was there is gone."""
    target = sarif_file(directory, name, compressed)
    unfinished = target.with_name(f".{name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            stream.write(log if compressed else gzip.decompress(log))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
        sarif_file(directory, name, not compressed).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None


def remove_sarif(directory: Path, name: str) -> None:
    """Remove the log of a repository, if there is one: it is not true any more."""
    for compressed in (False, True):
        sarif_file(directory, name, compressed).unlink(missing_ok=True)
