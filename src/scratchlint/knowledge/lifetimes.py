"""What runs when a program, a piece of work or an object ends, and what runs again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import Place, fit, load, name_parts, one_or_more


@dataclass(frozen=True, slots=True)
class Ending:
    """A callable that runs a function at the end; `lifetimes.toml` says what the fields mean."""

    match: str
    callback: tuple[Place, ...]
    events: tuple[str, ...] = ()
    unknown: bool = False
    spelled: bool = False

    def ends(self, event: str | None) -> bool:
        """Whether an event, None when it is not known, is one at the end."""
        if not self.events:
            return True
        if event is None:
            return self.unknown
        return any(event.startswith(one[:-1]) if one.endswith("*") else event == one for one in self.events)


@per_run
def endings(language: str) -> Mapping[str, tuple[Ending, ...]]:
    """Return the callables of "python" or "javascript", by their last name."""
    found: dict[str, list[Ending]] = {}
    for row in load("lifetimes")[language]:
        for name in one_or_more(row["match"]):
            ending = Ending(
                name,
                tuple(row["callback"]),
                tuple(row.get("events", ())),
                row.get("unknown", False),
                row.get("spelled", False),
            )
            found.setdefault(name_parts(name)[-1], []).append(ending)
    return {name: tuple(rows) for name, rows in found.items()}


def ending_spellings(language: str) -> Iterator[str]:
    """Yield, for each callable, the names that are spelled where it is called, with spaces between them."""
    for last, rows in endings(language).items():
        for row in rows:
            yield " ".join(name_parts(row.match)) if row.spelled else last


def find_ending(language: str, qualified: str) -> Ending | None:
    """Return the entry that fits a dotted name best, None when there is none."""
    parts = name_parts(qualified)
    found = [(fit(ending.match, parts), ending) for ending in endings(language).get(parts[-1], ())]
    length, best = max(found, key=lambda item: item[0], default=(0, None))
    return best if length else None


@per_run
def ending_methods() -> frozenset[str]:
    """Return the names of the methods that run when their object ends."""
    return frozenset(name for row in load("lifetimes")["method"] for name in one_or_more(row["match"]))


@per_run
def is_generator(qualified: str) -> bool:
    """Whether a decorator makes a function go on behind its `yield` when the work around it is done."""
    parts, rows = name_parts(qualified), load("lifetimes")["generator"]
    return any(fit(name, parts) for row in rows for name in one_or_more(row["match"]))


@per_run
def upload_fields(qualified: str) -> tuple[tuple[str, ...], ...]:
    """Return the fields of a request by which a callable names the files that it keeps."""
    parts, rows = name_parts(qualified), load("lifetimes")["upload"]
    return tuple(
        tuple(fields.split("."))
        for row in rows
        if any(name_parts(name)[-1:] == parts[-1:] and fit(name, parts) for name in one_or_more(row["match"]))
        for fields in row["fields"]
    )


@per_run
def recurring_commands() -> frozenset[str]:
    """Return the commands that are told how old a file must be."""
    rows = load("lifetimes")["job"]
    return frozenset(name for row in rows for name in one_or_more(row.get("match", ())))


@per_run
def recurring_words() -> tuple[str, ...]:
    """Return what is part of the names of files that are run again and again, in lower case."""
    return tuple(word for row in load("lifetimes")["job"] for word in row.get("words", ()))
