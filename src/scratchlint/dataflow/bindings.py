"""What names, objects, parameters and returns do with a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls, is_self
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.fact import Fact, Worklist
from scratchlint.dataflow.fields import Fields
from scratchlint.dataflow.links import WHOLE
from scratchlint.dataflow.program import Binding, Program

_GETTERS = frozenset({"property", "cached_property", "get"})


class Bindings:
    """Follows a path into and out of what holds it."""

    def __init__(self, program: Program, calls: Calls, fields: Fields, environment: Environment) -> None:
        self._program = program
        self._calls = calls
        self._fields = fields
        self._environment = environment

    def assign(self, work: Worklist, fact: Fact, target: ir.Expr, write: ir.Node) -> None:
        """Follow a value into what a Bind or Parameter writes."""
        match target:
            case ir.Ref():
                self._assign_name(work, fact, target, write)
            case ir.Field():
                self._assign_field(work, fact, target)
            case ir.Env(name=name):
                fact = fact.told(target.span, "assigned", f"set as `{name}`", (name,), ("environment",))
                work.use(fact, write, "sets", name)
                self._into_environment(work, fact, name)
            case ir.Record(entries=entries):
                for entry in entries:
                    if entry.spread:
                        self.assign(work, fact, entry.value, write)
                    elif fact.access and fact.access[0] in (entry.key, "*"):
                        self.assign(work, replace(fact, access=fact.access[1:]), entry.value, write)
            case ir.Either(choices=choices):
                self.assign(work, fact, choices[0], write)

    def _assign_name(self, work: Worklist, fact: Fact, target: ir.Ref, write: ir.Node) -> None:
        binding = self._program.binding.get(target)
        if binding is None:
            return
        if target.name == WHOLE and isinstance(write, ir.Bind) and write.exported:
            for name, access in (
                (WHOLE, fact.access),
                (fact.access[0] if fact.access else WHOLE, fact.access[1:]),
            ):
                self._exported(work, replace(fact, access=access), target.span.file, name)
        owner = binding.scope.node
        held = self._held(owner, write)
        fact = fact.told(write.span, "assigned", f"assigned to `{target.name}`", (target.name,), held)
        if held:
            work.use(fact, write, "sets", target.name)
        self.read(work, fact, binding, write)
        if "environment" in held:
            self._into_environment(work, fact, target.name)
        if isinstance(owner, ir.Class):
            self.into_field(work, fact, owner, target.name)

    def _into_environment(self, work: Worklist, fact: Fact, name: str) -> None:
        """Continue where programs read an environment variable."""
        if fact.access:
            return
        for read, access in self._environment.reads(name, fact.node.span.file):
            reading = fact.told(read.span, "env", f"read from the environment as `{name}`")
            work.push(replace(reading.at(read), access=access))
        for owner, field in self._environment.settings(name):
            self.into_field(work, fact, owner, field)

    def _held(self, owner: ir.Node, write: ir.Node) -> tuple[str, ...]:
        """Return what kind of lasting place a name is; a script's variable is none."""
        language = self._program.module_of(write).language
        if isinstance(owner, ir.Class):
            return ("class",)
        if isinstance(write, ir.Bind) and write.exported:
            return ("environment",) if language in ("shell", "dotenv") else ("exported",)
        if isinstance(owner, ir.Module) and language != "shell":
            return ("module",)
        return ()

    def read(self, work: Worklist, fact: Fact, binding: Binding, write: ir.Node) -> None:
        """Continue at every read that a write reaches."""
        for read in binding.reads:
            if self._program.reaches(write, read, binding):
                work.push(fact.at(read))
        owner = binding.scope.node
        exported = isinstance(owner, ir.Module) and self._is_exported(owner, write)
        if exported and self._program.survives(write, binding):
            self._exported(work, fact, owner.span.file, binding.name)

    def _is_exported(self, module: ir.Module, write: ir.Node) -> bool:
        return module.language in ("python", "shell") or (isinstance(write, ir.Bind) and write.exported)

    def _exported(self, work: Worklist, fact: Fact, path: str, name: str) -> None:
        """Continue in the files that import a name of this one."""
        for binding, access in self._calls.links.readers(path, name):
            for read in binding.reads:
                imported = fact.told(read.span, "imported", f"imported as `{binding.name}`")
                work.push(replace(imported.at(read), access=(*access, *fact.access)))

    def _assign_field(self, work: Worklist, fact: Fact, target: ir.Field) -> None:
        """Follow `base.name = value`: into the class of the instance, or into the object."""
        name = target.name or "*"
        fact = fact.told(target.span, "field", f"kept in `{name}`", (name,))
        access, base = fact.access, target
        while isinstance(base, ir.Field):
            owner = self._calls.class_of(base.base)
            if owner is not None and base.name is not None:
                kept = replace(fact, access=access, held=(*fact.held, "field"))
                self.into_field(work, kept, owner, base.name)
                return
            access = (base.name or "*", *access)
            inner = base.base
            if not isinstance(inner, ir.Field):
                break
            base = inner
        root = base.base
        if is_self(root):
            return
        if isinstance(root, ir.Ref):
            binding = self._program.binding.get(root)
            if binding is None and root.name == WHOLE:
                self._exported(work, replace(fact, access=access[1:]), target.span.file, access[0])
            held = fact.held if binding is not None else (*fact.held, "exported")
            work.use(replace(fact, held=held), target, "sets", name)
            for read in binding.reads if binding is not None else ():
                if read is not root:
                    work.push(replace(fact.at(read), access=access))

    def into_field(self, work: Worklist, fact: Fact, owner: ir.Class, name: str) -> None:
        """Continue at every read of a field of a class."""
        work.use(fact, fact.node, "sets", name)
        for read in self._fields.reads(owner, name):
            work.push(fact.at(read))
        for _ in self._calls.links.readers(owner.span.file, owner.name):
            pass  # asks for the files that know the class: they may read its fields

    def defaulted(self, work: Worklist, fact: Fact, parameter: ir.Parameter) -> None:
        """Follow the default of a parameter into its function."""
        function = self._program.parent.get(parameter)
        if not isinstance(function, ir.Function):
            return
        note = f"default of parameter `{parameter.name}`"
        fact = fact.told(parameter.span, "defaulted", note, (parameter.name,), ("default",))
        self.into_parameter(work, fact, function, parameter)

    def into_parameter(
        self, work: Worklist, fact: Fact, function: ir.Function, parameter: ir.Parameter
    ) -> None:
        """Continue where a function reads one of its parameters."""
        if parameter.target is not None:
            self.assign(work, fact, parameter.target, parameter)
        elif parameter.name:
            self.read(work, fact, self._program.scope[function].declare(parameter.name), parameter)

    def returned(self, work: Worklist, fact: Fact, parent: ir.Return) -> None:
        """Give a value back to the call it came from, or to every caller when it was born inside."""
        function = self._program.function_of(parent)
        if function is None:
            return
        names = (function.name,) if function.name else ()
        fact = fact.told(parent.span, "returned", f"returned by `{function.name or 'a function'}()`", names)
        for number in range(len(fact.calls) - 1, -1, -1):
            if function in self._entered(fact.calls[number]):
                work.push(replace(fact.at(fact.calls[number]), calls=fact.calls[:number]))
                return
        callers = self._calls.callers(function)
        for call in callers:
            work.push(fact.at(call))
        for read in self._property_reads(function):
            work.push(fact.at(read))
        self._ask_for_callers(function)
        if not callers:
            work.use(fact, parent, "returns", function.name)

    def _ask_for_callers(self, function: ir.Function) -> None:
        """Ask for the files that can call a function: those that import it, or its class."""
        owner = self._program.class_of(function)
        name = owner.name if owner is not None else function.name
        for _ in self._calls.links.readers(function.span.file, name):
            pass

    def _entered(self, call: ir.Call) -> list[ir.Function | ir.Class | None]:
        return [
            self._calls.constructor(callee) if isinstance(callee, ir.Class) else callee
            for callee in self._calls.callees(call)
        ]

    def _property_reads(self, function: ir.Function) -> Iterator[ir.Expr]:
        """Yield the reads of a getter."""
        owner = self._program.parent.get(function)
        marks = {
            decorator.name for decorator in function.decorators if isinstance(decorator, ir.Ref | ir.Field)
        }
        if isinstance(owner, ir.Class) and marks & _GETTERS:
            yield from self._fields.reads(owner, function.name)
