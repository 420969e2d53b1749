"""Writes sarif-om objects as JSON, one result at a time.

sarif-om's own serializer drops every property that equals its default, and with it
`level: "warning"`, which then falls back to the rule's level; it also needs the whole log in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import attr
import sarif_om

from scratchlint.report.characters import sound

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"

# Names that sarif-om has otherwise than the schema.
_RENAMED = {("Suppression", "state"): "status"}
# A missing level does not mean its default where a rule or a configuration sets another.
_ALWAYS_WRITTEN = frozenset({"level"})


class _Property(NamedTuple):
    attribute: str
    name: str
    default: object


def dump(run: sarif_om.Run, results: Iterable[sarif_om.Result]) -> Iterator[str]:
    """Yield the text of a log with one run in pieces; `results` stands for `run.results`.

    The text is ASCII, so that no encoding can spoil it, and ends with a newline.
    """
    head = to_text(attr.evolve(run, results=None))
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": {json.dumps(VERSION)}, "runs": [\n'
    yield f'{head[:-1]}, "results": ['
    separator = "\n"
    for result in results:
        yield separator + to_text(result)
        separator = ",\n"
    yield "\n]}\n]}\n"


def to_text(value: object) -> str:
    """Return a sarif-om object as one line of JSON."""
    return json.dumps(plain(value))


def plain(value: object) -> object:
    """Return a sarif-om object as dicts, lists and scalars, under the schema's property names.

    Left out are None and what equals its default, except levels.
    """
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {sound(key): plain(item) for key, item in value.items()}
    kind = type(value)
    if not attr.has(kind):
        return value
    written = {}
    for attribute, name, default in _properties(kind):
        content = getattr(value, attribute)
        if content is None or (content == default and name not in _ALWAYS_WRITTEN):
            continue
        written[name] = plain(content)
    return written


@cache
def _properties(kind: type[attr.AttrsInstance]) -> tuple[_Property, ...]:
    found = []
    for field in attr.fields(kind):
        factory = getattr(field.default, "factory", None)
        default = field.default if factory is None else factory()
        name = _RENAMED.get((kind.__name__, field.name), field.metadata["schema_property_name"])
        found.append(_Property(field.name, name, default))
    return tuple(found)
