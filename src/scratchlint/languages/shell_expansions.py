"""What the shell puts in the place of `$x`, `${x...}`, `$((...))` and `$(...)`."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.grammar import Captures
from scratchlint.languages.shell_words import ShellWords

_ALL_ARGUMENTS: Mapping[str, str] = {"*": "@"}
_TRIMS: Mapping[str, str] = {"%/*": "parent", "##*/": "basename"}
_PATTERN = re.compile(rb"(?:\\.|[^/\\])*/", re.DOTALL)


class ShellExpansions(ShellWords):
    """Lowers expansions."""

    def __init__(self, path: str, data: bytes, places: Sequence[int] | None = None) -> None:
        super().__init__(path, data, places)
        self._expressions |= {
            "variable": self.variable,
            "expansion": self.expansion,
            "substitution": self.substitution,
            "process": self.process,
            "arithmetic": self.arithmetic,
        }

    def name(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a variable's name."""
        return self.reference(self.span(node), self.text(node))

    def reference(self, span: Span, name: str) -> ir.Ref:
        """Return a read of a variable; `$*` is `$@`."""
        return ir.Ref(span, _ALL_ARGUMENTS.get(name, name))

    def variable(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `$X`."""
        span = self.stretch(self.start(node), node.end_byte)
        if not node.named_children:
            return ir.Lit(span, self.text(node))
        return self.reference(span, self.text(node.named_children[0]))

    def expansion(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `${X...}`: its operator says what becomes of the variable."""
        span = self.stretch(self.start(node), node.end_byte)
        children = node.children[1:-1]
        place = next((number for number, child in enumerate(children) if child.is_named), None)
        if place is None:
            return ir.Other(span, "expansion:", ())
        before = self.text(children[0]) if place else ""
        target, rest = children[place], children[place + 1 :]
        operator = next((child for child in rest if not child.is_named), None)
        if target.type not in ("variable_name", "special_variable_name", "subscript"):
            return self.other(node)
        if before:
            kind = "length" if before == "#" else f"expansion:{before}"
            return ir.Other(span, kind, (self.expression(target),))
        if operator is None:
            return self._read(target, span)
        return self._operated(span, target, operator, rest, node)

    def _read(self, target: Node, span: Span) -> ir.Expr:
        if target.type == "subscript":
            return self.expression(target)
        return self.reference(span, self.text(target))

    def _operated(
        self, span: Span, target: Node, operator: Node, rest: Sequence[Node], node: Node
    ) -> ir.Expr:
        """Lower a variable with an operator behind it."""
        sign, start, end = self.text(operator), operator.end_byte, node.end_byte - 1
        operands = [child for child in rest if child.start_byte >= start and child.is_named]
        if sign in (":-", "-", ":=", "=", ":+", "+"):
            pieces = self.region(operands, start, max(start, end))
            value = self.joined(pieces, start, max(start, end))
            if sign in (":+", "+"):
                return ir.Either(span, (value,))
            if sign in (":-", "-"):
                return ir.Either(span, (self.expression(target), value))
            default = ir.Either(span, (self.expression(target), value))
            self._pending.append(ir.Bind(span, self.expression(target), default, False, False))
            return self._read(target, span)
        if sign in (":?", "?"):
            return self._read(target, span)
        pattern = self.between(start, end)
        if sign in ("%", "%%", "#", "##"):
            kind = _TRIMS.get(sign + pattern, "trimmed")
            return ir.Other(span, kind, (self.expression(target),))
        parts = [self.expression(target)]
        replaced = _PATTERN.match(self.data, start, end) if sign.startswith("/") else None
        if replaced is not None and replaced.end() < end:
            parts.append(self.joined(self.region(operands, replaced.end(), end), replaced.end(), end))
        return ir.Other(span, f"expansion:{sign}", tuple(parts))

    def index(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an array's element; `@` and `*` are all of them."""
        name, key = node.child_by_field_name("name"), node.child_by_field_name("index")
        if name is None or key is None:
            return self.other(node)
        base = self.expression(name)
        text = self.text(key)
        if text in ("@", "*"):
            return ir.Field(self.span(node), base, None)
        if "$" not in text and "`" not in text:
            return ir.Field(self.span(node), base, text.strip("\"'"))
        self.evaluate(key)
        return ir.Field(self.span(node), base, None)

    def arithmetic(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a calculation to what it reads."""
        parts: list[ir.Expr] = []
        stack = [node]
        while stack:
            current = stack.pop()
            role = self.label(current)[0]
            if current is node or role == "arithmetic" or current.type == "parenthesized_expression":
                stack.extend(reversed(current.named_children))
            elif current.type != "number" and role in self._expressions:
                parts.append(self._counted(current))
        return ir.Other(self.span(node), "arithmetic", tuple(parts))

    def _counted(self, node: Node) -> ir.Expr:
        """Lower an operand of a calculation: a bare word is a variable."""
        text = self.text(node)
        if node.type == "word" and text.isidentifier():
            return ir.Ref(self.span(node), text)
        return self.expression(node)

    # Substitutions

    def substitution(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `$(...)` and backticks: the output of the last command, behind the others."""
        return ir.Other(self._substituted(node), "substitution", self.outputs(node))

    def process(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `<(...)` and `>(...)`."""
        return ir.Other(self._substituted(node), "process", self.outputs(node))

    def _substituted(self, node: Node) -> Span:
        return self.stretch(self.start(node), node.end_byte)

    @abstractmethod
    def outputs(self, node: Node) -> tuple[ir.Expr, ...]:
        """Return the commands whose output a substitution is; what runs before them is pending."""
