"""The shell: sh, bash, ksh and zsh scripts, and command lines inside other files."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.grammar import Captures
from scratchlint.languages.shell_commands import ShellCommands
from scratchlint.languages.shell_steps import REDIRECTS, Step

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UNDECODED = re.compile("[\udc80-\udcff]")
_INVISIBLE = re.compile(rb"\r(?=\n)|\0")


def lower(path: str, data: bytes, offset: int = 0) -> ir.Module:
    """Lower a shell script, or a part of a file that begins at `offset`."""
    return lower_at(path, data, range(offset, offset + len(data) + 1))


def lower_at(path: str, data: bytes, places: Sequence[int]) -> ir.Module:
    """Lower a script whose bytes stand at `places`, such as one that was written with escapes."""
    if data.startswith(_BYTE_ORDER_MARK):
        data, places = data[len(_BYTE_ORDER_MARK) :], places[len(_BYTE_ORDER_MARK) :]
    data = _valid(data)
    if _INVISIBLE.search(data):
        data, places = _visible(data, places)
    return _ShellLowering(path, data, places).module()


def _valid(data: bytes) -> bytes:
    """Return valid UTF-8 of the same length, so that bytes and characters can be counted alike."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return _UNDECODED.sub("?", data.decode("utf-8", "surrogateescape")).encode()
    return data


def _visible(data: bytes, places: Sequence[int]) -> tuple[bytes, Sequence[int]]:
    """Leave out what a shell does not see: NUL bytes, and the CR of CR LF."""
    kept: array[int] = array("Q")
    position = 0
    for match in _INVISIBLE.finditer(data):
        kept.extend(places[position : match.start()])
        position = match.end()
    kept.extend(places[position:])
    return _INVISIBLE.sub(b"", data), kept


class _ShellLowering(ShellCommands):
    """Lowers control flow."""

    def __init__(
        self, path: str, data: bytes, places: Sequence[int] | None = None, embedded: int = 0
    ) -> None:
        super().__init__(path, data, places, embedded)
        self._statements |= {
            "case": self.case,
            "subshell": self.subshell,
            "compound": self.compound,
            "while": self.while_,
            "loop.counted": self.loop_counted,
        }

    def branch(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `if`: the conditions' commands, then the exclusive arms."""
        arms: list[ir.Stmt] = []
        conditions: list[ir.Stmt] = []
        for part in [node, *node.named_children]:
            if part.type == "else_clause":
                arms.append(self.make_block(part, "arm", None, [part]))
            elif part is node or part.type == "elif_clause":
                condition, body = _at_then(part)
                conditions.extend(self.statements(condition))
                arms.append(self.make_block(part, "arm", None, body))
        yield from conditions
        yield ir.Block(self.span(node), "branch", None, tuple(arms))

    def case(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `case`: its subject, then one arm an item, guarded by the item's patterns."""
        subject = node.child_by_field_name("value")
        if subject is not None:
            self.evaluate(subject)
        arms: list[ir.Stmt] = []
        for item in node.named_children:
            if item.type != "case_item":
                continue
            values = item.children_by_field_name("value")
            patterns = tuple(self.word([value]) for value in values)
            guard = ir.Other(self.around(patterns), "compare", patterns) if patterns else None
            body = [child for child in item.named_children if child not in values]
            arms.append(ir.Block(self.span(item), "arm", guard, self.statements(body)))
        yield ir.Block(self.span(node), "branch", None, tuple(arms))

    def subshell(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `(...)`: what it assigns stays inside."""
        yield ir.Block(self.span(node), "scope", None, self.statements(node.named_children))

    def compound(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `{ ...; }`, which only wraps statements, and `((...))`."""
        if any(child.type == "((" for child in node.children[:1]):
            return [ir.Do(self.span(node), self.arithmetic(node, captures))]
        return self.nested(node, captures)

    def while_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `while` and `until`: the condition runs in the loop."""
        yield ir.Block(self.span(node), "loop", None, self.statements(node.named_children))

    def loop_each(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `for` and `select`: the name is one of the words."""
        name = node.child_by_field_name("variable")
        body = node.child_by_field_name("body")
        if name is None:
            yield from self.plain(node)
            return
        words = self.grouped(node.children_by_field_name("value"))
        value: ir.Expr
        if words:
            choices = tuple(self.word(word, braces=True) for word in words)
            value = ir.Either(self.around(choices), choices)
        else:
            value = ir.Ref(self.span(name), "@")
        bind = ir.Bind(self.around([value]), self.expression(name), value, False, exported=False)
        yield ir.Block(
            self.span(node), "loop", None, (bind, *(self.statements([body]) if body is not None else ()))
        )

    def loop_counted(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `for ((...))`."""
        body = node.child_by_field_name("body")
        head: list[ir.Stmt] = []
        for child in node.named_children:
            if child == body or child.type in self.comment_kinds:
                continue
            if child.type == "variable_assignment":
                head.extend(self.statement(child))
            else:
                head.append(ir.Do(self.span(child), self.arithmetic(child, captures)))
        inner = self.statements([body]) if body is not None else ()
        yield ir.Block(self.span(node), "loop", None, (*head, *inner))

    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function; what its definition redirects is opened first in its body."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        redirects = tuple(child for child in node.named_children if child.type in REDIRECTS)
        self._functions += 1
        opened = self.redirections(Step("", node, redirects=redirects))
        statements = tuple(self.statement(body)) if body is not None else ()
        self._functions -= 1
        if opened.arguments:
            statements = (ir.Do(opened.span, opened), *statements)
        text = self.text(name) if name is not None else ""
        return ir.Function(self.span(node), text, (), statements, exported=False)

    def parameters(self, node: Node) -> Iterable[ir.Parameter]:
        """Shell functions name no parameters."""
        return ()


def _at_then(node: Node) -> tuple[list[Node], list[Node]]:
    """Cut the commands of an `if` or `elif` at `then`; further clauses stand for themselves."""
    condition: list[Node] = []
    body: list[Node] = []
    current = condition
    for child in node.children:
        if child.type == "then":
            current = body
        elif child.is_named and child.type not in ("elif_clause", "else_clause"):
            current.append(child)
    return condition, body
