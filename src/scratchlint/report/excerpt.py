"""Source lines as people read them: one row a line, cut around what is marked in it."""

from __future__ import annotations

from dataclasses import dataclass

from scratchlint.core.finding import Excerpt
from scratchlint.report.characters import visible

_TAB = "    "
_MOST_ROWS = 6
_MOST_CHARACTERS = 120
_LEAD = 40
_GAP = "…"


@dataclass(frozen=True, slots=True)
class Row:
    """One source line in three pieces, the second marked; `number` is None for a gap."""

    number: int | None
    before: str
    marked: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.before}{self.marked}{self.after}"

    @property
    def indent(self) -> int:
        """How many terminal cells stand before what is marked."""
        return cells(self.before)

    @property
    def length(self) -> int:
        """How many terminal cells are marked, at least one."""
        return max(cells(self.marked), 1)


def rows(excerpt: Excerpt) -> list[Row]:
    """Return the lines of an excerpt, long lines cut around the span, a long span cut in its middle."""
    drawn = []
    start, end = excerpt.region
    last = len(excerpt.lines) - 1
    for index, line in enumerate(excerpt.lines):
        begin = _offset(line, start.column) if index == 0 else len(line) - len(line.lstrip())
        stop = _offset(line, end.column) if index == last else len(line)
        if last == 0 and line[begin:stop] != excerpt.text:
            begin, stop = _place_in_masked(line, excerpt.text)
        drawn.append(_row(start.line + index, line, begin, stop))
    if len(drawn) <= _MOST_ROWS:
        return drawn
    return [*drawn[: _MOST_ROWS - 2], Row(None, _GAP), drawn[-1]]


def _row(number: int, line: str, begin: int, stop: int) -> Row:
    before, marked, after = (_drawn(part) for part in (line[:begin], line[begin:stop], line[stop:]))
    if len(before) + len(marked) + len(after) > _MOST_CHARACTERS:
        if len(before) > _LEAD:
            before = _GAP + before[1 - _LEAD :]
        if len(marked) > _MOST_CHARACTERS - _LEAD:
            marked = marked[: _MOST_CHARACTERS - _LEAD - 1] + _GAP
        room = _MOST_CHARACTERS - len(before) - len(marked)
        if len(after) > room:
            after = after[:room] + _GAP
    return Row(number, before, marked, after.rstrip())


def cells(text: str) -> int:
    """Return how many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _drawn(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _offset(line: str, column: int) -> int:
    """Return the index of the character at a 1-based column of UTF-16 code units."""
    if line.isascii():
        return min(column - 1, len(line))
    units = 0
    for index, character in enumerate(line):
        if units >= column - 1:
            return index
        units += 2 if ord(character) > 0xFFFF else 1
    return len(line)


def _place_in_masked(line: str, text: str) -> tuple[int, int]:
    """Return where a span stands once a mask before it has moved it; the whole line if nowhere."""
    found = line.find(text) if text else -1
    if found < 0:
        return len(line) - len(line.lstrip()), len(line.rstrip())
    return found, found + len(text)
