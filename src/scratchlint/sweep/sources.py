"""What is swept: the repositories and directories that the words of a command line or a list stand for."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scratchlint.errors import UsageError
from scratchlint.source.git import is_repository

MAXIMUM_LEVELS = 4
"""Repositories are looked for so many directories below a folder of clones: host, group, owner, name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A directory, and the git revision of it that is meant; "" is what lies there, HEAD if it is bare."""

    address: str
    revision: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it lies on a disk of this machine."""
        return True

    @property
    def name(self) -> str:
        """The name of its files: what people call it, and a hash that tells namesakes apart."""
        parts = [part for part in self.address.split("/") if part not in ("", ".git")]
        word = re.sub(r"[^\w.+-]", "_", "_".join(parts[-2:]).removesuffix(".git"), flags=re.ASCII)
        whole = os.fsencode(f"{self.address}\0{self.revision}")
        return f"{word.lstrip('.')[-60:] or 'root'}-{hashlib.sha256(whole).hexdigest()[:10]}"


def named(words: Iterable[str]) -> Iterator[Source]:
    """Yield the sources that words of the command line stand for: directories, folders of clones, lists.

    Raises UsageError for a word that is neither, and for a list that cannot be read.
    """
    for word in words:
        if Path(word).is_file():
            try:
                text = Path(word).read_bytes()
            except OSError as error:
                raise UsageError(f"cannot read {word}: {error.strerror}") from None
            yield from listed(text)
        elif Path(_split(word)[0]).is_dir():
            yield from _of(word)
        else:
            raise UsageError(f"no such directory or list: {word}")


def listed(text: bytes) -> Iterator[Source]:
    """Yield the sources of a list, one a line; blank lines and those that begin with # are left out.

    A line that leads nowhere is a source too: its analysis fails and says so.
    """
    for line in os.fsdecode(text).splitlines():
        word = line.strip()
        if word and not word.startswith("#"):
            yield from _of(word)


def _of(word: str) -> Iterator[Source]:
    path, revision = _split(word)
    place = Path(path)
    if revision or is_repository(place):
        yield Source(_address(place), revision)
        return
    inside = list(_repositories(place, MAXIMUM_LEVELS))
    yield from inside or [Source(_address(place))]


def _split(word: str) -> tuple[str, str]:
    """Return path and revision; a directory whose own name holds an @ is meant as it is."""
    path, mark, revision = word.rpartition("@")
    return (path, revision) if mark and path and not os.path.lexists(word) else (word, "")


def _address(place: Path) -> str:
    return os.path.realpath(place)


def _repositories(folder: Path, levels: int) -> Iterator[Source]:
    """Yield the repositories below a folder, in the order of their names; no link is followed."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        if is_repository(folder / name):
            yield Source(_address(folder / name))
        elif levels > 1 and not name.startswith("."):
            yield from _repositories(folder / name, levels - 1)
