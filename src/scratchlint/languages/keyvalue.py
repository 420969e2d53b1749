"""Service configuration of one setting a line: `key = value`, `key: value`, `key value`, with blocks.

One tolerant reader for what many services read in almost the same way: Postfix, Dovecot, Redis,
Mosquitto, OpenSSH, HAProxy, PostgreSQL, rsyslog, Apache (`<Section argument>`), fluent-bit
(`[SECTION]`), and those whose statements end with a semicolon and whose blocks are in braces: BIND,
logrotate.
"""

from __future__ import annotations

import codecs
import re

from scratchlint.core import ir
from scratchlint.languages import ini, nginx
from scratchlint.languages.keyvalue_tokens import Token, is_terminated, tokens
from scratchlint.languages.placeholders import VARIABLE
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import Stretch

MAXIMUM_DEPTH = 16
"""Blocks deeper than this do not lengthen the names of their settings."""

_INI = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*+(?:[#;][^\r\n]*+)?[\r\n]++)*+[ \t]*+\[[^\]\r\n]++\][ \t]*+[\r\n]++"
)
_INI_LINE = re.compile(rb"(?:[ \t]*+(?:[#;][^\r\n]*+)?[\r\n]++)*+[ \t]*+[\w.-]++[ \t]*+[=:]")
_NGINX = re.compile(
    rb"(?m)^[ \t]*+(?:(?:server|http|events)[ \t]*+|(?:upstream|location)[ \t][^{};#\r\n]++)\{"
)
_DIRECTIVE = re.compile(rb"(?m)^[ \t]*+[a-z_]++[ \t][^;{}#\r\n]++;")
_NAME_PART = re.compile(r"[A-Za-z_$][\w.$-]*")
_SEPARATOR = re.compile(rb"[=:]|=>|:=|\+=|\?=")
_ASSIGNED = re.compile(rb"(?P<key>[A-Za-z_$][\w.$-]*+)(?::?=|:(?![/\\]))(?P<value>.*)", re.DOTALL)
# Files of settings that shells source: `readonly NAME=value`.
_DECLARES = frozenset({b"export", b"readonly", b"declare", b"typeset"})
_SET = re.compile(rb"\w++=")
_SOCKET = re.compile(rb"(?:unix|file|ipc):")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a service's configuration: each value binds its key, below the names of its blocks.

    A file that begins with a section of `key = value` lines is an INI file; one with the blocks of nginx,
    which is often called `default.conf` or `app.conf`, is nginx's.
    """
    if (section := _INI.match(data)) and _INI_LINE.match(data, section.end()):
        return ini.lower(path, data)
    if _NGINX.search(data) and _DIRECTIVE.search(data):
        return nginx.lower(path, data)
    return _Settings(path, data).module()


class _Settings(SettingLines):
    language = "keyvalue"

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(path, data, VARIABLE)
        self._blocks: list[str] = []

    def read(self) -> None:
        words: list[Stretch] = []
        start = len(codecs.BOM_UTF8) if self.data.startswith(codecs.BOM_UTF8) else 0
        for token in tokens(self.data, start, is_terminated(self.data)):
            match token.kind:
                case "word":
                    words.append((token.start, token.end))
                    continue
                case "comment":
                    self.comment(token.start, token.end)
                    continue
                case "open":
                    self._blocks.append(self._opened(words))
                case "close":
                    self._statement(words)
                    self._close(token)
                case "end":
                    self._statement(words)
            words = []
        self._statement(words)

    def _close(self, token: Token) -> None:
        if self._blocks:
            self._blocks.pop()
        else:
            self.damage(token.start, token.end)

    def _opened(self, words: list[Stretch]) -> str:
        """Note a block, whose arguments are values of its name; return the name."""
        if not words:
            return ""
        if len(words) > 1 and self.data[slice(*words[-1])] in (b"=", b":"):
            words = words[:-1]
        self._bind(words, 1)
        return self.values.text(*words[0])

    def _statement(self, words: list[Stretch]) -> None:
        if not words:
            return
        if len(words) > 1 and self.data[slice(*words[0])] in _DECLARES and _SET.match(self.data, words[1][0]):
            words = words[1:]
        first = self.data[slice(*words[0])]
        if first.startswith(b"<") and self.data[words[-1][1] - 1 : words[-1][1]] == b">":
            self._element(first, words)
        elif first.startswith(b"["):
            self._blocks = [self.values.text(words[0][0], words[-1][1]).strip("[]")]
        elif assigned := _ASSIGNED.fullmatch(self.data, *words[0]):
            value = assigned.span("value")
            rest = [value, *words[1:]] if value[0] < value[1] else words[1:]
            if rest and _SEPARATOR.fullmatch(self.data, *rest[0]):
                rest = rest[1:]
            self._bind([assigned.span("key"), *rest], 1)
        else:
            self._spaced(words)

    def _element(self, first: bytes, words: list[Stretch]) -> None:
        """Note `<Section argument>` and its end."""
        if first.startswith(b"</"):
            if self._blocks:
                self._blocks.pop()
            return
        start, (last_start, last_end) = words[0][0] + 1, words[-1]
        inner = [(start, words[0][1]), *words[1:-1], (last_start, last_end - 1)]
        inner = inner if len(words) > 1 else [(start, last_end - 1)]
        self._bind(inner, 1)
        self._blocks.append(self.values.text(*inner[0]))

    def _spaced(self, words: list[Stretch]) -> None:
        """Note `key value` and `key = value`; words before the value that are plain belong to the key."""
        for number, word in enumerate(words[:4]):
            if number and _SEPARATOR.fullmatch(self.data, *word):
                self._bind([*words[:number], *words[number + 1 :]], number)
                return
        names = 1
        while names < min(3, len(words) - 1) and _NAME_PART.fullmatch(self.values.text(*words[names])):
            names += 1
        self._bind(words, names)

    def _bind(self, words: list[Stretch], names: int) -> None:
        """Bind the words behind the first `names` to what those name together."""
        key = (words[0][0], words[names - 1][1])
        parts = [part for word in words[names:] for part in self._parts(word)]
        if not parts:
            return
        blocks = [block for block in self._blocks[:MAXIMUM_DEPTH] if block]
        name = " ".join(self.values.text(*word) for word in words[:names])
        self.bind(key, ".".join([*blocks, name]), self.values.listed(parts))

    def _parts(self, word: Stretch) -> list[Stretch]:
        """Return what of a word is a value: without quotes, and the address behind `http://unix:`."""
        start, end = self.values.unquoted(*word)
        schemes = list(_SOCKET.finditer(self.data, start, end))
        if schemes and schemes[-1].start() > start:
            start = schemes[-1].start()
        while start < end and self.data[start : start + 1] in (b"<", b"|", b"-") and end - start > 1:
            start += 1
        return [(start, end)] if start < end else []
