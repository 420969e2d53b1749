"""The knowledge tables on settings: who reads environment variables, who declares options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, TypeVar

from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import Place, Row, fit, load, name_parts, one_or_more

Gives = Literal["value", "fields", "entries", "class", "prefix"]
_Row = TypeVar("_Row", "Setting", "Declaration", "Parsed")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a callable or class gives the values of environment variables.

    `gives`: "value" is one variable, whose name stands at `name`; "fields" an object with a field
    for each variable, at `access`; "entries" an object whose declared entries name their variables
    under the key `name`; "class" a class whose fields are variables, called as their declarations
    say at `name`, else as the field is; "prefix" a
    block in which names begin with what stands at `name`. `prefix` are keywords that hold what every
    name begins with, `otherwise` is that beginning when they are absent; `delimiter` keywords that
    hold what stands between the names of nested classes and their fields.
    """

    match: str
    gives: Gives
    name: tuple[Place, ...]
    prefix: tuple[str, ...]
    otherwise: str
    delimiter: tuple[str, ...]
    access: tuple[str, ...]


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
class Parsed:
    """How the values of declared options come out of what declared them.

    `gives`: "result", a field of what the callable gives back, at `access`, or "callback", a
    field of a parameter of a function that it is given.
    """

    match: str
    gives: str
    access: tuple[str, ...]


class SettingsTable:
    """What a language's callables know of settings, by their last names."""

    def __init__(self, raw: Mapping[str, Sequence[Row]]) -> None:
        self._settings: dict[str, list[Setting]] = {}
        for row, match in _matches(raw.get("setting", ())):
            setting = Setting(
                match,
                row.get("gives", "value"),
                tuple(row.get("name", ())),
                tuple(row.get("prefix", ())),
                row.get("otherwise", ""),
                tuple(row.get("delimiter", ())),
                tuple(row.get("access", ())),
            )
            self._settings.setdefault(name_parts(match)[-1], []).append(setting)
        self._declarations: dict[str, list[Declaration]] = {}
        for row, match in _matches(raw.get("option", ())):
            declaration = Declaration(
                match,
                tuple(row.get("default", ())),
                tuple(row.get("environment", ())),
                tuple(row.get("name", ())),
                row.get("spelling", "snake"),
                row.get("gives", "parsed"),
            )
            self._declarations.setdefault(name_parts(match)[-1], []).append(declaration)
        self._parsed: dict[str, list[Parsed]] = {}
        for row, match in _matches(raw.get("parsed", ())):
            parsed = Parsed(match, row["gives"], tuple(row.get("access", ())))
            self._parsed.setdefault(name_parts(match)[-1], []).append(parsed)

    def setting(self, qualified: str) -> Setting | None:
        """Return the entry that fits a dotted name best, or None."""
        return _best(self._settings, qualified)

    def declaration(self, qualified: str) -> Declaration | None:
        """Return the entry that fits a dotted name best, or None."""
        return _best(self._declarations, qualified)

    def parsed(self, qualified: str) -> Parsed | None:
        """Return the entry that fits a dotted name best, or None."""
        return _best(self._parsed, qualified)

    def sets(self, name: str) -> bool:
        """Whether a callable of that last name may give values of the environment."""
        return name in self._settings

    def giving(self, *ways: str) -> Set[str]:
        """Return the last names of what gives values in some ways."""
        return {name for name, rows in self._settings.items() if any(row.gives in ways for row in rows)}

    def beginning(self, prefix: str) -> Set[str]:
        """Return the last names of what gives values and has a dotted name that begins in some way."""
        return {
            name for name, rows in self._settings.items() if any(row.match.startswith(prefix) for row in rows)
        }

    def unspelled(self) -> Iterator[frozenset[str]]:
        """Yield, for each way to read variables without spelling their whole names, the names it takes."""
        for rows in self._settings.values():
            for row in rows:
                if row.gives in ("fields", "class", "prefix"):
                    yield frozenset(name_parts(row.match)) - {"*"}

    def declares(self, name: str) -> bool:
        """Whether a callable of that last name may declare options."""
        return name in self._declarations

    @property
    def declaring(self) -> Set[str]:
        """The last names of what declares options."""
        return self._declarations.keys()

    @property
    def parsing(self) -> Set[str]:
        """The last names of what gives back the values of options."""
        return self._parsed.keys()


@per_run
def settings_table(language: str) -> SettingsTable:
    """Return the table of a language: "python" or "javascript"."""
    return SettingsTable(load(language))


def _best(rows: Mapping[str, Sequence[_Row]], qualified: str) -> _Row | None:
    parts = name_parts(qualified)
    best: _Row | None = None
    length = 0
    for row in rows.get(parts[-1], ()) if parts else ():
        fitting = fit(row.match, parts)
        if fitting > length:
            best, length = row, fitting
    return best


def _matches(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        for match in one_or_more(row["match"]):
            yield row, match
