"""YAML documents as values: mappings, sequences and scalars, with anchors, aliases and merges resolved.

Templates (Helm, Jinja) are hidden from the grammar and stay in the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tree_sitter import Node, Tree

from scratchlint.core.span import Span
from scratchlint.languages import yaml_scalars
from scratchlint.languages.grammar import Grammar, grammar
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.tree import LabelledTree
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, mapping
from scratchlint.languages.yaml_text import flattened, hidden, tabs, untabbed, without_schemas

MAXIMUM_DEPTH = 60
MAXIMUM_MERGED = 10_000
"""Entries that merges may add to one file: aliases of aliases grow without bound."""

_SCALARS = {
    "plain": yaml_scalars.plain,
    "quoted": yaml_scalars.quoted,
    "escaped": yaml_scalars.escaped,
    "block": yaml_scalars.block,
}


class YamlTree(LabelledTree):
    """One parsed YAML file."""

    def __init__(self, path: str, data: bytes) -> None:
        self._anchors: dict[str, Value] = {}
        self._merged = 0
        super().__init__(path, data, grammar("tree_sitter_yaml", "language", "yaml"))

    def parse(self, grammar: Grammar, data: bytes) -> Tree:
        """Parse a file without its templates, its schemas, and what nests too deep for the grammar."""
        return grammar.parse(flattened(untabbed(hidden(without_schemas(data)))))

    def damages(self) -> Iterable[Span]:
        """Yield the places that could not be read, the first tab of an indentation, the end of merges."""
        yield from super().damages()
        yield from (self.stretch(*place) for place in islice(tabs(self.data), 1))
        if self._merged >= MAXIMUM_MERGED:
            yield self.stretch(len(self.data), len(self.data))

    def documents(self) -> Iterator[Value]:
        """Yield the top value of each document, and what is left of damaged ones."""
        for node in [self.root] if self.root.is_error else self.root.named_children:
            self._anchors = {}
            if self.label(node)[0] == "document":
                yield self.value(node, 0)
            elif node.is_error:
                yield from self._recovered(node)

    def value(self, node: Node, depth: int) -> Value:
        """Return the value of a node; None for null, for what is too deep, and for what cannot be read."""
        if depth > MAXIMUM_DEPTH:
            return None
        role, _ = self.label(node)
        read = _SCALARS.get(role)
        if read is not None:
            return read(self.path, self.data, node.start_byte, node.end_byte)
        match role:
            case "document" | "wrapped":
                return self._wrapped(node, depth)
            case "mapping":
                return Mapping(self.span(node), tuple(self._pairs(node, depth + 1)))
            case "sequence":
                return Sequence(self.span(node), tuple(self._items(node, depth + 1)))
            case "alias":
                return self._anchors.get(self.text(node)[1:])
        return None

    def _recovered(self, node: Node) -> Iterator[Value]:
        """Yield the documents of a text that does not parse as a whole, as its indentation tells."""
        entries: list[_Entry] = []
        children = node.children
        # Asking a node for its next sibling would go through all of them again.
        for child, following in zip(children, [*children[1:], None], strict=False):
            role, _ = self.label(child)
            if child.type == "---":
                yield Mapping(self.span(node), _nested(entries, 0))
                entries = []
            elif role == "pair":
                pair = self._pair(child, 0)
                entries += [_Entry(child.start_point[1], pair.key, pair)] if pair is not None else []
            elif role == "document":
                yield self.value(child, 0)
            elif following is not None and following.type == ":":
                key = self.value(child, 0)
                if isinstance(key, Scalar):
                    entries.append(_Entry(child.start_point[1], key, None))
        yield Mapping(self.span(node), _nested(entries, 0))

    def _wrapped(self, node: Node, depth: int) -> Value:
        children = node.named_children
        if len(children) == 1 and children[0].type != "anchor":
            return self.value(children[0], depth)
        anchor, value = "", None
        for child in self.parts(node):
            if child.type == "anchor":
                anchor = self.text(child)[1:]
            elif value is None:
                value = self.value(child, depth)
        if anchor:
            self._anchors[anchor] = value
        return value

    def _items(self, node: Node, depth: int) -> Iterator[Value]:
        for child in self.parts(node):
            role, _ = self.label(child)
            if role == "item":
                inner = self.parts(child)
                yield self.value(inner[0], depth) if inner else None
            elif role == "pair":
                pair = self._pair(child, depth)
                yield Mapping(self.span(child), (pair,) if pair is not None else ())
            else:
                yield self.value(child, depth)

    def _pairs(self, node: Node, depth: int) -> Iterable[Pair]:
        children = [child for child in node.named_children if self.label(child)[0] == "pair"]
        own = [pair for child in children if (pair := self._pair(child, depth)) is not None]
        return self._merged_into(own) if any(pair.key.text == "<<" for pair in own) else own

    def _merged_into(self, own: list[Pair]) -> Iterator[Pair]:
        """Yield entries, and those that `<<` among them takes from elsewhere."""
        known = {pair.key.text for pair in own}
        for pair in own:
            if pair.key.text != "<<":
                yield pair
                continue
            merged = pair.value.items if isinstance(pair.value, Sequence) else (pair.value,)
            for other in merged:
                for inherited in mapping(other).pairs:
                    if inherited.key.text not in known and self._merged < MAXIMUM_MERGED:
                        self._merged += 1
                        known.add(inherited.key.text)
                        yield inherited

    def _pair(self, node: Node, depth: int) -> Pair | None:
        name, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        key = self.value(name, depth) if name is not None else None
        if not isinstance(key, Scalar):
            return None
        return Pair(self.span(node), key, self.value(value, depth) if value is not None else None)


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A key at its column, with its value when that could be read."""

    column: int
    key: Scalar
    pair: Pair | None


def _nested(entries: list[_Entry], depth: int) -> tuple[Pair, ...]:
    """Put entries below the keys that they are indented under."""
    pairs: list[Pair] = []
    position = 0
    while position < len(entries):
        entry = entries[position]
        position += 1
        if entry.pair is not None:
            pairs.append(entry.pair)
            continue
        first = position
        while position < len(entries) and entries[position].column > entry.column:
            position += 1
        inner = _nested(entries[first:position], depth + 1) if depth < MAXIMUM_DEPTH else ()
        last = entries[position - 1].pair if position > first else None
        span = Span(entry.key.file, entry.key.span.start, (last or entry.key).span.end)
        pairs.append(Pair(span, entry.key, Mapping(span, inner) if inner else None))
    return tuple(pairs)
