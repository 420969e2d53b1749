"""From labelled syntax trees to the intermediate representation, the part that all grammars share.

A query (`grammars/<language>.scm`) says which role each node plays; `Lowering` turns roles into
IR. A language subclasses it for what a query cannot say: string contents, imports, parameters.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.expressions import ExpressionLowering
from scratchlint.languages.grammar import Captures, Grammar
from scratchlint.languages.program_files import opened
from scratchlint.languages.tree import MAXIMUM_DAMAGES

BLOCK_KINDS: Mapping[str, ir.BlockKind] = {
    "arm": "arm",
    "loop": "loop",
    "except": "except",
    "finally": "finally",
    "scope": "scope",
}


class Lowering(ExpressionLowering):
    """Lowers one file; `module()` is its only result. Subclasses name their roles' methods."""

    language: ClassVar[str]
    statement_bodies: ClassVar[frozenset[str]] = frozenset({"block", "statement_block"})

    def __init__(self, path: str, data: bytes, grammar: Grammar, places: Sequence[int] | None = None) -> None:
        super().__init__(path, data, grammar, places)
        self._statements |= {
            "bind": self.bind,
            "bind.declared": self.bind_declared,
            "return": self.return_,
            "leave": self.leave,
            "function": self.function,
            "class": self.class_,
            "branch": self.branch,
            "arm": self.block,
            "loop": self.block,
            "loop.each": self.loop_each,
            "try": self.try_,
            "except": self.block,
            "finally": self.block,
            "scope": self.block,
            "nested": self.nested,
            "skip": self.skip,
        }

    # The result

    def module(self) -> ir.Module:
        """Lower the whole file; what nests too deep follows at its end, in pieces."""
        body = self.finished(self.statements(self.root.named_children))
        return ir.Module(
            self.stretch(0, len(self.data)),
            self.language,
            body,
            tuple(self.comments()),
            (*self.damages(), *map(self.span, self._too_deep[:MAXIMUM_DAMAGES])),
            unread=self._unread,
        )

    def finished(self, body: Iterable[ir.Stmt]) -> tuple[ir.Stmt, ...]:
        """Return all statements, those that nested too deep at the end; nothing is lowered after that."""
        whole = [*body]
        while self._postponed:
            whole += self.statement(self._postponed.pop())
        # The methods in these tables hold the object that holds the tables, and with it the tree.
        self._statements.clear()
        self._expressions.clear()
        return tuple(whole)

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
        if self._pending:
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
        value = self.kept(self.expression(captures["value"][0]))
        target = self.target(captures["target"][0])
        if isinstance(target, ir.Ref) and (path := opened(value)) is not None:
            self._files[target.name] = path
        return ir.Bind(self.span(node), target, value, declares, exported=False)

    def target(self, node: Node) -> ir.Expr:
        """Lower what an assignment writes to; languages override it for destructuring."""
        return self.expression(node)

    def return_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a return or yield."""
        value = self.only(captures, "value")
        if value is not None and value.type not in self.comment_kinds:
            yield ir.Return(self.span(node), self.kept(self.expression(value)))
        else:
            yield from self.leave(node, captures)

    def leave(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower what ends a block early, without a value: `throw`, `raise`, `break`, `return;`."""
        values = tuple(map(self.expression, captures.get("value", ())))
        yield ir.Do(self.span(node), ir.Other(self.span(node), "leave", values))

    def function(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a function definition."""
        yield self.make_function(node, captures)

    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function from the captures `name`, `parameters`, `body` and `decorator`."""
        name, parameters = self.only(captures, "name"), self.only(captures, "parameters")
        body = self.only(captures, "body")
        files, self._files = self._files, dict(self._files)
        function = ir.Function(
            self.span(node),
            self.text(name) if name is not None else "",
            tuple(self.parameters(parameters)) if parameters is not None else (),
            self.body(body) if body is not None else (),
            exported=False,
            decorators=tuple(self.expression(decorator) for decorator in captures.get("decorator", ())),
        )
        self._files = files
        return function

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
            tuple(
                self.expression(base) for base in captures.get("base", ()) if self.label(base)[0] != "keyword"
            ),
            self.statements(body.named_children) if body is not None else (),
            exported=False,
            decorators=tuple(self.expression(decorator) for decorator in captures.get("decorator", ())),
        )

    def branch(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower exclusive arms: the captures `guard` and `body`, then each `alternative`."""
        arms: list[ir.Stmt] = []
        body = self.only(captures, "body")
        if body is not None:
            arms.append(self.arm(body, self.only(captures, "guard")))
        else:
            for guard in captures.get("guard", ()):
                self.evaluate(guard)
        for alternative in captures.get("alternative", ()):
            arms.extend(self.statement(alternative))
        yield ir.Block(self.span(node), "branch", None, tuple(arms))

    def arm(self, body: Node, guard: Node | None = None) -> ir.Block:
        """Make the arm that `body` is when `guard` holds."""
        start = guard.start_byte if guard is not None else body.start_byte
        block = self.make_block(body, "arm", guard, [body])
        return ir.Block(self.stretch(start, body.end_byte), "arm", block.guard, block.body)

    def block(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a block whose role names its kind, from the captures `guard` and `body`."""
        kind = BLOCK_KINDS[self.label(node)[0]]
        yield self.make_block(node, kind, self.only(captures, "guard"), captures.get("body", []))

    def try_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower what may be cut short, then the blocks that catch and follow it, side by side."""
        body = captures["body"][0]
        yield self.make_block(body, "try", None, [body])
        yield from self.statements([child for child in node.named_children if child.id != body.id])

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
