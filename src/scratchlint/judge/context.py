"""What a file is for, as its path tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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
    directories, patterns = _table()
    *parents, name = path.split("/")
    for directory in parents:
        kind = directories.get(directory.lower()) or _of_words(directory.lower(), directories)
        if kind is not None:
            return Context(kind, f"{directory}/")
    for told in dict.fromkeys((name.lower(), produced(name.lower()))):
        for pattern, kind in patterns:
            if pattern.search(told):
                return Context(kind, name)
    return None


def _of_words(directory: str, directories: Mapping[str, ContextKind]) -> ContextKind | None:
    """Return what the words of a directory say, such as `demo-setups` and `tests-data`."""
    words = re.split(r"[-_.]", directory)
    if "tests" in words:
        return "test"
    return "example" if "example" in {directories.get(word) for word in words} else None


@cache
def _table() -> tuple[Mapping[str, ContextKind], list[tuple[re.Pattern[str], ContextKind]]]:
    raw = tomllib.loads((files(__package__) / "contexts.toml").read_text(encoding="utf-8"))
    directories = {word: kind for kind, words in raw["directories"].items() for word in words.split()}
    patterns = [(re.compile(text), row["kind"]) for row in raw["file"] for text in row["patterns"]]
    return directories, patterns
