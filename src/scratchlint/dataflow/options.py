"""Command-line options: a declared default comes back as a field of what the parser gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.settings import Declaration, settings_table

MAXIMUM_HOPS = 8
_LONG = re.compile(r"--([A-Za-z][\w-]*)")

Access = tuple[str, ...]
Outlet = tuple[ir.Expr | ir.Parameter, Access]
"""Where a value comes out: an expression or a parameter, and where in it the value lies."""


class Options:
    """Connects declarations of options with what gives their values back."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def declaration(self, call: ir.Call) -> Declaration | None:
        """Return what the tables say of a call that declares options, None for other calls."""
        table = settings_table(language_of(self._program, call))
        if not table.declares(last_name(call.function)):
            return None
        return table.declaration(self._calls.qualified(call.function))

    def default(self, call: ir.Call, argument: ir.Argument, access: Access) -> tuple[str, Access] | None:
        """Return (option, what is left of `access`) when an argument holds the default of an option."""
        declared = self.declaration(call)
        if declared is None:
            return None
        number = _number(call, argument)
        for place in declared.default:
            if isinstance(place, int) or place == argument.name:
                name = self.name(call, declared) if place in (number, argument.name) else None
                if name is not None:
                    return name, access
                continue
            position, _, keys = place.partition(".")
            rest = _below(access, keys.split(".")) if keys and position == str(number) else None
            if rest is not None:
                name = access[0] if keys.startswith("*.") else self.name(call, declared)
                return (name, rest) if name is not None else None
        return None

    def name(self, call: ir.Call, declared: Declaration) -> str | None:
        """Return the name of a declared option as it is written, without dashes."""
        for argument in call.arguments:
            if argument.name in declared.name and isinstance(argument.value, ir.Lit):
                return argument.value.text
        texts = [text for argument in call.arguments if not argument.name for text in _constants(argument)]
        bare = [text for text in texts if text.isidentifier()] if declared.gives == "parameter" else []
        if bare:
            return bare[0]
        for text in texts:
            long = _LONG.search(text)
            if long is not None:
                return long[1]
        return texts[0] if texts and not texts[0].startswith("-") else None

    def outlets(self, call: ir.Call, name: str) -> Iterator[Outlet]:
        """Yield where the value of an option comes out."""
        declared = self.declaration(call)
        if declared is None:
            return
        if declared.gives == "value":
            yield call, ()
            return
        spellings = _spellings(name, declared.spelling)
        if declared.gives == "parameter":
            function = call.parent
            if isinstance(function, ir.Function) and call in function.decorators:
                for parameter in function.parameters:
                    if parameter.name in spellings or parameter.kind == "keywords":
                        yield parameter, (name,) if parameter.kind == "keywords" else ()
            return
        origins = set(self._origins(call.function, MAXIMUM_HOPS))
        for node, outlet, access in self._parsed:
            if origins & set(self._origins(node, MAXIMUM_HOPS)):
                yield from ((outlet, (*access, spelling)) for spelling in spellings)

    @cached_property
    def _parsed(self) -> list[tuple[ir.Expr, ir.Expr | ir.Parameter, Access]]:
        """Every (accessed field, outlet, access) that gives back the values of options."""
        found: list[tuple[ir.Expr, ir.Expr | ir.Parameter, Access]] = []
        tables = [settings_table(language) for language in ("python", "javascript")]
        for field in self._program.fields_of({name for table in tables for name in table.parsing}):
            table = settings_table(language_of(self._program, field))
            row = table.parsed(self._calls.qualified(field)) if field.name in table.parsing else None
            if row is None:
                continue
            parent = field.parent
            called = parent if isinstance(parent, ir.Call) and parent.function is field else None
            if row.gives == "result":
                found.append((field, called or field, row.access))
            elif called is not None:
                for argument in called.arguments:
                    for callee in self._calls.callables(argument.value):
                        taken = callee.parameters if isinstance(callee, ir.Function) else ()
                        found.extend((field, parameter, row.access) for parameter in taken)
        return found

    def _origins(self, expression: ir.Expr, hops: int) -> Iterator[object]:
        """Yield what a parser, or a part or method of one, comes from: the name or call that made it."""
        while isinstance(expression, ir.Field) or (
            isinstance(expression, ir.Call) and isinstance(expression.function, ir.Field)
        ):
            expression = expression.base if isinstance(expression, ir.Field) else expression.function
        if hops == 0:
            return
        if isinstance(expression, ir.Call):
            yield expression
            for callee in self._calls.callees(expression):
                if isinstance(callee, ir.Function):
                    for value in returned(self._program.body(callee)):
                        yield from self._origins(value, hops - 1)
            return
        binding = self._program.binding.get(expression) if isinstance(expression, ir.Ref) else None
        if binding is None:
            return
        yield binding
        for write in binding.writes:
            if isinstance(write, ir.Bind) and write.target is not expression:
                yield from self._origins(write.value, hops - 1)
            elif isinstance(write, ir.Import):
                for exported in self._calls.links.exported(write):
                    if isinstance(exported, ir.Node):
                        yield from self._origins(exported, hops - 1)
                    else:
                        yield exported
            elif isinstance(write, ir.Parameter):
                yield from self._given(write, hops)

    def _given(self, parameter: ir.Parameter, hops: int) -> Iterator[object]:
        """Yield the origins of what callers give for a parameter."""
        function = parameter.parent
        if not isinstance(function, ir.Function):
            return
        if parameter.kind == "self":
            yield self._program.class_of(function)
            return
        self._calls.links.ask_readers(function)
        number = [one for one in function.parameters if one.kind != "self"].index(parameter)
        for call in self._calls.callers(function):
            values = [other.value for other in call.arguments if other.name in (None, parameter.name)]
            if number < len(values):
                yield from self._origins(values[number], hops - 1)


def language_of(program: Program, node: ir.Node) -> str:
    """Return the table that knows the callables of a node's language."""
    return "python" if program.module_of(node).language == "python" else "javascript"


def last_name(function: ir.Expr) -> str:
    """Return the last name of a callable, "" when it has none."""
    match function:
        case ir.Ref(name=name) | ir.Field(name=str(name)):
            return name
    return ""


def returned(body: Iterable[ir.Stmt]) -> Iterator[ir.Expr]:
    """Yield what the body of a function returns, but not what functions inside it do."""
    stack: list[ir.Node] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Return):
            yield node.value
        if not isinstance(node, ir.Function):
            stack.extend(reversed(ir.children(node)))


def _number(call: ir.Call, argument: ir.Argument) -> int:
    positional = [other for other in call.arguments if other.name is None]
    return positional.index(argument) if argument in positional else -1


def _constants(node: ir.Node) -> Iterator[str]:
    """Yield the constant texts of an expression in source order."""
    if isinstance(node, ir.Lit):
        yield node.text
    elif not isinstance(node, ir.Function):
        for child in ir.children(node):
            yield from _constants(child)


def _below(access: Access, keys: list[str]) -> Access | None:
    if len(access) < len(keys):
        return None
    for key, wanted in zip(access, keys, strict=False):
        if wanted not in ("*", key):
            return None
    return access[len(keys) :]


def _spellings(name: str, style: str) -> list[str]:
    """Return how an option's value may be called as a field."""
    if style == "snake":
        return [name.replace("-", "_")]
    first, *rest = name.split("-")
    camel = first + "".join(word.capitalize() for word in rest)
    return [camel] if style == "camel" or camel == name else [camel, name]
