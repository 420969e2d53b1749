"""Globs on paths in the manner of `.gitignore`, matched in bounded time whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

LONGEST = 500
"""A glob may have this many characters."""


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns of which one must match.

    `*` and `?` stay within a component, `**` stands for any number of them. A pattern without a
    slash fits at every depth, one with a slash begins at the top. What matches a directory matches all
    that is below it.
    """

    patterns: tuple[str, ...] = ()

    def match(self, path: str) -> str | None:
        """Return the first pattern that matches a path, or None."""
        components = [component for component in re.split(r"[/\\]", path) if component]
        return next((pattern for pattern in self.patterns if _fits(_components(pattern), components)), None)


@lru_cache(maxsize=1024)
def _components(pattern: str) -> tuple[str, ...]:
    components = tuple(component for component in re.split(r"[/\\]", pattern) if component)
    everywhere = "/" not in pattern.rstrip("/")
    return ("**", *components) if everywhere else components


def _fits(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether a pattern matches a path or a directory above it: all states of the match at once."""
    states = _closed(pattern, {0}) - {len(pattern)}
    for component in path:
        stepped = {state for state in states if pattern[state] == "**"}
        stepped |= {state + 1 for state in states - stepped if fnmatchcase(component, pattern[state])}
        states = _closed(pattern, stepped)
        if len(pattern) in states:
            return True
    return False


def _closed(pattern: Sequence[str], states: set[int]) -> set[int]:
    """Add what is reached when `**` stands for nothing."""
    closed = set(states)
    for state in sorted(states):
        while state < len(pattern) and pattern[state] == "**":
            state += 1
            closed.add(state)
    return closed
