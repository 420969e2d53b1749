"""Command lines inside configuration, lowered by the shell front end where they stand."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell

Rewrite = Callable[[re.Match[bytes]], bytes]


def command_line(
    path: str,
    data: bytes,
    stretches: Iterable[tuple[int, int]],
    pattern: re.Pattern[bytes],
    rewrite: Rewrite,
) -> tuple[tuple[ir.Stmt, ...], tuple[Span, ...]]:
    """Lower the command line that some stretches of a file make together.

    What `pattern` finds is written as a shell would understand it, by `rewrite`. Returns the
    statements and the damaged places.
    """
    text = bytearray()
    places: array[int] = array("Q")
    last = 0
    for start, end in stretches:
        place = start
        for match in pattern.finditer(data, start, end):
            _copy(data, place, match.start(), text, places)
            written = rewrite(match)
            text += written
            places.extend([match.start()] * len(written))
            place = match.end()
        _copy(data, place, end, text, places)
        last = end
    places.append(last)
    module = shell.lower_at(path, bytes(text), places)
    return module.body, module.damaged


def _copy(data: bytes, start: int, end: int, text: bytearray, places: array[int]) -> None:
    text += data[start:end]
    places.extend(range(start, end))
