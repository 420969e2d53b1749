"""Who is called: dotted names of callables, and the functions of the program behind a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import TypeVar

from scratchlint.core import ir
from scratchlint.dataflow.classes import MAXIMUM_HOPS, Classes
from scratchlint.dataflow.demand import Known
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.parameters import given, reached_parameters
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding
from scratchlint.dataflow.sourcing import Sourcing
from scratchlint.knowledge.iterators import Iteration, find_iterations

MAXIMUM_OPEN = 3
"""Functions whose callers are looked for inside each other, to find what is passed as a parameter."""

_Of = TypeVar("_Of")
_Found = TypeVar("_Found")


class Calls(Classes):
    """Answers questions about the callables of one program."""

    def __init__(self, program: Program, links: Links) -> None:
        super().__init__(program, links)
        self.sourcing = Sourcing(program, links)
        self._callers: Known[ir.Function, list[ir.Call]] = {}
        self._callees: Known[ir.Call, list[ir.Function | ir.Class]] = {}
        self._open: set[ir.Function] = set()
        self._cuts = 0

    def callers(self, function: ir.Function) -> list[ir.Call]:
        """Return the calls whose callee is known to be `function`, in program order."""
        if function in self._open:
            self._cuts += 1
            return []  # a function that is its own argument
        return self.remembered(self._callers, function, self._find_callers)

    def _find_callers(self, function: ir.Function) -> list[ir.Call]:
        self._open.add(function)
        names = self._names_of(function)
        names |= {alias for name in names for alias in self._program.aliases.get(name, ())}
        names |= self._program.aliases.get("default", set())
        asked = self.links.demand.count
        found = [
            call
            for name in sorted(names)
            for call in self._program.called.get(name, self._seeing(function))
            if function in self.callees(call)
        ]
        self._narrow(asked, function)
        value = function.parent
        around = value.parent if isinstance(value, ir.Lambda) else None
        if isinstance(around, ir.Call) and around.function is value:
            found.append(around)
        self._open.remove(function)
        return found

    def remembered(self, known: Known[_Of, _Found], key: _Of, find: Callable[[_Of], _Found]) -> _Found:
        """Work something out once; what was cut short by an open search for callers is not kept."""
        cuts = self._cuts
        return self.links.demand.remembered(
            known, key, lambda: find(key), lambda: not self._open or self._cuts == cuts
        )

    def constructions(self, owner: ir.Class) -> Iterator[ir.Call]:
        """Yield the calls that make an object of a class."""
        aliases = self._program.aliases
        names = {owner.name, *aliases.get(owner.name, ()), *aliases.get("default", ()), "cls"}
        for name in sorted(names):
            for call in self._program.called.get(name, self._seeing(owner)):
                if owner in self.callees(call):
                    yield call

    def _names_of(self, function: ir.Function) -> set[str]:
        """Return the names under which a function is called: its own, and those of parameters it fills."""
        names = self._own_names(function)
        value: ir.Node | None = function.parent
        if isinstance(value, ir.Lambda):
            return names | self._parameter_names(value)
        scope = self._program.scope.get(value) if value is not None else None
        binding = scope.bindings.get(function.name) if scope is not None else None
        for read in self._program.reads_of(binding) if binding is not None else ():
            names |= self._parameter_names(read)
        return names

    def _own_names(self, function: ir.Function) -> set[str]:
        """Return the name of a function, and that of what it is assigned to."""
        names = {function.name} if function.name else set()
        value = function.parent
        match value.parent if isinstance(value, ir.Lambda) else None:
            case ir.Bind(target=ir.Ref(name=name)) | ir.Bind(target=ir.Field(name=str(name))):
                names.add(name)
            case ir.Entry(key=str(key)):
                names.add(key)
        return names

    def _parameter_names(self, value: ir.Expr) -> set[str]:
        """Return the names of the parameters that a value is passed as to the program's own functions."""
        argument = value.parent
        call = argument.parent if isinstance(argument, ir.Argument) else None
        if not isinstance(argument, ir.Argument) or not isinstance(call, ir.Call) or call.words:
            return set()
        return {
            parameter.name
            for callee in self.callees(call)
            if (function := self.body_of(callee)) is not None
            for parameter, access in reached_parameters(call, argument, function, ())
            if not access
        }

    def is_among(self, function: ir.Function, values: Mapping[str, Sequence[ir.Expr]]) -> bool:
        """Whether a function is one of some values, or called by one; `values` are by their last names."""
        value = function.parent
        if isinstance(value, ir.Lambda) and value in values.get("", ()):
            return True
        names = self._own_names(function)
        names |= {alias for name in names for alias in self._program.aliases.get(name, ())}
        asked = self.links.demand.count
        found = any(
            function in (self.callees(value) if isinstance(value, ir.Call) else self.callables(value, 3))
            for name in sorted(names)
            for value in values.get(name, ())
        )
        self._narrow(asked, function)
        return found

    def _narrow(self, asked: int, function: ir.Function) -> None:
        """Leave what was asked for to find a function's callers to the files that may see the function."""
        files = self._seeing(function)
        if files is not None:
            self.links.demand.narrow(asked, files)

    def _seeing(self, node: ir.Node) -> Set[str] | None:
        """Return the files that may see a function or class; None when that is not known."""
        file = node.span.file
        shell = self._program.modules[file].language == "shell"
        return self.links.dependents(file) if not shell else None

    def qualified(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> str:
        """Return the dotted name of a callable or value, with imports and instances resolved.

        `from pathlib import Path; Path(x).write_text` gives "pathlib.Path().write_text". Unknown
        parts give "?".
        """
        if hops == 0:
            return "?"
        match expression:
            case ir.Ref(name=name):
                binding = self._program.binding.get(expression)
                if binding is None:
                    return name
                only = binding.only()
                if only is not None:
                    return self._of_write(only, name, hops)
                imported = next((write for write in binding.writes if isinstance(write, ir.Import)), None)
                return self._of_write(imported, name, hops) if imported is not None else name
            case ir.Field(base=base, name=name):
                return f"{self.qualified(base, hops - 1)}.{name or '?'}"
            case ir.Call(function=function):
                name = self.qualified(function, hops - 1)
                itself = self._given_back(expression, name)
                return f"{name}()" if itself is None else self.qualified(itself, hops - 1)
            case ir.Lit(text=text):
                return text
            case ir.Either(choices=choices) if choices:
                return self.qualified(choices[0], hops - 1)
        return "?"

    def _given_back(self, call: ir.Call, name: str) -> ir.Expr | None:
        """Return the argument that a foreign function gives back as it is: `promisify(readFile)`."""
        if call.words or not call.arguments or self._program.module_of(call).language == "python":
            return None
        whole = any(entry.gives == "whole" and entry.of == 0 for entry in find_iterations("javascript", name))
        return call.arguments[0].value if whole else None

    def _of_write(self, write: ir.Node, name: str, hops: int) -> str:
        match write:
            case ir.Import(module=module, name=None, alias=alias):
                return alias if module.startswith(alias + ".") else module
            case ir.Import(module=module, name=imported):
                return f"{module}.{imported}"
            case ir.Bind(target=ir.Ref(), value=ir.Call() | ir.Field() | ir.Ref() as value):
                return self.qualified(value, hops - 1)
            case ir.Parameter(annotation=annotation) if annotation:
                return annotation.lstrip(": ").strip("\"'") + "()"
        return name

    def callees(self, call: ir.Call) -> list[ir.Function | ir.Class]:
        """Return the program's own functions or classes that a call may reach; empty when foreign."""
        return self.remembered(self._callees, call, self._find_callees)

    def _find_callees(self, call: ir.Call) -> list[ir.Function | ir.Class]:
        if call.words:
            return self._command(call)
        return list(dict.fromkeys(self.callables(call.function, MAXIMUM_HOPS)))

    def iterations(self, call: ir.Call) -> list[Iteration]:
        """Return what the tables know of a foreign call that hands on what it is given."""
        python = self._program.module_of(call).language == "python"
        return find_iterations("python" if python else "javascript", self.qualified(call.function))

    def taking(self, function: ir.Function) -> Iterator[tuple[ir.Call, Iteration]]:
        """Yield the foreign calls that call a function back, with what they do with its result."""
        value = function.parent
        values: list[ir.Expr] = [value] if isinstance(value, ir.Lambda) else []
        scope = self._program.scope.get(value) if value is not None and not values else None
        binding = scope.bindings.get(function.name) if scope is not None else None
        values.extend(self._program.reads_of(binding) if binding is not None else ())
        for taken in values:
            argument = taken.parent
            call = argument.parent if isinstance(argument, ir.Argument) else None
            if isinstance(argument, ir.Argument) and isinstance(call, ir.Call) and not call.words:
                place = call.arguments.index(argument)
                for entry in self.iterations(call):
                    if entry.callback == place:
                        yield call, entry

    def resolving(self, call: ir.Call) -> Iterator[ir.Call]:
        """Yield the foreign calls that give back what a call hands to a parameter: `resolve(value)`."""
        binding = self._program.binding.get(call.function) if isinstance(call.function, ir.Ref) else None
        parameter = binding.only() if binding is not None else None
        function = parameter.parent if isinstance(parameter, ir.Parameter) else None
        if not isinstance(function, ir.Function):
            return
        for taking, entry in self.taking(function):
            if entry.gives == "resolved" and function.parameters.index(parameter) == entry.parameter:
                yield taking

    def body_of(self, callee: ir.Function | ir.Class) -> ir.Function | None:
        """Return the function that runs when something is called: a class runs its constructor."""
        return self.constructor(callee) if isinstance(callee, ir.Class) else callee

    def _command(self, call: ir.Call) -> list[ir.Function | ir.Class]:
        if not isinstance(call.function, ir.Lit):
            return []
        if call.span.file not in self._program.modules:
            return []
        module = self._program.module_of(call)
        binding = self._program.scope[module].find(call.function.text)
        found = binding.writes if binding is not None else []
        own = [write for write in found if isinstance(write, ir.Function)]
        if module.written is not None:
            return list(own)
        return list(own or self.sourcing.functions(module.path, call.function.text))

    def callables(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> Iterator[ir.Function | ir.Class]:
        """Yield the program's own functions and classes that a value may be."""
        if hops <= 0:
            return
        match expression:
            case ir.Lambda(function=function):
                yield function
            case ir.Ref():
                if expression.name == "super":
                    around = self._program.class_of(expression)
                    for base in around.bases if around is not None else ():
                        yield from self.callables(base, hops - 1)
                    return
                around = self._program.class_of(expression) if expression.name == "cls" else None
                if around is not None:
                    yield around
                    return
                binding = self._program.binding.get(expression)
                if binding is not None:
                    yield from self._of_binding(binding, hops)
            case ir.Field(base=base, name=str(name)):
                owner = self.class_of(base, hops - 1)
                if owner is not None:
                    yield from self._member(owner, name, hops - 1)
                    return
                for exported in self._namespace_member(base, name):
                    yield from self._resolved(exported, hops - 1)
                for entry in self._entries(base, hops - 1):
                    if entry.key == name:
                        yield from self.callables(entry.value, hops - 1)
            case ir.Either(choices=choices):
                for choice in choices:
                    yield from self.callables(choice, hops - 1)
            case ir.Call(function=function):
                for made in self.callables(function, hops - 2):
                    for value in self.returned(made) if isinstance(made, ir.Function) else ():
                        yield from self.callables(value, hops - 2)

    def _entries(self, expression: ir.Expr, hops: int) -> Iterator[ir.Entry]:
        """Yield the entries of the record that a value is, or that a function gives back as it."""
        value = self.value_of(expression, hops)
        if isinstance(value, ir.Call) and hops > 1:
            for made in self.callables(value.function, hops - 2):
                for given_back in self.returned(made) if isinstance(made, ir.Function) else ():
                    if isinstance(given_back, ir.Record):
                        yield from given_back.entries
        elif isinstance(value, ir.Record):
            yield from value.entries

    def _resolved(self, found: Binding | ir.Expr, hops: int) -> Iterator[ir.Function | ir.Class]:
        if hops <= 0:
            return
        if isinstance(found, Binding):
            yield from self._of_binding(found, hops)
        else:
            yield from self.callables(found, hops)

    def _of_binding(self, binding: Binding, hops: int) -> Iterator[ir.Function | ir.Class]:
        for write in binding.writes:
            if isinstance(write, ir.Function | ir.Class):
                yield write
            elif isinstance(write, ir.Import):
                for exported in self.links.exported(write):
                    yield from self._resolved(exported, hops - 1)
            elif isinstance(write, ir.Bind) and isinstance(write.target, ir.Ref):
                if isinstance(write.value, ir.Lambda):
                    yield write.value.function
                elif isinstance(write.value, ir.Ref | ir.Field | ir.Either | ir.Call):
                    yield from self.callables(write.value, hops - 1)
            elif isinstance(write, ir.Parameter):
                yield from self._passed(write, hops - 3)

    def _passed(self, parameter: ir.Parameter, hops: int) -> Iterator[ir.Function | ir.Class]:
        """Yield the functions that are passed as a parameter by any caller."""
        function = parameter.parent
        if hops <= 0 or not isinstance(function, ir.Function):
            return
        if len(self._open) >= MAXIMUM_OPEN:
            self._cuts += 1
            return
        for call in self.callers(function):
            value = given(call, function, parameter)
            if value is not None:
                yield from self.callables(value, hops)
