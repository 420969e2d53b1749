"""Files that may use what another file exports, as their bytes tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from scratchlint.dataflow.literals import Literals

# Exports that importers give names of their own.
_NAMELESS = frozenset({"default", "exports"})
# Imports and exports that need not spell what they hand on.
_EVERYTHING = re.compile(rb"\b(?:import|export)\s*\*")
_PORTS = Literals((b"import", b"export"))
_EXPORT = Literals((b"export",))
_SCRIPTS = frozenset({"javascript", "typescript"})
_NARROWED = _SCRIPTS | {"python"}
# The lists in which JavaScript imports names: they take a value in, but do nothing with it.
_LISTS = re.compile(
    rb"(?:\bimport\b[^;'\"]*?\bfrom\b|\b(?:const|let|var)\s*\{[^{};]*\}\s*=\s*(?:await\s+)?(?:require|import)\s*\()"
    rb"\s*(?:\"[^\"\n]*\"|'[^'\n]*')"
)

# Comments that fill their lines; behind code, what looks like one may be part of a text.
_COMMENTS = re.compile(rb"(?m)^[ \t]*+(?://|/\*|\*).*$")


class Export(NamedTuple):
    """Something that a file exports, and, where only one field of it matters, that field."""

    name: str
    field: str = ""


def may_export(language: str, data: bytes, name: str) -> bool:
    """Whether a file may export something under a name: it declares it, or hands on what others export."""
    spelled = name.encode("utf-8", "replace")
    if spelled in data and (language not in _SCRIPTS or _stands(_exported(spelled), _EXPORT, data)):
        return True
    return b"*" in data and _stands(_EVERYTHING, _PORTS, data)


def may_use(language: str, data: bytes, export: Export) -> bool:
    """Whether a file that imports another may use one of its exports.

    An object's field is used where the field's name is spelled, or where more is done with the object than
    to read other fields of it: it is handed on, or one of its methods is called.
    """
    if b"*" in data and _stands(_EVERYTHING, _PORTS, data):
        return True
    if export.name in _NAMELESS:
        return True
    name, field = (text.encode("utf-8", "replace") for text in export)
    if name not in data:
        return False
    if not field or language not in _NARROWED or _word(field).search(data) is not None:
        return True
    renamed, whole = _patterns(name)
    if language in _SCRIPTS:
        if any(renamed.search(imported[0]) for imported in _LISTS.finditer(data)):
            return True
        data = _LISTS.sub(b"", _COMMENTS.sub(b"", data))
    return whole.search(data) is not None


def _stands(pattern: re.Pattern[bytes], words: Literals, data: bytes) -> bool:
    """Whether a pattern fits somewhere; it begins with one of some words, which are looked for first."""
    return any(pattern.match(data, place) for place in words.places(data))


@lru_cache(maxsize=64)
def _word(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])")


@lru_cache(maxsize=64)
def _exported(name: bytes) -> re.Pattern[bytes]:
    """Return what exports a name: on the line of the export, in its braces, or the way of CommonJS."""
    word = _word(name).pattern
    return re.compile(
        rb"\bexport\b[^\n;]*?" + word + rb"|\bexport\b[^{};=]*\{[^{}]*?" + word + rb"|\bexports\b"
    )


@lru_cache(maxsize=64)
def _patterns(name: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return what gives a name another one in a list, and what uses it for more than a named field."""
    word = _word(name).pattern
    field = rb"\s*+(?:\?\.|\.)\s*+[A-Za-z_$][\w$]*+(?!\s*\()"
    return re.compile(word + rb"\s*(?:as\b|:)"), re.compile(word + rb"(?!" + field + rb")")
