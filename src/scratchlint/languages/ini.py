"""INI files: sections of `key = value`, as supervisord, uwsgi, PHP, MySQL and Python programs read them.

The dialects disagree; what most of them share is read. Sections, both separators, values that go
on in deeper lines and keys without a value are those of Python's configparser
(https://docs.python.org/3/library/configparser.html#supported-ini-file-structure); a comment may
stand behind a value after a blank, as in supervisord and MySQL.
"""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.command_lines import command_line
from scratchlint.languages.placeholders import HOLE, text_of
from scratchlint.languages.setting_commands import REFERENCE, References, full_name, is_command
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import MAXIMUM_VALUE, Stretch, Values

_SECTION = re.compile(rb"[ \t]*+\[(?P<name>[^\]\r\n]*+)\]")
_COMMENT = re.compile(rb"[ \t]*+[#;]")
_PAIR = re.compile(rb"(?P<indent>[ \t]*+)(?P<key>[^=:\s][^=:]*?)[ \t]*+(?:=>?|:)[ \t]*+")
_ALONE = re.compile(rb"[ \t]*+(?:[\w.%-]++[ \t]*+$|[!@.<{(])")
_INDENT = re.compile(rb"[ \t]*+")

# Programs that supervisord and circus start: http://supervisord.org/configuration.html
_STARTS = re.compile(r"(?:program|eventlistener|fcgi-program|watcher):")
_ASSIGNED = re.compile(
    rb"(?P<name>\w++)[ \t]*+=[ \t]*+"
    rb"(?:\"(?P<double>(?:\\.|[^\"\\])*+)\"|'(?P<single>(?:\\.|[^'\\])*+)'|(?P<bare>[^,\s]*+))",
    re.DOTALL,
)
# `%(ENV_HOME)s`, `%(here)s`, and the doubled percent sign.
_EXPANSION = re.compile(rb"%\((?:ENV_)?(?P<name>[\w.-]++)\)s?|%%")
# `<name>` of another setting.
_ANGLED = re.compile(rb"<(?P<name>[\w./-]{1,80})>")
_HOLE = re.compile(HOLE.pattern + rb"|" + _ANGLED.pattern.replace(b"name", b"angle"))
# `env[PATH] = /usr/bin` of PHP-FPM, `env = PATH=/usr/bin` of uwsgi.
_POOL_VARIABLE = re.compile(rb"env\[(\w+)\]")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower an INI file: each value binds `section.key`, and what is a command line is one."""
    return _Ini(path, data).module()


class _Ini(SettingLines):
    language = "ini"

    def __init__(self, path: str, data: bytes) -> None:
        self._section = ""
        self._pairs: list[tuple[str, Stretch, list[Stretch]]] = []
        self._homes: dict[str, set[str]] = {}
        self._angled = False
        super().__init__(path, data, resolve=self._name)

    def _name(self, key: str) -> str:
        """Return the full name of a setting that this section names, `section:key` that of another."""
        elsewhere = key.replace(":", ".", 1) if ":" in key else self._own(key)
        return full_name(key, self._section, self._homes) or elsewhere

    def _own(self, key: str) -> str:
        return f"{self._section}.{key}" if self._section else key

    def read(self) -> None:
        self._collect()
        for section, key, _ in self._pairs:
            self._homes.setdefault(self.values.text(*self.values.unquoted(*key)), set()).add(section)
        named = (text_of(match["name"]) for match in _ANGLED.finditer(self.data))
        self._angled = any(name in self._homes for name in named)
        if self._angled:
            self.values = Values(self.path, self.data, _HOLE, self._name)
        for section, key, stretches in self._pairs:
            self._section = section
            self._pair(key, stretches)

    def _collect(self) -> None:
        """Note the settings of all sections."""
        key: Stretch | None = None
        stretches: list[Stretch] = []
        depth = 0
        section = ""
        for start, end in self.lines():
            if not self.data[start:end].strip():
                continue
            if comment := _COMMENT.match(self.data, start, end):
                self.comment(comment.end() - 1, end)
                continue
            indent = _INDENT.match(self.data, start, end)
            indented = indent.end() - start if indent else 0
            if key is not None and indented > depth:
                stretches.append((start, self.before_comment(start, end)))
                continue
            key = None
            if heading := _SECTION.match(self.data, start, end):
                section = self.values.text(*self.values.trimmed(*heading.span("name")))
                self.before_comment(heading.end(), end)
            elif self.data[start:end].lstrip().startswith(b"["):
                self.damage(start, end)
            elif pair := _PAIR.match(self.data, start, end):
                key, depth = pair.span("key"), indented
                stretches = [(pair.end(), self.before_comment(pair.end(), end))]
                self._pairs.append((section, key, stretches))
            elif not _ALONE.match(self.data, start, end):
                self.damage(start, end)

    def _pair(self, key: Stretch, stretches: list[Stretch]) -> None:
        """Note one setting, by what its section and key tell."""
        key = self.values.unquoted(*key)
        name = self.values.text(*key)
        if variable := _POOL_VARIABLE.fullmatch(self.data, *key):
            self.variable(variable.span(1), self.values.value(stretches))
            return
        raw = self._raw(stretches)
        readable = len(raw) <= MAXIMUM_VALUE
        if readable and _STARTS.match(self._section) and name in ("command", "cmd"):
            self.command(stretches, _EXPANSION, _as_shell)
            return
        variables = name == "environment" and (_STARTS.match(self._section) or self._section == "supervisord")
        if variables or (name == "env" and self._section in ("uwsgi", "") and b"=" in raw):
            for stretch in stretches:
                for match in _ASSIGNED.finditer(self.data, *stretch):
                    self._variable(match)
            return
        if readable and is_command(name, raw):
            self._command(stretches)
            return
        self.bind(key, self._own(name.removesuffix("[]")), self.values.value(stretches))

    def _command(self, stretches: list[Stretch]) -> None:
        """Note what whoever reads the file runs at a time of its own: each line is a command."""
        first, *further = stretches
        lines = [first, *((start - 1, end) for start, end in further)]
        references = References(self.path, self._defined, self._angled)
        body, damaged = command_line(self.path, self.data, lines, REFERENCE, references.as_shell)
        span = self.values.span(first[0], stretches[-1][1])
        block = ir.Block(span, "command", None, (*references.binds(), *body))
        self.statements.append(ir.Function(span, "", (), (block,), exported=False))
        self.damaged.extend(damaged)

    def _defined(self, key: str) -> str | None:
        return full_name(key, self._section, self._homes)

    def _raw(self, stretches: list[Stretch]) -> bytes:
        return b"".join(self.data[start:end] for start, end in stretches)

    def _variable(self, match: re.Match[bytes]) -> None:
        kind = next(kind for kind in ("double", "single", "bare") if match[kind] is not None)
        self.variable(match.span("name"), self.values.listed([match.span(kind)]))


def _as_shell(match: re.Match[bytes]) -> bytes:
    """Write an expansion of supervisord as a variable."""
    return b"${" + re.sub(rb"\W", b"_", match["name"]) + b"}" if match["name"] else b"%"
