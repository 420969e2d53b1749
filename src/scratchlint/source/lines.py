"""Lines and columns of a file, as editors and SARIF count them."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from itertools import accumulate

from scratchlint.core.span import Position, Region, Span

_LINE_END = re.compile(rb"\r\n|\r|\n")


class LineIndex:
    """Turns offsets into UTF-8 bytes into lines and UTF-16 columns.

    A line ends at LF, CRLF or a lone CR; after the last line end there is one more, maybe
    empty, line. A byte order mark at the beginning has no column.
    """

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = list(accumulate(map(len, data.splitlines(keepends=True)), initial=0))
        if data and not data.endswith((b"\n", b"\r")):
            self._starts.pop()
        if data.startswith(codecs.BOM_UTF8):
            self._starts[0] = len(codecs.BOM_UTF8)

    @property
    def lines(self) -> int:
        """The number of lines; at least 1."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Return the 1-based line and UTF-16 column of a byte offset.

        An offset outside the data counts as the nearest end, one inside a character as
        the beginning of that character.
        """
        line = max(bisect_right(self._starts, offset), 1)
        before = self._data[self._starts[line - 1] : max(offset, 0)]
        if before.isascii():
            return Position(line, len(before) + 1)
        text = before.decode(errors="ignore")
        return Position(line, len(text.encode("utf-16-le")) // 2 + 1)

    def region(self, span: Span) -> Region:
        """Return the region of a span; its end is exclusive, as the span's is."""
        return Region(self.position(span.start), self.position(span.end))

    def start(self, number: int) -> int:
        """Return the byte offset at which a line begins; raises IndexError outside 1 to `lines`."""
        if not 1 <= number <= len(self._starts):
            raise IndexError(f"line {number} of {len(self._starts)}")
        return self._starts[number - 1]

    def line(self, number: int) -> str:
        """Return a line's text without its end; raises IndexError outside 1 to `lines`."""
        start = self.start(number)
        end = self._starts[number] if number < len(self._starts) else len(self._data)
        raw = self._data[start:end]
        return _LINE_END.sub(b"", raw).decode(errors="replace")
