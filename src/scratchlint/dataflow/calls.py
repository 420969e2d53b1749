"""Who is called: dotted names of callables, and the functions of the program behind a call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Binding, Program

MAXIMUM_HOPS = 8
# atexit.register, signal.signal, process.on and their kin
_REGISTERS = frozenset({"register", "signal", "on", "once", "addListener", "addCleanup", "callback"})
_SELVES = frozenset({"self", "this", "cls"})


class Calls:
    """Answers questions about the callables of one program."""

    def __init__(self, program: Program, links: Links) -> None:
        self._program = program
        self.links = links
        self._callers: dict[ir.Function, list[ir.Call]] = {}
        self._by_name: dict[str, list[ir.Call]] = {}
        self._aliases: dict[str, set[str]] = {}
        for call in program.calls:
            self._by_name.setdefault(_last_name(call.function), []).append(call)
        for imports in program.imports.values():
            for node in imports:
                if node.name is not None and node.alias != node.name:
                    self._aliases.setdefault(node.name, set()).add(node.alias)

    def callers(self, function: ir.Function) -> list[ir.Call]:
        """Return the calls whose callee is known to be `function`, in program order."""
        known = self._callers.get(function)
        if known is None:
            names = self._names_of(function)
            names |= {alias for name in names for alias in self._aliases.get(name, ())}
            names |= self._aliases.get("default", set())
            known = self._callers[function] = [
                call
                for name in sorted(names)
                for call in self._by_name.get(name, ())
                if function in self.callees(call)
            ]
        return known

    def _names_of(self, function: ir.Function) -> set[str]:
        """Return the names under which a function is called in its own file."""
        names = {function.name} if function.name else set()
        value: ir.Node | None = self._program.parent.get(function)
        around = self._program.parent.get(value) if value is not None else None
        match around:
            case ir.Bind(target=ir.Ref(name=name)) | ir.Bind(target=ir.Field(name=str(name))):
                names.add(name)
            case ir.Entry(key=str(key)):
                names.add(key)
        return names

    @cached_property
    def exit_handlers(self) -> frozenset[ir.Function]:
        """The functions that run when the program ends: registered with atexit, a signal, a trap."""
        found: set[ir.Function] = set()
        for call in self._program.calls:
            if call.words:
                around = self._program.parent.get(self._program.parent.get(call, call))
                if isinstance(around, ir.Block) and around.kind == "trap":
                    found.update(item for item in self.callees(call) if isinstance(item, ir.Function))
            elif _last_name(call.function) in _REGISTERS:
                for argument in call.arguments:
                    if isinstance(argument.value, ir.Ref | ir.Lambda | ir.Field):
                        named = self._callables(argument.value, 3)
                        found.update(item for item in named if isinstance(item, ir.Function))
        return frozenset(found)

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
                imported = [write for write in binding.writes if isinstance(write, ir.Import)]
                return self._of_write(imported[0], name, hops) if imported else name
            case ir.Field(base=base, name=name):
                return f"{self.qualified(base, hops - 1)}.{name or '?'}"
            case ir.Call(function=function):
                return self.qualified(function, hops - 1) + "()"
            case ir.Lit(text=text):
                return text
            case ir.Either(choices=choices) if choices:
                return self.qualified(choices[0], hops - 1)
        return "?"

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
        if call.words:
            return self._command(call)
        return list(self._callables(call.function, MAXIMUM_HOPS))

    def _command(self, call: ir.Call) -> list[ir.Function | ir.Class]:
        if not isinstance(call.function, ir.Lit):
            return []
        module = self._program.modules.get(call.span.file)
        if module is None:
            return []
        binding = self._program.scope[module].find(call.function.text)
        found = binding.writes if binding is not None else []
        return [write for write in found if isinstance(write, ir.Function)]

    def _callables(self, expression: ir.Expr, hops: int) -> Iterator[ir.Function | ir.Class]:
        if hops == 0:
            return
        match expression:
            case ir.Lambda(function=function):
                yield function
            case ir.Ref():
                if expression.name == "super":
                    around = self._program.class_of(expression)
                    for base in around.bases if around is not None else ():
                        yield from self._callables(base, hops - 1)
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
                value = self.value_of(base, hops - 1)
                if isinstance(value, ir.Record):
                    for entry in value.entries:
                        if entry.key == name:
                            yield from self._callables(entry.value, hops - 1)

    def _namespace_member(self, base: ir.Expr, name: str) -> Iterator[Binding | ir.Expr]:
        """Yield what `name` is in the module that `base` stands for."""
        binding = self._program.binding.get(base) if isinstance(base, ir.Ref) else None
        for write in binding.writes if binding is not None else ():
            path = self.links.namespace(write) if isinstance(write, ir.Import) else None
            if path is not None:
                yield from self.links.export(path, name)

    def _resolved(self, found: Binding | ir.Expr, hops: int) -> Iterator[ir.Function | ir.Class]:
        if hops <= 0:
            return
        if isinstance(found, Binding):
            yield from self._of_binding(found, hops)
        else:
            yield from self._callables(found, hops)

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
                elif isinstance(write.value, ir.Ref | ir.Field):
                    yield from self._callables(write.value, hops - 1)

    def _member(self, owner: ir.Class, name: str, hops: int) -> Iterator[ir.Function]:
        """Yield the method of a class, else that of its bases."""
        for member in owner.body:
            if isinstance(member, ir.Function) and member.name == name:
                yield member
                return
            match member:
                case ir.Bind(target=ir.Ref(name=field), value=ir.Lambda(function=function)) if field == name:
                    yield function
                    return
        if hops > 0:
            for base in self.bases(owner):
                yield from self._member(base, name, hops - 1)

    def bases(self, owner: ir.Class) -> Iterator[ir.Class]:
        """Yield the classes of the program that a class extends."""
        for base in owner.bases:
            for found in self._callables(base, 2):
                if isinstance(found, ir.Class):
                    yield found

    def constructor(self, owner: ir.Class) -> ir.Function | None:
        """Return the constructor of a class or of the nearest base that has one."""
        for name in ("__init__", "constructor"):
            for function in self._member(owner, name, MAXIMUM_HOPS):
                return function
        return None

    def class_of(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> ir.Class | None:
        """Return the class of which a value is an instance (or which it is), when that is known."""
        if hops <= 0:
            return None
        match expression:
            case ir.Ref(name=name) if name in _SELVES:
                return self._program.class_of(expression)
            case ir.Ref(name=name):
                binding = self._program.binding.get(expression)
                only = binding.only() if binding is not None else None
                return self._class_of_write(only, hops) if only is not None else None
            case ir.Call(function=function):
                for callee in self._callables(function, hops - 1):
                    if isinstance(callee, ir.Class):
                        return callee
            case ir.Field(base=base, name=str(name)):
                owner = self.class_of(base, hops - 1)
                if owner is not None:
                    return self._field_class(owner, name, hops - 1)
                for exported in self._namespace_member(base, name):
                    return self._class_of_export(exported, hops - 1)
        return None

    def _class_of_write(self, write: ir.Node, hops: int) -> ir.Class | None:
        if isinstance(write, ir.Class):
            return write
        if isinstance(write, ir.Bind) and isinstance(write.target, ir.Ref):
            return self.class_of(write.value, hops - 1)
        if isinstance(write, ir.Parameter) and write.annotation:
            return self._annotated(write, hops)
        if isinstance(write, ir.Import):
            for exported in self.links.exported(write):
                return self._class_of_export(exported, hops - 1)
        return None

    def _class_of_export(self, exported: Binding | ir.Expr, hops: int) -> ir.Class | None:
        if hops <= 0:
            return None
        if isinstance(exported, Binding):
            only = exported.only()
            return self._class_of_write(only, hops) if only is not None else None
        return self.class_of(exported, hops)

    def _annotated(self, parameter: ir.Parameter, hops: int) -> ir.Class | None:
        name = (parameter.annotation or "").lstrip(": ").strip("\"'")
        function = self._program.parent.get(parameter)
        scope = self._program.scope.get(function) if function is not None else None
        binding = scope.find(name) if scope is not None else None
        for write in binding.writes if binding is not None else ():
            if isinstance(write, ir.Class | ir.Import):
                return self._class_of_write(write, hops - 1)
        return None

    def _field_class(self, owner: ir.Class, name: str, hops: int) -> ir.Class | None:
        """Return the class of an instance's field from its only assignment in the class."""
        constructor = self.constructor(owner)
        for statement in constructor.body if constructor is not None else ():
            match statement:
                case ir.Bind(target=ir.Field(base=ir.Ref(name=receiver), name=found)):
                    if receiver in _SELVES and found == name:
                        return self.class_of(statement.value, hops)
        return None

    def value_of(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> ir.Expr | None:
        """Return the expression that a name stands for when there is exactly one, else None."""
        while isinstance(expression, ir.Ref) and hops > 0:
            binding = self._program.binding.get(expression)
            write = binding.only() if binding is not None else None
            if isinstance(write, ir.Import):
                exported = self.links.exported(write)
                if len(exported) != 1:
                    return None
                found = exported[0]
                if not isinstance(found, Binding):
                    expression = found
                    hops -= 1
                    continue
                write = found.only()
            if not isinstance(write, ir.Bind) or not isinstance(write.target, ir.Ref):
                return None
            expression = write.value
            hops -= 1
        return expression


def _last_name(function: ir.Expr) -> str:
    match function:
        case ir.Ref(name=name) | ir.Lit(text=name):
            return name
        case ir.Field(name=name):
            return name or ""
    return ""


def is_self(expression: ir.Expr) -> bool:
    """Whether an expression is the instance that a method belongs to."""
    return isinstance(expression, ir.Ref) and expression.name in _SELVES
