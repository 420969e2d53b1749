"""Python: what its grammar's roles cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Literal

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.escapes import unescape
from scratchlint.languages.formats import brace_parts, percent_parts
from scratchlint.languages.grammar import Captures, grammar
from scratchlint.languages.lower import Lowering
from scratchlint.languages.names import again, by_place, dotted
from scratchlint.languages.program_files import opened
from scratchlint.languages.python_waiting import waiting
from scratchlint.languages.tree import outermost

_ENVIRONMENT_READS = frozenset(
    {
        "os.getenv",
        "getenv",
        "os.environ.get",
        "environ.get",
        "os.environ.pop",
        "os.environ.setdefault",
        "environ.setdefault",
    }
)
_ENVIRONMENT_MAPS = frozenset({"os.environ", "environ", "os.environb"})
_RELATIVE = re.compile(r"^\.+")
_ANNOTATED = re.compile(r"(?:[\w.]+\.)?Annotated\s*\[")


def lower(path: str, data: bytes, may_wait: ir.MayWait | None = None) -> ir.Module:
    """Lower one Python file; damaged source gives what can be read and the damaged places.

    Bodies of functions of which `may_wait` says that no way begins in them wait until they are asked for.
    """
    return _PythonLowering(path, data, may_wait=may_wait).module()


def _lower_body(
    path: str, data: bytes, start: int, end: int, files: Mapping[str, str]
) -> tuple[ir.Stmt, ...]:
    """Lower the body of a function that stands between two places; `files` are open where it is defined."""
    return _PythonLowering(path, data[start:end], range(start, end + 1)).function_body(files)


class _PythonLowering(Lowering):
    language = "python"

    def __init__(
        self,
        path: str,
        data: bytes,
        places: Sequence[int] | None = None,
        may_wait: ir.MayWait | None = None,
    ) -> None:
        self._may_wait = may_wait
        self._waiting: dict[int, range] = {}
        super().__init__(path, data, grammar("tree_sitter_python", "language", "python"), places)
        self._outer_names: list[set[str]] = []
        self._expressions |= {
            "format": self.format,
            "comprehension": self.comprehension,
            "conditional": self.conditional,
            "pattern": self.pattern,
            "as": self.as_,
            "annotation": self.annotation,
        }
        self._statements |= {
            "augmented": self.augmented,
            "augmented.path": self.augmented,
            "global": self.global_,
            "declared": self.declared,
            "import": self.import_,
            "with": self.with_,
            "except": self.except_,
            "pause": self.pause,
        }

    def pause(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a `yield` without a value: what is behind it runs when the generator goes on."""
        yield ir.Do(self.span(node), ir.Other(self.span(node), "yield", ()))

    # Strings

    def literal(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a string: constant, formatted, or several written side by side."""
        if node.type == "integer":
            return self.literal_of(node)
        if node.type == "concatenated_string":
            pieces: list[ir.Expr] = []
            for child in self.parts(node):
                piece = self.expression(child)
                pieces.extend(piece.parts if isinstance(piece, ir.Concat) else (piece,))
            return self._folded(node, pieces)
        prefix = self.text(node.children[0]).lower()
        pieces = []
        for child in node.named_children:
            if child.type == "string_content":
                text = self.text(child)
                text = text if "r" in prefix else unescape(text)
                text = text.replace("{{", "{").replace("}}", "}") if "f" in prefix else text
                pieces.append(ir.Lit(self.span(child), text))
            elif child.type == "interpolation":
                pieces.append(self.expression(child.named_children[0]))
        return self._folded(node, pieces)

    def _folded(self, node: Node, pieces: Sequence[ir.Expr]) -> ir.Expr:
        if all(isinstance(piece, ir.Lit) for piece in pieces):
            texts = [piece.text for piece in pieces if isinstance(piece, ir.Lit)]
            return ir.Lit(self.span(node), "".join(texts))
        return ir.Concat(self.span(node), tuple(pieces), "")

    def format(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `"..." % values`."""
        left = self.expression(captures["left"][0])
        right = self.expression(captures["right"][0])
        if not isinstance(left, ir.Lit):
            return ir.Concat(self.span(node), (left, ir.Other(right.span, "format", (right,))), "")
        if isinstance(right, ir.Record):
            named = {entry.key or f"?{number}": entry.value for number, entry in enumerate(right.entries)}
        else:
            named = {"0": right}
        return self._filled(node, left, percent_parts(left.text), named)

    def _filled(
        self,
        node: Node,
        literal: ir.Lit,
        parts: Iterable[str | tuple[str | None, int]],
        values: dict[str, ir.Expr],
    ) -> ir.Expr:
        """Put values into the fields of a format; each value is used once, since nodes have one parent."""
        left = dict(values)
        pieces: list[ir.Expr] = []
        for part in parts:
            if isinstance(part, str):
                if part:
                    pieces.append(ir.Lit(literal.span, part))
                continue
            key, position = part
            value = left.pop(key if key is not None else str(position), None)
            pieces.append(value if value is not None else ir.Other(literal.span, "field", ()))
        pieces.extend(ir.Other(value.span, "unused", (value,)) for value in left.values())
        return ir.Concat(self.span(node), tuple(pieces), "")

    # Calls

    def key(self, node: Node) -> str | None:
        """Return a dict's key when it is a constant: a name stands for its value."""
        if node.type != "identifier":
            return super().key(node)
        self.evaluate(node)
        return None

    def call(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a call; str.format and reads of the environment have expressions of their own."""
        called = super().call(node, captures)
        if not isinstance(called, ir.Call) or not isinstance(called.function, ir.Field | ir.Ref):
            return called
        arguments = called.arguments
        name = dotted(called.function)
        key = arguments[0].value if arguments else None
        if name in _ENVIRONMENT_READS and isinstance(key, ir.Lit):
            default = arguments[1].value if len(arguments) > 1 else None
            read = ir.Env(called.span, key.text, default)
            if not name.endswith(".setdefault"):
                return read
            variable = ir.Env(key.span, key.text, None)
            self._pending.append(ir.Bind(called.span, variable, read, declares=False, exported=True))
            return again(variable)
        if isinstance(called.function, ir.Field):
            base = called.function.base
            if called.function.name == "format" and isinstance(base, ir.Lit):
                return self._filled(node, base, brace_parts(base.text), by_place(arguments))
            reads = called.function.name in ("get", "pop", "setdefault") and len(arguments) == 2
            if reads and isinstance(key, ir.Lit):
                kept = ir.Field(called.span, base, key.text)
                return ir.Either(called.span, (kept, arguments[1].value))
        return called

    def arguments(self, node: Node) -> tuple[ir.Argument, ...]:
        """Lower an argument list, or the generator that stands in its place."""
        if node.type == "generator_expression":
            return (ir.Argument(self.span(node), self.expression(node), None, False),)
        return super().arguments(node)

    def index(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a subscript; `os.environ["X"]` reads the environment."""
        lowered = super().index(node, captures)
        if isinstance(lowered, ir.Field) and lowered.name and dotted(lowered.base) in _ENVIRONMENT_MAPS:
            return ir.Env(lowered.span, lowered.name, None)
        return lowered

    def comprehension(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a comprehension: a collection of what its body gives."""
        body, *clauses = node.named_children
        for clause in clauses:
            role, inner = self.label(clause)
            if role == "each":
                value = self.expression(inner["value"][0])
                target = self.target(inner["target"][0])
                element = ir.Field(value.span, value, None)
                self._pending.append(ir.Bind(self.span(clause), target, element, True, exported=False))
            else:
                self.evaluate(clause)
        if self.label(body)[0] == "pair":
            return ir.Record(self.span(node), tuple(self.entry(body)))
        value = self.expression(body)
        return ir.Record(self.span(node), (ir.Entry(value.span, "0", value, False),))

    def conditional(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `a if b else c`."""
        first, *condition, second = self.parts(node)
        guards = tuple(map(self.evaluate, condition))
        return ir.Either(self.span(node), (self.expression(first), self.expression(second)), guards)

    def annotation(self, node: Node, captures: Captures) -> ir.Expr:
        """Leave out a type annotation."""
        return ir.Other(self.span(node), "type", ())

    def as_(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `value as name` outside `with`: a match or except pattern."""
        return self.expression(captures["value"][0])

    # Assignments

    def pattern(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower the targets of an unpacking assignment."""
        return self.sequence(node, captures)

    def make_bind(self, node: Node, captures: Captures, declares: bool) -> ir.Bind:
        """Make a Bind; an assignment declares its name unless `global` or `nonlocal` says otherwise."""
        bind = super().make_bind(node, captures, declares)
        return self._declared(bind.span, bind.target, bind.value)

    def _declared(self, span: Span, target: ir.Expr, value: ir.Expr) -> ir.Bind:
        outer = self._outer_names[-1] if self._outer_names else ()
        declares = isinstance(target, ir.Record) or (isinstance(target, ir.Ref) and target.name not in outer)
        exported = not self._outer_names or isinstance(target, ir.Env)
        return ir.Bind(span, target, value, declares, exported)

    def augmented(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `x += y` and `x /= y` as `x = x + y`."""
        separator = "/" if self.label(node)[0] == "augmented.path" else ""
        target = self.target(captures["target"][0])
        parts = (again(target), self.expression(captures["value"][0]))
        yield self._declared(self.span(node), target, ir.Concat(self.span(node), parts, separator))

    def declared(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `name: type` in a class body: a field that its objects are given."""
        around = node.parent.parent if node.parent is not None else None
        if around is not None and around.parent is not None and around.parent.type == "class_definition":
            target, annotation = self.target(captures["target"][0]), node.child_by_field_name("type")
            named = [
                self.expression(child)
                for child in (annotation.named_children if annotation is not None else ())
                if child.type in ("identifier", "attribute")
            ]
            yield self._declared(
                self.span(node), target, ir.Other(self.span(annotation or node), "undefined", tuple(named))
            )

    def global_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Note the names that the running function writes outside itself."""
        if self._outer_names:
            self._outer_names[-1].update(self.text(name) for name in node.named_children)
        return ()

    # Definitions

    def make_function(self, node: Node, captures: Captures) -> ir.Function:
        """Make a Function with its own set of `global` names."""
        exported = not self._outer_names
        place = self._waiting.get(captures["body"][0].id)
        if place is not None:
            captures = {name: nodes for name, nodes in captures.items() if name != "body"}
        self._outer_names.append(set())
        made = super().make_function(node, captures)
        self._outer_names.pop()
        function = ir.Function(made.span, made.name, made.parameters, made.body, exported, made.decorators)
        if place is not None:
            start, end = place.start, place.stop
            read = partial(_lower_body, self.path, self.data, start, end, dict(self._files))
            self._unread[function] = ir.Unread(self.data, start, end, read)
        return function

    def left_out(self) -> Iterable[Node]:
        """Yield the bodies of functions that may wait."""
        if self._may_wait is not None and not self.root.has_error:
            for function, body in waiting(self.root, self.data, self._may_wait):
                self._waiting[body.id] = range(function.start_byte, function.end_byte)
                yield body

    def function_body(self, files: Mapping[str, str]) -> tuple[ir.Stmt, ...]:
        """Lower the body of the only function of the text; `files` are open where it is defined."""
        self._files = dict(files)
        self._outer_names.append(set())
        (function,) = self.root.named_children
        return self.finished(self.body(self.label(function)[1]["body"][0]))

    def parameters(self, node: Node) -> Iterable[ir.Parameter]:
        """Lower the parameters of a function or lambda."""
        for number, child in enumerate(node.named_children):
            default, annotation = child.child_by_field_name("value"), child.child_by_field_name("type")
            named = child.child_by_field_name("name") or child
            if child.type == "typed_parameter":
                named = child.named_children[0]
            kind: Literal["plain", "self", "rest", "keywords"] = "plain"
            if named.type == "list_splat_pattern":
                kind = "rest"
            elif named.type == "dictionary_splat_pattern":
                kind = "keywords"
            name = self.text(named).lstrip("*")
            if number == 0 and name in ("self", "cls"):
                kind = "self"
            if not name.isidentifier():
                continue
            yield ir.Parameter(
                self.span(child),
                name,
                self._default(default, annotation),
                kind,
                self.text(annotation) if annotation is not None else None,
            )

    def _default(self, default: Node | None, annotation: Node | None) -> ir.Expr | None:
        """Lower what a parameter is when it is not given: its default, or what calls in `Annotated[]` say."""
        values = [default] if default is not None else []
        if annotation is not None and _ANNOTATED.match(self.text(annotation)):
            values.extend(outermost(annotation, "call"))
        if len(values) < 2:
            return self.expression(values[0]) if values else None
        span = self.span(values[0])
        return ir.Either(span, tuple(self.expression(value) for value in values))

    def import_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `import a.b as c` and `from a import b as c`."""
        module = node.child_by_field_name("module_name")
        for child in node.children_by_field_name("name"):
            alias_node = child.child_by_field_name("alias")
            name = self.text(child.child_by_field_name("name") or child)
            alias = self.text(alias_node) if alias_node is not None else None
            if module is not None:
                yield ir.Import(self.span(child), self.text(module), name, alias or name)
            elif alias is not None:
                yield ir.Import(self.span(child), name, None, alias)
            else:
                # `import a.b` binds `a`, and loads `a.b`.
                yield ir.Import(self.span(child), name, None, name.split(".")[0])
        if module is not None and any(child.type == "wildcard_import" for child in node.named_children):
            yield ir.Import(self.span(node), self.text(module), "*", "*")

    def with_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `with`: one block a resource, the resource first in it."""
        heads: list[ir.Stmt] = []
        for item in self.parts(captures["resource"][0]):
            resource = item.named_children[0] if item.named_children else item
            role, inner = self.label(resource)
            if role == "as":
                value, target = self.expression(inner["value"][0]), self.target(inner["target"][0])
                if isinstance(target, ir.Ref) and (path := opened(value)) is not None:
                    self._files[target.name] = path
                heads.append(self._declared(self.span(item), target, value))
            else:
                heads.append(ir.Do(self.span(item), self.expression(resource)))
        body = self.statements(captures["body"])
        for head in reversed(heads):
            body = (ir.Block(self.span(node), "with", None, (head, *body)),)
        return body

    def except_(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower `except`; its name stands for the exception."""
        block = self.make_block(node, "except", None, captures["body"])
        named = node.child_by_field_name("value")
        role, inner = self.label(named) if named is not None else ("", {})
        if named is not None and role == "as":
            caught = ir.Other(self.span(named), "caught", ())
            bind = self._declared(self.span(named), self.target(inner["target"][0]), caught)
            block = ir.Block(block.span, "except", None, (bind, *block.body))
        yield block
