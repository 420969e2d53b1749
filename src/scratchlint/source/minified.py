"""Programs that a build squeezed into a few lines: nobody edits them, and their sources tell the same."""

from __future__ import annotations

_LONG = 1_000
"""Bytes of a line that no editor is made for."""

_WORDS = (b"function", b"return", b"=>")
_BYTES_A_WORD = 500
"""In the long lines of embedded data such words stand by chance alone, far more seldom."""


def is_minified(data: bytes) -> bool:
    """Whether most of a JavaScript program stands in very long lines of code."""
    if len(data) < 2 * _LONG or data.count(b"\n") > 2 * len(data) // _LONG:
        return False
    long = [line for line in data.split(b"\n") if len(line) > _LONG]
    length = sum(map(len, long))
    words = sum(line.count(word) for line in long for word in _WORDS)
    return 2 * length > len(data) and words * _BYTES_A_WORD > length
