"""Here-documents: where their text stands and where expansions interrupt it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EXPANSION = re.compile(rb"\\.|\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])|\$[({\[]|`", re.DOTALL)
_STEP = re.compile(rb"\\.|\$\(|\$\{|[(){}'\"`]", re.DOTALL)
_CLOSERS = {b"$(": b")", b"(": b")", b"${": b"}", b"'": b"'", b'"': b'"', b"`": b"`"}
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
