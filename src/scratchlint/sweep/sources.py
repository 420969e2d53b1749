"""What is swept: the repositories and directories that the words of a command line or a list stand for."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scratchlint.errors import UsageError
from scratchlint.source.git import is_repository
from scratchlint.sweep.addresses import PROTOCOLS, address, is_url, remote
from scratchlint.sweep.listing import listing

MAXIMUM_LEVELS = 4
"""Repositories are looked for so many directories below a folder of clones: host, group, owner, name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A directory or URL, and the git revision of it that is meant.

    "" is what lies in the directory, and HEAD of what is bare or behind a URL. `address` is an absolute path,
    or a URL without secrets; `credentials` are `user:password` for it, which are never written down.
    """

    address: str
    revision: str = ""
    credentials: str = field(default="", compare=False, repr=False)

    @property
    def is_url(self) -> bool:
        """Whether it is cloned."""
        return not self.address.startswith("/")

    @property
    def is_local(self) -> bool:
        """Whether it lies on a disk of this machine."""
        return not self.is_url or self.address.startswith("file:")

    @property
    def name(self) -> str:
        """The name of its files: what people call it, and a hash that tells namesakes apart."""
        parts = [part for part in re.split("[/:]", self.address) if part not in ("", ".git")]
        word = re.sub(r"[^\w.+-]", "_", "_".join(parts[-2:]).removesuffix(".git"), flags=re.ASCII)
        whole = os.fsencode(f"{self.address}\0{self.revision}")
        return f"{word.lstrip('.')[-60:] or 'root'}-{hashlib.sha256(whole).hexdigest()[:10]}"


def named(words: Iterable[str]) -> Iterator[Source]:
    """Yield the sources that words of the command line mean: directories, URLs, folders of clones, lists.

    Raises UsageError for a word that is none of these, and for a list that cannot be read.
    """
    for word in words:
        meant = address(word)
        if is_url(word):
            if remote(meant.place, "") is None:
                raise UsageError(f"{meant.place} is no URL that is cloned ({', '.join(PROTOCOLS)})")
            yield Source(meant.place, meant.revision, meant.credentials)
        elif Path(word).is_file():
            try:
                text = Path(word).read_bytes()
            except OSError as error:
                raise UsageError(f"cannot read {word}: {error.strerror}") from None
            yield from listed(text, word)
        elif Path(meant.place).is_dir():
            yield from _of(word)
        else:
            raise UsageError(f"no such directory or list: {word}")


def listed(text: bytes, file: str = "standard input") -> Iterator[Source]:
    """Yield the sources of a list, one a line; blank lines and those that begin with # are left out.

    A line that leads nowhere is a source too: its analysis fails and says so. A list may also be what
    `gh repo list --json` prints; `file` is what it is called when that is wrong.
    """
    if text.lstrip().startswith(b"["):
        yield from (Source(url) for url in listing(text, file))
        return
    for line in os.fsdecode(text).splitlines():
        word = line.strip()
        if word and not word.startswith("#"):
            yield from _of(word)


def _of(word: str) -> Iterator[Source]:
    meant = address(word)
    place = Path(meant.place)
    if is_url(word):
        yield Source(meant.place, meant.revision, meant.credentials)
        return
    if meant.revision or is_repository(place):
        yield Source(_absolute(place), meant.revision)
        return
    inside = list(_repositories(place, MAXIMUM_LEVELS))
    yield from inside or [Source(_absolute(place))]


def _absolute(place: Path) -> str:
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
            yield Source(_absolute(folder / name))
        elif levels > 1 and not name.startswith("."):
            yield from _repositories(folder / name, levels - 1)
