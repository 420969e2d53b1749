"""Read one file of the analysed tree; whatever is wrong with it, the outcome is a value."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Skipped
from scratchlint.source.links import target_below

MAXIMUM_BYTES = 1 << 20
"""Larger files are not read: they are generated or data, and a parser may need minutes for them."""

_DIRECTORY = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file's content as UTF-8, whatever its encoding on disk.

    `path` is the POSIX path relative to the root; bytes of a name that are not UTF-8 are
    surrogate escapes, as `os.fsdecode` makes them. `encoding` is what the file had: "utf-8",
    "utf-16", "utf-32" or "latin-1"; `data` are the bytes on disk only for "utf-8". A UTF-8
    byte order mark stays in `data`, so that offsets are those of the file.
    """

    path: str
    data: bytes
    encoding: str

    @property
    def text(self) -> str:
        """The content without a byte order mark."""
        return self.data.removeprefix(codecs.BOM_UTF8).decode()

    @property
    def note(self) -> Skipped | None:
        """What a report should say of a file whose encoding had to be guessed, or None."""
        if self.encoding != "latin-1":
            return None
        return Skipped(self.path, "not valid UTF-8: read as latin-1", partly=True)


def read(root: Path, path: str) -> Source | Skipped:
    """Read the file at `path` below `root`; a Skipped says why there is no content. Never raises OSError.

    No link is followed, at the end or on the way: the target of a link inside the root is a
    file of its own. Anything but a regular file is never opened.
    """
    data = read_bytes(root, path)
    return data if isinstance(data, Skipped) else decoded(path, data)


def read_bytes(root: Path, path: str) -> bytes | Skipped:
    """Read the bytes of the file at `path` below `root`, as `read` does."""
    return _bytes(root, path, MAXIMUM_BYTES)


def decoded(path: str, data: bytes) -> Source | Skipped:
    """Return bytes as the content of a file; a Skipped says why they are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _recoded(path, data, encoding)
    if b"\0" in data:
        return Skipped(path, "binary file (it holds NUL bytes)")
    try:
        data.decode()
    except UnicodeDecodeError:
        return _recoded(path, data, "latin-1")
    return Source(path, data, "utf-8")


def first_bytes(root: Path, path: str, count: int) -> bytes:
    """Return the first `count` bytes of a regular file, b"" for everything that cannot be read."""
    data = _bytes(root, path, count, whole=False)
    return b"" if isinstance(data, Skipped) else data


def _recoded(path: str, data: bytes, encoding: str) -> Source | Skipped:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Skipped(path, f"binary file (it begins as {encoding.upper()} but is not)")
    if "\0" in text:
        return Skipped(path, "binary file (it holds NUL characters)")
    return Source(path, text.encode(), encoding)


def _bytes(root: Path, path: str, bound: int, whole: bool = True) -> bytes | Skipped:
    """Return at most `bound` bytes; a `whole` file must not have more."""
    try:
        opened = _open(root, path)
        if isinstance(opened, Skipped):
            return opened
        with open(opened, "rb", buffering=0) as stream:
            status = os.fstat(opened)
            if not stat.S_ISREG(status.st_mode):
                return Skipped(path, "not a regular file")
            if whole and status.st_size > bound:
                return _too_large(path, status.st_size)
            data = _upto(bound + 1 if whole else bound, stream.read)
    except FileNotFoundError:
        return Skipped(path, "vanished while the analysis ran")
    except NotADirectoryError:
        return Skipped(path, "not below the root: a directory on the way is a link or is gone")
    except PermissionError:
        return Skipped(path, "unreadable: permission denied")
    except (OSError, ValueError) as error:
        return Skipped(path, f"unreadable: {getattr(error, 'strerror', None) or error}")
    return data if len(data) <= bound else _too_large(path, len(data))


def _upto(count: int, take: Callable[[int], bytes | None]) -> bytes:
    pieces = []
    while count > 0 and (piece := take(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _open(root: Path, path: str) -> int | Skipped:
    """Open a regular file by walking down from the root, so that no link can be slipped in."""
    *directories, name = path.split("/")
    if any(part in ("", ".", "..") for part in (*directories, name)):
        return Skipped(path, "not a path below the root")
    parent = os.open(root, _DIRECTORY)
    try:
        for directory in directories:
            child = os.open(directory, _DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
            os.close(parent)
            parent = child
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return Skipped(path, link_reason(root, path))
        if not stat.S_ISREG(mode):
            return Skipped(path, "not a regular file")
        return os.open(name, _FILE, dir_fd=parent)
    finally:
        os.close(parent)


def link_reason(root: Path, path: str) -> str:
    """Say why a link is not read."""
    try:
        target = target_below(root, path)
    except OSError:
        return "link that leads nowhere"
    return "link out of the root" if target is None else "link: its target is analysed itself"


def _too_large(path: str, size: int) -> Skipped:
    limit = MAXIMUM_BYTES >> 20
    return Skipped(path, f"larger than {limit} MiB ({size / (1 << 20):.1f} MiB)")
