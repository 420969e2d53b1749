"""Which files something takes with it: ordered rules, of which the last that fits a path decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from scratchlint.policy.globs import LONGEST, Globs

MAXIMUM_RULES = 1_000
"""Patterns of one manifest or ignore file; the others are not looked at."""

Rule = tuple[bool | None, Globs]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Rules for paths below a directory: whether what fits is shipped, None where that is not known.

    `otherwise` is what holds for a path that no rule fits.
    """

    rules: tuple[Rule, ...]
    otherwise: bool | None

    def ships(self, path: str) -> bool | None:
        """Return whether a path is shipped, None when that is not known."""
        fitting = (ships for ships, globs in reversed(self.rules) if globs.match(path) is not None)
        return next(fitting, self.otherwise)


def rule(ships: bool | None, patterns: Iterable[str]) -> Rule:
    """Return a rule for some patterns, as `.gitignore` has them."""
    usable = (pattern for pattern in patterns if len(pattern) <= LONGEST)
    return ships, Globs(tuple(islice(usable, MAXIMUM_RULES)))


def ignoring(data: bytes, *, anchored: bool) -> Shipped:
    """Return the rules of an ignore file: `!` takes back; `anchored` patterns all begin at the top."""
    rules = _ignoring(data.decode("utf-8", "replace"), anchored)
    return Shipped(tuple(islice(rules, MAXIMUM_RULES)), True)


def _ignoring(text: str, anchored: bool) -> Iterator[Rule]:
    for line in map(str.strip, text.splitlines()):
        kept = line.startswith("!")
        pattern = line.removeprefix("!").strip().removeprefix("./")
        if pattern and not line.startswith("#"):
            yield rule(kept, [top(pattern) if anchored else pattern])


def top(pattern: str) -> str:
    """Return a pattern that begins at the top."""
    return "/" + pattern.removeprefix("./").strip("/")
