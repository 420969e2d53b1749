"""The tokens of service configuration: words, and the signs that end statements and open blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["word", "open", "close", "end", "comment"]


class Token(NamedTuple):
    """A word, `{`, `}`, the end of a statement, or a comment; where it stands."""

    kind: Kind
    start: int
    end: int


_BLANKS = re.compile(rb"(?:[ \t\f\v,]|\\\r?\n)++")
_COMMENT = re.compile(rb"#[^\r\n]*+|//[^\r\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")
_LINE_END = re.compile(rb"[\r\n]++[ \t]*+")
_PIECE = (
    rb"\{\{[^{}\r\n]{1,300}\}\}|<%[-=][^%\r\n]{1,300}%>|\$\{[^{}\r\n]{1,300}\}|@@\w{1,80}@@"
    rb"|(?<!\w)\"(?:\\.|[^\"\\\r\n]){0,2000}\"|(?<!\w)'(?:\\.|[^'\\\r\n]){0,2000}'"
)
_WORD = re.compile(
    rb"(?:" + _PIECE + rb"|[^\s{};,]|(?<=\S)\{(?!\s)[^\s{}]*+\}|;(?=[^\s}])|,(?=\S))++", re.DOTALL
)
_TERMINATED_WORD = re.compile(rb"(?:" + _PIECE + rb"|[^\s{};]|(?<=\S)\{(?!\s)[^\s{}]*+\})++", re.DOTALL)
_ENDED = re.compile(rb"(?m)^[ \t]*+[^#\s][^\r\n]*;[ \t]*+\r?$")
_LINES = re.compile(rb"(?m)^[ \t]*+[^#;\s{}][^\r\n]*[^\s{};,\\][ \t]*+\r?$")


def is_terminated(data: bytes) -> bool:
    """Whether statements end with a semicolon, as in nginx and BIND, rather than with their line."""
    return len(_ENDED.findall(data)) > len(_LINES.findall(data))


def tokens(data: bytes, place: int, terminated: bool) -> Iterator[Token]:
    """Yield the tokens from an offset on."""
    first = True
    word = _TERMINATED_WORD if terminated else _WORD
    while place < len(data):
        sign = data[place : place + 1]
        blank = _BLANKS.match(data, place)
        if blank:
            place = blank.end()
            continue
        line = _LINE_END.match(data, place)
        if line:
            if not terminated:
                yield Token("end", place, line.end())
            first = first or not terminated
            place = line.end()
            continue
        comment = _COMMENT.match(data, place)
        if comment and (first or sign == b"#"):
            yield Token("comment", *comment.span())
            place = comment.end()
            continue
        if first and sign == b";" and not terminated:
            ending = data.find(b"\n", place)
            end = ending if ending >= 0 else len(data)
            yield Token("comment", place, end)
            place = end
            continue
        match = word.match(data, place)
        hole = data[place : place + 2] == b"{{" and match is not None and match.end() > place + 1
        if match and (hole or sign not in (b"{", b"}")):
            yield Token("word", *match.span())
            place, first = match.end(), False
            continue
        kind: Kind = "open" if sign == b"{" else "close" if sign == b"}" else "end"
        yield Token(kind, place, place + 1)
        place, first = place + 1, True
