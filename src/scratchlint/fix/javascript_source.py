"""Expressions in TypeScript and JavaScript that take the place of a text, and the imports that they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scratchlint.fix.change import Stretch
from scratchlint.fix.user_directory import UserDirectory

_MODULE = re.compile(rb"(?m)^[ \t]*(?:import\b(?!\s*\()|export\b)")
_IMPORTS = re.compile(
    rb"(?ms)^import\b(?!\s*\()[^;'\"`]*?['\"][^'\"\n]+['\"][^\n;]*;?[ \t]*\r?$"
    rb"|^(?:const|let|var)\s[^;=]*=\s*require\([^)\n]*\)[^\n;]*;?[ \t]*\r?$"
)
# Escapes, and what ends a path within a longer text.
_NOT_A_PATH = re.compile(rb"[\\\s:;,?#]")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:#![^\n]*\n)?(?:[ \t]*(?:['\"]use \w+['\"];?)[ \t]*\r?\n)*")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new directory in scratch storage, whose name begins with that of the program."""

    app: str
    parts: tuple[str, ...] = ()


def joined(data: bytes, place: Stretch, wanted: UserDirectory | Fresh) -> Mapping[Stretch, bytes] | None:
    """Return the edits that compute a directory where a text begins with the old one.

    A plain text becomes a call of `path.join`, a template gets it as its first part. None where an
    expression cannot stand: behind other text, or in a key.
    """
    start, end = place
    opening = data[start - 1 : start]
    quote = b"'" if opening not in (b"'", b'"') else opening
    imports = _Imports(data, quote.decode())
    base = _base(wanted, imports, quote.decode())
    if opening == b"`":
        text = f"${{{_call(imports, base, wanted.parts, quote.decode())}}}"
        return {place: text.encode(), **imports.edits()}
    if opening not in (b"'", b'"'):
        return None
    closing = _closing(data, end, opening)
    if closing is None or re.match(rb"\s*(?:\?\s*)?:(?!:)", data[closing + 1 :]):
        return None
    if _NOT_A_PATH.search(data, end, closing):
        return None
    rest = data[end:closing].decode()
    parts = (*wanted.parts, *filter(None, rest.split("/")))
    return {
        (start - 1, closing + 1): _call(imports, base, parts, opening.decode()).encode(),
        **imports.edits(),
    }


def _base(wanted: UserDirectory | Fresh, imports: _Imports, quote: str) -> str:
    if isinstance(wanted, Fresh):
        inside = f"{imports.name('os')}.tmpdir(), {quote}{wanted.app}-{quote}"
        return f"{imports.name('fs')}.mkdtempSync({imports.name('path')}.join({inside}))"
    home = f"{imports.name('os')}.homedir()" if wanted.fallback or not wanted.variable else ""
    if not wanted.variable:
        return home
    if not home:
        return f"process.env.{wanted.variable} || {quote}/run/user/{quote} + process.getuid?.()"
    inner = _call(imports, home, wanted.fallback.split("/"), quote)
    return f"process.env.{wanted.variable} || {inner}"


def _call(imports: _Imports, base: str, parts: tuple[str, ...] | list[str], quote: str) -> str:
    texts = ", ".join(f"{quote}{part}{quote}" for part in parts)
    return f"{imports.name('path')}.join({base}{', ' if texts else ''}{texts})"


def _closing(data: bytes, place: int, quote: bytes) -> int | None:
    match = re.compile(rb"(?:\\.|[^\\\n" + quote + rb"])*").match(data, place)
    assert match is not None
    return match.end() if data[match.end() : match.end() + 1] == quote else None


class _Imports:
    """The modules that an expression needs, by the names that the file has for them or is given."""

    def __init__(self, data: bytes, quote: str) -> None:
        self._data = data
        self._quote = quote
        self._missing: dict[str, str] = {}

    def name(self, module: str) -> str:
        """Return what the file calls a module of Node."""
        named = self._known(module)
        if named is None:
            named = (
                module
                if not re.search(rb"\b" + module.encode() + rb"\s*[=:,)]", self._data)
                else f"node_{module}"
            )
            self._missing[module] = named
        return named

    def _known(self, module: str) -> str | None:
        spelled = rb"['\"](?:node:)?" + module.encode() + rb"['\"]"
        match = re.search(
            rb"(?m)^import\s+(?:\*\s+as\s+)?(?P<imported>\w+)\s*(?:,\s*\{[^}]*\}\s*)?from\s*"
            + spelled
            + rb"|^(?:const|let|var)\s+(?P<required>\w+)\s*=\s*require\(\s*"
            + spelled,
            self._data,
        )
        return None if match is None else (match["imported"] or match["required"]).decode()

    def edits(self) -> dict[Stretch, bytes]:
        """Return the edit that adds what is missing, in the style of the file."""
        if not self._missing:
            return {}
        style = self._style()
        end = "\r\n" if b"\r\n" in self._data else "\n"
        lines = [
            style.format(name=name, module=module, q=self._quote)
            for module, name in sorted(self._missing.items())
        ]
        present = list(_IMPORTS.finditer(self._data))
        if present:
            last = present[-1]
            place = last.end() - (1 if self._data[: last.end()].endswith(b"\r") else 0)
            return {(place, place): "".join(end + line for line in lines).encode()}
        head = _HEAD.match(self._data)
        place = head.end() if head else 0
        return {(place, place): "".join(line + end for line in lines).encode()}

    def _style(self) -> str:
        semicolon = "" if re.search(rb"(?m)^(?:import|const)\b[^;\n]*['\")]\s*$", self._data) else ";"
        scheme = (
            ""
            if re.search(rb"['\"](?:fs|path|os|child_process|net|http|util)(?:/promises)?['\"]", self._data)
            else "node:"
        )
        if _MODULE.search(self._data):
            return "import * as {name} from {q}" + scheme + "{module}{q}" + semicolon
        return "const {name} = require({q}" + scheme + "{module}{q})" + semicolon
