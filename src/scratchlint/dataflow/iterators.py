"""Library callables that hand on what collections and promises hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.dataflow.bindings import Bindings
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.fact import Fact
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.worklist import Worklist
from scratchlint.knowledge.iterators import Iteration

_NEED_ITEMS = frozenset({"same", "item", "values", "pairs", "numbered", "zipped", "merged", "mapped"})


class Iterators:
    """Follows a path through the callables of `iterators.toml`."""

    def __init__(self, program: Program, calls: Calls, bindings: Bindings, endings: Endings) -> None:
        self._program = program
        self._calls = calls
        self._endings = endings
        self._bindings = bindings

    def follow(
        self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument | None
    ) -> Iterator[tuple[Fact, ir.Call, ir.Argument]]:
        """Follow what a call does with the value of its receiver (`argument` None) or of an argument.

        Yields (fact, call, argument) for each call of a foreign function that it makes with the value.
        """
        positional = [other for other in call.arguments if other.name is None]
        place = positional.index(argument) if argument in positional else None
        if argument is not None and place is None:
            return
        for entry in self._calls.iterations(call):
            wanted = "receiver" if argument is None else place
            first = -1 if entry.callback is None else entry.callback
            rest = entry.of == "rest" and place is not None and place > first
            if entry.of != wanted and not rest:
                continue
            self._give(work, fact, call, entry, place or 0)
            if entry.callback is not None and entry.callback < len(positional):
                yield from self._called(work, fact, call, entry, positional, argument)

    def bound(self, field: ir.Field) -> Iterator[tuple[ir.Call, ir.Call]]:
        """Yield a foreign call that is given a method, `submit(path.unlink)`, with the call that it makes."""
        argument = field.parent
        call = argument.parent if isinstance(argument, ir.Argument) else None
        if not isinstance(argument, ir.Argument) or not isinstance(call, ir.Call) or call.words:
            return
        place = call.arguments.index(argument)
        entries = self._calls.iterations(call)
        known = any(entry.takes == "arguments" and entry.callback == place for entry in entries)
        if known or self._endings.registers(argument):
            behind = call.arguments[place + 1 :]
            yield call, ir.Call(call.span, field, behind)

    def _give(self, work: Worklist, fact: Fact, call: ir.Call, entry: Iteration, place: int) -> None:
        """Continue with what comes out of the call, or with the receiver that holds the value now."""
        access = fact.access
        if entry.gives in _NEED_ITEMS and not access:
            return
        match entry.gives:
            case "same" | "whole":
                work.push(fact.at(call))
            case "item":
                work.push(fact.at(call, access=access[1:]))
            case "values":
                work.push(fact.at(call, access=("*", *access[1:])))
            case "pairs" | "numbered":
                work.push(fact.at(call, access=("*", "1", *access[1:])))
            case "zipped":
                work.push(fact.at(call, access=("*", str(place), *access[1:])))
            case "gathered":
                work.push(fact.at(call, access=(str(place), *access)))
            case "mapped" if entry.callback is None or entry.callback >= len(call.arguments):
                work.push(fact.at(call))
            case "added" | "merged" | "kept":
                self._received(work, fact, call, entry)

    def _received(self, work: Worklist, fact: Fact, call: ir.Call, entry: Iteration) -> None:
        if not isinstance(call.function, ir.Field):
            return
        first = call.arguments[0].value
        key = first.text if isinstance(first, ir.Lit) and entry.gives == "kept" else "*"
        access = fact.access if entry.gives == "merged" else (key, *fact.access)
        self._bindings.into_receiver(work, fact, call.function.base, access)

    def _called(
        self,
        work: Worklist,
        fact: Fact,
        call: ir.Call,
        entry: Iteration,
        positional: Sequence[ir.Argument],
        argument: ir.Argument | None,
    ) -> Iterator[tuple[Fact, ir.Call, ir.Argument]]:
        """Follow the value into the function that it is given to."""
        first = entry.callback or 0
        function = positional[first].value
        number = entry.parameter
        if entry.takes == "item":
            if not fact.access:
                return
            fact = replace(fact, access=fact.access[1:])
        elif entry.takes == "arguments":
            number = positional.index(argument) - first - 1 if argument is not None else -1
        bodies = [self._calls.body_of(found) for found in self._calls.callables(function)]
        for body in bodies:
            plain = [
                parameter
                for parameter in (body.parameters if body is not None else ())
                if parameter.kind == "plain"
            ]
            if body is not None and 0 <= number < len(plain):
                parameter = plain[number]
                names = (parameter.name,) if parameter.name else ()
                note = f"passed to `{body.name or 'a function'}()` as `{parameter.name}`"
                passed = fact.told(parameter.span, "passed", note, names)
                inside = work.enter(passed, call, body, parameter.name)
                self._bindings.into_parameter(work, inside, body, parameter)
        if not bodies and not isinstance(function, ir.Lambda):
            if entry.takes != "arguments" or argument is None:
                argument = ir.Argument(call.span, fact.node, None, False)
                yield fact, ir.Call(call.span, function, (argument,)), argument
            else:
                behind = call.arguments[call.arguments.index(positional[first]) + 1 :]
                yield fact, ir.Call(call.span, function, behind), argument
