"""Lines of tmpfiles.d: what systemd makes, changes and removes at boot and from time to time.

https://www.freedesktop.org/software/systemd/man/latest/tmpfiles.d.html: type, path, mode, user,
group, age, argument.
"""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.placeholders import SPECIFIER
from scratchlint.languages.setting_lines import SettingLines

_LINE = re.compile(rb"[ \t]*+(?P<type>[A-Za-z][!=~^$+-]*+)[ \t]++(?P<path>[^\r\n]++)")
# The words before the age of a line: its path, mode, user and group.
_AGE = 4
_COMMENT = re.compile(rb"[ \t]*+#")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower tmpfiles.d lines: each path binds the letter of its line's type."""
    return _TemporaryFiles(path, data).module()


class _TemporaryFiles(SettingLines):
    language = "tmpfiles"

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(path, data, SPECIFIER)

    def read(self) -> None:
        for start, end in self.lines():
            if comment := _COMMENT.match(self.data, start, end):
                self.comment(comment.end() - 1, end)
            elif line := _LINE.match(self.data, start, end):
                words = self.values.words(line.start("path"), end)
                letter = (line.start("type"), line.start("type") + 1)
                self.bind(letter, self.values.text(*letter), self.values.listed(words[:1], end))
                if len(words) > _AGE and self.data[slice(*words[_AGE])] != b"-":
                    self.bind(words[_AGE], "age", self.values.listed([words[_AGE]]))
            elif self.data[start:end].strip():
                self.damage(start, end)
