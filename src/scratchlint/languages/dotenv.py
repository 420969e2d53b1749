"""Environment files: `NAME=value` lines as dotenv libraries, compose and shells read them.

The readers disagree in places. Where they do, this scanner follows the syntax of python-dotenv
(https://saurabh-kumar.com/python-dotenv/) and accepts what others add to it:

- `NAME: value` and values in backticks (npm's dotenv);
- `$NAME`, `${NAME-default}`, `${NAME:?text}`, `$$` and defaults inside defaults (compose's
  interpolation, https://docs.docker.com/reference/compose-file/interpolation/);
- text that follows a closing quote at once, as in `"$HOME"/data` (shells).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from scratchlint.core import ir
from scratchlint.core.span import Span

MAXIMUM_DEPTH = 16
"""Expansions nested deeper than this in each other's defaults are plain text."""

# Blanks are matched possessively: a file of blanks alone must not take quadratic time.
_SPACE = re.compile(rb"\s*+")
_ASSIGNMENT = re.compile(
    rb"(?:export[ \t\f\v]+)?"
    rb"(?:([\w.-]+):(?=[ \t\f\v])|'([^'\r\n]+)'[ \t\f\v]*+=|([^\s=#'\"`]+)[ \t\f\v]*+=)"
    rb"([ \t\f\v]*+)"
)
_NAME_ALONE = re.compile(rb"(?:export[ \t\f\v]+)?[\w.-]++(?=[ \t\f\v]*+(?:[#\r\n]|\Z))")
_END = re.compile(rb"([ \t\f\v]*+)(?:(#[^\r\n]*+)|(?=[\r\n])|\Z)")
_LINE = re.compile(rb"[^\r\n]*+")
_INLINE_COMMENT = re.compile(rb"(?<![ \t\f\v])[ \t\f\v]++#")
_UNQUOTED_PIECE = re.compile(rb"[^\s'\"`]++")
_QUOTED_PIECES = {
    b"'": re.compile(rb"'((?:\\.|[^'\\])*+)'", re.DOTALL),
    b'"': re.compile(rb'"((?:\\.|[^"\\])*+)"', re.DOTALL),
    b"`": re.compile(rb"`([^`]*+)`"),
}

_EXPANSION = rb"(?P<dollar>\$\$|\\\$)|\$\{(?P<braced>[A-Za-z_]\w*+)|\$(?P<plain>[A-Za-z_]\w*+)"
_TOKENS = {
    b"'": re.compile(rb"\\(?P<escape>[\\'])"),
    b'"': re.compile(rb"\\(?P<escape>[\\'\"abfnrtv])|" + _EXPANSION),
    b"`": re.compile(_EXPANSION),
    b"": re.compile(_EXPANSION),
}
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_BRACE = re.compile(rb"\\.|\$\{|\}", re.DOTALL)
_OPERATOR = re.compile(rb":?(?:(?P<default>[-=])|(?P<alternative>\+)|(?P<required>\?))")


def lower(source_path: str, data: bytes) -> ir.Module:
    """Lower an environment file: every assignment becomes an exported Bind.

    `source_path` is the file that spans name. A name alone on its line passes a variable on
    and binds nothing; any other line that is neither an assignment nor a comment is a damaged
    span. Takes time proportional to the size, and never raises, whatever the bytes.
    """
    return _Scanner(source_path, data).module()


class _Scanner:
    """Goes through a file, line by line."""

    def __init__(self, path: str, data: bytes) -> None:
        self._data = data
        self._values = _Values(path, data)
        self._span = self._values.span
        self._statements: list[ir.Stmt] = []
        self._comments: list[ir.Comment] = []
        self._damaged: list[Span] = []

    def module(self) -> ir.Module:
        """Return everything that the file says."""
        position = len(codecs.BOM_UTF8) if self._data.startswith(codecs.BOM_UTF8) else 0
        while (position := _end(_SPACE, self._data, position)) < len(self._data):
            position = self._line(position)
        return ir.Module(
            self._span(0, len(self._data)),
            "dotenv",
            tuple(self._statements),
            tuple(self._comments),
            tuple(self._damaged),
        )

    def _line(self, start: int) -> int:
        """Read the statement or comment that begins at `start`; return where its line ends."""
        end: int | None = start
        if assignment := _ASSIGNMENT.match(self._data, start):
            end = self._assignment(assignment)
        elif alone := _NAME_ALONE.match(self._data, start):
            end = alone.end()
        rest = _END.match(self._data, end) if end is not None else None
        if rest is None:
            line_end = _end(_LINE, self._data, start)
            self._damaged.append(self._span(start, line_end))
            return line_end
        if rest[2]:
            self._comments.append(ir.Comment(self._span(*rest.span(2)), _text(rest[2])))
        return rest.end()

    def _assignment(self, match: re.Match[bytes]) -> int | None:
        """Record an assignment; return the end of its value, or None when that cannot be read."""
        start, end = match.end(), match.end()
        parts: tuple[ir.Expr, ...] = ()
        if not (match[4] and self._data.startswith(b"#", start)):
            value = self._values.value(start)
            if value is None:
                return None
            parts, end = value
        group = next(number for number in (1, 2, 3) if match[number] is not None)
        target = ir.Ref(self._span(*match.span(group)), _text(match[group]))
        span = self._span(match.start(), end)
        value_node = self._values.join(parts, start)
        self._statements.append(ir.Bind(span, target, value_node, declares=True, exported=True))
        return end


