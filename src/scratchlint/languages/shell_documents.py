"""Here-documents: where their text stands and where expansions interrupt it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EXPANSION = re.compile(rb"\\.|\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])|\$[({\[]|`", re.DOTALL)
_STEP = re.compile(rb"\\.|\$\(|\$\{|[(){}'\"`]", re.DOTALL)
_CLOSERS = {b"$(": b")", b"(": b")", b"${": b"}", b"'": b"'", b'"': b'"', b"`": b"`"}
_OPENING = re.compile(rb"(?<!<)<<(-?)[ \t]*(?:(['\"])([^'\"\n]+)\2|\\?([A-Za-z_]\w*))")
_VISIBLE = re.compile(rb"[^\n]")
_ESCAPED_BEGINNING = re.compile(rb"<<[^\n]*\n\s*\\")
_TERMINATED = re.compile(rb"(?m)(<<-?[ \t]*+\\?[A-Za-z_]\w*+);(?=[ \t]*+\r?$)")
_LINE_END = re.compile(rb"(?<!\\)\n")
_TABS = re.compile(rb"(?m)^\t+")


def is_quoted(delimiter: str) -> bool:
    """Tell whether a here-document's delimiter keeps its text from being expanded."""
    return any(quote in delimiter for quote in "'\"\\")


def expansions(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each expansion between two offsets, in order."""
    position = start
    while (match := _EXPANSION.search(data, position, end)) is not None:
        position = match.end()
        opened = match[0]
        if opened.startswith(b"\\"):
            continue
        if opened in (b"$(", b"${", b"`"):
            closed = _closed(data, match.end(), end, _CLOSERS[opened])
        elif opened == b"$[":
            closed = data.find(b"]", match.end(), end) + 1 or None
        else:
            closed = match.end()
        if closed is None:
            return
        yield match.start(), closed
        position = closed


def _closed(data: bytes, start: int, end: int, closer: bytes) -> int | None:
    """Return where the expansion ends whose text begins at `start`, or None when it does not."""
    closers = [closer]
    position = start
    while (match := _STEP.search(data, position, end)) is not None:
        position = match.end()
        token = match[0]
        if closers[-1] == b"'":
            if token.endswith(b"'"):
                closers.pop()
            continue
        if token == closers[-1]:
            closers.pop()
            if not closers:
                return position
        elif token in (b"$(", b"${", b"`") or (
            closers[-1] != b'"' and (token in (b"'", b'"') or (token == b"(" and closers[-1] == b")"))
        ):
            closers.append(_CLOSERS[token])
    return None


def lines_without_tabs(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between two offsets that `<<-` keeps: each line behind its tabs."""
    position = start
    for match in _TABS.finditer(data, start, end):
        if match.start() > position:
            yield position, match.start()
        position = match.end()
    if position < end:
        yield position, end


def lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines between two offsets with their ends; a backslash joins the next one."""
    position = start
    for match in _LINE_END.finditer(data, start, end):
        yield position, match.end()
        position = match.end()
    yield position, end


def unterminated(data: bytes) -> bytes:
    """Return a script of the same length without the `;` of `<<EOF;`, over which the grammar falls."""
    return _TERMINATED.sub(rb"\1 ", data) if b"<<" in data else data


def begins_escaped(data: bytes) -> bool:
    """Tell whether some here-document begins with a backslash, which the grammar does not expect."""
    return _ESCAPED_BEGINNING.search(data) is not None


def hidden(data: bytes) -> bytes:
    """Return a script of the same length whose here-documents hold nothing for a grammar to trip over.

    A document needs the line that ends it; what merely looks like its beginning is left alone.
    """
    result = bytearray(data)
    position = 0
    while (opening := _OPENING.search(data, position)) is not None:
        position = opening.end()
        start = data.find(b"\n", position) + 1
        delimiter = re.escape(opening[3] or opening[4])
        ending = re.compile(rb"(?m)^" + (rb"\t*" if opening[1] else b"") + delimiter + rb"$")
        closing = ending.search(data, start) if start else None
        if closing is not None:
            result[start : closing.start()] = _VISIBLE.sub(b"x", data[start : closing.start()])
            position = closing.end()
    return bytes(result)
