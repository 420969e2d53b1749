"""What the shell's quotes and backslashes leave of a text."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"\\(\n|.)", re.DOTALL)
_QUOTED = re.compile(r"\\([\n$`\"\\])")
_DOCUMENT = re.compile(r"\\([\n$`\\])")
_ANSI = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9a-fA-F]{1,2})|u(?P<unit>[0-9a-fA-F]{1,4})"
    r"|U(?P<code>[0-9a-fA-F]{1,8})|c(?P<control>.)|(?P<other>.))",
    re.DOTALL,
)
_ANSI_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_ESCAPED_IN_QUOTES = b'\n$`"\\'


def plain(text: str) -> str:
    """Resolve the backslashes of an unquoted word."""
    return _PLAIN.sub(_kept, text) if "\\" in text else text


def quoted(text: str) -> str:
    """Resolve the backslashes between double quotes."""
    return _QUOTED.sub(_kept, text) if "\\" in text else text


def document(text: str) -> str:
    """Resolve the backslashes of a here-document."""
    return _DOCUMENT.sub(_kept, text) if "\\" in text else text


def ansi(text: str) -> str:
    """Resolve the escapes of `$'...'`."""
    return _ANSI.sub(_ansi_character, text) if "\\" in text else text


def script_in_quotes(data: bytes, start: int, end: int) -> tuple[bytes, list[int]]:
    """Return the command text between double quotes, and where each of its bytes stands.

    Single quotes do not stop the expansions of the outer string, which the text still holds:
    they become double quotes, unless the text has those already.
    """
    text = bytearray()
    places: list[int] = []
    position = start
    while position < end:
        if data[position] == ord("\\") and position + 1 < end and data[position + 1] in _ESCAPED_IN_QUOTES:
            position += 1
            if data[position] == ord("\n"):
                position += 1
                continue
        text.append(data[position])
        places.append(position)
        position += 1
    script = bytes(text)
    if b"$" in script and b'"' not in script:
        script = script.replace(b"'", b'"')
    return script, places


def _kept(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


def _ansi_character(match: re.Match[str]) -> str:
    if match["octal"]:
        return chr(int(match["octal"], 8) & 0xFF)
    if match["control"]:
        return chr(ord(match["control"]) & 0x1F)
    code = match["byte"] or match["unit"] or match["code"]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"
    return _ANSI_LETTERS.get(match["other"], match["other"] if match["other"] in "\\'\"?" else match[0])
