"""TOML (https://toml.io/en/v1.0.0): each value binds the dotted name of its table and key."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import yaml_scalars
from scratchlint.languages.grammar import grammar
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, left_out
from scratchlint.languages.tree import LabelledTree
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value
from scratchlint.languages.yaml_text import hidden

MAXIMUM_DEPTH = 60
"""What nests deeper is left out, and the place is named as damaged."""


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a TOML file."""
    tree = TomlTree(path, data)
    budget = Budget()
    body = tuple(Settings(budget).binds("", tree.document()))
    whole = tree.stretch(0, len(data))
    damaged = (*tree.damages(), *tree.too_deep, *left_out(budget, whole))
    return ir.Module(whole, "toml", body, tuple(tree.comments()), damaged)


class TomlTree(LabelledTree):
    """One parsed file."""

    def __init__(self, path: str, data: bytes) -> None:
        self.too_deep: list[Span] = []
        self.original = data
        super().__init__(path, hidden(data, b"1"), grammar("tree_sitter_toml", "language", "toml"))

    def document(self) -> Mapping:
        """Return all tables as one mapping; the key of a table is its dotted name."""
        return Mapping(self.stretch(0, len(self.original)), tuple(self._top()))

    def _top(self) -> Iterator[Pair]:
        for node in self.parts(self.root):
            match self.label(node)[0]:
                case "pair":
                    yield from self._pair(node, 0)
                case "table":
                    key, *entries = self.parts(node)
                    yield Pair(self.span(node), self._key(key), self._mapping(node, entries, 1))

    def _mapping(self, node: Node, entries: list[Node], depth: int) -> Mapping:
        pairs = (
            pair for entry in entries if self.label(entry)[0] == "pair" for pair in self._pair(entry, depth)
        )
        return Mapping(self.span(node), tuple(pairs))

    def _pair(self, node: Node, depth: int) -> Iterator[Pair]:
        parts = self.parts(node)
        if len(parts) == 2:
            yield Pair(self.span(node), self._key(parts[0]), self._value(parts[1], depth))

    def _key(self, node: Node) -> Scalar:
        read = yaml_scalars.escaped if node.type == "quoted_key" else yaml_scalars.plain
        return read(self.path, self.original, node.start_byte, node.end_byte)

    def _value(self, node: Node, depth: int) -> Value:
        if depth > MAXIMUM_DEPTH:
            self.too_deep.append(self.span(node))
            return None
        match self.label(node)[0]:
            case "mapping":
                return self._mapping(node, self.parts(node), depth + 1)
            case "sequence":
                return Sequence(
                    self.span(node), tuple(self._value(part, depth + 1) for part in self.parts(node))
                )
            case "text":
                return self._text(node.start_byte, node.end_byte)
            case "plain":
                return yaml_scalars.plain(self.path, self.original, node.start_byte, node.end_byte)
        return None

    def _text(self, start: int, end: int) -> Scalar:
        """Read a string of one of the four kinds."""
        quotes = self.original[start : start + 3]
        if quotes in (b'"""', b"'''") and end - start >= 6:
            return yaml_scalars.verbatim(self.path, self.original, start + 3, end - 3)
        if quotes[:1] == b'"':
            return yaml_scalars.escaped(self.path, self.original, start, end)
        return yaml_scalars.verbatim(self.path, self.original, start + 1, max(start + 1, end - 1))
