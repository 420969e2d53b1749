"""Text templates of printf and str.format style, split into texts and the values they take."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?(?P<kind>[a-zA-Z%])"
)
_BRACE = re.compile(r"\{\{|\}\}|\{(?P<key>[^{}:!]*)(?:![rsa])?(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")


def percent_parts(text: str) -> Iterator[str | tuple[str | None, int]]:
    """Yield texts and fields of a printf-style format; a field is (key or None, position)."""
    place, position = 0, 0
    for match in _PERCENT.finditer(text):
        yield text[place : match.start()]
        place = match.end()
        if match["kind"] == "%":
            yield "%"
        else:
            yield match["key"], position
            position += 1
    yield text[place:]


def brace_parts(text: str) -> Iterator[str | tuple[str | None, int]]:
    """Yield texts and fields of a str.format string; a field is (name or None, position)."""
    place, position = 0, 0
    for match in _BRACE.finditer(text):
        yield text[place : match.start()]
        place = match.end()
        if match[0] in ("{{", "}}"):
            yield match[0][0]
            continue
        key = re.split(r"[.\[]", match["key"], maxsplit=1)[0]
        if key.isdigit():
            yield None, int(key)
        elif key:
            yield key, position
        else:
            yield None, position
            position += 1
    yield text[place:]
