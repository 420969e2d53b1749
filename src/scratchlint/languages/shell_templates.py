"""Shell text with templates in it: what an engine fills in becomes a variable, its statements vanish."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from scratchlint.core import ir
from scratchlint.languages import shell
from scratchlint.languages.placeholders import TEMPLATE_HOLE, template_name, without_statements


def lower(path: str, data: bytes) -> ir.Module:
    """Lower the template of a shell script, with its spans in the template."""
    return shell.lower_at(path, *filled(without_statements(path, data), range(len(data) + 1)))


def filled(data: bytes, places: Sequence[int]) -> tuple[bytes, Sequence[int]]:
    """Return shell text with variables for the holes of templates, and the place of each byte and the end.

    The dollar before an expression of GitHub's workflows goes with it.
    """
    text = bytearray()
    where: array[int] = array("Q")
    position = 0
    for match in TEMPLATE_HOLE.finditer(data):
        start = match.start()
        if data[start - 1 : start] == b"$" and match["mustache"]:
            start -= 1
        text += data[position:start]
        where.extend(places[position:start])
        variable = _variable(next(filter(None, match.groups())))
        text += variable
        where.extend([places[start]] * len(variable))
        position = match.end()
    if not position:
        return data, places
    text += data[position:]
    where.extend(places[position:])
    return bytes(text), where


def _variable(expression: bytes) -> bytes:
    name = template_name(expression.decode("utf-8", "replace"))
    return b"${" + re.sub(r"\W+", "_", name, flags=re.ASCII).encode() + b"}"
