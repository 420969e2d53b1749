"""Backslash escapes of string literals."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:(?P<line>\r\n|\n|\r)|x(?P<byte>[0-9a-fA-F]{2})|u\{(?P<braces>[0-9a-fA-F]{1,6})\}"
    r"|u(?P<unit>[0-9a-fA-F]{4})|U(?P<code>[0-9a-fA-F]{8})|(?P<other>.))",
    re.DOTALL,
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}


def unescape(text: str) -> str:
    """Resolve the escapes that Python and JavaScript share; unknown ones keep their character."""
    return _ESCAPE.sub(_replace, text) if "\\" in text else text


def _replace(match: re.Match[str]) -> str:
    if match["line"]:
        return ""
    code = match["byte"] or match["braces"] or match["unit"] or match["code"]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"
    return _LETTERS.get(match["other"], match["other"])
