"""Expressions of labelled syntax trees, the part that all grammars share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.grammar import Captures, Grammar
from scratchlint.languages.names import again
from scratchlint.languages.program_files import shaped, with_documents
from scratchlint.languages.tree import LabelledTree

MAXIMUM_DEPTH = 100
_DIFFER = frozenset({"!=", "!==", "!", "not", "is not", "not in"})


class ExpressionLowering(LabelledTree, ABC):
    """Lowers what stands for a value.

    What an expression does on the way (assignments, conditions) waits in `_pending` for the
    statement around it; what nests deeper than `maximum_depth` is postponed to the end of the file.
    """

    maximum_depth: ClassVar[int] = MAXIMUM_DEPTH

    def __init__(self, path: str, data: bytes, grammar: Grammar, places: Sequence[int] | None = None) -> None:
        super().__init__(path, data, grammar, places)
        self._depth = 0
        self._too_deep: list[Node] = []
        self._postponed: list[Node] = []
        self._pending: list[ir.Stmt] = []
        self._files: dict[str, str] = {}
        self._unread: dict[ir.Function, ir.Unread] = {}
        self._statements: dict[str, Callable[[Node, Captures], Iterable[ir.Stmt]]] = {}
        self._expressions: dict[str, Callable[[Node, Captures], ir.Expr]] = {
            "literal": self.literal,
            "name": self.name,
            "concat": self.concat,
            "path_join": self.concat_path,
            "either": self.either,
            "both": self.both,
            "field": self.field,
            "index": self.index,
            "call": self.call,
            "record": self.record,
            "list": self.sequence,
            "lambda": self.lambda_,
            "transparent": self.transparent,
            "compare": self.compare,
            "bind": self.bind_expression,
        }

    @abstractmethod
    def statement(self, node: Node) -> list[ir.Stmt]:
        """Lower one statement, behind what its expressions do on the way."""

    @abstractmethod
    def make_bind(self, node: Node, captures: Captures, declares: bool) -> ir.Bind:
        """Make a Bind from the captures `target` and `value`."""

    @abstractmethod
    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function from the captures `name`, `parameters`, `body` and `decorator`."""

    def expression(self, node: Node) -> ir.Expr:
        """Lower a node that stands for a value."""
        if self._depth >= self.maximum_depth:
            self._postpone(node)
            return ir.Other(self.span(node), "limit", ())
        role, captures = self.label(node)
        handler = self._expressions.get(role)
        self._depth += 1
        lowered = handler(node, captures) if handler is not None else self.other(node)
        self._depth -= 1
        return lowered

    def _postpone(self, node: Node) -> None:
        self._too_deep.append(node)
        self._postponed.append(node)

    def other(self, node: Node) -> ir.Expr:
        """Lower a node without a role: its parts are kept."""
        parts: list[ir.Expr] = []
        for child in self.parts(node):
            role = self.label(child)[0]
            if role in self._statements and role not in self._expressions:
                self._pending.extend(self.statement(child))
            else:
                parts.append(self.expression(child))
        return ir.Other(self.span(node), node.type, tuple(parts))

    def literal(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a constant; languages override this for their strings."""
        return self.literal_of(node)

    def name(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an identifier."""
        return ir.Ref(self.span(node), self.text(node))

    def concat(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a chain of one operator that joins text."""
        return self._chain(node, "concat", "")

    def concat_path(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a chain of an operator that joins path components."""
        return self._chain(node, "path_join", "/")

    def _chain(self, node: Node, role: str, separator: str) -> ir.Expr:
        parts = tuple(self.expression(part) for part in self.operands(node, role))
        return ir.Concat(self.span(node), parts, separator)

    def operands(self, node: Node, role: str) -> list[Node]:
        """Flatten a left-leaning chain without recursion: generated code has thousands of links."""
        parts: list[Node] = []
        while self.label(node)[0] == role:
            captures = self.label(node)[1]
            parts.append(captures["right"][0])
            node = captures["left"][0]
        return [node, *reversed(parts)]

    def either(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower alternatives."""
        for condition in captures.get("condition", ()):
            self.evaluate(condition)
        return ir.Either(self.span(node), tuple(self.expression(choice) for choice in captures["choice"]))

    def both(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a and b`: b is the value where a holds."""
        guard = self.evaluate(captures["guard"][0])
        return self.guarded(node, [guard], self.expression(captures["value"][0]))

    def guarded(self, node: Node, guards: Sequence[ir.Expr], value: ir.Expr) -> ir.Expr:
        """Make a value that stands behind conditions; without them it is not looked at."""
        if not guards:
            return value
        guard = guards[0] if len(guards) == 1 else ir.Other(self.span(node), "all", tuple(guards))
        return ir.Either(self.span(node), (value, ir.Other(guard.span, "undefined", ())), (guard,))

    def evaluate(self, node: Node) -> ir.Expr:
        """Keep an expression whose value goes nowhere, such as a condition; return it."""
        value = self.expression(node)
        self._pending.append(ir.Do(self.span(node), value))
        return value

    def field(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `base.name`."""
        return ir.Field(self.span(node), self.expression(captures["base"][0]), self.text(captures["name"][0]))

    def index(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `base[key]`: a field when the key is a constant."""
        base = self.expression(captures["base"][0])
        key = self.expression(captures["key"][0])
        if isinstance(key, ir.Lit):
            return ir.Field(self.span(node), base, key.text)
        self._pending.append(ir.Do(key.span, key))
        return ir.Field(self.span(node), base, None)

    def call(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a call; `arguments()` lowers what stands between the parentheses."""
        function = self.expression(captures["function"][0])
        arguments = self.only(captures, "arguments")
        call = ir.Call(self.span(node), function, self.arguments(arguments) if arguments else ())
        return with_documents(call, self._files, self.source)

    def kept(self, value: ir.Expr) -> ir.Expr:
        """Return a value that is kept or handed on: a text that can only be a file is read as one."""
        return shaped(value, self.source) or value

    def arguments(self, node: Node) -> tuple[ir.Argument, ...]:
        """Lower an argument list; keywords and spreads are labelled `keyword` and `spread`."""
        result: list[ir.Argument] = []
        for child in self.parts(node):
            role, captures = self.label(child)
            value = captures["value"][0] if role in ("keyword", "spread") else child
            name = self.text(captures["name"][0]) if role == "keyword" else None
            result.append(ir.Argument(self.span(child), self.expression(value), name, role == "spread"))
        return tuple(result)

    def record(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an object or dict; its entries are labelled `pair`, `shorthand` and `spread`."""
        entries: list[ir.Entry] = []
        for child in self.parts(node):
            entries.extend(self.entry(child))
        return ir.Record(self.span(node), tuple(entries))

    def entry(self, node: Node) -> Iterable[ir.Entry]:
        """Lower one entry of a record."""
        role, captures = self.label(node)
        span = self.span(node)
        if role == "pair":
            key = self.key(captures["key"][0])
            yield ir.Entry(span, key, self.kept(self.expression(captures["value"][0])), False)
        elif role == "spread":
            yield ir.Entry(span, None, self.expression(captures["value"][0]), True)
        elif role in self._statements:
            yield from self.method_entries(node)
        else:
            yield ir.Entry(span, self.text(node), self.expression(node), False)

    def method_entries(self, node: Node) -> Iterable[ir.Entry]:
        """Lower functions that stand in a record."""
        for statement in self.statement(node):
            if isinstance(statement, ir.Function):
                yield ir.Entry(statement.span, statement.name, ir.Lambda(statement.span, statement), False)

    def key(self, node: Node) -> str | None:
        """Return the name of a record's key, or None when it is computed."""
        if self.label(node)[0] == "literal":
            value = self.expression(node)
            return value.text if isinstance(value, ir.Lit) else None
        if node.named_child_count == 0:
            return self.text(node)
        self.evaluate(node)
        return None

    def sequence(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an array, list, tuple or set."""
        entries: list[ir.Entry] = []
        for child in self.parts(node):
            role, inner = self.label(child)
            value = inner["value"][0] if role == "spread" else child
            key = None if role == "spread" else str(len(entries))
            entries.append(ir.Entry(self.span(child), key, self.expression(value), role == "spread"))
        return ir.Record(self.span(node), tuple(entries))

    def lambda_(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a function that is a value."""
        return ir.Lambda(self.span(node), self.make_function(node, captures))

    def transparent(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower what passes its value on: parentheses, await, type assertions."""
        return self.expression(captures["value"][0])

    def compare(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a comparison or negation: its parts are looked at, not used."""
        kind = "differ" if any(child.type in _DIFFER for child in node.children) else "compare"
        return ir.Other(self.span(node), kind, tuple(map(self.expression, self.parts(node))))

    def bind_expression(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an assignment that is itself a value: the assignment happens first."""
        bind = self.make_bind(node, captures, declares=False)
        self._pending.append(bind)
        return again(bind.target)
