"""Tables of cron: when, as whom, and the command line (crontab(5))."""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.setting_lines import SettingLines

_COMMENT = re.compile(rb"[ \t]*+#")
_VARIABLE = re.compile(rb"[ \t]*+[\"']?(?P<name>[A-Za-z_]\w*+)[\"']?[ \t]*+=[ \t]*+(?P<value>[^\r\n]*+)")
_FIELD = rb"[\d*/,\-LW#?A-Za-z~]++[ \t]++"
_TIMES = re.compile(rb"[ \t]*+-?(?:@(?:every[ \t]++\S++|[a-z]++)[ \t]++|(?:" + _FIELD + rb"){5})")
_USER = re.compile(rb"(?P<user>[a-z_][\w-]*+)[ \t]++(?=\S)")
_USUAL = frozenset([b"root", b"www-data", b"nobody", b"daemon", b"nginx", b"postgres", b"ubuntu", b"app"])
# Tables of the whole system name the user before the command.
_OF_SYSTEM = re.compile(r"(?:^|/)(?:cron\.d/|etc/crontab)")
_PERCENT = re.compile(rb"\\%|\{\{[^{}\r\n]{1,300}\}\}")
_NEW_LINE = re.compile(rb"(?<!\\)%(?![\w(])")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a crontab: variables are set for its commands, command lines are the shell's."""
    return _Table(path, data).module()


class _Table(SettingLines):
    language = "crontab"

    def read(self) -> None:
        for start, end in self.lines():
            if comment := _COMMENT.match(self.data, start, end):
                self.comment(comment.end() - 1, end)
            elif times := _TIMES.match(self.data, start, end):
                place = times.end()
                user = _USER.match(self.data, place, end)
                if user and (_OF_SYSTEM.search(self.path) or user["user"] in _USUAL):
                    place = user.end()
                input_follows = _NEW_LINE.search(self.data, place, end)
                stop = input_follows.start() if input_follows else end
                self.command([(place, stop)], _PERCENT, _as_shell)
            elif variable := _VARIABLE.match(self.data, start, end):
                value = self.values.unquoted(*self.values.trimmed(*variable.span("value")))
                self.variable(variable.span("name"), self.values.listed([value]))
            elif self.data[start:end].strip():
                self.damage(start, end)


def _as_shell(match: re.Match[bytes]) -> bytes:
    """Write an escaped percent sign, or the hole of a template, as a shell would understand it."""
    if match[0].startswith(b"\\"):
        return b"%"
    return b"${" + re.sub(rb"\W+", b"_", match[0]).strip(b"_") + b"}"
