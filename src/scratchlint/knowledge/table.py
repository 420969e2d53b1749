"""The knowledge tables: loaded once a process, looked up by the last name of a callable."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from scratchlint.core.flow import Role
from scratchlint.knowledge.added import per_run, with_added

Place = str | int
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a callable does with the path at `places`.

    `kind` is "call", "handle" (which takes an open file instead of a path), "attribute", "constant",
    "derive", "root", "random", "shell" or "argv"; `action` is set for calls, handles, attributes and
    constants, `how` for derives and roots, `name` the place of a looked-up name. A place is a keyword, a
    position, "receiver", or "1.cwd" for the key `cwd` of an object at position 1. `mode` are the places of
    an open mode, `when` keywords that must have the given values.
    """

    kind: str
    match: str
    places: tuple[Place, ...]
    action: str = ""
    how: str = ""
    role: Role | None = None
    mode: tuple[Place, ...] = ()
    default: str = "r"
    when: tuple[tuple[str, Any], ...] = ()
    scoped: bool = False
    keep: tuple[str, ...] = ()
    result: str = "path"
    random: bool = False
    name: tuple[Place, ...] = ()

    @property
    def access(self) -> tuple[str, ...]:
        """Where the path lies in what the call gives back: a field of a handle, an item of a pair."""
        kind, _, place = self.result.partition(":")
        return (place,) if kind in ("handle", "pair") else ()


@dataclass(frozen=True, slots=True)
class CallTable:
    """The callables of one language, by their last name."""

    by_name: Mapping[str, tuple[Effect, ...]]
    properties: Mapping[str, str]

    def find(self, qualified: str, kinds: Iterable[str]) -> Iterator[Effect]:
        """Yield the effects of the entries that fit best a dotted name such as `a.b().c`.

        An entry fits when its dotted name equals the end of the callable's; of several the longest
        wins, and `*.name` fits any receiver when nothing longer does.
        """
        parts = name_parts(qualified)
        if not parts:
            return
        candidates = self.by_name.get(parts[-1], ())
        best = 0
        found: list[tuple[int, Effect]] = []
        for effect in candidates:
            length = fit(effect.match, parts)
            if length:
                found.append((length, effect))
                best = max(best, length)
        wanted = frozenset(kinds)
        for length, effect in found:
            if length == best and effect.kind in wanted:
                yield effect


def name_parts(dotted: str) -> list[str]:
    """Split a dotted name; a module's default export is the module, but a method may be called default."""
    names = dotted.split(".")
    return [
        name.replace("()", "")
        for number, name in enumerate(names)
        if name.replace("()", "") != "default" or number == 0 or names[number - 1].endswith(("()", "*"))
    ]


def fit(match: str, parts: Sequence[str]) -> int:
    """Return how many names of an entry fit the end of a callable, 0 when it does not fit."""
    names = name_parts(match)
    if names[0] == "*":
        return 1 if len(parts) > 1 else 0
    if len(names) == 1:
        return 2 if len(parts) == 1 else 0
    last = parts[-len(names) :]
    fits = len(last) == len(names) and all(
        name in ("*", part) for name, part in zip(names, last, strict=True)
    )
    return len(names) + 1 if fits else 0


@per_run
def call_table(language: str) -> CallTable:
    """Return the table of a language: "python" or "javascript"."""
    raw = {**load(language), "root": root_rows(language)}
    by_name: dict[str, list[Effect]] = {}
    for kind in ("call", "handle", "attribute", "constant", "derive", "root", "random", "shell", "argv"):
        for row in raw.get(kind, ()):
            for match in one_or_more(row["match"]):
                effect = Effect(
                    kind,
                    match,
                    tuple(row.get("path", ())) or tuple(row.get("directory", ())),
                    row.get("action", ""),
                    row.get("how", row.get("kind", "")),
                    cast("Role | None", row.get("role")),
                    tuple(row.get("mode", ())),
                    row.get("default", "r"),
                    tuple(sorted(row.get("when", {}).items())),
                    row.get("scoped", False),
                    tuple(row.get("keep", ())),
                    row.get("result", "path"),
                    row.get("random", False),
                    tuple(row.get("name", ())),
                )
                by_name.setdefault(name_parts(match)[-1], []).append(effect)
    properties = {
        match.rsplit(".", 1)[-1]: row["how"]
        for row in raw.get("property", ())
        for match in one_or_more(row["match"])
    }
    return CallTable({name: tuple(effects) for name, effects in by_name.items()}, properties)


