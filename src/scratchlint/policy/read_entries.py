"""Reads the entries that a policy adds to the knowledge tables."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

from scratchlint.policy.entries import ENTRIES, FIELDS, Field, Fields
from scratchlint.policy.globs import LONGEST

Place = tuple[str | int, ...]


class Complaints(Protocol):
    """What answers mistakes; the reader of policy files is one."""

    def fail(self, place: Place, complaint: str) -> NoReturn:
        """Refuse what stands at a place."""

    def unknown(self, kind: str, known: Iterable[str], word: str) -> str:
        """Say that a word is none of those known."""


def read_entries(
    value: object, place: Place, complaints: Complaints
) -> Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]:
    """Return the entries of `[knowledge]`, for each table and kind, as the tables' own files have them."""
    tables = _table(value, ENTRIES, "table", place, complaints)
    return {
        name: {
            kind: [
                _entry(row, ENTRIES[name][kind], (*place, name, kind, number), complaints)
                for number, row in enumerate(_rows(rows, (*place, name, kind), complaints))
            ]
            for kind, rows in _table(kinds, ENTRIES[name], "kind", (*place, name), complaints).items()
        }
        for name, kinds in tables.items()
    }


def _table(
    value: object, known: Iterable[str], what: str, place: Place, complaints: Complaints
) -> Mapping[str, object]:
    if not isinstance(value, dict):
        complaints.fail(place, "must be a table")
    for name in value:
        if name not in known:
            complaints.fail((*place, name), complaints.unknown(what, known, name))
    return value


def _rows(value: object, place: Place, complaints: Complaints) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        complaints.fail(place, f"write it as [[{'.'.join(map(str, place))}]]")
    return value


def _entry(row: Mapping[str, object], fields: Fields, place: Place, complaints: Complaints) -> dict[str, Any]:
    required, optional = fields
    for name in sorted(required - set(row)):
        complaints.fail(place, f"has no `{name}`")
    for name, value in row.items():
        if name not in required | optional:
            complaints.fail((*place, name), complaints.unknown("field", sorted(required | optional), name))
        field = FIELDS[name]
        if field.kind == "choice" and isinstance(value, str) and value not in field.choices:
            complaints.fail((*place, name), complaints.unknown("value", field.choices, value))
        complaint = _complaint(field, value)
        if complaint:
            complaints.fail((*place, name), complaint)
    if "words" in row and ("role" in row) == ("favours" in row):
        complaints.fail(place, 'has either a `role` or favours = "scratch"')
    read = dict(row)
    if "files" in row:
        # The tables' own patterns are trusted; a glob's takes no more time than its length.
        globs: Any = row["files"]
        read["files"] = [fnmatch.translate(glob.lower()) for glob in globs]
    return read


def _complaint(field: Field, value: object) -> str:
    """Say what is wrong with a value, "" when nothing is."""
    match field.kind:
        case "choice":
            return "" if value in field.choices else f"must be one of {', '.join(field.choices)}"
        case "flag":
            return "" if isinstance(value, bool) else "must be true or false"
        case "number":
            sound = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            return "" if sound else "must be a number"
        case "text":
            return "" if isinstance(value, str) else "must be a text"
        case "values":
            return "" if isinstance(value, dict) else "must be a table"
        case "names" if isinstance(value, str):
            return "" if value.strip(" .") else "must name something"
    if not isinstance(value, list) or not value:
        return "must be a list"
    for item in value:
        if field.kind == "places" and isinstance(item, int) and not isinstance(item, bool):
            continue
        if not isinstance(item, str) or not item.strip(" ") or len(item) > LONGEST:
            return "must be a list of texts" + (" and numbers" if field.kind == "places" else "")
        if field.kind == "names" and not item.strip(" ."):
            return "must name something"
    return ""
