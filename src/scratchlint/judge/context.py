"""What a file is for, as its path tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from scratchlint.policy.keys import ContextKind
from scratchlint.source.settings_files import produced


@dataclass(frozen=True, slots=True)
class Context:
    """What a file is for; `because` is the part of its path that says so."""

    kind: ContextKind
    because: str

    @property
    def is_scratch(self) -> bool:
        """Whether nothing in such a file runs in production."""
        return self.kind not in ("settings", "production")


def context_of(path: str) -> Context | None:
    """Return what a file is for, from its path below the directory that the user named.

    None means ordinary code. The outermost telling directory wins over the file's own name.
    """
    directory, _, name = path.rpartition("/")
    return _of_directory(directory) or _of_place(path) or _of_name(name)


@lru_cache(maxsize=1024)
def _of_directory(path: str) -> Context | None:
    if not path:
        return None
    above, _, name = path.rpartition("/")
    told = _of_directory(above) or _of_place(path)
    if told is not None:
        return told
    directories, _ = _table()
    kind = directories.get(name.lower()) or _of_words(name.lower(), directories)
    return None if kind is None else Context(kind, f"{name}/")


def _of_place(path: str) -> Context | None:
    """Return what a name says behind that of the directory around it."""
    place = "/".join(path.split("/")[-2:])
    kind = _table()[0].get(place.lower()) if "/" in place else None
    return None if kind is None else Context(kind, place)


@lru_cache(maxsize=1024)
def _of_name(name: str) -> Context | None:
    _, patterns = _table()
    for told in dict.fromkeys((name.lower(), produced(name.lower()))):
        for pattern, kind in patterns:
            if pattern.search(told):
                return Context(kind, name)
    return None


def _of_words(directory: str, directories: Mapping[str, ContextKind]) -> ContextKind | None:
    """Return what the words of a directory say, such as `demo-setups`, `tests-data` and `web2tests`."""
    words = re.split(r"[-_.]|(?<=\d)(?=[a-z])", directory)
    if "tests" in words:
        return "test"
    return "example" if "example" in {directories.get(word) for word in words} else None


@cache
def _table() -> tuple[Mapping[str, ContextKind], list[tuple[re.Pattern[str], ContextKind]]]:
    raw = tomllib.loads(Path(__file__).with_name("contexts.toml").read_text(encoding="utf-8"))
    directories = {word: kind for kind, words in raw["directories"].items() for word in words.split()}
    patterns = [(re.compile(text), row["kind"]) for row in raw["file"] for text in row["patterns"]]
    return directories, patterns
