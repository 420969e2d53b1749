"""The indexes over a program's nodes: parents, scopes, bindings, and what is found by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import partial
from typing import Any

from scratchlint.core import ir
from scratchlint.dataflow.scopes import Binding, Scope
from scratchlint.dataflow.unread import ByName, Form, Unread

BLOCK_SCOPED = frozenset({"typescript", "javascript"})
# Names of the object that a method belongs to.
INSTANCES = frozenset({"self", "this", "cls", "super"})

# The function and the block around a node; the nodes beside each other share one.
Around = tuple[ir.Function | None, ir.Block | None]
NOWHERE: Around = (None, None)
# More numbers than a function has nodes, so that these can be numbered later.
_ROOM = 1 << 32


class Indexes:
    """Indexes over lowered modules, by node identity and by name; they grow with each module.

    The bodies of functions are read when something asks for a name that they hold, or for themselves; what an
    index gives is the same as if all were read.

    `called` has the calls by the last name of their function, `commands` the shell commands by file,
    `read` and `written` the fields by name, `aliases` the other names under which a name is imported.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ir.Module] = {}
        self.scope: dict[ir.Node, Scope] = {}
        self.binding: dict[ir.Ref, Binding] = {}
        self._unread = Unread()
        self._rooms: dict[ir.Function, int] = {}
        self._late = False
        self._nodes: list[ir.Node] = []
        self.called: ByName[ir.Call] = ByName(partial(self.read_all, "call"))
        self.commands: dict[str, list[ir.Call]] = {}
        self.read: ByName[ir.Field] = ByName(partial(self.read_all, "field"))
        self.written: ByName[ir.Field] = ByName(partial(self.read_all, "field"))
        self.classes: list[ir.Class] = []
        self.instances: list[ir.Ref] = []
        self.named_reads: ByName[ir.Call] = ByName(partial(self.read_all, "name"))
        self.imports: dict[str, list[tuple[ir.Import, Binding | None]]] = {}
        self.aliases: dict[str, set[str]] = {}
        self.unresolved: dict[str, dict[str, list[ir.Ref]]] = {}
        self.environment: ByName[ir.Env] = ByName(partial(self.read_all, "name"))
        self.worked_out: set[str] = set()
        self._outside: dict[ir.Module, Scope] = {}
        self._writing: set[str] = set()
        self._count = 0
        self._undeclared: list[tuple[ir.Bind, ir.Ref, Scope]] = []
        self._kinds: dict[type[ir.Node], Callable[[Any, Scope], Scope | None]] = {
            ir.Call: self._note_call,
            ir.Field: self._note_field,
            ir.Env: self._note_env,
            ir.Function: self._note_function,
            ir.Class: self._note_class,
            ir.Parameter: self._note_parameter,
            ir.Import: self._note_import,
            ir.Bind: self._note_bind,
            ir.Block: self._note_block,
            ir.Document: self._note_document,
            ir.Other: self._note_other,
        }

    def add(self, modules: Iterable[ir.Module]) -> None:
        """Index further modules."""
        for module in modules:
            self.modules[module.path] = module
            self.imports[module.path] = []
            self.unresolved[module.path] = {}
            scope = self.scope[module] = Scope(module, None, module)
            self._count = self._declare((module,), None, scope, NOWHERE, self._count)
            for function, unread in module.unread.items():
                self._unread.add(function, unread.data[unread.start : unread.end])

    def release(self) -> None:
        """Let go of everything: scopes and names, nodes and indexes refer to each other in circles.

        Where many programs are looked at one after the other, to search these circles takes a sixth of a run.
        """
        for scope in self.scope.values():
            scope.bindings.clear()
        for node in self._nodes:
            node.parent, node.around = None, NOWHERE
        vars(self).clear()

    # Reading bodies

    def body(self, function: ir.Function) -> Sequence[ir.Stmt]:
        """Return the body of a function."""
        if function in self._rooms:
            self._read_body(function)
        return function.body

    def _read_body(self, function: ir.Function) -> None:
        room = self._rooms.pop(function)
        if ir.read_body(self.modules[function.span.file], function):
            around = (function, function.around[1])
            self._late = True
            self._declare(function.body, function, self.scope[function], around, room)
            self._late = False

    def read_all(self, form: Form, name: str, files: Set[str] | None = None) -> None:
        """Read every function, or those in some files, that holds a name in a form.

        Of a name with spaces in it, every word is meant.
        """
        for function in self._unread.holding(form, name):
            if function in self._rooms and (files is None or function.span.file in files):
                self._read_body(function)
        if files is None:
            self._unread.forget(form, name)

    def _read_inside(self, form: Form, name: str, outer: ir.Node) -> None:
        """Read the functions in a node that hold a name."""
        for function in self._unread.holding(form, name):
            if function in self._rooms and self.inside(function, outer):
                self._read_body(function)

    def reads_of(self, binding: Binding) -> Sequence[ir.Ref]:
        """Return every read of a name, in program order."""
        self._read_inside("name", binding.name, binding.scope.node)
        return binding.known_reads()

    def unresolved_reads(self, path: str, name: str) -> Sequence[ir.Ref]:
        """Return the reads in a file of a name that nothing in it declares, in program order."""
        self._read_inside("name", name, self.modules[path])
        return sorted(self.unresolved[path].get(name, ()), key=ir.program_order)

    def written_in(self, outer: ir.Node, name: str) -> Iterator[ir.Field]:
        """Yield the fields of a name that are written in a node, in program order."""
        self._read_inside("field", name, outer)
        return (field for field in self.written.known(name) if self.inside(field, outer))

    def read_in(self, outer: ir.Node, name: str) -> Iterator[ir.Field]:
        """Yield the fields of a name that are read in a node, in program order."""
        self._read_inside("field", name, outer)
        return (field for field in self.read.known(name) if self.inside(field, outer))

    def inside(self, inner: ir.Node, outer: ir.Node) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        nested = outer.order <= inner.order and inner.end <= outer.end
        return nested and inner.span.file == outer.span.file

    # Building

    def _declare(
        self, nodes: Iterable[ir.Node], owner: ir.Node | None, scope: Scope, here: Around, count: int
    ) -> int:
        """Number nodes and all in them, note what is around them, declare and resolve names.

        Returns the last number. Every node passes here: what is a name or a constant, half of them, is done
        with at once.
        """
        reads: list[tuple[ir.Ref, Scope]] = []
        self._undeclared = []
        place, kinds = self._nodes.append, self._kinds
        unread = scope.module.unread
        siblings: Iterator[ir.Node] = iter(nodes)
        outer: list[tuple[Iterator[ir.Node], ir.Node | None, Scope, Around]] = []
        while True:
            for node in siblings:
                count += 1
                place(node)
                node.order = node.end = count
                node.around = here
                node.parent = owner
                kind = type(node)
                if kind is ir.Lit:
                    continue
                if isinstance(node, ir.Ref):
                    if not self._is_target(node):
                        reads.append((node, scope))
                        if node.name in INSTANCES:
                            self.instances.append(node)
                    continue
                noted = kinds.get(kind)
                inner = noted(node, scope) if noted is not None else None
                below = ir.children(node)
                if below or node in unread:
                    outer.append((siblings, owner, scope, here))
                    siblings, owner, scope = iter(below), node, inner or scope
                    if isinstance(node, ir.Function):
                        here = (node, here[1])
                    elif isinstance(node, ir.Block):
                        here = (here[0], node)
                    break
            else:
                if not outer or owner is None:
                    break
                count += 1
                if owner in unread:
                    self._rooms[owner] = count
                    count += _ROOM
                owner.end = count
                siblings, owner, scope, here = outer.pop()
        for bind, ref, scope in self._undeclared:
            binding = scope.find(ref.name) or self.scope[scope.module].declare(ref.name)
            binding.writes.append(bind)
            self.binding[ref] = binding
        self._resolve(reads)
        return count

    # What a node declares and by what it is found; a scope that is returned is that of its children.

    def _note_call(self, call: ir.Call, scope: Scope) -> None:
        self.called.add(last_name(call.function), call, late=self._late)
        if call.words:
            self.commands.setdefault(call.span.file, []).append(call)
        elif call.arguments and isinstance(call.arguments[0].value, ir.Lit):
            self.named_reads.add(call.arguments[0].value.text, call, late=self._late)

    def _note_field(self, field: ir.Field, scope: Scope) -> None:
        if field.name is not None:
            index = self.written if self.is_written(field) else self.read
            index.add(field.name, field, late=self._late)

    def _note_env(self, read: ir.Env, scope: Scope) -> None:
        self.environment.add(read.name, read, late=self._late)

    def _note_function(self, function: ir.Function, scope: Scope) -> Scope:
        if function.decorators and isinstance(scope.node, ir.Class):
            self.worked_out.add(function.name)
        if function.name and not isinstance(function.parent, ir.Lambda):
            scope.declare(function.name).writes.append(function)
        return self._new_scope(function, scope, scope.module)

    def _note_class(self, class_: ir.Class, scope: Scope) -> Scope:
        self.classes.append(class_)
        scope.declare(class_.name).writes.append(class_)
        return self._new_scope(class_, scope, scope.module)

    def _note_parameter(self, parameter: ir.Parameter, scope: Scope) -> None:
        scope.declare(parameter.name).writes.append(parameter)
        for ref in ir.targets(parameter.target):
            scope.declare(ref.name).writes.append(parameter)
            self.binding[ref] = scope.bindings[ref.name]

    def _note_import(self, imported: ir.Import, scope: Scope) -> None:
        if imported.alias:
            scope.declare(imported.alias).writes.append(imported)
        self.imports[scope.module.path].append((imported, scope.bindings.get(imported.alias)))
        if imported.name is not None and imported.alias != imported.name:
            self.aliases.setdefault(imported.name, set()).add(imported.alias)

    def _note_bind(self, bind: ir.Bind, scope: Scope) -> None:
        home = scope if scope.module.language in BLOCK_SCOPED else scope.function()
        for ref in ir.targets(bind.target):
            if bind.declares:
                binding = home.declare(ref.name)
                binding.writes.append(bind)
                self.binding[ref] = binding
                if isinstance(home.node, ir.Class) and not isinstance(bind.value, ir.Lit):
                    self.worked_out.add(ref.name)
            else:
                self._undeclared.append((bind, ref, scope))

    def _note_block(self, block: ir.Block, scope: Scope) -> Scope | None:
        if scope.module.language in BLOCK_SCOPED or block.kind == "scope":
            return self._new_scope(block, scope, scope.module)
        return None

    def _note_document(self, document: ir.Document, scope: Scope) -> Scope:
        written = document.module
        self._outside[written] = scope  # it shares no names with the program that writes it
        self._writing.add(written.path)
        return self._new_scope(written, None, written)

    def _note_other(self, other: ir.Other, scope: Scope) -> Scope | None:
        if other.kind != "outside":
            return None
        outside = self.scope[other] = self._outside[scope.module]
        return outside

    def _new_scope(self, node: ir.Node, parent: Scope | None, module: ir.Module) -> Scope:
        inner = self.scope[node] = Scope(node, parent, module)
        return inner

    def _is_target(self, ref: ir.Ref) -> bool:
        """Whether a Ref stands where a Bind or Parameter writes it."""
        node: ir.Node = ref
        while True:
            parent = node.parent
            if isinstance(parent, ir.Bind):
                return parent.target is node
            if isinstance(parent, ir.Parameter):
                return parent.target is node
            if isinstance(parent, ir.Either):
                if parent.choices[0] is not node:
                    return False
            elif not isinstance(parent, ir.Entry | ir.Record):
                return False
            node = parent

    def _resolve(self, reads: Iterable[tuple[ir.Ref, Scope]]) -> None:
        for ref, scope in reads:
            binding = scope.find(ref.name)
            if binding is not None:
                self.binding[ref] = binding
                binding.add_read(ref, late=self._late)
            else:
                self.unresolved[ref.span.file].setdefault(ref.name, []).append(ref)

    def is_written(self, node: ir.Node) -> bool:
        """Whether a node is the whole target of a Bind."""
        parent = node.parent
        return isinstance(parent, ir.Bind) and parent.target is node


def last_name(function: ir.Expr) -> str:
    """Return the last name of a callable or command, "" when it has none."""
    match function:
        case ir.Ref(name=name) | ir.Lit(text=name):
            return name
        case ir.Field(name=name):
            return name or ""
    return ""
