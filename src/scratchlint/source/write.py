"""Change files of the analysed tree: all that belong together, or none."""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scratchlint.source.read import Source, first_bytes, read

_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_CONFLICT = (b"<<<<<<< ", b">>>>>>> ")
_ANYONE_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class NotWrittenError(Exception):
    """Nothing was changed, because of one `file`; the text names it and the reason."""

    def __init__(self, file: str, reason: str | None) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file


@dataclass(frozen=True, slots=True)
class Replacement:
    """A file as it was read, and its content afterwards, as UTF-8."""

    before: Source
    after: bytes


def replace_files(root: Path, replacements: Sequence[Replacement]) -> None:
    """Give files another content; each keeps its mode, owner, encoding and byte order mark.

    Everything is written beside the files first. What was read must still stand there, and no link may
    lead to it; a file that nobody may write is left alone. Raises NotWrittenError when any of the files
    cannot be changed: then none of them is.
    """
    with contextlib.ExitStack() as stack:
        prepared = [stack.enter_context(_Prepared(root, one)) for one in replacements]
        done: list[_Prepared] = []
        try:
            for one in prepared:
                one.put()
                done.append(one)
        except OSError as error:
            for one in reversed(done):
                one.restore()
            raise NotWrittenError(prepared[len(done)].path, error.strerror) from error


class _Prepared:
    """A file with its new content beside it; what is beside it is gone when the block ends."""

    def __init__(self, root: Path, replacement: Replacement) -> None:
        self.path = replacement.before.path
        self._root = root
        self._replacement = replacement
        self._name = self.path.rpartition("/")[2]
        self._new = f".{self._name}.{os.getpid()}.scratchlint"
        self._old = f"{self._new}.old"
        self._parent = -1

    def __enter__(self) -> _Prepared:
        try:
            self._prepare()
        except OSError as error:
            self.__exit__()
            raise NotWrittenError(self.path, error.strerror) from error
        except NotWrittenError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._parent < 0:
            return
        for name in (self._new, self._old):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self._parent)
        os.close(self._parent)
        self._parent = -1

    def put(self) -> None:
        """Let the new content take the file's place, and keep the old one."""
        os.link(
            self._name, self._old, src_dir_fd=self._parent, dst_dir_fd=self._parent, follow_symlinks=False
        )
        os.replace(self._new, self._name, src_dir_fd=self._parent, dst_dir_fd=self._parent)

    def restore(self) -> None:
        """Bring the old file back."""
        os.replace(self._old, self._name, src_dir_fd=self._parent, dst_dir_fd=self._parent)

    def _prepare(self) -> None:
        before = self._replacement.before
        if read(self._root, self.path) != before:
            raise NotWrittenError(self.path, "changed since it was analysed")
        if all(any(line.startswith(mark) for line in before.data.splitlines()) for mark in _CONFLICT):
            raise NotWrittenError(self.path, "holds the marks of an unfinished merge")
        content = _encoded(before, self._replacement.after, first_bytes(self._root, self.path, 4))
        if content is None:
            raise NotWrittenError(self.path, f"its encoding, {before.encoding}, has no such characters")
        self._parent = _parent(self._root, self.path)
        status = os.stat(self._name, dir_fd=self._parent, follow_symlinks=False)
        if not status.st_mode & _ANYONE_WRITES or not os.access(self._name, os.W_OK, dir_fd=self._parent):
            raise NotWrittenError(self.path, "is read-only")
        self._write(content, status)

    def _write(self, content: bytes, status: os.stat_result) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        opened = os.open(self._new, flags, 0o600, dir_fd=self._parent)
        with open(opened, "wb") as stream:
            stream.write(content)
            stream.flush()
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.fstat(opened).st_gid):
                os.fchown(opened, status.st_uid, status.st_gid)
            os.fchmod(opened, stat.S_IMODE(status.st_mode))
            os.fsync(opened)


def _parent(root: Path, path: str) -> int:
    """Open the directory of a file by walking down from the root, so that no link can be slipped in."""
    parent = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for directory in path.split("/")[:-1]:
            child = os.open(directory, _DIRECTORY, dir_fd=parent)
            os.close(parent)
            parent = child
    except BaseException:
        os.close(parent)
        raise
    return parent


def _encoded(before: Source, after: bytes, beginning: bytes) -> bytes | None:
    """Return content in the encoding of its file; None when that has no such characters."""
    if before.encoding == "utf-8":
        return after
    for mark, encoding in _WIDE.items():
        if before.encoding.startswith("utf-") and beginning.startswith(mark):
            return mark + after.decode().encode(encoding)
    try:
        return after.decode().encode(before.encoding)
    except UnicodeEncodeError:
        return None
