"""What runs at the end: of the program, of a piece of work, of an object."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.demand import Known
from scratchlint.dataflow.indexes import last_name
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.lifetimes import (
    Ending,
    ending_methods,
    ending_spellings,
    endings,
    find_ending,
    is_generator,
)
from scratchlint.knowledge.table import Place


class Endings:
    """Answers whether code runs at the end: in a trap, or where it is registered for it."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._functions: Known[ir.Function, bool] = {}
        self._held: Known[ir.Node, bool] = {}

    def holds(self, node: ir.Node) -> bool:
        """Whether a node runs at the end, because of what its function is or where it is handed to."""
        return self._calls.remembered(self._held, node, self._holds)

    def _holds(self, node: ir.Node) -> bool:
        if node in self._registering:
            return True
        for around in self._program.ancestors(node):
            if isinstance(around, ir.Function):
                return (
                    self._is_registered(around)
                    or self._is_method(around)
                    or self._is_decorated(around)
                    or self._goes_on(node, around)
                )
            if around in self._callbacks:
                return True
        return False

    def registers(self, argument: ir.Argument) -> bool:
        """Whether an argument is a function that is registered for the end."""
        return argument in self._callbacks

    def _is_method(self, function: ir.Function) -> bool:
        """Whether a method runs when its object ends."""
        around = function.parent
        if isinstance(around, ir.Class):
            return function.name in ending_methods()
        entry = around.parent if isinstance(around, ir.Lambda) else None
        return isinstance(entry, ir.Entry) and entry.key in ending_methods()

    def _goes_on(self, node: ir.Node, function: ir.Function) -> bool:
        """Whether a node is behind the `yield` of a function that goes on when the work is done."""
        decorators = (one.function if isinstance(one, ir.Call) else one for one in function.decorators)
        return any(is_generator(self._calls.qualified(one)) for one in decorators) and any(
            isinstance(one, ir.Return) or (isinstance(one, ir.Other) and one.kind == "yield")
            for one in self._before(node, function)
        )

    def _before(self, node: ir.Node, function: ir.Function) -> Iterator[ir.Node]:
        """Yield what a function does itself before a node."""
        stack: list[ir.Node] = list(function.body)
        while stack:
            one = stack.pop()
            if one.span.end <= node.span.start:
                yield one
            if not isinstance(one, ir.Function):
                stack.extend(ir.children(one))

    @cached_property
    def _registering(self) -> frozenset[ir.Call]:
        """The calls that register something for the end."""
        return frozenset(call for call, _ in self._found)

    @cached_property
    def _callbacks(self) -> frozenset[ir.Argument]:
        """The arguments that are registered."""
        return frozenset(argument for _, argument in self._found if argument is not None)

    def _is_registered(self, function: ir.Function) -> bool:
        """Whether a function is registered by name, or a trap calls it."""
        return self._calls.remembered(
            self._functions, function, lambda one: self._calls.is_among(one, self._values)
        )

    @cached_property
    def _values(self) -> dict[str, list[ir.Expr]]:
        """What runs at the end, by last name: values that are registered, commands of traps."""
        found: dict[str, list[ir.Expr]] = {}
        for call in (call for commands in self._program.commands.values() for call in commands):
            around = call.parent.parent if call.parent is not None else None
            if isinstance(around, ir.Block) and around.kind == "trap":
                found.setdefault(last_name(call.function), []).append(call)
        for _, argument in self._found:
            if argument is not None and isinstance(argument.value, ir.Ref | ir.Lambda | ir.Field):
                found.setdefault(last_name(argument.value), []).append(argument.value)
        return found

    @cached_property
    def _found(self) -> list[tuple[ir.Call, ir.Argument | None]]:
        known = endings("python").keys() | endings("javascript").keys()
        aliases = self._program.aliases
        further = set[str]().union(*(aliases.get(name, ()) for name in (*sorted(known), "default")))
        for name in (*ending_spellings("python"), *sorted(further)):
            self._program.read_all("call", name)
        return [
            (call, _argument(call, ending.callback))
            for call in self._program.called.known_of(known | further)
            if not call.words and (ending := self._ending(call.function, call)) is not None
        ]

    def _ending(self, function: ir.Expr, call: ir.Call | None) -> Ending | None:
        """Return what is known of a callable when it runs what it is given at the end."""
        python = self._program.module_of(function).language == "python"
        ending = find_ending("python" if python else "javascript", self._calls.qualified(function))
        if ending is None:
            return None
        first = call.arguments[0].value if call is not None and call.arguments else None
        event = self._calls.value_of(first) if first is not None else None
        return ending if ending.ends(event.text if isinstance(event, ir.Lit) else None) else None

    def _is_decorated(self, function: ir.Function) -> bool:
        """Whether a decorator registers a function."""
        return any(
            self._ending(decorator.function, decorator) is not None
            if isinstance(decorator, ir.Call)
            else self._ending(decorator, None) is not None
            for decorator in function.decorators
        )


def _argument(call: ir.Call, places: tuple[Place, ...]) -> ir.Argument | None:
    positional = [argument for argument in call.arguments if argument.name is None]
    for place in places:
        for argument in call.arguments if isinstance(place, str) else positional[place : place + 1]:
            if argument.name == (place if isinstance(place, str) else None):
                return argument
    return None
