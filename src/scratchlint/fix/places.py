"""Which paths are the same, or lie below each other, however a program spells them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from scratchlint.core.shape import PathShape, Template

# The name of a hole differs from language to language; what it stands for is the same path.
_HOLE = "\0"

Place = tuple[str, ...]
"""A path as a root and its components, whose holes have no names: what a program spells in two ways
has one place."""


def is_below(path: PathShape, other: PathShape) -> bool:
    """Whether a path is `other` or lies below it; a wildcard is every path that it may stand for."""
    mine, theirs = place_of(path), place_of(other)
    return len(mine) >= len(theirs) and all(map(_is_same, mine, theirs))


def _is_same(name: str, other: str) -> bool:
    return name == other or _stands_for(name, other) or _stands_for(other, name)


def _stands_for(pattern: str, name: str) -> bool:
    return "*" in pattern.lstrip("*") and fnmatchcase(name, pattern.replace("[", "[[]"))


@lru_cache(maxsize=1 << 16)
def place_of(path: PathShape) -> Place:
    """Return the place of a path."""
    return (path.root, *map(_named, path.components))


def _named(component: Template) -> str:
    return "".join(part if isinstance(part, str) else _HOLE for part in component)