@dataclass(frozen=True, slots=True)
class Option:
    """What a command does with the path at one of its places (options, operands, redirections).

    `command` is its name, then the subcommands and options that must be there.
    """

    command: tuple[str, ...]
    places: tuple[Place, ...]
    action: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A command that runs another one: options with values, operands before the inner command.

    `program` are options whose value names the inner command; its words then stand behind `--`.
    """

    values: frozenset[str]
    skip: int
    long: bool
    program: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CommandTable:
    """The shell's commands, by their name; "*" holds what every command understands.

    `derives` tells what a command prints of its path: "same", "parent" or "text"; `random` whether what
    a command prints is "random" or of one "process", by its name and first operand.
    """

    by_name: Mapping[str, tuple[Option, ...]]
    values: Mapping[str, frozenset[str]]
    wrappers: Mapping[str, Wrapper]
    derives: Mapping[str, str]
    random: Mapping[str, str]


@per_run
def command_table() -> CommandTable:
    """Return the table of shell commands."""
    raw = load("shell")
    by_name: dict[str, list[Option]] = {}
    values: dict[str, set[str]] = {}
    for row in raw.get("command", ()):
        for match in one_or_more(row["match"]):
            words = tuple(match.split())
            option = Option(words, tuple(row["path"]), row["action"], cast("Role | None", row.get("role")))
            by_name.setdefault(words[0], []).append(option)
            named = {place for place in option.places if isinstance(place, str) and place.startswith("-")}
            values.setdefault(words[0], set()).update(named)
    for row in raw.get("flags", ()):
        for command in one_or_more(row["command"]):
            values.setdefault(command, set()).update(row["values"])
    wrappers = {
        command: Wrapper(
            frozenset(row.get("values", ())),
            row.get("skip", 0),
            row.get("long", False),
            frozenset(row.get("program", ())),
        )
        for row in raw.get("wrapper", ())
        for command in one_or_more(row["command"])
    }
    return CommandTable(
        {name: tuple(options) for name, options in by_name.items()},
        {name: frozenset(found) for name, found in values.items()},
        wrappers,
        {command: row["how"] for row in raw["derive"] for command in one_or_more(row["command"])},
        {command: row["kind"] for row in raw["random"] for command in one_or_more(row["command"])},
    )


def one_or_more(value: str | Sequence[str]) -> Sequence[str]:
    """Return what a row names: one text, or a list of them."""
    return (value,) if isinstance(value, str) else value


@per_run
def root_rows(language: str) -> Sequence[Row]:
    """Return the rows of the callables that give scratch paths in a language."""
    rows: Sequence[Row] = with_added(language, {"root": _shipped("roots")[language]})["root"]
    return rows


@per_run
def root_names(language: str) -> frozenset[str]:
    """Return the last names of what gives scratch paths; a default export has its module's, too."""
    names = (match for row in root_rows(language) for match in one_or_more(row["match"]))
    return frozenset(name for match in names for name in (match.rsplit(".", 1)[-1], name_parts(match)[-1]))


def load(name: str) -> Mapping[str, Sequence[Row]]:
    """Read the rows of a table's file, and those that the project adds."""
    return with_added(name, _shipped(name))


@cache
def _shipped(name: str) -> Mapping[str, Sequence[Row]]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
