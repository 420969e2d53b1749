"""TypeScript's definitions: variables, functions, classes and enumerations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.grammar import Captures, Grammar
from scratchlint.languages.typescript_values import ValueLowering, leaves_file


class DefinitionLowering(ValueLowering):
    """Lowers what gives names to values.

    `_nesting` counts the blocks between a statement and its function: a `var` in one of them is
    noted in `_hoisted`, since it belongs to the function.
    """

    def __init__(self, path: str, data: bytes, grammar: Grammar) -> None:
        super().__init__(path, data, grammar)
        self._nesting = 0
        self._hoisted: dict[str, ir.Bind] = {}
        self._expressions |= {"class.value": self.class_value}
        self._statements |= {
            "declaration": self.declaration,
            "declaration.var": self.declaration_var,
            "method": self.method,
            "member": self.member,
            "enum": self.enum,
        }

    def module(self) -> ir.Module:
        """Lower the whole file, behind the declarations that it hoists."""
        module = super().module()
        return replace(module, body=(*self._hoisted.values(), *module.body))

    # Variables

    def declaration(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower one `name = value` of a `let` or `const`."""
        value = self.only(captures, "value")
        if value is not None and value.type == "class" and captures["target"][0].type == "identifier":
            yield self.make_class(value, self.text(captures["target"][0]))
            return
        yield from self.binds(node, captures, declares=True)

    def declaration_var(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower one `name = value` of a `var`, which may stand in a block of its function."""
        if self._nesting == 0:
            yield from self.declaration(node, captures)
            return
        for bind in self.binds(node, captures, declares=False):
            if isinstance(bind, ir.Bind):
                for name in ir.targets(bind.target):
                    self._hoisted.setdefault(name.name, self._undefined(name))
                if isinstance(bind.value, ir.Other) and bind.value.kind == "undefined":
                    continue
            yield bind

    def _undefined(self, name: ir.Ref) -> ir.Bind:
        value = ir.Other(name.span, "undefined", ())
        return ir.Bind(name.span, ir.Ref(name.span, name.name), value, declares=True, exported=False)

    def bind(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower an assignment; one with `using` declares its name."""
        return self.binds(node, captures, declares=node.children[0].type == "using")

    def binds(self, node: Node, captures: Captures, declares: bool) -> Iterable[ir.Stmt]:
        """Lower `target = value`; every name taken out of the environment is a Bind of its own."""
        bind = self.make_bind(node, captures, declares)
        if not isinstance(bind.target, ir.Record) or not self.is_environment(bind.value):
            yield bind
            return
        for entry in bind.target.entries:
            span, target, default = entry.span, entry.value, None
            value = bind.value
            if isinstance(target, ir.Either):
                target, default = target.choices
            if entry.key is not None:
                value = ir.Env(span, entry.key, default)
            else:
                span = bind.span
            yield ir.Bind(span, target, value, declares, exported=False)

    def make_bind(self, node: Node, captures: Captures, declares: bool) -> ir.Bind:
        """Make a Bind; a declaration without value declares all the same."""
        target = self.target(captures["target"][0])
        value = self.only(captures, "value")
        return ir.Bind(
            self.span(node),
            target,
            self.expression(value) if value is not None else ir.Other(target.span, "undefined", ()),
            declares,
            exported=leaves_file(target),
        )

    # Functions

    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function; hoisted names, defaults' conditions and properties begin its body."""
        outer = self._pending, self._nesting, self._hoisted
        self._pending, self._nesting, self._hoisted = [], 0, {}
        function = super().make_function(node, captures)
        body = (*self._hoisted.values(), *self._pending, *function.body)
        self._pending, self._nesting, self._hoisted = outer
        return replace(function, body=body)

    def body(self, node: Node) -> tuple[ir.Stmt, ...]:
        """Lower a function's body: a block, or the expression that an arrow function gives."""
        if node.type == "statement_block":
            return self.statements(node.named_children)
        outer, self._pending = self._pending, []
        value = self.expression(node)
        result = (*self._pending, ir.Return(self.span(node), value))
        self._pending = outer
        return result

    def parameters(self, node: Node) -> Iterable[ir.Parameter]:
        """Lower a parameter list, or the lone name before `=>`."""
        if node.type == "identifier":
            yield ir.Parameter(self.span(node), self.text(node), None, "plain")
            return
        for child in node.named_children:
            pattern = child.child_by_field_name("pattern")
            if pattern is not None and pattern.type != "this":
                yield self._parameter(child, pattern)

    def _parameter(self, node: Node, pattern: Node) -> ir.Parameter:
        for decorator in node.children_by_field_name("decorator"):
            self.evaluate(decorator.named_children[-1])
        annotation = node.child_by_field_name("type")
        default = node.child_by_field_name("value")
        rest = pattern.type == "rest_pattern"
        target = self.target(pattern)
        name = target.name if isinstance(target, ir.Ref) else ""
        if name and any(_is_modifier(child) for child in node.children):
            property_ = ir.Field(target.span, ir.Ref(target.span, "this"), name)
            self._pending.append(ir.Bind(self.span(node), property_, target, False, exported=False))
        return ir.Parameter(
            self.span(node),
            name,
            self.expression(default) if default is not None else None,
            "rest" if rest else "plain",
            self.text(annotation).removeprefix(":").strip() if annotation is not None else None,
            target if not name else None,
        )

    # Classes

    def class_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a class declaration."""
        yield self.make_class(node, self._own_name(node))

    def class_value(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a class that is a value: it is made first, then named."""
        name = self._own_name(node) or f"class@{node.start_byte}"
        self._pending.append(self.make_class(node, name))
        return ir.Ref(self.span(node), name)

    def _own_name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        return self.text(name) if name is not None else ""

    def make_class(self, node: Node, name: str) -> ir.Class:
        """Make a Class; its static parts stand beside the others."""
        bases: list[ir.Expr] = []
        for heritage in node.named_children:
            if heritage.type == "class_heritage":
                for clause in heritage.named_children:
                    bases.extend(map(self.expression, clause.children_by_field_name("value")))
        outer = self._nesting
        self._nesting = 0
        body = node.child_by_field_name("body")
        lowered = self._members(body.named_children) if body is not None else ()
        self._nesting = outer
        decorators = tuple(map(self.decorator, node.children_by_field_name("decorator")))
        return ir.Class(self.span(node), name, tuple(bases), lowered, exported=False, decorators=decorators)

    def decorator(self, node: Node) -> ir.Expr:
        """Lower `@decorator`."""
        return self.expression(node.named_children[-1])

    def _members(self, nodes: Sequence[Node]) -> tuple[ir.Stmt, ...]:
        """Lower a class body; a method's decorators stand before it."""
        result: list[ir.Stmt] = []
        decorators: list[Node] = []
        for node in nodes:
            if node.type == "decorator":
                decorators.append(node)
            elif node.type not in self.comment_kinds:
                lowered = self.statement(node)
                if decorators:
                    lowered = self._decorated(lowered, decorators)
                    decorators = []
                result.extend(lowered)
        return tuple(result)

    def _decorated(self, statements: Sequence[ir.Stmt], decorators: Sequence[Node]) -> list[ir.Stmt]:
        lowered = tuple(map(self.decorator, decorators))
        result: list[ir.Stmt] = []
        for statement in statements:
            if isinstance(statement, ir.Function):
                span = statement.span._replace(start=self.span(decorators[0]).start)
                statement = replace(statement, span=span, decorators=lowered)
                lowered = ()
            result.append(statement)
        return [*(ir.Do(decorator.span, decorator) for decorator in lowered), *result]

    def member(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a field with its value."""
        for decorator in node.children_by_field_name("decorator"):
            self.evaluate(decorator.named_children[-1])
        value = self.only(captures, "value")
        if value is not None:
            target = captures["target"][0]
            name = self.key(target)
            yield ir.Bind(
                self.span(node), self._member_target(target, name), self.expression(value), True, False
            )

    def _member_target(self, node: Node, name: str | None) -> ir.Expr:
        span = self.span(node)
        return ir.Ref(span, name) if name is not None else ir.Field(span, ir.Ref(span, "this"), None)

    def method(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a method; what a getter returns is a field."""
        name = self.key(captures["name"][0])
        function = replace(self.make_function(node, captures), name=name or "")
        accessor = _accessor(node)
        if accessor == "get":
            target = self._member_target(captures["name"][0], name)
            yield ir.Bind(self.span(node), target, _got(function), True, exported=False)
        else:
            yield replace(function, name=f"set {name}") if accessor == "set" else function

    def method_entries(self, node: Node) -> Iterable[ir.Entry]:
        """Lower a method of an object; a setter can be kept, but not be read."""
        for statement in self.statement(node):
            span = statement.span
            if isinstance(statement, ir.Function):
                readable = statement.name and not statement.name.startswith("set ")
                key = statement.name if readable else None
                yield ir.Entry(span, key, ir.Lambda(span, statement), False)
            elif isinstance(statement, ir.Bind):
                key = statement.target.name if isinstance(statement.target, ir.Ref) else None
                yield ir.Entry(span, key, statement.value, False)
            else:
                self._pending.append(statement)

    def enum(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower an enumeration as an object."""
        entries: list[ir.Entry] = []
        for member in self.parts(captures["value"][0]):
            span = self.span(member)
            value = member.child_by_field_name("value")
            key = self.key(member.child_by_field_name("name") or member)
            number = ir.Other(span, "number", ())
            entries.append(ir.Entry(span, key, self.expression(value) if value else number, False))
        record = ir.Record(self.span(captures["value"][0]), tuple(entries))
        yield ir.Bind(self.span(node), self.target(captures["target"][0]), record, True, exported=False)


def _is_modifier(node: Node) -> bool:
    return node.type in ("accessibility_modifier", "override_modifier", "readonly")


def _accessor(node: Node) -> str:
    """Return "get" or "set" for an accessor, else ""."""
    for child in node.children:
        if child.type in ("get", "set"):
            return child.type
    return ""


def _got(getter: ir.Function) -> ir.Expr:
    """Return what reading a getter gives."""
    match getter.body:
        case (ir.Return(value=value),):
            return value
    return ir.Call(getter.span, ir.Lambda(getter.span, getter), ())
