"""What the readers of line-based configuration share: lines, comments, damages, and the module they make."""

from __future__ import annotations

import codecs
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.command_lines import Rewrite, command_line
from scratchlint.languages.placeholders import HOLE, text_of, without_statements
from scratchlint.languages.setting_values import Stretch, Values

_LINE = re.compile(rb"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
_HOLE_LINE = re.compile(rb"[ \t]*+(?:\{\{[^{}\r\n]{1,300}\}\}|<%=[^%\r\n]{1,300}%>)[ \t]*+")
_INLINE_COMMENT = re.compile(rb"[ \t]++[#;]")


class SettingLines(ABC):
    """One file, read line by line. Never raises, whatever the bytes."""

    language = ""

    def __init__(
        self, path: str, data: bytes, pattern: re.Pattern[bytes] = HOLE, resolve: Callable[[str], str] = str
    ) -> None:
        self.path = path
        self.data = without_statements(path, data)
        self._template = data if b"{{" in data or self.data != data else None
        self.values = Values(path, self.data, pattern, resolve)
        self.statements: list[ir.Stmt] = []
        self.comments: list[ir.Comment] = []
        self.damaged: list[Span] = []

    def module(self) -> ir.Module:
        """Return everything that the file says."""
        self.read()
        return ir.Module(
            self.values.span(0, len(self.data)),
            self.language,
            tuple(self.statements),
            tuple(self.comments),
            tuple(self.damaged),
        )

    @abstractmethod
    def read(self) -> None:
        """Read the file."""

    def lines(self) -> Iterator[Stretch]:
        """Yield the lines without their ends, but for those that only speak to a template engine.

        A byte order mark belongs to none.
        """
        place = len(codecs.BOM_UTF8) if self.data.startswith(codecs.BOM_UTF8) else 0
        while place < len(self.data) and (match := _LINE.match(self.data, place)):
            if not self._is_of_template(*match.span(1)):
                yield match.span(1)
            place = match.end()

    def _is_of_template(self, start: int, end: int) -> bool:
        """Whether a line holds a statement, which is blank by now, or a hole that fills all of it."""
        if self._template is None:
            return False
        blank = not self.data[start:end].strip()
        statement = blank and bool(self._template[start:end].strip())
        return statement or _HOLE_LINE.fullmatch(self.data, start, end) is not None

    def comment(self, start: int, end: int) -> None:
        """Note a comment."""
        self.comments.append(ir.Comment(self.values.span(start, end), text_of(self.data[start:end])))

    def damage(self, start: int, end: int) -> None:
        """Note a place that cannot be read."""
        self.damaged.append(self.values.span(*self.values.trimmed(start, end)))

    def before_comment(self, start: int, end: int) -> int:
        """Return where a value ends: before a comment that stands behind a blank and in no quotes."""
        for match in _INLINE_COMMENT.finditer(self.data, start, end):
            before = self.data[start : match.start()]
            if before.count(b'"') % 2 == 0:
                self.comment(*self.values.trimmed(match.start(), end))
                return match.start()
        return end

    def bind(self, key: Stretch, name: str, value: ir.Expr) -> None:
        """Note a setting."""
        self._bound(ir.Ref(self.values.span(*key), name), value)

    def variable(self, name: Stretch, value: ir.Expr) -> None:
        """Note a variable of the environment of what the file starts."""
        self._bound(ir.Env(self.values.span(*name), self.values.text(*name), None), value)

    def _bound(self, target: ir.Ref | ir.Env, value: ir.Expr) -> None:
        start, end = target.span.start, max(target.span.end, value.span.end)
        self.statements.append(
            ir.Bind(self.values.span(start, end), target, value, declares=True, exported=True)
        )

    def command(self, stretches: Sequence[Stretch], pattern: re.Pattern[bytes], rewrite: Rewrite) -> None:
        """Note a command line."""
        body, damaged = command_line(self.path, self.data, stretches, pattern, rewrite)
        self.statements.extend(body)
        self.damaged.extend(damaged)
