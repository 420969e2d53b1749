"""Writes sarif-om objects as JSON, one result at a time.

sarif-om's own serializer drops every property that equals its default, and with it
`level: "warning"`, which then falls back to the rule's level; it also needs the whole log in memory.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
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


class Text:
    """The text of a log with one run, piece by piece: `head`, results, further arrays, `tail`.

    The pieces are ASCII, so that no encoding can spoil them. `bound` limits how many bytes they have
    together when they are compressed as gzip does it.
    """

    def __init__(self, bound: int) -> None:
        self._left = bound
        self._compressor = zlib.compressobj()
        self._separator = "\n"

    def head(self, run: sarif_om.Run) -> str:
        """Return what stands before the first result: all of the run but what comes in `tail`."""
        described = to_text(attr.evolve(run, results=None, invocations=None))
        begin = f'{{"$schema": {json.dumps(SCHEMA)}, "version": {json.dumps(VERSION)}, "runs": [\n'
        return self._counted(f'{begin}{described[:-1]}, "results": [')

    def item(self, value: object) -> str | None:
        """Return one more item of the open array, None if the bound leaves no room for it."""
        return None if self._left < 0 else self.certain(value)

    def certain(self, value: object) -> str:
        """Return one more item of the open array, whatever the bound."""
        piece = self._separator + to_text(value)
        self._separator = ",\n"
        return self._counted(piece)

    def array(self, name: str) -> str:
        """Close the open array and begin the next one."""
        self._separator = "\n"
        return self._counted(f"\n], {json.dumps(name)}: [")

    def tail(self, properties: Mapping[str, object]) -> str:
        """Close the open array and the log; `properties` are the last ones of the run."""
        written = "".join(f", {json.dumps(name)}: {to_text(value)}" for name, value in properties.items())
        return f"\n]{written}}}\n]}}\n"

    def _counted(self, piece: str) -> str:
        self._left -= len(self._compressor.compress(piece.encode("ascii")))
        return piece


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
