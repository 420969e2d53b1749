"""What names say of the paths they hold: identifiers, file suffixes, environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from scratchlint.core.flow import Role
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import load, one_or_more

# What processes find each other by.
RENDEZVOUS = frozenset({"pid", "lock", "socket"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Hint:
    """What one word says: a role, or (role None) that the path is scratch; `strong` or not.

    `rendezvous` tells that other processes find a service by what is so called.
    """

    word: str
    role: Role | None
    strong: bool
    rendezvous: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The table of hints."""

    words: Mapping[str, Hint]
    suffixes: Mapping[str, Hint]
    variables: Mapping[str, Hint]

    def of_name(self, name: str) -> list[Hint]:
        """Return what the words of an identifier say, last word first; joined words come before."""
        known = self.variables.get(name)
        if known is not None:
            return [known]
        words = [word.lower() for word in _WORD.findall(name)]
        found: list[Hint] = []
        end = len(words)
        while end:
            pair = self.words.get("".join(words[end - 2 : end])) if end > 1 else None
            hint = pair or self.words.get(words[end - 1])
            if hint is not None:
                found.append(hint)
            end -= 2 if pair is not None else 1
        return found

    def of_file(self, name: str) -> Hint | None:
        """Return what the suffix of a file's name says, or None."""
        lowered = name.lower()
        for suffix, hint in self.suffixes.items():
            if lowered.endswith(suffix):
                return hint
        return None


@per_run
def names() -> Names:
    """Return the table of name hints."""
    raw, environment = load("names"), load("environment")
    words: dict[str, Hint] = {}
    suffixes: dict[str, Hint] = {}
    for row in raw["hint"]:
        scratch = row.get("favours") == "scratch"
        for word in row["words"]:
            role = None if scratch else cast(Role, row["role"])
            strong = row.get("strength", "weak") == "strong"
            words[word] = Hint(word, role, strong, row.get("rendezvous", role in RENDEZVOUS))
    for row in raw["suffix"]:
        for suffix in row["suffixes"]:
            role = cast(Role, row["role"])
            suffixes[suffix] = Hint(suffix, role, row.get("strength") == "strong", role in RENDEZVOUS)
    variables = {
        match: Hint(
            match,
            None if row.get("durability") == "scratch" else cast(Role, row["role"]),
            strong=True,
        )
        for row in environment["variable"]
        for match in one_or_more(row["match"])
        if row.get("durability") != "neutral"
    }
    return Names(words, dict(sorted(suffixes.items(), key=lambda item: -len(item[0]))), variables)
