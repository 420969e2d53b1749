"""Settings of documents as dotted Binds: `a: {b: /tmp/x}` binds `a.b`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.container_words import Word
from scratchlint.languages.documents import document
from scratchlint.languages.interpolation import Syntax, expression
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, mapping

# https://learn.microsoft.com/dotnet/standard/data/sqlite/connection-strings
_DATA_SOURCE = re.compile(r"\s*(?:Data ?Source|Filename)\s*=\s*(?P<file>[^;\s]+)", re.IGNORECASE)

MAXIMUM_SETTINGS = 20_000
"""Settings of one file beyond this number are left out: aliases of aliases grow without bound."""


class Budget:
    """Counts the settings of one file."""

    def __init__(self) -> None:
        self._left = MAXIMUM_SETTINGS

    @property
    def is_exceeded(self) -> bool:
        """Whether settings were left out."""
        return self._left < 0

    def spend(self) -> bool:
        """Count one more setting; False when the bound is reached."""
        self._left -= 1
        return self._left >= 0


def left_out(budget: Budget, whole: Span) -> Iterator[Span]:
    """Yield the end of a file of which settings were left out: it is not fully read."""
    if budget.is_exceeded:
        yield Span(whole.file, whole.end, whole.end)


class Settings:
    """Lowers settings, as many as a budget allows."""

    def __init__(self, budget: Budget, syntax: Syntax = "none") -> None:
        self.syntax: Syntax = syntax
        self.spend = budget.spend

    def bind(self, name: str, pair: Pair) -> Iterator[ir.Stmt]:
        """Yield the Binds of one entry and of all below it."""
        yield from self._below(name, pair.key, pair.value)

    def binds(self, prefix: str, value: Value, without: Collection[str] = ()) -> Iterator[ir.Stmt]:
        """Yield the Binds of the entries of a mapping, or of a list's mappings, but for some keys."""
        for entries in value.items if isinstance(value, Sequence) else (value,):
            for pair in mapping(entries).pairs:
                if pair.key.text not in without:
                    yield from self.bind(f"{prefix}.{pair.key.text}" if prefix else pair.key.text, pair)

    def _below(self, name: str, key: Scalar, value: Value) -> Iterator[ir.Stmt]:
        if not self.spend():
            return
        match value:
            case Scalar():
                yield binding(ir.Ref(key.span, name), expression(_path_of(value), self.syntax))
            case Mapping(pairs=pairs):
                for pair in pairs:
                    yield from self._below(f"{name}.{pair.key.text}", pair.key, pair.value)
            case Sequence(items=items):
                for item in items:
                    yield from self._below(name, key, item)

    def document(self, name: str, pair: Pair, target: str, syntax: Syntax) -> Iterator[ir.Stmt]:
        """Yield the Bind of a text that becomes the file `target`, read in that file's format."""
        value = pair.value
        if isinstance(value, Scalar) and "\n" in value.text and self.spend():
            read = document(expression(value, syntax), target, value.source)
            if read is not None:
                yield binding(ir.Ref(pair.key.span, name), read)
                return
        yield from self.bind(name, pair)

    def environment(self, value: Value) -> Iterator[ir.Stmt]:
        """Yield the variables of an `environment`: a mapping, or a list of `NAME=value`."""
        if isinstance(value, Mapping):
            for pair in value.pairs:
                if isinstance(pair.value, Scalar) and self.spend():
                    yield variable(pair.key, pair.value, self.syntax)
        elif isinstance(value, Sequence):
            for item in value.items:
                if isinstance(item, Scalar) and "=" in item.text and self.spend():
                    place = item.text.index("=")
                    yield variable(item.cut(0, place), item.cut(place + 1, len(item.text)), self.syntax)

    def word(self, scalar: Scalar) -> Word:
        """Return a word of a command."""
        return Word(expression(scalar, self.syntax), scalar.text, *scalar.encoded())


def _path_of(value: Scalar) -> Scalar:
    """Return the file of a database in a connection string of ADO.NET, else the whole value."""
    match = _DATA_SOURCE.match(value.text)
    return value.cut(*match.span("file")) if match else value


def variable(name: Scalar, value: Scalar, syntax: Syntax) -> ir.Stmt:
    """Return the Bind that sets an environment variable."""
    return binding(ir.Env(name.span, name.text, None), expression(value, syntax), exported=True)


def binding(target: ir.Expr, value: ir.Expr, exported: bool = False) -> ir.Stmt:
    """Return a Bind around both its sides, wherever an alias puts the value."""
    start, end = min(target.span.start, value.span.start), max(target.span.end, value.span.end)
    return ir.Bind(Span(target.span.file, start, end), target, value, declares=True, exported=exported)


def around(nodes: Collection[ir.Node], span: Span) -> Span:
    """Return a span widened so that some nodes lie in it."""
    starts = [node.span.start for node in nodes]
    ends = [node.span.end for node in nodes]
    return Span(span.file, min([span.start, *starts]), max([span.end, *ends]))
