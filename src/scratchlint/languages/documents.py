"""Files that programs write: a text whose name or shape tells a format is lowered in that format.

What the program fills in remains an expression of the program, which stands in the file as
`Other("outside")`; to the front end of the format it is a word of letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.front_ends import lower_file
from scratchlint.languages.names import again
from scratchlint.source.written_files import written_language

MAXIMUM_DOCUMENT = 200_000
"""Longer texts, in bytes, are not read as files."""
MAXIMUM_SKIPPED = 400
MAXIMUM_NESTING = 8
"""Files that write files that write files: deeper than this they remain texts."""

_DEPTH: ContextVar[int] = ContextVar("depth", default=0)

_HOLE = re.compile(r"scratchlint_hole_(\d+)_")
_ESCAPE = re.compile(
    rb"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", re.DOTALL
)

N = TypeVar("N", bound=ir.Node)

Source = Callable[[Span], tuple[bytes, Sequence[int]]]
"""Gives the source bytes of a span, and where each of them and their end stands in the file."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What a program writes: bytes, the place of each and of the end, the expressions in it."""

    data: bytes
    places: Sequence[int]
    holes: Sequence[ir.Expr]


def document(text: ir.Expr, name: str, source: Source, language: str | None = None) -> ir.Document | None:
    """Return a text as the file that it is written to, or None when nothing tells its format.

    `name` is the path of that file, "" when the text runs at once, in `language`.
    """
    told = language or written_language(name, spelled(text))
    if told is None:
        return None
    whole = _joined(text, source)
    if not whole.data.strip() or len(whole.data) > MAXIMUM_DOCUMENT:
        return None
    depth = _DEPTH.get()
    if depth >= MAXIMUM_NESTING:
        return None
    token = _DEPTH.set(depth + 1)
    try:
        module = lower_file(told, text.span.file, whole.data)
    finally:
        _DEPTH.reset(token)
    moved = _Move(whole).node(module)
    return ir.Document(text.span, replace(moved, span=text.span, written=name))


def spelled(text: ir.Expr) -> str:
    """Return a text as far as it is written out; what is filled in is a word."""
    match text:
        case ir.Lit(text=constant):
            return constant
        case ir.Concat(parts=parts, separator=separator):
            return separator.join(map(spelled, parts))
        case ir.Ref(name=name) | ir.Env(name=name):
            return f"${name}"
    return "$(...)"


def _joined(text: ir.Expr, source: Source) -> _Text:
    data, places, holes = bytearray(), list[int](), list[ir.Expr]()
    cursor = Span("", 0, 0)
    skipped = 0
    for part in _parts(text):
        if isinstance(part, ir.Lit):
            raw, at = source(part.span)
            skipped = skipped if part.span == cursor else 0
            written, where, skipped = aligned(part.text.encode(), raw, at, skipped)
            data += written
            places.extend(where)
            cursor = part.span
        else:
            word = f"scratchlint_hole_{len(holes)}_".encode()
            holes.append(part)
            data += word
            places.extend([part.span.start] * (len(word) - 1))
            places.append(max(part.span.start, part.span.end - 1))
    places.append(places[-1] + 1 if places else text.span.start)
    return _Text(bytes(data), places, holes)


def _parts(text: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(text, ir.Concat) and not text.separator:
        for part in text.parts:
            yield from _parts(part)
    else:
        yield text


def aligned(text: bytes, raw: bytes, places: Sequence[int], start: int = 0) -> tuple[bytes, list[int], int]:
    """Return a constant, the place of each of its bytes, and how much of its source is used up.

    The source is the constant with quotes and escapes; what cannot be found stands where the search began.
    """
    found = raw.find(text, start)
    if found >= 0:
        return text, [places[found + number] for number in range(len(text))], found + len(text)
    where: list[int] = []
    position = start
    for byte in text:
        place = _next(byte, raw, position)
        if place is None:
            where.append(places[min(position, len(raw))])
            continue
        where.append(places[place[0]])
        position = place[1]
    return text, where, position


def _next(byte: int, raw: bytes, position: int) -> tuple[int, int] | None:
    """Return where the next byte of a constant begins and ends in its source."""
    for place in range(position, min(len(raw), position + MAXIMUM_SKIPPED)):
        if raw[place] == byte and byte != ord("\\"):
            return place, place + 1
        if raw[place] == ord("\\") and (escape := _ESCAPE.match(raw, place)):
            line = escape[0][1:2] in (b"\n", b"\r")
            if not line:
                same = byte == ord("\\") and escape[0][1:2] != b"\\"
                return place, place + 1 if same else escape.end()
    return None


class _Move:
    """Moves nodes from a text to where it stands in the program, and puts the program's holes in."""

    def __init__(self, text: _Text) -> None:
        self._places = text.places
        self._holes = text.holes
        self._filled: set[int] = set()

    def node(self, node: N) -> N:
        """Return a statement or module where it belongs."""
        return type(node)(**{field.name: self._value(getattr(node, field.name)) for field in fields(node)})

    def _value(self, value: Any) -> Any:
        match value:
            case Span():
                return self._span(value)
            case tuple():
                return tuple(self._value(item) for item in value)
            case ir.Lit():
                return self._literal(value)
            case ir.Ref(name=name) if (hole := _HOLE.fullmatch(name)) is not None:
                return self._outside(int(hole[1]))
            case ir.Bind(span=span, target=ir.Ref() as target, value=given):
                key = ir.Ref(self._span(target.span), self._name(target.name))
                return replace(value, span=self._span(span), target=key, value=self._value(given))
            case ir.Node():
                return self.node(value)
            case str():
                return self._name(value)
        return value

    def _span(self, span: Span) -> Span:
        first = self._places[span.start]
        last = self._places[span.end - 1] + 1 if span.end > span.start else first
        return Span(span.file, first, max(first, last))

    def _name(self, text: str) -> str:
        return _HOLE.sub("{}", text)

    def _literal(self, literal: ir.Lit) -> ir.Expr:
        """Return a constant, split where the program fills something in."""
        exact = len(literal.text.encode()) == literal.span.end - literal.span.start
        parts: list[ir.Expr] = []
        position = 0
        for hole in [*_HOLE.finditer(literal.text), None]:
            end = hole.start() if hole is not None else len(literal.text)
            if position < end or (hole is None and not parts):
                span = literal.span
                if exact:
                    start = span.start + len(literal.text[:position].encode())
                    span = Span(span.file, start, start + len(literal.text[position:end].encode()))
                parts.append(ir.Lit(self._span(span), literal.text[position:end]))
            if hole is not None:
                parts.append(self._outside(int(hole[1])))
                position = hole.end()
        return parts[0] if len(parts) == 1 else ir.Concat(self._span(literal.span), tuple(parts), "")

    def _outside(self, number: int) -> ir.Expr:
        """Return what the program fills in; a second time it is read again, since nodes have one parent."""
        hole = self._holes[number] if number < len(self._holes) else None
        if hole is None:
            return ir.Other(self._span(Span("", 0, 0)), "outside", ())
        if number in self._filled:
            hole = again(hole)
        self._filled.add(number)
        return ir.Other(hole.span, "outside", (hole,))
