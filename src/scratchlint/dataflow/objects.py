"""Objects: what made the one that an expression stands for, and where its own methods read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.classes import is_self
from scratchlint.dataflow.fact import Caller, Context, Through, callers_of
from scratchlint.dataflow.parameters import given, is_unbound
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding

MAXIMUM_HOPS = 8
MAXIMUM_CALLERS = 4
# The expression that made an object, and the context that it stands in.
Made = tuple[ir.Expr, Context | None]


class Objects:
    """An object is the expression that made it: a constructor's call, a record."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._selves: dict[ir.Node, list[ir.Expr]] = {}
        self._noted = 0
        self._known: dict[tuple[ir.Expr, Context | None, int], list[Made]] = {}

    # Backward: what made it?

    def made(self, expression: ir.Expr, context: Context | None) -> list[Made]:
        """Return what made the object that an expression stands for; empty when that is not known.

        In a `context` the object that a parameter holds is the argument of the calls that entered.
        """
        self._known.clear()  # more calls may have entered since
        return self._made(expression, context, MAXIMUM_HOPS)

    def _made(self, expression: ir.Expr, context: Context | None, hops: int) -> list[Made]:
        key = (expression, context, hops)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = list(dict.fromkeys(self._makers(expression, context, hops)))
        return known

    def _makers(self, expression: ir.Expr, context: Context | None, hops: int) -> Iterator[Made]:
        if hops == 0:
            return
        match expression:
            case ir.Record():
                yield expression, context
            case ir.Ref(name=name) if is_self(expression) or name == "super":
                yield from self._instance(expression, context, hops)
            case ir.Ref():
                binding = self._program.binding.get(expression)
                if binding is not None:
                    yield from self._bound(binding, context, hops)
            case ir.Call(function=ir.Ref(name="super")):
                yield from self._instance(expression, context, hops)
            case ir.Call():
                for callee in self._calls.callees(expression):
                    if isinstance(callee, ir.Class):
                        yield expression, context
                    else:
                        inside = Through(callee, expression, context)
                        for value in self._calls.returned(callee):
                            yield from self._made(value, inside, hops - 1)
            case ir.Either(choices=choices):
                for choice in choices:
                    yield from self._made(choice, context, hops - 1)
            case ir.Field(base=base, name=str(name)):
                for maker, around in self._made(base, context, hops - 1):
                    for value, within in self._field(maker, around, name):
                        yield from self._made(value, within, hops - 1)

    def _bound(self, binding: Binding, context: Context | None, hops: int) -> Iterator[Made]:
        for write in binding.writes:
            match write:
                case ir.Bind(target=ir.Ref(), value=value):
                    yield from self._made(value, context, hops - 1)
                case ir.Import():
                    for exported in self._calls.links.exported(write):
                        if isinstance(exported, Binding):
                            if hops > 1:
                                yield from self._bound(exported, context, hops - 1)
                        else:
                            yield from self._made(exported, context, hops - 1)
                case ir.Parameter():
                    yield from self._argument(write, context, hops)

    def _argument(self, parameter: ir.Parameter, context: Context | None, hops: int) -> Iterator[Made]:
        function = parameter.parent
        for call, rest in _few(callers_of(function, context)):
            if isinstance(call, ir.Call) and isinstance(function, ir.Function):
                value = given(call, function, parameter, int(is_unbound(call, function)))
                if value is not None:
                    yield from self._made(value, rest, hops - 1)

    def _instance(self, expression: ir.Expr, context: Context | None, hops: int) -> Iterator[Made]:
        """Yield what made the object that the method around an expression belongs to."""
        method = self._calls.method_around(expression)
        for call, rest in _few(callers_of(method, context)):
            if isinstance(call, ir.Field):
                yield from self._made(call.base, rest, hops - 1)
                continue
            function = call.function
            if isinstance(function, ir.Ref) and function.name == "super":
                yield from self._instance(function, rest, hops - 1)
            elif isinstance(method, ir.Function) and is_unbound(call, method):
                yield from self._made(call.arguments[0].value, rest, hops - 1)
            elif self.owner(call) is not None:
                yield call, rest
            elif isinstance(function, ir.Field):
                yield from self._made(function.base, rest, hops - 1)

    def _field(self, maker: ir.Expr, around: Context | None, name: str) -> Iterator[Made]:
        """Yield what an object is given for a field where it is made."""
        if isinstance(maker, ir.Record):
            for entry in maker.entries:
                if entry.key == name:
                    yield entry.value, around
            return
        owner = self.owner(maker)
        constructor = self._calls.constructor(owner) if owner is not None else None
        for statement in self._program.body(constructor) if constructor is not None else ():
            match statement:
                case ir.Bind(target=ir.Field(base=receiver, name=found), value=value) if found == name:
                    if is_self(receiver) and isinstance(maker, ir.Call):
                        yield value, Through(constructor or maker, maker, around)
        for member in owner.body if owner is not None else ():
            match member:
                case ir.Bind(target=ir.Ref(name=found), value=value) if found == name:
                    yield value, None

    def owner(self, maker: ir.Expr) -> ir.Class | None:
        """Return the class that a call makes an object of."""
        if isinstance(maker, ir.Call):
            for callee in self._calls.callees(maker):
                if isinstance(callee, ir.Class):
                    return callee
        return None

    # Forward: who reads it?

    def selves(self, method: ir.Node) -> Iterable[ir.Expr]:
        """Return the reads of its own object in a method (or in the field that a getter is)."""
        if isinstance(method, ir.Function):
            self._program.body(method)
        instances = self._program.instances
        for ref in instances[self._noted :]:
            around = self._calls.method_around(ref)
            parent = ref.parent
            called = ref.name == "super" and isinstance(parent, ir.Call)
            if around is not None:
                read = parent if called and isinstance(parent, ir.Call) else ref
                self._selves.setdefault(around, []).append(read)
        self._noted = len(instances)
        return self._selves.get(method, ())

    def unentered(self, owner: ir.Class) -> Iterator[ir.Function]:
        """Yield the methods of a class and its bases that nobody in the program is seen to call."""
        constructor = self._calls.constructor(owner)
        for member in self._calls.members(owner):
            if member is not constructor and not self._calls.callers(member):
                yield member


def _few(callers: list[tuple[Caller, Context | None]]) -> list[tuple[Caller, Context | None]]:
    """Return the calls that enter a function, none when they are too many to tell their objects apart."""
    return callers if len(callers) <= MAXIMUM_CALLERS else []
