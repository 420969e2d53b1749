"""Texts of configuration: from what is written to what it means, with the place of every character."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from scratchlint.core.ir import node
from scratchlint.core.span import Span


@node
class Scalar:
    """A text and where each of its characters starts and ends in the file.

    `quoted` tells that quotes or a block header stood around it, so that it is no number or null.
    """

    file: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    place: int
    quoted: bool = False

    @property
    def span(self) -> Span:
        """The bytes that spell the text, without quotes."""
        if not self.text:
            return Span(self.file, self.place, self.place)
        return Span(self.file, self.starts[0], max(self.starts[0], self.ends[-1]))

    def cut(self, start: int, end: int) -> Scalar:
        """Return the part between two characters."""
        place = self.starts[start] if start < len(self.text) else self.span.end
        return Scalar(
            self.file, self.text[start:end], self.starts[start:end], self.ends[start:end], place, self.quoted
        )

    def encoded(self) -> tuple[bytes, Sequence[int]]:
        """Return the text as bytes, and the place of each byte and of the end."""
        if isinstance(self.starts, range) and self.text:
            return self.text.encode(), range(self.starts.start, self.starts.stop + 1)
        if self.text.isascii():
            return self.text.encode(), array("Q", [*self.starts, self.span.end])
        data = bytearray()
        places: array[int] = array("Q")
        for character, start in zip(self.text, self.starts, strict=True):
            piece = character.encode("utf-8", "replace")
            data += piece
            places.extend([start] * len(piece) if len(piece) > 1 else [start])
        places.append(self.span.end)
        return bytes(data), places

    def source(self, span: Span) -> tuple[bytes, Sequence[int]]:
        """Return the bytes of a stretch of the text, and the place of each and of the end."""
        data, places = self.encoded()
        start, end = bisect_left(places, span.start), bisect_left(places, span.end)
        return data[start:end], places[start : end + 1]


def literal(file: str, data: bytes, start: int, end: int, quoted: bool, signs: bytes) -> Scalar | None:
    """Return a text that means what is written, or None when it holds one of some signs or is not ASCII.

    Most texts are such; their places need no table.
    """
    raw = data[start:end]
    if not raw.isascii():
        return None
    for sign in signs:
        if sign in raw:
            return None
    return Scalar(file, raw.decode(), range(start, end), range(start + 1, end + 1), start, quoted)


class Writer:
    """Collects characters with their places."""

    def __init__(self, file: str, data: bytes, start: int, end: int) -> None:
        self._file = file
        self._base = start
        self.raw = data[start:end].decode("utf-8", "replace")
        self._offsets = _byte_offsets(self.raw, data[start:end], start)
        self._text: list[str] = []
        self._starts: array[int] = array("Q")
        self._ends: array[int] = array("Q")

    def copy(self, start: int, end: int) -> None:
        """Take characters over as they stand."""
        self._text.append(self.raw[start:end])
        self._starts.extend(self._offsets[start:end])
        self._ends.extend(self._offsets[start + 1 : end + 1])

    def put(self, text: str, start: int, end: int) -> None:
        """Write a text that stands for the characters from `start` to `end`."""
        self._text.append(text)
        for _ in text:
            self._starts.append(self._offsets[start])
            self._ends.append(self._offsets[end])

    def scalar(self, quoted: bool) -> Scalar:
        """Return what was written."""
        return Scalar(self._file, "".join(self._text), self._starts, self._ends, self._base, quoted)


def _byte_offsets(text: str, data: bytes, base: int) -> Sequence[int]:
    """Return where each character of a text and its end stand in a file, in which it begins at `base`."""
    if len(text) == len(data):
        return range(base, base + len(text) + 1)
    offsets: array[int] = array("Q", [base])
    place = 0
    for character in text:
        # A byte that is no UTF-8 becomes one replacement character: it is one byte long.
        size = len(character.encode("utf-8", "replace"))
        if character == "\ufffd" and data[place : place + 3] != b"\xef\xbf\xbd":
            size = 1
        place = min(place + size, len(data))
        offsets.append(base + place)
    return offsets
