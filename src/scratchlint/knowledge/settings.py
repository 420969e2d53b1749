"""The knowledge tables on settings: who reads environment variables, who declares options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from scratchlint.knowledge.table import Place, fit, load, name_parts, names

Gives = Literal["value", "fields", "entries", "class"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a callable or class gives the values of environment variables.

    `gives`: "value" is one variable, whose name stands at `name`; "fields" an object with a field
    for each variable; "entries" an object whose declared entries name their variables under the
    key `name`; "class" a class whose fields are variables, those that their declarations name at
    `name` or called as the field is. `prefix` are the places that hold what every name begins
    with, `otherwise` is that beginning when they are absent.
    """

    match: str
    gives: Gives
    name: tuple[Place, ...]
    prefix: tuple[str, ...]
    otherwise: str
    delimiter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """How a callable declares command-line options.

    `default` and `environment` are the places of the default and of the variable's name,
    `name` keywords that name the value's field. `spelling` tells how an option becomes a field:
    "snake", "camel" or both. `gives`: where its value comes out: of what "parsed" it, as a
    "parameter" of the decorated function, or as the "value" of the call itself.
    """

    match: str
    default: tuple[Place, ...]
    environment: tuple[Place, ...]
    name: tuple[str, ...]
    spelling: str
    gives: str


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """What a language's callables know of settings, by their last names.

    `parsers` are the callables that give back the values of declared options, `callbacks` those
    that hand them to a function.
    """

    settings: Mapping[str, Sequence[Setting]]
    declarations: Mapping[str, Sequence[Declaration]]
    parsers: frozenset[str]
    callbacks: frozenset[str]

    def setting(self, qualified: str) -> Setting | None:
        """Return the entry that fits a dotted name best, or None."""
        parts = name_parts(qualified)
        rows = self.settings.get(parts[-1], ()) if parts else ()
        return max(
            (row for row in rows if fit(row.match, parts)),
            key=lambda row: fit(row.match, parts),
            default=None,
        )

    def declaration(self, qualified: str) -> Declaration | None:
        """Return the entry that fits a dotted name best, or None."""
        parts = name_parts(qualified)
        rows = self.declarations.get(parts[-1], ()) if parts else ()
        return max(
            (row for row in rows if fit(row.match, parts)),
            key=lambda row: fit(row.match, parts),
            default=None,
        )


@cache
def settings_table(language: str) -> SettingsTable:
    """Return the table of a language: "python" or "javascript"."""
    raw = load(language)
    settings: dict[str, list[Setting]] = {}
    for row, match in _matches(raw.get("setting", ())):
        setting = Setting(
            match,
            row.get("gives", "value"),
            tuple(row.get("name", ())),
            tuple(row.get("prefix", ())),
            row.get("otherwise", ""),
            tuple(row.get("delimiter", ())),
        )
        settings.setdefault(name_parts(match)[-1], []).append(setting)
    declarations: dict[str, list[Declaration]] = {}
    for row, match in _matches(raw.get("option", ())):
        declaration = Declaration(
            match,
            tuple(row.get("default", ())),
            tuple(row.get("environment", ())),
            tuple(row.get("name", ())),
            row.get("spelling", "snake"),
            row.get("gives", "parsed"),
        )
        declarations.setdefault(name_parts(match)[-1], []).append(declaration)
    parsed = list(_matches(raw.get("parsed", ())))
    return SettingsTable(
        settings,
        declarations,
        frozenset(match for row, match in parsed if row["gives"] == "result"),
        frozenset(match for row, match in parsed if row["gives"] == "callback"),
    )


def _matches(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[Mapping[str, object], str]]:
    for row in rows:
        for match in names(row["match"]):
            yield row, match
