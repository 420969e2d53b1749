"""nginx configuration (https://nginx.org/en/docs/beginners_guide.html#conf_structure).

A directive is words up to a semicolon, or up to a block in braces; each binds `block.block.directive`.
What is no directive (the Lua of a `…_by_lua_block`, the rows of a `map`) is left alone. Angie, OpenResty
and Tengine are the same.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages.placeholders import VARIABLE, text_of
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import Stretch

MAXIMUM_DEPTH = 16
"""Blocks deeper than this do not lengthen the names of their directives."""

_SKIPPED = re.compile(rb"(?:[ \t\r\n]++|\\\r?\n)++")
_COMMENT = re.compile(rb"#[^\r\n]*+")
# A brace belongs to a word where it is quoted, escaped, in `${name}` or in the hole of a template.
_WORD = re.compile(
    rb"(?:\{\{[^{}\r\n]{1,300}\}\}|<%[-=][^%\r\n]{1,300}%>|\$\{[^{}\r\n]{1,300}\}|@@\w{1,80}@@"
    rb"|(?<![^\s{};(=])\"(?:\\.|[^\"\\]){0,4000}\"|(?<![^\s{};(=])'(?:\\.|[^'\\]){0,4000}'"
    rb"|\\.|[^\s;{}\\])++",
    re.DOTALL,
)
# `~ ^/x{2,3}$ {`: the repetition of a regular expression.
_REPETITION = re.compile(rb"\{\d*,?\d*\}[^\s;{}]*+")
_FOREIGN = re.compile(rb"\w+_by_lua_block|perl_set|js_set")
# Blocks whose entries are no directives: `map`, `geo`, `split_clients`, `types`.
_TABLES = frozenset({b"map", b"geo", b"split_clients", b"types", b"charset_map"})
# `http://unix:/run/x.sock:/path`, `syslog:server=unix:/dev/log`.
_SOCKET = re.compile(rb"(?<=[/=])unix:")
_ADDRESS_END = re.compile(rb":(?=/|$)")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower an nginx configuration, or a part of one that another includes."""
    return _Nginx(path, data).module()


class _Nginx(SettingLines):
    language = "nginx"

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(path, data, VARIABLE)
        self._blocks: list[bytes] = []

    def read(self) -> None:
        place = len(codecs.BOM_UTF8) if self.data.startswith(codecs.BOM_UTF8) else 0
        words: list[Stretch] = []
        while place < len(self.data):
            if blank := _SKIPPED.match(self.data, place):
                place = blank.end()
            elif comment := _COMMENT.match(self.data, place):
                self.comment(*comment.span())
                place = comment.end()
            elif word := self._word(place, words):
                words.append(word)
                place = word[1]
            else:
                place = self._sign(place, words)
                words = []
        if words:
            self.damage(words[0][0], words[-1][1])

    def _word(self, place: int, words: list[Stretch]) -> Stretch | None:
        match = _WORD.match(self.data, place)
        if match is None:
            return None
        end = match.end()
        while words and (more := _REPETITION.match(self.data, end)):
            end = more.end()
        return place, end

    def _sign(self, place: int, words: list[Stretch]) -> int:
        """Read the `;`, `{` or `}` that ends a statement; return where reading goes on."""
        sign = self.data[place : place + 1]
        if sign == b";":
            self._directive(words)
        elif sign == b"{":
            name = self.data[slice(*words[0])] if words else b""
            if _FOREIGN.fullmatch(name):
                return self._behind_block(place)
            self._directive(words)
            self._blocks.append(name)
        else:
            if words:
                self.damage(words[0][0], words[-1][1])
            if self._blocks:
                self._blocks.pop()
            else:
                self.damage(place, place + 1)
        return place + 1

    def _behind_block(self, place: int) -> int:
        """Return where a block of another language ends."""
        depth = 0
        for match in re.compile(rb"[{}]").finditer(self.data, place):
            depth += 1 if match[0] == b"{" else -1
            if depth == 0:
                return match.end()
        self.damage(place, place + 1)
        return len(self.data)

    def _directive(self, words: list[Stretch]) -> None:
        if len(words) < 2 or (self._blocks and self._blocks[-1] in _TABLES):
            return
        key, *arguments = words
        name = self.data[slice(*key)]
        if name == b"set" and self.data[arguments[0][0] : arguments[0][0] + 1] == b"$":
            variable = (arguments[0][0] + 1, arguments[0][1])
            self.bind(variable, self.values.text(*variable), self._value(arguments[1:], key[1]))
            return
        if name == b"env":
            self._environment(*arguments[0])
            return
        blocks = [text_of(block) for block in self._blocks[:MAXIMUM_DEPTH] if block]
        full = ".".join([*blocks, self.values.text(*key)])
        self.bind(key, full, self._value(arguments, key[1]))

    def _environment(self, start: int, end: int) -> None:
        """Note `env NAME=value`; `env NAME` hands on what the process was started with."""
        equals = self.data.find(b"=", start, end)
        if equals >= 0:
            self.variable((start, equals), self.values.listed([(equals + 1, end)]))

    def _value(self, words: list[Stretch], at: int) -> ir.Expr:
        return self.values.listed([part for word in words for part in self._parts(*word)], at)

    def _parts(self, start: int, end: int) -> Iterator[Stretch]:
        """Yield what of a word is a value: without quotes, and a socket's address out of a URL."""
        start, end = self.values.unquoted(start, end)
        socket = _SOCKET.search(self.data, start, end)
        if socket is not None:
            start = socket.start()
            ending = _ADDRESS_END.search(self.data, socket.end(), end)
            end = ending.start() if ending else end
        if start < end:
            yield start, end
