"""What library callables do with the values that collections, promises and arguments hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import fit, load, name_parts, one_or_more

Gives = Literal[
    "nothing",
    "same",
    "item",
    "values",
    "pairs",
    "numbered",
    "zipped",
    "gathered",
    "whole",
    "mapped",
    "returned",
    "resolved",
    "added",
    "merged",
    "kept",
]


@dataclass(frozen=True, slots=True)
class Iteration:
    """One entry of `iterators.toml`, which says what the fields mean; `callback` is None without one."""

    match: str
    of: str | int
    gives: Gives
    callback: int | None = None
    takes: Literal["", "item", "whole", "arguments"] = ""
    parameter: int = 0


@per_run
def iterations(language: str) -> Mapping[str, tuple[Iteration, ...]]:
    """Return the entries for "python" or "javascript", by the last name of the callable."""
    found: dict[str, list[Iteration]] = {}
    for row in load("iterators")[language]:
        for name in one_or_more(row["match"]):
            found.setdefault(name_parts(name)[-1], []).append(
                Iteration(
                    name,
                    row["of"],
                    row["gives"],
                    row.get("callback"),
                    row.get("takes", ""),
                    row.get("parameter", 0),
                )
            )
    return {name: tuple(entries) for name, entries in found.items()}


def find_iterations(language: str, qualified: str) -> list[Iteration]:
    """Return the entries that fit a dotted name best."""
    parts = name_parts(qualified)
    found = [(fit(entry.match, parts), entry) for entry in iterations(language).get(parts[-1], ())]
    best = max((length for length, _ in found), default=0)
    return [entry for length, entry in found if length and length == best]
