"""Read one file of the analysed tree; whatever is wrong with it, the outcome is a value."""

from __future__ import annotations

import codecs
import os
import posixpath
import stat
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Skipped
from scratchlint.source.links import target_below

MAXIMUM_BYTES = 1 << 20
"""Larger files are not read: they are generated or data, and a parser may need minutes for them."""

_DIRECTORY = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

_NO_NAMES = frozenset({"", ".", ".."})
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


class Reader:
    """Reads files below a root.

    No link is followed, at the end or on the way: the target of a link inside the root is a
    file of its own. Anything but a regular file is never opened. The directories on the way to the last file
    stay open, since the next one is mostly near it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._way: list[str] = []
        self._opened: list[int] = []

    def __del__(self) -> None:
        self._leave(0)

    def read(self, path: str) -> Source | Skipped:
        """Read the file at `path`; a Skipped says why there is no content. Never raises OSError."""
        data = self.bytes(path)
        return data if isinstance(data, Skipped) else decoded(path, data)

    def bytes(self, path: str, first: int | None = None) -> bytes | Skipped:
        """Read the bytes of the file at `path`, or only so many of the first ones, as `read` does."""
        try:
            opened = self._open(path)
            if isinstance(opened, Skipped):
                return opened
            try:
                status = os.fstat(opened)
                if not stat.S_ISREG(status.st_mode):
                    return Skipped(path, "not a regular file")
                if first is not None:
                    return _upto(opened, first, status.st_size)
                size = status.st_size
                data = _upto(opened, MAXIMUM_BYTES + 1, size) if size <= MAXIMUM_BYTES else b""
                size = max(size, len(data))
            finally:
                os.close(opened)
        except FileNotFoundError:
            return Skipped(path, "vanished while the analysis ran")
        except NotADirectoryError:
            return Skipped(path, "not below the root: a directory on the way is a link or is gone")
        except PermissionError:
            return Skipped(path, "unreadable: permission denied")
        except (OSError, ValueError) as error:
            return Skipped(path, f"unreadable: {getattr(error, 'strerror', None) or error}")
        return data if size <= MAXIMUM_BYTES else _too_large(path, size)

    def _open(self, path: str) -> int | Skipped:
        """Open a regular file by walking down from the root, so that no link can be slipped in."""
        *way, name = path.split("/")
        if name in _NO_NAMES or (way != self._way and not _NO_NAMES.isdisjoint(way)):
            return Skipped(path, "not a path below the root")
        directory = self._enter(way)
        mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return Skipped(path, link_reason(self._root, path))
        if not stat.S_ISREG(mode):
            return Skipped(path, "not a regular file")
        return os.open(name, _FILE, dir_fd=directory)

    def _enter(self, way: list[str]) -> int:
        """Return the directory at the end of a way, opened from the nearest one around it that is open."""
        if not self._opened:
            self._opened.append(os.open(self._root, _DIRECTORY))
        if way != self._way:
            self._leave(len(posixpath.commonprefix([way, self._way])) + 1)
            for name in way[len(self._way) :]:
                self._opened.append(os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=self._opened[-1]))
                self._way.append(name)
        return self._opened[-1]

    def _leave(self, depth: int) -> None:
        """Close the directories that are deeper."""
        while len(self._opened) > depth:
            os.close(self._opened.pop())
        del self._way[max(depth - 1, 0) :]


def read(root: Path, path: str) -> Source | Skipped:
    """Read one file at `path` below `root`, as a Reader does."""
    return Reader(root).read(path)


def read_bytes(root: Path, path: str) -> bytes | Skipped:
    """Read the bytes of one file at `path` below `root`, as `read` does."""
    return Reader(root).bytes(path)


def decoded(path: str, data: bytes) -> Source | Skipped:
    """Return bytes as the content of a file; a Skipped says why they are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _recoded(path, data, encoding)
    if b"\0" in data:
        return Skipped(path, "binary file (it holds NUL bytes)")
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            return _recoded(path, data, "latin-1")
    return Source(path, data, "utf-8")


def first_bytes(root: Path, path: str, count: int) -> bytes:
    """Return the first `count` bytes of a regular file, b"" for everything that cannot be read."""
    data = Reader(root).bytes(path, count)
    return b"" if isinstance(data, Skipped) else data


def _recoded(path: str, data: bytes, encoding: str) -> Source | Skipped:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Skipped(path, f"binary file (it begins as {encoding.upper()} but is not)")
    if "\0" in text:
        return Skipped(path, "binary file (it holds NUL characters)")
    return Source(path, text.encode(), encoding)


def _upto(opened: int, count: int, size: int) -> bytes:
    """Read at most `count` bytes of an open file; one that gives all its `size` at once holds no more."""
    data = os.read(opened, min(count, size + 1))
    while len(data) not in (size, count) and (piece := os.read(opened, count - len(data))):
        data += piece
    return data


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
