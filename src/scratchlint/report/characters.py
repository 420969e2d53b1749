"""Text that a terminal, a web page or a strict parser can be given whatever the source holds."""

from __future__ import annotations

import unicodedata

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """Return `text` with every character that is not seen written as a backslash escape.

    Control characters, which drive terminals, and format characters, which reorder or hide text,
    become visible, and so do line separators; the result is always one line.
    """
    if text.isprintable():
        return text
    return "".join(map(_escape, text))


def sound(text: str) -> str:
    """Return `text` with lone surrogates (undecodable file names) written as backslash escapes."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _escape(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return character
    number = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
