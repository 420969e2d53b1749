"""The files of a repository as name resolution sees them: names, directories and JSON settings."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property

Reader = Callable[[str], bytes | None]
"""Gives the content of a repository-relative POSIX path, None when it is absent or unreadable."""

JsonObject = dict[str, object]

_COMMENTS = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\Z))|//[^\r\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMAS = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\Z))|,(?=\s*[}\]])', re.DOTALL)
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


class Repository:
    """The paths of a run, indexed once; settings files are read when they are asked for."""

    def __init__(self, files: Collection[str], read: Reader) -> None:
        self.files = frozenset(files)
        self._read = read
        self._objects: dict[str, JsonObject | None] = {}

    @cached_property
    def directories(self) -> frozenset[str]:
        """The directories that hold files, at any depth."""
        return frozenset(_directories(self.files))

    def exists(self, path: str) -> bool:
        """Whether a file is there, even one that is not analysed."""
        return path in self.files or self._read(path) is not None

    def json(self, path: str) -> JsonObject | None:
        """Return the object that a JSON file holds; None when it is absent or malformed."""
        if path not in self._objects:
            data = self._read(path)
            self._objects[path] = None if data is None else json_object(data)
        return self._objects[path]


def json_object(data: bytes) -> JsonObject | None:
    """Read an object of "JSON with comments", None when it is malformed.

    Comments and trailing commas are allowed as in `tsconfig.json`
    (https://code.visualstudio.com/docs/languages/json#_json-with-comments).
    """
    try:
        text = data.decode("utf-8-sig")
        text = _COMMENTS.sub(lambda match: match[1] or " ", text)
        value = json.loads(_TRAILING_COMMAS.sub(lambda match: match[1] or "", text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def parent(path: str) -> str:
    """Return the directory of a path below the repository, "" at its top."""
    return path.rpartition("/")[0]


def join(directory: str, path: str) -> str | None:
    """Return where a relative path leads from a directory, None when it leaves the repository."""
    if path.startswith("/") or _IMPOSSIBLE.search(path):
        return None
    joined = posixpath.normpath(posixpath.join(directory, path))
    if joined == ".." or joined.startswith("../"):
        return None
    return "" if joined == "." else joined


def ancestors(directory: str) -> Iterator[str]:
    """Yield a directory and those around it, nearest first; the last is the repository, ""."""
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def remoteness(directory: str, importer: str) -> tuple[int, int]:
    """Order directories by how far they are from an importer's: steps up first, then steps down."""
    theirs = directory.split("/") if directory else []
    own = importer.split("/") if importer else []
    shared = 0
    for one, other in zip(theirs, own, strict=False):
        if one != other:
            break
        shared += 1
    return len(own) - shared, len(theirs) - shared


def _directories(files: Collection[str]) -> set[str]:
    found = {""}
    for file in files:
        directory = parent(file)
        while directory not in found:
            found.add(directory)
            directory = parent(directory)
    return found
