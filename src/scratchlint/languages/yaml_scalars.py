"""YAML scalars: from what is written to the text it means, with the place of every character.

The rules are those of YAML 1.2.2, chapters 7.3 and 8.1 (https://yaml.org/spec/1.2.2/), as far as they
decide which characters a text holds.
"""

from __future__ import annotations

import re

from scratchlint.languages.scalars import Scalar, Writer, literal

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


def plain(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar without quotes."""
    known = literal(file, data, start, end, False, b"\n")
    if known is not None:
        return known
    writer = Writer(file, data, start, end)
    _folded(writer, 0, len(writer.raw))
    return writer.scalar(quoted=False)


def verbatim(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a text in which nothing is escaped or folded, such as a literal string of TOML."""
    known = literal(file, data, start, end, True, b"")
    if known is not None:
        return known
    writer = Writer(file, data, start, end)
    writer.copy(0, len(writer.raw))
    return writer.scalar(quoted=True)


def quoted(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar in single quotes, which stand at both ends: only the quote itself is escaped."""
    first, last = start + 1, max(start + 1, end - 1)
    known = literal(file, data, first, last, True, b"\n'")
    if known is not None:
        return known
    writer = Writer(file, data, first, last)
    position = 0
    for match in re.finditer("''", writer.raw):
        _folded(writer, position, match.start())
        writer.put("'", match.start(), match.end())
        position = match.end()
    _folded(writer, position, len(writer.raw))
    return writer.scalar(quoted=True)


def escaped(file: str, data: bytes, start: int, end: int) -> Scalar:
    """Read a scalar in double quotes, which stand at both ends."""
    first, last = start + 1, max(start + 1, end - 1)
    known = literal(file, data, first, last, True, b"\n\\")
    if known is not None:
        return known
    writer = Writer(file, data, first, last)
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


def _folded(writer: Writer, start: int, end: int) -> None:
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
    writer = Writer(file, data, start, end)
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
