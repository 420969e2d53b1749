"""Units of systemd and their drop-ins, by the syntax of systemd.syntax(7) and systemd.service(5).

https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html: comments stand on lines
of their own, a backslash at the end of a line joins the next one, and comment lines between are
left out. https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines:
what may stand before a command, and how variables and specifiers are written in it.
"""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.placeholders import SPECIFIER
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import Stretch

_SECTION = re.compile(rb"[ \t]*+\[(?P<name>[^\]\r\n]++)\][ \t]*+$")
_COMMENT = re.compile(rb"[ \t]*+[#;]")
_PAIR = re.compile(rb"[ \t]*+(?P<key>[\w.@-]++)[ \t]*+=[ \t]*+")
_JOINED = re.compile(rb"\\[ \t]*+$")
_COMMANDS = re.compile(r"Exec[A-Z]\w*")
_BEFORE_COMMAND = re.compile(rb"[ \t]*+[-@:+!|]*+")
_BEFORE_PATH = re.compile(rb"[-+!~|:]++(?=[/%$])")
_NAME = rb"[A-Za-z_]\w*+"
_ASSIGNED = re.compile(
    rb"\"(?P<in_double>" + _NAME + rb")=(?P<double>(?:\\.|[^\"\\])*+)\""
    rb"|'(?P<in_single>" + _NAME + rb")=(?P<single>(?:\\.|[^'\\])*+)'"
    rb"|(?P<before_quoted>" + _NAME + rb")=\"(?P<quoted>(?:\\.|[^\"\\])*+)\""
    rb"|(?P<before_bare>" + _NAME + rb")=(?P<bare>\S*+)",
    re.DOTALL,
)
_PLACES = (
    ("in_double", "double"),
    ("in_single", "single"),
    ("before_quoted", "quoted"),
    ("before_bare", "bare"),
)
# `%i` is filled in; `%%`, `$$` are the signs themselves, and `;` alone parts commands.
_SPECIFIED = re.compile(rb"%(?P<letter>[A-Za-z%])|\$\$|\{\{[^{}\r\n]{1,300}\}\}|@[A-Z_]+@")
# The specifiers of systemd.unit(5) for the directories that are scratch storage.
_SCRATCH = {b"T": b"/tmp", b"V": b"/var/tmp", b"%": b"%"}


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a unit: each value binds `Section.Key`, `Exec...=` lines are commands."""
    return _Unit(path, data).module()


class _Unit(SettingLines):
    language = "systemd"

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(path, data, SPECIFIER)
        self._section = ""

    def read(self) -> None:
        key: Stretch | None = None
        stretches: list[Stretch] = []
        for start, end in self.lines():
            if comment := _COMMENT.match(self.data, start, end):
                self.comment(comment.end() - 1, end)
                continue
            joined = _JOINED.search(self.data, max(start, end - 200), end)
            stop = joined.start() if joined else end
            if key is not None:
                stretches.append((start, stop))
            elif section := _SECTION.match(self.data, start, end):
                self._section = self.values.text(*section.span("name"))
            elif pair := _PAIR.match(self.data, start, stop):
                key, stretches = pair.span("key"), [(pair.end(), stop)]
            elif self.data[start:end].strip():
                self.damage(start, end)
            if key is not None and joined is None:
                self._pair(key, stretches)
                key = None
        if key is not None:
            self._pair(key, stretches)

    def _pair(self, key: Stretch, stretches: list[Stretch]) -> None:
        name = self.values.text(*key)
        if _COMMANDS.fullmatch(name):
            self._command(stretches)
        elif name in ("Environment", "DefaultEnvironment", "ManagerEnvironment"):
            for stretch in stretches:
                self._environment(*stretch)
        else:
            full = f"{self._section}.{name}" if self._section else name
            self.bind(key, full, self.values.value([self._path(stretch) for stretch in stretches]))

    def _path(self, stretch: Stretch) -> Stretch:
        """Leave out the signs before a path: `-/etc/default/app` may be missing."""
        start, end = self.values.trimmed(*stretch)
        before = _BEFORE_PATH.match(self.data, start, end)
        return (before.end(), end) if before else (start, end)

    def _command(self, stretches: list[Stretch]) -> None:
        (start, end), *further = stretches
        before = _BEFORE_COMMAND.match(self.data, start, end)
        first = (before.end() if before else start, end)
        # The blank that joins two lines is the one before the next line's first word.
        parts = [first, *((place - 1, stop) if place < stop else (place, stop) for place, stop in further)]
        self.command(parts, re.compile(_SPECIFIED.pattern + rb"|[\r\n]"), _as_shell)

    def _environment(self, start: int, end: int) -> None:
        """Note the assignments of `Environment=A=b "C=d e"`."""
        for match in _ASSIGNED.finditer(self.data, start, end):
            name, value = next((name, value) for name, value in _PLACES if match[name] is not None)
            self.variable(match.span(name), self.values.listed([match.span(value)]))


def _as_shell(match: re.Match[bytes]) -> bytes:
    """Write a specifier, an escaped sign or a hole of a template as a shell would understand it."""
    text = match[0]
    if text in (b"\r", b"\n"):
        return b" "
    if text == b"$$":
        return rb"\$"
    letter = match["letter"] or b""
    return _SCRATCH.get(letter, b"${" + re.sub(rb"\W+", b"_", letter or text).strip(b"_") + b"}")
