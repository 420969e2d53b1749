"""TypeScript's values: strings, operators, names, objects, patterns and JSX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.escapes import unescape
from scratchlint.languages.grammar import UNLABELLED, Captures, Grammar, Label
from scratchlint.languages.lower import Lowering
from scratchlint.languages.names import again, dotted

_ENVIRONMENTS = frozenset(
    {"process.env", "import.meta.env", "Bun.env", "globalThis.process.env", "global.process.env"}
)
_ENVIRONMENT_READS = frozenset({"Deno.env.get"})
_ALTERNATIVES = frozenset({"||=", "??=", "&&="})
# Kinds that only one of the two grammars knows, so that the query cannot name them.
_ROLES: Mapping[str, Label] = {
    "jsx_element": ("jsx", {}),
    "jsx_self_closing_element": ("jsx", {}),
    "type_assertion": ("assertion", {}),
}
# The role of each link of a chain, and the field that fills each capture.
_CHAINS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "chain.binary": ("", {"left": "left", "operator": "operator", "right": "right"}),
    "chain.field": ("field", {"base": "object", "name": "property"}),
    "chain.index": ("index", {"base": "object", "key": "index"}),
    "chain.call": ("call", {"function": "function", "arguments": "arguments"}),
}
_OPERATORS: Mapping[str, str] = {
    "+": "concat",
    "||": "either",
    "??": "either",
    "&&": "and",
    **dict.fromkeys(("==", "===", "!=", "!==", "<", "<=", ">", ">=", "in", "instanceof"), "compare"),
}


class ValueLowering(Lowering):
    """Lowers expressions; statements and definitions are its subclasses' part."""

    comment_kinds = frozenset({"comment", "html_comment"})

    def __init__(self, path: str, data: bytes, grammar: Grammar) -> None:
        super().__init__(path, data, grammar)
        self._expressions |= {
            "template": self.template,
            "regex": self.regex,
            "and": self.and_,
            "ternary": self.ternary,
            "sequence": self.comma,
            "yield": self.transparent,
            "augmented": self.augmented_expression,
            "pattern.object": self.record,
            "pattern.default": self.default,
            "spread": self.transparent,
            "assertion": self.assertion,
            "jsx": self.jsx,
        }
        self._statements |= {"augmented": self.augmented}

    def label(self, node: Node) -> Label:
        """Return a node's role and captures, also where the query cannot name the role."""
        found = self._labels.get(node.id) or self._of_kind.get(node.kind_id)
        if found is None:
            return _ROLES.get(node.type, UNLABELLED)
        chain = _CHAINS.get(found[0])
        if chain is not None:
            found = self._labels[node.id] = self._label_link(node, *chain)
        return found

    def _label_link(self, node: Node, role: str, fields: Mapping[str, str]) -> Label:
        """Return the role and captures of a link of a chain; a damaged one has none."""
        captures: dict[str, list[Node]] = {}
        for capture, field in fields.items():
            filler = node.child_by_field_name(field)
            if filler is None:
                return "", {}
            captures[capture] = [filler]
        return role or _OPERATORS.get(captures["operator"][0].type, ""), captures

    # Strings

    def literal(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a string or a number."""
        if node.type == "string":
            return ir.Lit(self.span(node), unescape(self.text(node)[1:-1]))
        return self.literal_of(node)

    def template(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a template string."""
        return self._template(node, raw=False)

    def _template(self, node: Node, raw: bool) -> ir.Expr:
        pieces: list[ir.Expr] = []
        start = node.start_byte + 1
        for child in node.named_children:
            if child.type == "template_substitution":
                pieces.extend(self._constant(start, child.start_byte, raw))
                pieces.extend(map(self.expression, self.parts(child)))
                start = child.end_byte
        if not pieces:
            text = self.text(node)[1:-1]
            return ir.Lit(self.span(node), text if raw else unescape(text))
        pieces.extend(self._constant(start, node.end_byte - 1, raw))
        return ir.Concat(self.span(node), tuple(pieces), "")

    def _constant(self, start: int, end: int, raw: bool) -> Iterable[ir.Lit]:
        if start < end:
            text = self.data[start:end].decode("utf-8", "replace")
            yield ir.Lit(self.stretch(start, end), text if raw else unescape(text))

    def regex(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a regular expression: never a path itself."""
        pattern = node.child_by_field_name("pattern")
        parts = (self.literal_of(pattern),) if pattern is not None else ()
        return ir.Other(self.span(node), "regex", parts)

    # Operators

    def conditional(self, node: Node) -> ir.Expr:
        """Lower an operand that may stay unevaluated: so may the assignments in it."""
        outer, self._pending = self._pending, []
        value = self.expression(node)
        uncertain = [step for step in self._pending if not isinstance(step, ir.Import | ir.Class)]
        if any(isinstance(step, ir.Bind) for step in uncertain):
            outer.extend(step for step in self._pending if isinstance(step, ir.Import | ir.Class))
            arm = ir.Block(self.span(node), "arm", None, tuple(uncertain))
            outer.append(ir.Block(self.span(node), "branch", None, (arm,)))
        else:
            outer.extend(self._pending)
        self._pending = outer
        return value

    def either(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a || b ?? c`."""
        first, *others = self.operands(node, "either")
        choices = (self.expression(first), *map(self.conditional, others))
        return ir.Either(self.span(node), choices)

    def and_(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a && b` as `a ? b : undefined`, and chains of it without recursion."""
        *conditions, last = self.operands(node, "and")
        guards = [self.evaluate(condition) for condition in conditions]
        value = self.conditional(last)
        return self.guarded(node, guards, value)

    def ternary(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a ? b : c`, and chains of it without recursion."""
        choices: list[ir.Expr] = []
        guards: list[ir.Expr] = []
        following = node
        while True:
            role, inner = self.label(following)
            if role != "ternary":
                break
            guards.append(self.evaluate(inner["condition"][0]))
            choices.append(self.conditional(inner["first"][0]))
            following = inner["second"][0]
        choices.append(self.conditional(following))
        return ir.Either(self.span(node), tuple(choices), tuple(guards))

    def comma(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a, b`: the last value counts."""
        *before, last = self.comma_parts(node)
        for part in before:
            self._pending.extend(self.statement(part))
        return self.expression(last)

    def comma_parts(self, node: Node) -> list[Node]:
        """Flatten nested comma expressions without recursion: minified code is full of them."""
        parts: list[Node] = []
        stack = [node]
        while stack:
            part = stack.pop()
            if part.type == "sequence_expression":
                stack.extend(reversed(self.parts(part)))
            else:
                parts.append(part)
        return parts

    def assertion(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `<T>x`."""
        return self.expression(node.named_children[-1])

    def augmented(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `a += b` as `a = a + b`, and its kin."""
        target = self.target(captures["target"][0])
        operator = self.text(captures["operator"][0])
        span = self.span(node)
        value: ir.Expr
        if operator in _ALTERNATIVES:
            value = ir.Either(span, (again(target), self.conditional(captures["value"][0])))
        elif operator == "+=":
            value = ir.Concat(span, (again(target), self.expression(captures["value"][0])), "")
        else:
            value = ir.Other(span, operator, (again(target), self.expression(captures["value"][0])))
        yield ir.Bind(span, target, value, declares=False, exported=leaves_file(target))

    def augmented_expression(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a += b` where it is itself a value."""
        (bind,) = self.augmented(node, captures)
        self._pending.append(bind)
        return again(bind.target) if isinstance(bind, ir.Bind) else self.other(node)

    # Names and calls

    def name(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a name; one that the parser only supposes is none."""
        if node.is_missing:
            return ir.Other(self.span(node), "missing", ())
        return super().name(node, captures)

    def field(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a.b` and `a?.b`."""
        return self._access(super().field(node, captures))

    def index(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a[b]` and `a?.[b]`."""
        return self._access(super().index(node, captures))

    def _access(self, access: ir.Expr) -> ir.Expr:
        """Recognise reads of the environment, and `module.exports`, which is called `exports` too."""
        if not isinstance(access, ir.Field) or access.name is None:
            return access
        base = access.base
        if isinstance(base, ir.Field) and base.name == "env" and dotted(base) in _ENVIRONMENTS:
            return ir.Env(access.span, access.name, None)
        if access.name == "exports" and isinstance(base, ir.Ref) and base.name == "module":
            return ir.Ref(access.span, "exports")
        return access

    def is_environment(self, expression: ir.Expr) -> bool:
        """Whether an expression is the environment as a whole."""
        return isinstance(expression, ir.Field) and dotted(expression) in _ENVIRONMENTS

    def call(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a call, a constructor or a tagged template."""
        arguments, function = self.only(captures, "arguments"), captures["function"][0]
        tagged = arguments is not None and arguments.type == "template_string"
        if arguments is not None and tagged and self.data.startswith(b"String.raw`", function.start_byte):
            return self._template(arguments, raw=True)
        called = super().call(node, captures)
        if isinstance(called, ir.Call) and isinstance(called.function, ir.Field) and called.arguments:
            key = called.arguments[0].value
            if isinstance(key, ir.Lit) and dotted(called.function) in _ENVIRONMENT_READS:
                return ir.Env(called.span, key.text, None)
        return called

    def arguments(self, node: Node) -> tuple[ir.Argument, ...]:
        """Lower an argument list, or the template that stands in its place."""
        if node.type == "template_string":
            return (ir.Argument(self.span(node), self.expression(node), None, False),)
        return super().arguments(node)

    # Objects, arrays and the patterns that take them apart

    def entry(self, node: Node) -> Iterable[ir.Entry]:
        """Lower one entry of an object, or of a pattern."""
        role, captures = self.label(node)
        if role == "pattern.default":
            key = self.text(captures["target"][0])
            yield ir.Entry(self.span(node), key, self.expression(node), False)
        else:
            yield from super().entry(node)

    def key(self, node: Node) -> str | None:
        """Return the name of an entry; a computed one has none unless it is a constant or known symbol."""
        if node.type == "computed_property_name":
            value = self.expression(node.named_children[-1])
            match value:
                case ir.Lit(text=text):
                    return text
                case ir.Field(base=ir.Ref(name="Symbol"), name=str(symbol)):
                    return f"Symbol.{symbol}"
            self._pending.append(ir.Do(value.span, value))
            return None
        return super().key(node)

    def sequence(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an array or array pattern; commas count, since places may stay empty."""
        entries: list[ir.Entry] = []
        place = 0
        for child in node.children:
            if child.type == ",":
                place += 1
            elif child.is_named and child.type not in self.comment_kinds:
                spread = self.label(child)[0] == "spread"
                key = None if spread else str(place)
                entries.append(ir.Entry(self.span(child), key, self.expression(child), spread))
        return ir.Record(self.span(node), tuple(entries))

    def default(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a target with the value that stands in for `undefined`."""
        target = self.expression(captures["target"][0])
        return ir.Either(self.span(node), (target, self.conditional(captures["value"][0])))

    # JSX

    def jsx(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an element: its attributes' values and the expressions and elements in it."""
        return ir.Other(self.span(node), "jsx", tuple(self._jsx_parts(node.named_children)))

    def _jsx_parts(self, nodes: Sequence[Node]) -> Iterable[ir.Expr]:
        for node in nodes:
            if node.type == "jsx_opening_element":
                yield from self._jsx_parts(node.children_by_field_name("attribute"))
            elif node.type == "jsx_attribute":
                yield from self._jsx_parts(node.named_children[1:])
            elif node.type == "jsx_expression":
                yield from map(self.expression, self.parts(node))
            elif node.type == "string":
                yield ir.Lit(self.span(node), self.text(node)[1:-1])
            elif self.label(node)[0] == "jsx":
                yield self.expression(node)


def leaves_file(target: ir.Expr) -> bool:
    """Whether an assignment writes the environment, or `exports` or something in it."""
    while isinstance(target, ir.Field):
        target = target.base
    return isinstance(target, ir.Env) or (isinstance(target, ir.Ref) and target.name == "exports")
