"""The indexes over a program's nodes: parents, scopes, bindings, and what is found by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scratchlint.core import ir
from scratchlint.dataflow.scopes import Binding, Scope

BLOCK_SCOPED = frozenset({"typescript", "javascript"})
# Names of the object that a method belongs to.
INSTANCES = frozenset({"self", "this", "cls", "super"})

# The function and the block around a node; the nodes beside each other share one.
Around = tuple[ir.Function | None, ir.Block | None]
NOWHERE: Around = (None, None)


class Indexes:
    """Indexes over lowered modules, by node identity and by name; they grow with each module.

    `called` has the calls by the last name of their function, `commands` the shell commands by file,
    `read` and `written` the fields by name, `aliases` the other names under which a name is imported.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ir.Module] = {}
        self.parent: dict[ir.Node, ir.Node] = {}
        self.scope: dict[ir.Node, Scope] = {}
        self.binding: dict[ir.Ref, Binding] = {}
        self.called: dict[str, list[ir.Call]] = {}
        self.commands: dict[str, list[ir.Call]] = {}
        self.read: dict[str, list[ir.Field]] = {}
        self.written: dict[str, list[ir.Field]] = {}
        self.classes: list[ir.Class] = []
        self.instances: list[ir.Ref] = []
        self.named_reads: dict[str, list[ir.Call]] = {}
        self.imports: dict[str, list[tuple[ir.Import, Binding | None]]] = {}
        self.aliases: dict[str, set[str]] = {}
        self.unresolved: dict[str, dict[str, list[ir.Ref]]] = {}
        self.environment: dict[str, list[ir.Env]] = {}
        self.worked_out: set[str] = set()
        self._outside: dict[ir.Module, Scope] = {}
        self._writing: set[str] = set()
        self._around: dict[ir.Node, Around] = {}
        self._enter: dict[ir.Node, int] = {}
        self._leave: dict[ir.Node, int] = {}
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
            self._resolve(self._declare(module))

    # Building

    def _declare(self, module: ir.Module) -> list[tuple[ir.Ref, Scope]]:
        """Number the nodes, note what is around them, declare names; return the reads in order.

        Every node passes here: what is a name or a constant, half of them, is done with at once.
        """
        reads: list[tuple[ir.Ref, Scope]] = []
        self._undeclared = []
        scope = self.scope[module] = Scope(module, None, module)
        parent, enter, around, kinds = self.parent, self._enter, self._around, self._kinds
        count = self._count
        owner: ir.Node | None = None
        here: Around = NOWHERE
        siblings: Iterator[ir.Node] = iter((module,))
        outer: list[tuple[Iterator[ir.Node], ir.Node | None, Scope, Around]] = []
        while True:
            for node in siblings:
                count += 1
                enter[node] = count
                around[node] = here
                if owner is not None:
                    parent[node] = owner
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
                if below:
                    outer.append((siblings, owner, scope, here))
                    siblings, owner, scope = iter(below), node, inner or scope
                    if isinstance(node, ir.Function):
                        here = (node, here[1])
                    elif isinstance(node, ir.Block):
                        here = (here[0], node)
                    break
            else:
                if owner is None:
                    break
                count += 1
                self._leave[owner] = count
                siblings, owner, scope, here = outer.pop()
        self._count = count
        for bind, ref, scope in self._undeclared:
            binding = scope.find(ref.name) or self.scope[scope.module].declare(ref.name)
            binding.writes.append(bind)
            self.binding[ref] = binding
        return reads

    # What a node declares and by what it is found; a scope that is returned is that of its children.

    def _note_call(self, call: ir.Call, scope: Scope) -> None:
        self.called.setdefault(last_name(call.function), []).append(call)
        if call.words:
            self.commands.setdefault(call.span.file, []).append(call)
        elif call.arguments and isinstance(call.arguments[0].value, ir.Lit):
            self.named_reads.setdefault(call.arguments[0].value.text, []).append(call)

    def _note_field(self, field: ir.Field, scope: Scope) -> None:
        if field.name is not None:
            index = self.written if self.is_written(field) else self.read
            index.setdefault(field.name, []).append(field)

    def _note_env(self, read: ir.Env, scope: Scope) -> None:
        self.environment.setdefault(read.name, []).append(read)

    def _note_function(self, function: ir.Function, scope: Scope) -> Scope:
        if function.decorators and isinstance(scope.node, ir.Class):
            self.worked_out.add(function.name)
        if function.name and not isinstance(self.parent.get(function), ir.Lambda):
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
            parent = self.parent.get(node)
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
                binding.reads.append(ref)
            else:
                self.unresolved[ref.span.file].setdefault(ref.name, []).append(ref)

    def is_written(self, node: ir.Node) -> bool:
        """Whether a node is the whole target of a Bind."""
        parent = self.parent.get(node)
        return isinstance(parent, ir.Bind) and parent.target is node


def last_name(function: ir.Expr) -> str:
    """Return the last name of a callable or command, "" when it has none."""
    match function:
        case ir.Ref(name=name) | ir.Lit(text=name):
            return name
        case ir.Field(name=name):
            return name or ""
    return ""
