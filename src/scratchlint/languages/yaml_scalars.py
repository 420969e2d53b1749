"""YAML scalars: from what is written to the text it means, with the place of every character.

The rules are those of YAML 1.2.2, chapters 7.3 and 8.1 (https://yaml.org/spec/1.2.2/), as far as they
decide which characters a text holds.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from scratchlint.core.span import Span

_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\r?\n[ \t]*|(.))", re.DOTALL
)
_FOLD = re.compile(r"[ \t]*\r?\n[ \t\r\n]*")
_HEADER = re.compile(r"[|>](?P<options>[-+0-9]*)[^\n]*\n?")
_INDENT = re.compile(r" *")


@dataclass(frozen=True, slots=True)
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
        data = bytearray()
        places: array[int] = array("Q")
        for character, start in zip(self.text, self.starts, strict=True):
            piece = character.encode("utf-8", "replace")
            data += piece
            places.extend([start] * len(piece) if len(piece) > 1 else [start])
        places.append(self.span.end)
        return bytes(data), places


class _Writer:
    """Collects characters with their places."""

    def __init__(self, file: str, data: bytes, start: int, end: int) -> None:
        self._file = file
        self._base = start
        self.raw = data[start:end].decode("utf-8", "replace")
        self._offsets = _byte_offsets(self.raw, data[start:end])
        self._text: list[str] = []
        self._starts: array[int] = array("Q")
        self._ends: array[int] = array("Q")

    def copy(self, start: int, end: int) -> None:
        """Take characters over as they stand."""
        self._text.append(self.raw[start:end])
        self._starts.extend(self._base + self._offsets[number] for number in range(start, end))
        self._ends.extend(self._base + self._offsets[number + 1] for number in range(start, end))

    def put(self, text: str, start: int, end: int) -> None:
        """Write a text that stands for the characters from `start` to `end`."""
        self._text.append(text)
        for _ in text:
            self._starts.append(self._base + self._offsets[start])
            self._ends.append(self._base + self._offsets[end])

    def scalar(self, quoted: bool) -> Scalar:
        """Return what was written."""
        return Scalar(self._file, "".join(self._text), self._starts, self._ends, self._base, quoted)


def _byte_offsets(text: str, data: bytes) -> Sequence[int]:
    """Return the byte offset of each character and of the end."""
    if len(text) == len(data):
        return range(len(text) + 1)
    offsets: array[int] = array("Q", [0])
    place = 0
    for character in text:
        # A byte that is no UTF-8 becomes one replacement character: it is one byte long.
        size = len(character.encode("utf-8", "replace"))
        if character == "\ufffd" and data[place : place + 3] != b"\xef\xbf\xbd":
            size = 1
        place = min(place + size, len(data))
        offsets.append(place)
    return offsets


def plain(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar without quotes."""
    writer = _Writer(file, data, start, end)
    _folded(writer, 0, len(writer.raw))
    return writer.scalar(quoted=False)


def quoted(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar in single quotes, which stand at both ends: only the quote itself is escaped."""
    writer = _Writer(file, data, start + 1, max(start + 1, end - 1))
    position = 0
    for match in re.finditer("''", writer.raw):
        _folded(writer, position, match.start())
        writer.put("'", match.start(), match.end())
        position = match.end()
    _folded(writer, position, len(writer.raw))
    return writer.scalar(quoted=True)


def escaped(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar in double quotes, which stand at both ends."""
    writer = _Writer(file, data, start + 1, max(start + 1, end - 1))
    position = 0
    for match in _ESCAPE.finditer(writer.raw):
        _folded(writer, position, match.start())
        code = match[1] or match[2] or match[3]
        if code:
            value = int(code, 16)
            writer.put(
                chr(value) if value < 0x110000 and not 0xD800 <= value < 0xE000 else "\ufffd", *match.span()
            )
        elif match[4]:
            writer.put(_ESCAPES.get(match[4], match[4]), *match.span())
        position = match.end()
    _folded(writer, position, len(writer.raw))
    return writer.scalar(quoted=True)


def _folded(writer: _Writer, start: int, end: int) -> None:
    """Copy a stretch; a line break in it is a space, further ones stay."""
    position = start
    for match in _FOLD.finditer(writer.raw, start, end):
        writer.copy(position, match.start())
        breaks = match[0].count("\n")
        writer.put("\n" * (breaks - 1) if breaks > 1 else " ", *match.span())
        position = match.end()
    writer.copy(position, end)


def block(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a block scalar (`|` or `>`): its lines without their indentation."""
    writer = _Writer(file, data, start, end)
    header = _HEADER.match(writer.raw)
    if header is None:
        return writer.scalar(quoted=True)
    position = header.end()
    indentation = _indentation(writer.raw, position)
    folds = writer.raw.startswith(">")
    while position < len(writer.raw):
        newline = writer.raw.find("\n", position)
        line_end = newline if newline >= 0 else len(writer.raw)
        found = _INDENT.match(writer.raw, position, min(position + indentation, line_end))
        first = found.end() if found else position
        last = line_end - 1 if line_end > first and writer.raw[line_end - 1] == "\r" else line_end
        writer.copy(first, last)
        if newline < 0:
            break
        following = _after_blanks(writer.raw, newline + 1) if folds else "\n"
        writer.put(
            " " if folds and last > first and following not in ("", "\n") else "\n", newline, newline + 1
        )
        position = newline + 1
    return writer.scalar(quoted=True)


def _after_blanks(raw: str, position: int) -> str:
    """Return the first character that is no blank, "" at the end."""
    found = _INDENT.match(raw, position)
    end = found.end() if found else position
    return raw[end : end + 1]


def _indentation(raw: str, start: int) -> int:
    """Return how far the first line that is not empty is indented."""
    for match in re.compile(r"(?m)^( *)(?=[^ \r\n])").finditer(raw, start):
        return len(match[1])
    return 0
