"""JSON, JSON with comments and JSON5 (https://spec.json5.org/): settings, scripts of package.json.

All three are expressions of ECMAScript, so one grammar reads them, trailing commas and comments included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import process_files, yaml_scalars
from scratchlint.languages.grammar import grammar
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, left_out
from scratchlint.languages.tree import LabelledTree
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value
from scratchlint.languages.yaml_text import hidden

MAXIMUM_DEPTH = 60
"""What nests deeper is left out, and the place is named as damaged."""
MINIMUM_DATA = 200
"""Shorter objects and lists, in bytes, are lowered whatever they hold."""
MAXIMUM_LOOKED_INTO = 16
"""Objects and lists that nest deeper are lowered with what is around them."""

_OPEN = b"("
_FILLED_IN = b"{{"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def lower(path: str, data: bytes, may_wait: ir.MayWait | None = None) -> ir.Module:
    """Lower a JSON file: each value binds the dotted names of the keys around it.

    Long objects and lists of which `may_wait` says that they hold nothing are left out, if another part does:
    they are data.
    """
    name = path.rpartition("/")[2].lower()
    is_data = may_wait is not None and not may_wait(data) and not process_files.declares_programs(name)
    tree = JsonTree(path, data, may_wait if is_data else None)
    budget = Budget()
    body = tuple(_statements(name, tree.document(), budget))
    damaged = (*tree.damages(), *left_out(budget, tree.whole))
    return ir.Module(tree.whole, "json", body, tuple(tree.comments()), damaged)


def _statements(name: str, document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    if name == "package.json":
        yield from process_files.lower_package(document, budget)
    elif process_files.is_process_file(name, document):
        yield from process_files.lower_processes(document, budget)
    else:
        yield from Settings(budget).binds("", document)


class JsonTree(LabelledTree):
    """One parsed file, in parentheses so that it is an expression."""

    def __init__(self, path: str, data: bytes, may_wait: ir.MayWait | None = None) -> None:
        self.original = (
            data.replace(_BYTE_ORDER_MARK, b"   ", 1) if data.startswith(_BYTE_ORDER_MARK) else data
        )
        self.whole = Span(path, 0, len(data))
        self._too_deep: list[Span] = []
        # The closing parenthesis stands on a line of its own: the last one may be a comment.
        text = _OPEN + hidden(self.original) + b"\n)"
        places = range(-len(_OPEN), len(data) + 2)
        super().__init__(path, text, grammar("tree_sitter_typescript", "language_tsx", "json"), places)
        left_out = self._data(may_wait) if may_wait is not None and not self.root.has_error else ()
        self._left_out = {node.id for node in left_out}

    def span(self, node: Node) -> Span:
        """Return the bytes that a node covers in the file, without what was put around it."""
        return self.stretch(node.start_byte, node.end_byte)

    def stretch(self, start: int, end: int) -> Span:
        """Return where a stretch of the parsed text stands in the file, without what was put around it."""
        file, first, last = super().stretch(start, end)
        last = min(last, self.whole.end)
        return Span(file, min(max(first, 0), last), last)

    def _data(self, may_wait: ir.MayWait) -> Iterator[Node]:
        """Yield the outermost objects and lists that are long and hold nothing."""
        waiting = [(self.root, 0)]
        while waiting:
            node, depth = waiting.pop()
            if node.end_byte - node.start_byte < MINIMUM_DATA or depth > MAXIMUM_LOOKED_INTO:
                continue
            _, start, end = self.span(node)
            text = self.original[start:end]
            if node.type in ("object", "array") and _FILLED_IN not in text and may_wait(text):
                yield node
            else:
                waiting.extend((child, depth + 1) for child in node.named_children)

    def document(self) -> Value:
        """Return the value that the file holds; of a damaged file a mapping of the pairs that can be told."""
        whole = [self._value(node, 0) for node in self._values()]
        if len(whole) == 1:
            return whole[0]
        return Mapping(self.whole, tuple(self._recovered()))

    def _values(self) -> Iterator[Node]:
        """Yield what stands in the parentheses of a text that parses as a whole."""
        for statement in self.parts(self.root):
            for node in self.parts(statement) if statement.type == "expression_statement" else ():
                if self.label(node)[0] == "wrapped":
                    yield from self.parts(node)

    def _recovered(self) -> Iterator[Pair]:
        """Yield every key of a damaged text with the value behind its colon, however they nest."""
        tokens = list(self._tokens())
        for key, colon, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if colon.type == ":" and self._is_text(key) and value.type != ":":
                yield Pair(self.span(key), self._scalar(key), self._value(value, 0))

    def _tokens(self) -> Iterator[Node]:
        """Yield the colons, texts and undamaged objects and lists of a damaged text."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            whole = self.label(node)[0] in ("mapping", "sequence") and not node.has_error
            if node.type == ":" or self._is_text(node) or whole:
                yield node
            else:
                waiting.extend(reversed(node.children))

    def _is_text(self, node: Node) -> bool:
        return self.label(node)[0] in ("text", "plain")

    def _value(self, node: Node, depth: int) -> Value:
        if node.id in self._left_out:
            return None
        if depth > MAXIMUM_DEPTH:
            self._too_deep.append(self.span(node))
            return None
        match self.label(node)[0]:
            case "mapping":
                return Mapping(self.span(node), tuple(self._pairs(node, depth + 1)))
            case "sequence":
                return Sequence(
                    self.span(node), tuple(self._value(part, depth + 1) for part in self.parts(node))
                )
            case "text" | "plain":
                return self._scalar(node)
        return None

    def _pairs(self, node: Node, depth: int) -> Iterator[Pair]:
        for part in self.parts(node):
            if self.label(part)[0] == "pair":
                yield from self._pair(part, depth)
            elif part.is_error:
                yield from self._pairs(part, depth)

    def _pair(self, node: Node, depth: int) -> Iterator[Pair]:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and value is not None:
            yield Pair(self.span(node), self._scalar(key), self._value(value, depth))

    def _scalar(self, node: Node) -> Scalar:
        # One byte was put before the file.
        start, end = node.start_byte - len(_OPEN), node.end_byte - len(_OPEN)
        read = yaml_scalars.escaped if self.label(node)[0] == "text" else yaml_scalars.plain
        return read(self.path, self.original, start, min(end, len(self.original)))

    def damages(self) -> Iterable[Span]:
        """Yield the places that the parser could not read, and those that nest too deep."""
        if self.original.strip():  # an empty file is no expression
            yield from super().damages()
        yield from self._too_deep[:1]