class _Values:
    """Reads values: their quotes, escapes and expansions."""

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data

    def span(self, start: int, end: int) -> Span:
        """Return a span of this file."""
        return Span(self._path, start, end)

    def value(self, start: int) -> tuple[tuple[ir.Expr, ...], int] | None:
        """Return the parts of the value at `start` and its end; None when quotes do not fit."""
        first = self._data[start : start + 1]
        value = self._quoted(start) if first in _QUOTED_PIECES else None
        if value is not None or first in (b"'", b'"'):
            return value
        line_end = _end(_LINE, self._data, start)
        comment = _INLINE_COMMENT.search(self._data, start, line_end)
        text = self._data[start : comment.start() if comment else line_end].rstrip()
        end = start + len(text)
        return self._parts(start, end, b""), end

    def _quoted(self, start: int) -> tuple[tuple[ir.Expr, ...], int] | None:
        """Read a quoted piece and what is joined to it without a blank."""
        parts: list[ir.Expr] = []
        end = start
        while end == start or not _END.match(self._data, end):
            quote = self._data[end : end + 1]
            if quote in _QUOTED_PIECES:
                piece = _QUOTED_PIECES[quote].match(self._data, end)
                if piece is None:
                    return None
                is_clean = end == start and _END.match(self._data, piece.end())
                if not is_clean and re.search(rb"[\r\n]", piece[1]):
                    # More likely a quote that was forgotten than a value that goes on for lines.
                    return None
                parts += self._parts(*piece.span(1), quote)
            else:
                piece = _UNQUOTED_PIECE.match(self._data, end)
                if piece is None:
                    return None
                parts += self._parts(*piece.span(), b"")
            end = piece.end()
        return tuple(parts), end

    def join(self, parts: tuple[ir.Expr, ...], start: int) -> ir.Expr:
        """Return the expression that parts make; without any it is an empty text at `start`."""
        if not parts:
            return ir.Lit(self.span(start, start), "")
        if len(parts) == 1:
            return parts[0]
        return ir.Concat(self.span(parts[0].span.start, parts[-1].span.end), parts, "")

    def _parts(self, start: int, end: int, quote: bytes) -> tuple[ir.Expr, ...]:
        braces: dict[int, int] = {}
        opened: list[int] = []
        for brace in _BRACE.finditer(self._data, start, end):
            if brace[0] == b"${":
                opened.append(brace.start())
            elif brace[0] == b"}" and opened:
                braces[opened.pop()] = brace.start()
        return self._split(start, end, quote, braces, 0)

    def _split(
        self, start: int, end: int, quote: bytes, braces: Mapping[int, int], depth: int
    ) -> tuple[ir.Expr, ...]:
        """Split text into literals and expansions; `braces` gives where each `${` closes."""
        parts: list[ir.Expr] = []
        literal: list[str] = []
        literal_start = position = start
        while token := _TOKENS[quote].search(self._data, position, end):
            literal.append(_text(self._data[position : token.start()]))
            position = token.end()
            expansion = None
            if token.lastgroup == "escape":
                letter = _text(token["escape"])
                literal.append(_ESCAPES.get(letter, letter))
            elif token.lastgroup == "dollar":
                literal.append("$")
            elif (expansion := self._expansion(token, quote, braces, depth)) is None:
                literal.append(_text(token[0]))
            if expansion is not None:
                if literal_start < token.start():
                    parts.append(ir.Lit(self.span(literal_start, token.start()), "".join(literal)))
                parts.append(expansion)
                literal = []
                literal_start = position = expansion.span.end
        if literal_start < end:
            literal.append(_text(self._data[position:end]))
            parts.append(ir.Lit(self.span(literal_start, end), "".join(literal)))
        return tuple(parts)

    def _expansion(
        self, token: re.Match[bytes], quote: bytes, braces: Mapping[int, int], depth: int
    ) -> ir.Expr | None:
        """Return what `$NAME` or `${NAME...}` stands for; None when it is plain text after all."""
        if token.lastgroup == "plain":
            return ir.Env(self.span(*token.span()), _text(token["plain"]), None)
        closing = braces.get(token.start())
        if closing is None or depth >= MAXIMUM_DEPTH:
            return None
        span = self.span(token.start(), closing + 1)
        name = _text(token["braced"])
        operator = _OPERATOR.match(self._data, token.end(), closing)
        if token.end() == closing or (operator and operator["required"]):
            return ir.Env(span, name, None)
        if operator is None:
            variable = ir.Env(self.span(*token.span("braced")), name, None)
            return ir.Other(span, "expansion", (variable,))
        parts = self._split(operator.end(), closing, quote, braces, depth + 1)
        word = self.join(parts, operator.end())
        if operator["alternative"]:
            return ir.Either(span, (word, ir.Lit(self.span(closing, closing), "")))
        return ir.Env(span, name, word)


def _end(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    """Return where a pattern that always matches ends."""
    match = pattern.match(data, position)
    return match.end() if match else position


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
