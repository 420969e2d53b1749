"""The calls that lead to a use of a path: where in the functions around it the use happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scratchlint.core import ir
from scratchlint.core.flow import Moment
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.fact import Caller, Context, callers_of
from scratchlint.dataflow.program import Program

MAXIMUM_CALLS = 3
"""Calls inside each other that are looked at around a use."""
MAXIMUM_CALLERS = 8
"""Of a function that more calls lead to, none are known."""

_AT_END = frozenset({"trap", "finally"})


class Moments:
    """Finds the moments of one program."""

    def __init__(self, program: Program, calls: Calls, endings: Endings) -> None:
        self._program = program
        self._calls = calls
        self._endings = endings

    def leading_to(self, node: ir.Node, contexts: Iterable[Context | None]) -> tuple[Moment, ...]:
        """Return the calls that lead to a node: those that brought the path, else all of its function."""
        found = [moment for context in contexts for moment in self._around(node, context, MAXIMUM_CALLS)]
        return tuple(dict.fromkeys(found))

    def _around(self, node: ir.Node, context: Context | None, depth: int) -> list[Moment]:
        function = self._program.function_of(node)
        if function is None or depth == 0:
            return []
        calls = callers_of(function, context)
        if not calls:
            calls = [(call, None) for call in islice(self._callers(function), MAXIMUM_CALLERS + 1)]
        if len(calls) > MAXIMUM_CALLERS:
            return []
        given = self._given_to(function) if not calls else None
        if given is not None:
            return [self._moment(given, context, depth, goes_on=True)]
        return [self._moment(call, around, depth) for call, around in calls]

    def _moment(self, call: Caller, context: Context | None, depth: int, *, goes_on: bool = False) -> Moment:
        function = self._program.function_of(call)
        blocks = self._program.blocks(call)
        return Moment(
            call.span,
            function.span if function is not None else None,
            ends=bool(_AT_END & set(blocks)) or self._endings.holds(call),
            fails="except" in blocks,
            goes_on=goes_on,
            callers=tuple(self._around(call, context, depth - 1)),
        )

    def _given_to(self, function: ir.Function) -> ir.Call | None:
        """Return the foreign call that a function expression is handed to, and that goes on there."""
        value = function.parent
        argument = value.parent if isinstance(value, ir.Lambda) else None
        call = argument.parent if isinstance(argument, ir.Argument) else None
        return call if isinstance(call, ir.Call) and not self._calls.callees(call) else None

    def _callers(self, function: ir.Function) -> Iterator[ir.Call]:
        owner = function.parent
        if isinstance(owner, ir.Class) and self._calls.constructor(owner) is function:
            yield from self._calls.constructions(owner)
        yield from self._calls.callers(function)
        yield from (call for call, _ in self._calls.taking(function))
