"""Java properties, by the rules of java.util.Properties.load.

https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader):
`=`, `:` or a blank parts key and value, `#` and `!` begin comments, and a backslash at the end of a
line joins the next one without its leading blanks.
"""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.languages.setting_lines import SettingLines
from scratchlint.languages.setting_values import Stretch

_COMMENT = re.compile(rb"[ \t\f]*+[#!]")
_PAIR = re.compile(rb"[ \t\f]*+(?P<key>(?:\\.|[^\s=:\\])++)(?:[ \t\f]*+[=:][ \t\f]*+|[ \t\f]++|\Z)")
_BACKSLASHES = re.compile(rb"\\+$")
_ESCAPED = re.compile(r"\\(.)")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a properties file: each value binds its key."""
    return _Properties(path, data).module()


class _Properties(SettingLines):
    language = "properties"

    def read(self) -> None:
        key: Stretch | None = None
        stretches: list[Stretch] = []
        for start, end in self.lines():
            ending = _BACKSLASHES.search(self.data, max(start, end - 9), end)
            joined = ending is not None and len(ending[0]) % 2 == 1
            stop = end - 1 if joined else end
            if key is not None:
                stretches.append((start, stop))
            elif comment := _COMMENT.match(self.data, start, end):
                self.comment(comment.end() - 1, end)
                continue
            elif pair := _PAIR.match(self.data, start, stop):
                key, stretches = pair.span("key"), [(pair.end(), stop)]
            elif self.data[start:stop].strip():
                self.damage(start, end)
            if key is not None and not joined:
                self._pair(key, stretches)
                key = None
        if key is not None:
            self._pair(key, stretches)

    def _pair(self, key: Stretch, stretches: list[Stretch]) -> None:
        self.bind(key, _ESCAPED.sub(r"\1", self.values.text(*key)), self.values.value(stretches))
