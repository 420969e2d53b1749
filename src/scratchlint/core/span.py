"""Where something stands in a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a file, as offsets into its UTF-8 bytes; lines are worked out only by reports.

    `file` is the POSIX path relative to the analysed root; `end` is exclusive.
    """

    file: str
    start: int
    end: int

    def __reduce__(self) -> tuple[type[Span], tuple[str, int, int]]:
        """Take the span apart for another process, faster than a named tuple does by itself."""
        return Span, (self.file, self.start, self.end)


make_span: Callable[[tuple[str, int, int]], Span] = partial(tuple.__new__, Span)
"""Makes a span in half the time that `Span()` takes: front ends make millions."""


class Position(NamedTuple):
    """A place as people and SARIF count it: 1-based line, 1-based column in UTF-16 code units."""

    line: int
    column: int


class Region(NamedTuple):
    """A span as people and SARIF count it; `end` is exclusive."""

    start: Position
    end: Position
