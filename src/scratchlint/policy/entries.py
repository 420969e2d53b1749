"""What a policy adds to the knowledge tables: the same entries as theirs, checked before they are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from scratchlint.core.flow import Role

ACTIONS = (
    *("appends", "builds", "changes", "compares", "configures", "connects", "copies-from", "copies-to"),
    *("covers", "creates", "downloads", "enters", "executes", "extracts-from", "extracts-to", "hands-over"),
    *("linked", "links", "listens", "lists", "loads", "locks", "logs", "measures", "mounts", "moves-from"),
    *("moves-to", "opens", "option", "reads", "removes", "runs", "scratch", "serves", "sets", "shows"),
    *("sources", "starts", "stores", "tests", "watches", "writes"),
)

FieldKind = Literal["names", "texts", "places", "globs", "text", "number", "flag", "choice", "values"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of entries.

    `kind`: "names" is a text or a list of texts; "places" a list of texts and numbers; "values" a
    table of texts, numbers and truth values; the others as their names say.
    """

    kind: FieldKind
    choices: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    **dict.fromkeys(("match", "command"), Field("names")),
    **dict.fromkeys(("words", "suffixes", "values", "keep", "program"), Field("texts")),
    **dict.fromkeys(("sections", "neighbours", "languages", "formats"), Field("texts")),
    **dict.fromkeys(("path", "directory", "mode", "name"), Field("places")),
    **dict.fromkeys(("default", "result", "service", "source"), Field("text")),
    **dict.fromkeys(("scoped", "random", "long", "rendezvous"), Field("flag")),
    "files": Field("globs"),
    "skip": Field("number"),
    "when": Field("values"),
    "role": Field("choice", get_args(Role)),
    "action": Field("choice", ACTIONS),
    "how": Field(
        "choice",
        ("join", "same", "parent", "concat", "suffix", "inside", "text", "lookup", "declared", "environment"),
    ),
    "kind": Field("choice", ("root", "fresh")),
    "strength": Field("choice", ("strong", "weak")),
    "favours": Field("choice", ("scratch",)),
    "durability": Field("choice", ("production", "scratch", "neutral")),
}

# For each table its kinds of entries: the fields that one must have, and those that it may have.
Fields = tuple[frozenset[str], frozenset[str]]


def _fields(required: str, optional: str = "") -> Fields:
    return frozenset(required.split()), frozenset(f"{optional} source".split())


_CALLS: Mapping[str, Fields] = {
    "call": _fields("match path action", "role mode default when"),
    "handle": _fields("match path action", "role when"),
    "attribute": _fields("match action", "role"),
    "derive": _fields("match how", "path random name result"),
    "root": _fields("match kind", "scoped result directory keep"),
    "shell": _fields("match path", "when"),
    "argv": _fields("match path"),
}
ENTRIES: Mapping[str, Mapping[str, Fields]] = {
    "python": {**_CALLS, "constant": _fields("match action", "role")},
    "javascript": _CALLS,
    "shell": {
        "command": _fields("match path action", "role"),
        "flags": _fields("command values"),
        "wrapper": _fields("command", "values skip long program"),
    },
    "keys": {
        "service": _fields("match", "files formats sections neighbours languages"),
        "key": _fields("service match action", "role"),
    },
    "names": {
        "hint": _fields("words", "strength role favours rendezvous"),
        "suffix": _fields("suffixes role", "strength"),
    },
    "environment": {"variable": _fields("match role durability", "action")},
}
