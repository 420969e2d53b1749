"""A syntax tree whose nodes carry roles: spans, texts, comments and damages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar

from tree_sitter import Node, Tree

from scratchlint.core import ir
from scratchlint.core.span import Span, make_span
from scratchlint.languages.grammar import UNLABELLED, Captures, Grammar, Label
from scratchlint.suppress.comments import may_speak

MAXIMUM_DAMAGES = 20


class LabelledTree:
    """One parsed and labelled text: a file, or a part of one.

    `places` holds for each byte of the text, and for its end, where it stands in the file.
    """

    comment_kinds: ClassVar[frozenset[str]] = frozenset({"comment"})

    def __init__(self, path: str, data: bytes, grammar: Grammar, places: Sequence[int] | None = None) -> None:
        self.path = path
        self.data = data
        self.places = range(len(data) + 1) if places is None else places
        self._shift = self.places.start if isinstance(self.places, range) else None
        self._tree = self.parse(grammar, data)
        self.root = self._tree.root_node
        self._grammar = grammar
        self._of_kind = grammar.of_kind
        self._of_kind_alone = grammar.of_kind_alone
        self._labels = grammar.label(self.root, self._stretches())

    def parse(self, grammar: Grammar, data: bytes) -> Tree:
        """Parse the text; languages override it to hide from a grammar what it cannot read."""
        return grammar.parse(data)

    def left_out(self) -> Iterable[Node]:
        """Yield the nodes in which nothing is labelled, in order; languages override it."""
        return ()

    def _stretches(self) -> Iterable[range]:
        start = 0
        for node in self.left_out():
            yield range(start, node.start_byte)
            start = node.end_byte
        yield range(start, len(self.data) + 1)

    def span(self, node: Node) -> Span:
        """Return the bytes that a node covers."""
        return self.stretch(node.start_byte, node.end_byte)

    def stretch(self, start: int, end: int) -> Span:
        """Return where a stretch of the parsed text stands in the file."""
        if self._shift is not None:
            return make_span((self.path, self._shift + start, self._shift + (end if end > start else start)))
        first = self.places[start]
        return Span(self.path, first, self.places[end - 1] + 1 if end > start else first)

    def source(self, span: Span) -> tuple[bytes, Sequence[int]]:
        """Return the bytes of a span of this text, and the place of each and of the end in the file."""
        start, end = bisect_left(self.places, span.start), bisect_left(self.places, span.end)
        return self.data[start:end], self.places[start : end + 1]

    def text(self, node: Node) -> str:
        """Return a node's source text."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def literal_of(self, node: Node) -> ir.Lit:
        """Return a node's source text as a constant."""
        return ir.Lit(self.span(node), self.text(node))

    def label(self, node: Node) -> Label:
        """Return a node's role and captures; ("", {}) when it has none."""
        kind = node.kind_id
        return (
            self._of_kind_alone.get(kind) or self._labels.get(node.id) or self._of_kind.get(kind, UNLABELLED)
        )

    def only(self, captures: Captures, name: str) -> Node | None:
        """Return the first node captured under `name`, or None."""
        nodes = captures.get(name)
        return nodes[0] if nodes else None

    def parts(self, node: Node) -> list[Node]:
        """Return a node's named children without the comments among them."""
        return [child for child in node.named_children if child.type not in self.comment_kinds]

    def comments(self) -> Iterable[ir.Comment]:
        """Yield every comment in source order, where one may speak to a linter; else nobody asks for them."""
        if not may_speak(self.data):
            return
        for node in self._grammar.find(self.root, self.comment_kinds):
            yield ir.Comment(self.span(node), self.text(node))

    def damages(self) -> Iterable[Span]:
        """Yield the places that the parser could not read, at most MAXIMUM_DAMAGES."""
        return map(self.span, islice(self._unreadable(), MAXIMUM_DAMAGES))

    def _unreadable(self) -> Iterator[Node]:
        """Yield the errors and the nodes that are missing, in source order, without recursion."""
        waiting = [self.root] if self.root.has_error else []
        while waiting:
            node = waiting.pop()
            if node.is_error or node.is_missing:
                yield node
            waiting += [child for child in reversed(node.children) if child.has_error or child.is_error]


def outermost(node: Node, kind: str) -> Iterable[Node]:
    """Yield the nodes of a kind below a node, but none inside another."""
    for child in node.named_children:
        if child.type == kind:
            yield child
        else:
            yield from outermost(child, kind)
