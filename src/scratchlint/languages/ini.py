"""INI files: sections of `key = value`, as supervisord, uwsgi, PHP, MySQL and Python programs read them.

The dialects disagree; what most of them share is read. Sections, both separators, values that go
on in deeper lines and keys without a value are those of Python's configparser
(https://docs.python.org/3/library/configparser.html#supported-ini-file-structure); a comment may
stand behind a value after a blank, as in supervisord and MySQL.
"""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import Stretch

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
# `env[PATH] = /usr/bin` of PHP-FPM, `env = PATH=/usr/bin` of uwsgi.
_POOL_VARIABLE = re.compile(rb"env\[(\w+)\]")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower an INI file: each value binds `section.key`; supervisord's command lines are commands."""
    return _Ini(path, data).module()


class _Ini(SettingLines):
    language = "ini"

    def __init__(self, path: str, data: bytes) -> None:
        self._section = ""
        super().__init__(path, data, resolve=self._name)

    def _name(self, key: str) -> str:
        """Return the full name of a key of this section; `section:key` names that of another."""
        if ":" in key:
            return key.replace(":", ".", 1)
        return f"{self._section}.{key}" if self._section else key

    def read(self) -> None:
        key: Stretch | None = None
        stretches: list[Stretch] = []
        depth = 0
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
            if key is not None:
                self._pair(key, stretches)
            key = None
            if section := _SECTION.match(self.data, start, end):
                self._section = self.values.text(*self.values.trimmed(*section.span("name")))
                self.before_comment(section.end(), end)
            elif self.data[start:end].lstrip().startswith(b"["):
                self.damage(start, end)
            elif pair := _PAIR.match(self.data, start, end):
                key, depth = pair.span("key"), indented
                stretches = [(pair.end(), self.before_comment(pair.end(), end))]
            elif not _ALONE.match(self.data, start, end):
                self.damage(start, end)
        if key is not None:
            self._pair(key, stretches)

    def _pair(self, key: Stretch, stretches: list[Stretch]) -> None:
        """Note one setting, by what its section and key tell."""
        key = self.values.unquoted(*key)
        name = self.values.text(*key)
        if variable := _POOL_VARIABLE.fullmatch(self.data, *key):
            self.variable(variable.span(1), self.values.value(stretches))
            return
        if _STARTS.match(self._section) and name in ("command", "cmd"):
            self.command(stretches, _EXPANSION, _as_shell)
            return
        variables = name == "environment" and (_STARTS.match(self._section) or self._section == "supervisord")
        if variables or (name == "env" and self._section in ("uwsgi", "") and b"=" in self._raw(stretches)):
            for stretch in stretches:
                for match in _ASSIGNED.finditer(self.data, *stretch):
                    self._variable(match)
            return
        self.bind(key, self._name(name.removesuffix("[]")), self.values.value(stretches))

    def _raw(self, stretches: list[Stretch]) -> bytes:
        return b"".join(self.data[start:end] for start, end in stretches)

    def _variable(self, match: re.Match[bytes]) -> None:
        kind = next(kind for kind in ("double", "single", "bare") if match[kind] is not None)
        self.variable(match.span("name"), self.values.listed([match.span(kind)]))


def _as_shell(match: re.Match[bytes]) -> bytes:
    """Write an expansion of supervisord as a variable."""
    return b"${" + re.sub(rb"\W", b"_", match["name"]) + b"}" if match["name"] else b"%"
