"""Classes: their members, their bases, and of which class a value is an object."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from scratchlint.core import ir
from scratchlint.dataflow.demand import Known
from scratchlint.dataflow.indexes import INSTANCES
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding

MAXIMUM_HOPS = 8
_GETTERS = frozenset({"property", "cached_property", "get"})
_SELVES = INSTANCES - {"super"}
# What stands around the class in an annotation: Optional[Store], Store | None, Readonly<Store>.
_ANNOTATED = re.compile(r"[A-Za-z_$][\w$.]*")
_AROUND = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "Type", "type", "Readonly", "Partial"}
    | {"Required", "None", "null", "undefined", "typing", "Promise", "Awaitable", "Self"}
)


class Classes(ABC):
    """Answers questions about the classes of one program; what may be called is its subclass's part."""

    def __init__(self, program: Program, links: Links) -> None:
        self._program = program
        self.links = links
        self._returned: dict[ir.Function, list[ir.Expr]] = {}
        self._imported: dict[Binding, list[ir.Import]] = {}
        self._bodies: dict[ir.Class, dict[str, list[ir.Function | ir.Bind]]] = {}
        self._extended: Known[ir.Class, list[ir.Class]] = {}

    @abstractmethod
    def callables(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> Iterator[ir.Function | ir.Class]:
        """Yield the program's own functions and classes that a value may be."""

    @abstractmethod
    def qualified(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> str:
        """Return the dotted name of a callable or value, with imports and instances resolved."""

    def returned(self, function: ir.Function) -> list[ir.Expr]:
        """Return what a function gives back, in source order."""
        known = self._returned.get(function)
        if known is None:
            known = self._returned[function] = []
            stack: list[ir.Node] = list(reversed(self._program.body(function)))
            while stack:
                node = stack.pop()
                if isinstance(node, ir.Return):
                    known.append(node.value)
                elif isinstance(node, ir.Block):
                    stack.extend(reversed(node.body))
        return known

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

    def _namespace_member(self, base: ir.Expr, name: str) -> Iterator[Binding | ir.Expr]:
        """Yield what `name` is in the module that `base` stands for."""
        binding = self._program.binding.get(base) if isinstance(base, ir.Ref) else None
        for node in self._imports(binding) if binding is not None else ():
            yield from self._exports_named(node, name)

    def _imports(self, binding: Binding) -> list[ir.Import]:
        """Return the imports that a name stands for, each thing once."""
        known = self._imported.get(binding)
        if known is None:
            imports = {
                (node.module, node.name): node for node in binding.writes if isinstance(node, ir.Import)
            }
            known = self._imported[binding] = list(imports.values())
        return known

    def _exports_named(self, node: ir.Import, name: str) -> Iterator[Binding | ir.Expr]:
        path = self.links.namespace(node)
        if path is not None:
            yield from self.links.export(path, name)

    def class_of(self, expression: ir.Expr, hops: int = MAXIMUM_HOPS) -> ir.Class | None:
        """Return the class of which a value is an instance (or which it is), when that is known."""
        if hops <= 0:
            return None
        match expression:
            case ir.Ref(name=name) if name in _SELVES:
                return self._program.class_of(expression)
            case ir.Ref(name="super"):
                around = self._program.class_of(expression)
                return next(iter(self.bases(around)), None) if around is not None else None
            case ir.Ref(name=name):
                binding = self._program.binding.get(expression)
                only = binding.only() if binding is not None else None
                return self._class_of_write(only, hops) if only is not None else None
            case ir.Call(function=function):
                for callee in self.callables(function, hops - 1):
                    if isinstance(callee, ir.Class):
                        return callee
                    for value in self.returned(callee):
                        if (found := self.class_of(value, hops - 2)) is not None:
                            return found
            case ir.Other(kind="undefined", parts=(annotation,)):
                return self.class_of(annotation, hops - 1)
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

    def is_instance(self, path: str, name: str) -> bool:
        """Whether what a file exports under a name may be an object of a class: members see its fields."""
        if path not in self._program.modules:
            return True
        exported = self.links.exports(path).get(name, ())
        return any(self._class_of_export(one, MAXIMUM_HOPS) is not None for one in exported)

    def _annotated(self, parameter: ir.Parameter, hops: int) -> ir.Class | None:
        function = parameter.parent
        scope = self._program.scope.get(function) if function is not None else None
        for name in _ANNOTATED.findall(parameter.annotation or ""):
            binding = scope.find(name.split(".")[0]) if scope is not None and name not in _AROUND else None
            for write in binding.writes if binding is not None else ():
                if isinstance(write, ir.Import) and "." in name:
                    for exported in self._exports_named(write, name.split(".")[-1]):
                        return self._class_of_export(exported, hops - 1)
                elif isinstance(write, ir.Class | ir.Import):
                    return self._class_of_write(write, hops - 1)
        return None

    def _field_class(self, owner: ir.Class, name: str, hops: int) -> ir.Class | None:
        """Return the class of what a class keeps in a field, as far as its own assignments tell."""
        for base in (owner, *self.bases(owner)):
            for value in self._kept(base, name):
                if (found := self.class_of(value, hops)) is not None:
                    return found
        return None

    def _kept(self, owner: ir.Class, name: str) -> Iterator[ir.Expr]:
        """Yield what a class puts in a field: in its body, and by assignments in its methods."""
        for member in self._named(owner, name):
            if isinstance(member, ir.Bind):
                yield member.value
        for field in self._program.written_in(owner, name):
            bind = field.parent
            own = is_self(field.base) and self._program.class_of(field) is owner
            if own and isinstance(bind, ir.Bind):
                yield bind.value

    def bases(self, owner: ir.Class) -> list[ir.Class]:
        """Return the classes of the program that a class extends."""

        def find() -> list[ir.Class]:
            found = (one for base in owner.bases for one in self.callables(base, 2))
            return [one for one in found if isinstance(one, ir.Class)]

        return self.links.demand.remembered(self._extended, owner, find)

    def _named(self, owner: ir.Class, name: str) -> Sequence[ir.Function | ir.Bind]:
        """Return the methods and fields of a name in the body of a class."""
        body = self._bodies.get(owner)
        if body is None:
            body = self._bodies[owner] = {}
            for member in owner.body:
                match member:
                    case ir.Function(name=own) | ir.Bind(target=ir.Ref(name=own)):
                        body.setdefault(own, []).append(member)
        return body.get(name, ())

    def constructor(self, owner: ir.Class) -> ir.Function | None:
        """Return the constructor of a class or of the nearest base that has one."""
        for name in ("__init__", "constructor"):
            for function in self._member(owner, name, MAXIMUM_HOPS):
                return function
        return None

    def method(self, owner: ir.Class, name: str) -> ir.Function | None:
        """Return the method that a class has or inherits under a name."""
        return next(self._member(owner, name, MAXIMUM_HOPS), None)

    def _member(self, owner: ir.Class, name: str, hops: int) -> Iterator[ir.Function]:
        """Yield the method of a class, else that of its bases."""
        for member in self._named(owner, name):
            match member:
                case (ir.Function() as function) | ir.Bind(value=ir.Lambda(function=function)):
                    yield function
                    return
        if hops > 0:
            for base in self.bases(owner):
                yield from self._member(base, name, hops - 1)

    def members(self, owner: ir.Class, hops: int = 5) -> list[ir.Function]:
        """Return the methods of a class and those that it inherits."""
        found: dict[str, ir.Function] = {}
        for member in owner.body:
            match member:
                case ir.Function(name=name):
                    found.setdefault(name, member)
                case ir.Bind(target=ir.Ref(name=name), value=ir.Lambda(function=function)):
                    found.setdefault(name, function)
        for base in self.bases(owner) if hops else ():
            for function in self.members(base, hops - 1):
                found.setdefault(function.name, function)
        return list(found.values())

    def declared(self, owner: ir.Class, hops: int = 5) -> list[str]:
        """Return the fields that a class without a constructor takes: those it inherits, then its own."""
        names: dict[str, None] = {}
        for base in self.bases(owner) if hops else ():
            names.update(dict.fromkeys(self.declared(base, hops - 1)))
        for member in owner.body:
            if isinstance(member, ir.Bind) and isinstance(member.target, ir.Ref):
                names[member.target.name] = None
        return list(names)

    def tuple_fields(self, call: ir.Call) -> list[str]:
        """Return the fields of the namedtuple that a call makes, in order; empty for other calls."""
        made = self.value_of(call.function)
        if not isinstance(made, ir.Call) or len(made.arguments) < 2:
            return []
        if self.qualified(made.function) not in ("collections.namedtuple", "namedtuple"):
            return []
        match made.arguments[1].value:
            case ir.Lit(text=text):
                return text.replace(",", " ").split()
            case ir.Record(entries=entries):
                return [entry.value.text for entry in entries if isinstance(entry.value, ir.Lit)]
        return []

    def getter(self, field: ir.Field) -> ir.Function | ir.Bind | None:
        """Return the getter that a read of a property runs: a method, or a field worked out anew."""
        owner = self.class_of(field.base)
        for base in [owner, *self.bases(owner)] if owner is not None else []:
            for member in self._named(base, field.name or ""):
                if isinstance(member, ir.Bind) or is_getter(member):
                    return member
        return None

    def method_around(self, node: ir.Node) -> ir.Node | None:
        """Return the member of a class that a node stands in: a method, or a field."""
        inner = node
        for around in self._program.ancestors(node):
            if isinstance(around, ir.Class):
                match inner:
                    case ir.Bind(value=ir.Lambda(function=function)):
                        return function
                    case ir.Function() | ir.Bind():
                        return inner
                return None
            inner = around
        return None


def is_getter(function: ir.Function) -> bool:
    """Whether a decorator makes a method a property."""
    marks = {mark.name for mark in function.decorators if isinstance(mark, ir.Ref | ir.Field)}
    return bool(marks & _GETTERS)


def is_self(expression: ir.Expr) -> bool:
    """Whether an expression is the instance that a method belongs to."""
    return isinstance(expression, ir.Ref) and expression.name in _SELVES
