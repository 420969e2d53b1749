"""The values of settings: one text, several words, or the strings of a literal in a program's syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from scratchlint.core import ir
from scratchlint.languages.placeholders import HOLE, Placeholders, text_of

MAXIMUM_VALUE = 4000
"""Longer values are one text: looking for words in them would take too long."""

Stretch = tuple[int, int]

# Blanks and commas part words; quotes and holes keep them together.
_WORD = re.compile(
    rb"(?:(?<!\w)\"(?:\\.|[^\"\\])*\"|(?<!\w)'(?:\\.|[^'\\])*'|\{\{[^{}\r\n]{1,300}\}\}"
    rb"|<%[-=][^%\r\n]{1,300}%>|\$\{[^{}\r\n]{1,300}\}|[^\s,])++",
    re.DOTALL,
)
_BLANKS = b" \t\r\n\f\v"
_QUOTED = re.compile(rb"([\"'])((?:\\.|(?!\1)[^\\])*)\1", re.DOTALL)
_OPTION = re.compile(rb"[\w.-]+=([\"'])((?:\\.|(?!\1)[^\\])*)\1", re.DOTALL)
# What stands before a path of systemd: it may be missing, it is not to be changed.
_SIGN = re.compile(rb"[-+!~]++(?=/)")
# What begins a list of paths or a command line, and no sentence.
_TELLING = re.compile(rb"[\"']?(?:[/~.\\\[$-]|[\w+.-]+:/|[A-Za-z]:[\\/]|\{\{|%\(|%%|<%|@\w)")


class Values:
    """Lowers the values of one file."""

    def __init__(
        self, path: str, data: bytes, pattern: re.Pattern[bytes] = HOLE, resolve: Callable[[str], str] = str
    ) -> None:
        self._data = data
        self._holes = Placeholders(path, data, pattern, resolve)
        self.span = self._holes.span
        self.literal = self._holes.literal

    def text(self, start: int, end: int) -> str:
        """Return the text between two offsets."""
        return text_of(self._data[start:end])

    def value(self, stretches: Sequence[Stretch]) -> ir.Expr:
        """Lower a value that stands on one or several lines; prose stays one text."""
        return self.listed([part for stretch in stretches for part in self._parts(*self.trimmed(*stretch))])

    def listed(self, parts: Sequence[Stretch], at: int = 0) -> ir.Expr:
        """Return the expression of some parts: a list unless there is just one."""
        if not parts:
            return self.literal(at, at)
        values = [self._holes.expression(*part) for part in parts]
        if len(values) == 1:
            return values[0]
        entries = (ir.Entry(value.span, str(number), value, False) for number, value in enumerate(values))
        return ir.Record(self.span(parts[0][0], parts[-1][1]), tuple(entries))

    def words(self, start: int, end: int) -> list[Stretch]:
        """Return the words between two offsets, without their quotes."""
        if end - start > MAXIMUM_VALUE:
            return [self.trimmed(start, end)]
        return [self.unquoted(*match.span()) for match in _WORD.finditer(self._data, start, end)]

    def unquoted(self, start: int, end: int) -> Stretch:
        """Return what stands in the quotes of a word, or the word."""
        match = _QUOTED.fullmatch(self._data, start, end) or _OPTION.fullmatch(self._data, start, end)
        return match.span(2) if match else (start, end)

    def trimmed(self, start: int, end: int) -> Stretch:
        """Return a stretch without the blanks around it."""
        while start < end and self._data[start] in _BLANKS:
            start += 1
        while end > start and self._data[end - 1] in _BLANKS:
            end -= 1
        return start, end

    def _parts(self, start: int, end: int) -> Iterator[Stretch]:
        if end - start > MAXIMUM_VALUE:
            yield start, end
            return
        first = self._data[start : start + 2]
        if first[:1] in (b"(", b"[", b"{") and first != b"{{":
            strings = [match.span(2) for match in _QUOTED.finditer(self._data, start, end)]
            yield from strings or [(start, end)]
            return
        inner = self.unquoted(start, end)
        words = self.words(start, end) if inner == (start, end) else []
        if len(words) > 1 and _TELLING.match(self._data, start, end):
            for word in words:
                sign = _SIGN.match(self._data, *word)
                yield (sign.end(), word[1]) if sign else word
        elif inner[0] < inner[1]:
            yield inner
