"""TypeScript, TSX and JavaScript: the statements that are left, and the choice of the grammar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.grammar import Captures, grammar
from scratchlint.languages.typescript_modules import ModuleLowering

_PLAIN_TYPESCRIPT = (".ts", ".mts", ".cts")


def lower(path: str, data: bytes) -> ir.Module:
    """Lower one file; damaged source gives what can be read and the damaged places.

    The tsx grammar also reads JavaScript, with and without JSX; only `<T>x` needs the other one.
    """
    plain = path.endswith(_PLAIN_TYPESCRIPT)
    if plain or path.endswith(".tsx"):
        function = "language_typescript" if plain else "language_tsx"
        return _TypeScriptLowering(path, data, function).module()
    return _JavaScriptLowering(path, data, "language_tsx").module()


class _TypeScriptLowering(ModuleLowering):
    language = "typescript"

    def __init__(self, path: str, data: bytes, function: str) -> None:
        super().__init__(path, data, grammar("tree_sitter_typescript", function, "typescript"))
        self._statements |= {
            "and": self.and_statement,
            "either": self.either_statement,
            "ternary": self.ternary_statement,
            "sequence": self.comma_statement,
            "transparent": self.transparent_statement,
            "yield": self.return_,
            "scope": self.scope,
            "block": self.scope,
            "namespace": self.namespace,
            "switch": self.switch,
            "except": self.except_,
            "loop.counted": self.loop_counted,
        }

    # Expressions that are statements

    def and_statement(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `a && b` as `if (a) b`."""
        yield self._chosen(node, self.arm(captures["right"][0], captures["left"][0]))

    def either_statement(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `a || b` as `if (!a) b`."""
        self.evaluate(captures["left"][0])
        yield self._chosen(node, self.arm(captures["right"][0]))

    def ternary_statement(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `a ? b : c` as `if (a) b; else c`."""
        first = self.arm(captures["first"][0], captures["condition"][0])
        yield self._chosen(node, first, self.arm(captures["second"][0]))

    def comma_statement(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `a, b` as two statements."""
        return self.statements(self.comma_parts(node))

    def transparent_statement(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `(a = b)`, `await a` and the like as what they hold."""
        return self.statement(captures["value"][0])

    def _chosen(self, node: Node, *arms: ir.Stmt) -> ir.Block:
        return ir.Block(self.span(node), "branch", None, arms)

    # Blocks

    def make_block(
        self, node: Node, kind: ir.BlockKind, guard: Node | None, bodies: Sequence[Node]
    ) -> ir.Block:
        """Make a Block; it is the scope of the braces that its body stands in."""
        self._nesting += 1
        block = super().make_block(node, kind, guard, self._flat(bodies))
        self._nesting -= 1
        return block

    def _flat(self, bodies: Sequence[Node]) -> list[Node]:
        """Return the statements of bodies, which are blocks or lone statements."""
        flat: list[Node] = []
        for body in bodies:
            flat.extend(body.named_children if body.type == "statement_block" else [body])
        return flat

    def scope(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a block of statements."""
        yield self.make_block(node, "scope", None, captures.get("body", [node]))

    def namespace(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a namespace: its statements."""
        return self.statements(self._flat(captures["body"]))

    def branch(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `if`; a chain of `else if` gives the arms of one branch."""
        arms: list[ir.Stmt] = []
        following: Node | None = node
        while following is not None:
            role, inner = self.label(following)
            if role != "branch":
                arms.append(self.arm(following))
                break
            arms.append(self.arm(inner["body"][0], inner["guard"][0]))
            following = self.only(inner, "alternative")
        yield self._chosen(node, *arms)

    def switch(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `switch`; cases that fall through at once share the arm of the next."""
        self.evaluate(captures["value"][0])
        arms: list[ir.Stmt] = []
        values: list[ir.Expr] = []
        start: int | None = None
        for case in captures["body"][0].named_children:
            if case.type in self.comment_kinds:
                continue
            start = case.start_byte if start is None else start
            value = case.child_by_field_name("value")
            if value is not None:
                values.append(self.expression(value))
            body = case.children_by_field_name("body")
            span = self.stretch(start, case.end_byte)
            if body:
                guard = ir.Other(span, "compare", tuple(values)) if values else None
                arm = self.make_block(case, "arm", None, body)
                arms.append(ir.Block(span, "arm", guard, arm.body))
                values, start = [], None
        self._pending.extend(ir.Do(value.span, value) for value in values)
        yield self._chosen(node, *arms)

    def except_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `catch`."""
        block = self.make_block(node, "except", None, captures["body"])
        caught = self.only(captures, "target")
        if caught is not None:
            error = ir.Other(self.span(caught), "caught", ())
            bind = ir.Bind(self.span(caught), self.target(caught), error, True, exported=False)
            block = ir.Block(block.span, "except", None, (bind, *block.body))
        yield block

    def loop_counted(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `for (first; condition; next)`: the names of `first` are the loop's own."""
        self._nesting += 1
        first = node.child_by_field_name("initializer")
        condition = node.child_by_field_name("condition")
        following = node.child_by_field_name("increment")
        body = node.child_by_field_name("body")
        before = self.statements([first] if first is not None else [])
        steps = [step for step in (body, following) if step is not None]
        loop = self.make_block(node, "loop", _present(condition), steps)
        self._nesting -= 1
        yield ir.Block(self.span(node), "scope", None, (*before, loop))

    def loop_each(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `for (x of xs)` and `for (x in xs)`."""
        kind = node.child_by_field_name("kind")
        value = self.expression(captures["value"][0])
        element: ir.Expr = ir.Field(value.span, value, None)
        if self.text(captures["operator"][0]) == "in":
            element = ir.Other(value.span, "key", (value,))
        target = captures["target"][0]
        span = self.stretch(target.start_byte, captures["value"][0].end_byte)
        bind = ir.Bind(span, self.target(target), element, kind is not None, exported=False)
        loop = self.make_block(node, "loop", None, captures["body"])
        yield ir.Block(loop.span, "loop", None, (bind, *loop.body))


class _JavaScriptLowering(_TypeScriptLowering):
    language = "javascript"


def _present(condition: Node | None) -> Node | None:
    """Return a loop's condition; an empty one is only a semicolon."""
    return (
        condition
        if condition is not None and condition.is_named and condition.type != "empty_statement"
        else None
    )
