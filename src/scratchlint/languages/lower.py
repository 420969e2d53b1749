"""From labelled syntax trees to the intermediate representation, the part that all grammars share.

A query (`grammars/<language>.scm`) says which role each node plays; this class turns roles into
IR. A language subclasses it for what a query cannot say: string contents, imports, parameters.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.grammar import Captures, Grammar
from scratchlint.languages.names import again
from scratchlint.languages.tree import MAXIMUM_DAMAGES, LabelledTree

MAXIMUM_DEPTH = 100
BLOCK_KINDS: Mapping[str, ir.BlockKind] = {
    "arm": "arm",
    "loop": "loop",
    "except": "except",
    "finally": "finally",
    "scope": "scope",
}


class Lowering(LabelledTree, ABC):
    """Lowers one file; `module()` is its only result. Subclasses name their roles' methods."""

    language: ClassVar[str]
    maximum_depth: ClassVar[int] = MAXIMUM_DEPTH
    statement_bodies: ClassVar[frozenset[str]] = frozenset({"block", "statement_block"})

    def __init__(self, path: str, data: bytes, grammar: Grammar, places: Sequence[int] | None = None) -> None:
        super().__init__(path, data, grammar, places)
        self._depth = 0
        self._too_deep: list[Node] = []
        self._postponed: list[Node] = []
        self._pending: list[ir.Stmt] = []
        self._expressions: dict[str, Callable[[Node, Captures], ir.Expr]] = {
            "literal": self.literal,
            "name": self.name,
            "concat": self.concat,
            "path_join": self.concat_path,
            "either": self.either,
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
        self._statements: dict[str, Callable[[Node, Captures], Iterable[ir.Stmt]]] = {
            "bind": self.bind,
            "bind.declared": self.bind_declared,
            "return": self.return_,
            "function": self.function,
            "class": self.class_,
            "branch": self.branch,
            "arm": self.block,
            "loop": self.block,
            "loop.each": self.loop_each,
            "except": self.block,
            "finally": self.block,
            "scope": self.block,
            "nested": self.nested,
            "skip": self.skip,
        }

    # The result

    def module(self) -> ir.Module:
        """Lower the whole file; what nests too deep follows at its end, in pieces."""
        body = [*self.statements(self.root.named_children)]
        while self._postponed:
            body += self.statement(self._postponed.pop())
        return ir.Module(
            self.stretch(0, len(self.data)),
            self.language,
            tuple(body),
            tuple(self.comments()),
            (*self.damages(), *map(self.span, self._too_deep[:MAXIMUM_DAMAGES])),
        )

    # Expressions

    def expression(self, node: Node) -> ir.Expr:
        """Lower a node that stands for a value."""
        if self._depth >= self.maximum_depth:
            self._postpone(node)
            return ir.Other(self.span(node), "limit", ())
        role, captures = self.label(node)
        handler = self._expressions.get(role)
        self._depth += 1
        try:
            return handler(node, captures) if handler else self.other(node)
        finally:
            self._depth -= 1

    def _postpone(self, node: Node) -> None:
        self._too_deep.append(node)
        self._postponed.append(node)

    def other(self, node: Node) -> ir.Expr:
        """Lower a node without a role: its parts are kept."""
        parts: list[ir.Expr] = []
        for child in node.named_children:
            if child.type in self.comment_kinds:
                continue
            if self.label(child)[0] in self._statements and self.label(child)[0] not in self._expressions:
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

    def evaluate(self, node: Node) -> None:
        """Keep an expression whose value goes nowhere, such as a condition."""
        self._pending.append(ir.Do(self.span(node), self.expression(node)))

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
        return ir.Call(self.span(node), function, self.arguments(arguments) if arguments else ())

    def arguments(self, node: Node) -> tuple[ir.Argument, ...]:
        """Lower an argument list; keywords and spreads are labelled `keyword` and `spread`."""
        result: list[ir.Argument] = []
        for child in node.named_children:
            if child.type in self.comment_kinds:
                continue
            role, captures = self.label(child)
            value = captures["value"][0] if role in ("keyword", "spread") else child
            name = self.text(captures["name"][0]) if role == "keyword" else None
            result.append(ir.Argument(self.span(child), self.expression(value), name, role == "spread"))
        return tuple(result)

    def record(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an object or dict; its entries are labelled `pair`, `shorthand` and `spread`."""
        entries: list[ir.Entry] = []
        for child in node.named_children:
            if child.type not in self.comment_kinds:
                entries.extend(self.entry(child))
        return ir.Record(self.span(node), tuple(entries))

    def entry(self, node: Node) -> Iterable[ir.Entry]:
        """Lower one entry of a record."""
        role, captures = self.label(node)
        span = self.span(node)
        if role == "pair":
            key = self.key(captures["key"][0])
            yield ir.Entry(span, key, self.expression(captures["value"][0]), False)
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
        for child in node.named_children:
            if child.type in self.comment_kinds:
                continue
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
        """Lower a comparison: its parts are looked at, not used."""
        compared = [child for child in node.named_children if child.type not in self.comment_kinds]
        return ir.Other(self.span(node), "compare", tuple(self.expression(child) for child in compared))

    def bind_expression(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an assignment that is itself a value: the assignment happens first."""
        bind = self.make_bind(node, captures, declares=False)
        self._pending.append(bind)
        return again(bind.target)

    # Statements

    def statements(self, nodes: Sequence[Node]) -> tuple[ir.Stmt, ...]:
        """Lower a sequence of statements."""
        result: list[ir.Stmt] = []
        for node in nodes:
            if node.type not in self.comment_kinds:
                result.extend(self.statement(node))
        return tuple(result)

    def statement(self, node: Node) -> list[ir.Stmt]:
        """Lower one statement, behind what its expressions do on the way."""
        outer, self._pending = self._pending, []
        if self._depth >= self.maximum_depth:
            self._postpone(node)
            lowered: list[ir.Stmt] = []
        else:
            self._depth += 1
            role, captures = self.label(node)
            handler = self._statements.get(role)
            if handler is not None:
                lowered = list(handler(node, captures))
            elif role in self._expressions:
                lowered = [ir.Do(self.span(node), self.expression(node))]
            else:
                lowered = list(self.plain(node))
            self._depth -= 1
        lowered = [*self._pending, *lowered]
        self._pending = outer
        return lowered

    def plain(self, node: Node) -> Iterable[ir.Stmt]:
        """Lower a statement without a role: its parts are statements of their own."""
        if node.named_child_count == 0:
            return
        yield from self.statements(node.named_children)

    def nested(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower what only wraps statements: expression statements, declarations lists."""
        return self.statements(node.named_children)

    def skip(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Leave out what says nothing about values: types."""
        return ()

    def bind(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower an assignment."""
        yield self.make_bind(node, captures, declares=False)

    def bind_declared(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a declaration with a value."""
        yield self.make_bind(node, captures, declares=True)

    def make_bind(self, node: Node, captures: Captures, declares: bool) -> ir.Bind:
        """Make a Bind from the captures `target` and `value`."""
        value = self.expression(captures["value"][0])
        target = self.target(captures["target"][0])
        return ir.Bind(self.span(node), target, value, declares, exported=False)

    def target(self, node: Node) -> ir.Expr:
        """Lower what an assignment writes to; languages override it for destructuring."""
        return self.expression(node)

    def return_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a return or yield."""
        value = self.only(captures, "value")
        if value is not None and value.type not in self.comment_kinds:
            yield ir.Return(self.span(node), self.expression(value))

    def function(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a function definition."""
        yield self.make_function(node, captures)

    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function from the captures `name`, `parameters`, `body` and `decorator`."""
        name, parameters = self.only(captures, "name"), self.only(captures, "parameters")
        body = self.only(captures, "body")
        return ir.Function(
            self.span(node),
            self.text(name) if name is not None else "",
            tuple(self.parameters(parameters)) if parameters is not None else (),
            self.body(body) if body is not None else (),
            exported=False,
            decorators=tuple(self.expression(decorator) for decorator in captures.get("decorator", ())),
        )

    def body(self, node: Node) -> tuple[ir.Stmt, ...]:
        """Lower a function's body; a lone expression is what it returns."""
        if node.type not in self.statement_bodies and self.label(node)[0] not in self._statements:
            outer, self._pending = self._pending, []
            value = self.expression(node)
            result = (*self._pending, ir.Return(self.span(node), value))
            self._pending = outer
            return result
        return self.statements(node.named_children)

    @abstractmethod
    def parameters(self, node: Node) -> Iterable[ir.Parameter]:
        """Lower a parameter list."""

    def class_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a class from the captures `name`, `base`, `body` and `decorator`."""
        name, body = self.only(captures, "name"), self.only(captures, "body")
        yield ir.Class(
            self.span(node),
            self.text(name) if name is not None else "",
            tuple(self.expression(base) for base in captures.get("base", ())),
            self.statements(body.named_children) if body is not None else (),
            exported=False,
            decorators=tuple(self.expression(decorator) for decorator in captures.get("decorator", ())),
        )

    def branch(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower exclusive arms: the captures `guard` and `body`, then each `alternative`."""
        arms: list[ir.Stmt] = []
        body = self.only(captures, "body")
        if body is not None:
            arms.append(self.make_block(body, "arm", self.only(captures, "guard"), [body]))
        else:
            for guard in captures.get("guard", ()):
                self.evaluate(guard)
        for alternative in captures.get("alternative", ()):
            arms.extend(self.statement(alternative))
        yield ir.Block(self.span(node), "branch", None, tuple(arms))

    def block(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a block whose role names its kind, from the captures `guard` and `body`."""
        kind = BLOCK_KINDS[self.label(node)[0]]
        yield self.make_block(node, kind, self.only(captures, "guard"), captures.get("body", []))

    def make_block(
        self, node: Node, kind: ir.BlockKind, guard: Node | None, bodies: Sequence[Node]
    ) -> ir.Block:
        """Make a Block of the statements in `bodies`."""
        condition = self.expression(guard) if guard is not None else None
        return ir.Block(self.span(node), kind, condition, self.statements(bodies))

    def loop_each(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a loop over the elements of `value`: each is bound to `target`."""
        value = self.expression(captures["value"][0])
        element = ir.Field(value.span, value, None)
        target = captures["target"][0]
        span = self.stretch(target.start_byte, captures["value"][0].end_byte)
        bind = ir.Bind(span, self.target(target), element, True, exported=False)
        body = self.statements(captures.get("body", []))
        yield ir.Block(self.span(node), "loop", None, (bind, *body))
