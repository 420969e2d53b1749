"""The program as a whole: parents, scopes, bindings and who reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scratchlint.core import ir
from scratchlint.dataflow.scopes import Binding, Scope

# Blocks whose statements may be left out at run time.
_UNCERTAIN = frozenset({"arm", "loop", "except", "guarded", "trap"})
_BLOCK_SCOPED = frozenset({"typescript", "javascript"})
# Names of the object that a method belongs to.
INSTANCES = frozenset({"self", "this", "cls", "super"})


class Program:
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
        self._function: dict[ir.Node, ir.Function] = {}
        self._block: dict[ir.Node, ir.Block] = {}
        self._branched: dict[Binding, list[ir.Block]] = {}
        self._enter: dict[ir.Node, int] = {}
        self._leave: dict[ir.Node, int] = {}
        self._count = 0

    def add(self, modules: Iterable[ir.Module]) -> None:
        """Index further modules."""
        for module in modules:
            self.modules[module.path] = module
            self.imports[module.path] = []
            self.unresolved[module.path] = {}
            self._resolve(self._declare(module))

    # Building

    def _declare(self, module: ir.Module) -> list[tuple[ir.Ref, Scope]]:
        """Number the nodes, note parents and scopes, declare names; return the reads in order."""
        reads: list[tuple[ir.Ref, Scope]] = []
        undeclared: list[tuple[ir.Bind, ir.Ref, Scope]] = []
        top = Scope(module, None, module)
        self.scope[module] = top
        stack: list[tuple[ir.Node, Scope, bool]] = [(module, top, False)]
        while stack:
            node, scope, done = stack.pop()
            self._count += 1
            if done:
                self._leave[node] = self._count
                continue
            self._enter[node] = self._count
            inner = self._enter_node(node, scope, scope.module, undeclared)
            if isinstance(node, ir.Ref) and not self._is_target(node):
                reads.append((node, scope))
                if node.name in INSTANCES:
                    self.instances.append(node)
            elif isinstance(node, ir.Call):
                self._index_call(node)
            elif isinstance(node, ir.Field):
                if node.name is not None:
                    index = self.written if self.is_written(node) else self.read
                    index.setdefault(node.name, []).append(node)
            elif isinstance(node, ir.Class):
                self.classes.append(node)
            elif isinstance(node, ir.Import):
                self.imports[module.path].append((node, scope.bindings.get(node.alias)))
                if node.name is not None and node.alias != node.name:
                    self.aliases.setdefault(node.name, set()).add(node.alias)
            elif isinstance(node, ir.Env):
                self.environment.setdefault(node.name, []).append(node)
            stack.append((node, scope, True))
            below = ir.children(node)
            self._place(node, below)
            stack.extend((child, inner, False) for child in reversed(below))
        for bind, ref, scope in undeclared:
            binding = scope.find(ref.name) or self.scope[scope.module].declare(ref.name)
            binding.writes.append(bind)
            self.binding[ref] = binding
        return reads

    def _place(self, node: ir.Node, below: Iterable[ir.Node]) -> None:
        """Note what is around the children of a node."""
        function = node if isinstance(node, ir.Function) else self._function.get(node)
        block = node if isinstance(node, ir.Block) else self._block.get(node)
        for child in below:
            self.parent[child] = node
            if function is not None:
                self._function[child] = function
            if block is not None:
                self._block[child] = block

    def _index_call(self, call: ir.Call) -> None:
        self.called.setdefault(last_name(call.function), []).append(call)
        if call.words:
            self.commands.setdefault(call.span.file, []).append(call)
        elif call.arguments and isinstance(call.arguments[0].value, ir.Lit):
            self.named_reads.setdefault(call.arguments[0].value.text, []).append(call)

    def _enter_node(
        self, node: ir.Node, scope: Scope, module: ir.Module, undeclared: list[tuple[ir.Bind, ir.Ref, Scope]]
    ) -> Scope:
        """Declare what a node declares; return the scope of its children."""
        match node:
            case ir.Function():
                if node.decorators and isinstance(scope.node, ir.Class):
                    self.worked_out.add(node.name)
                if node.name and not isinstance(self.parent.get(node), ir.Lambda):
                    scope.declare(node.name).writes.append(node)
                return self._new_scope(node, scope, module)
            case ir.Class():
                scope.declare(node.name).writes.append(node)
                return self._new_scope(node, scope, module)
            case ir.Parameter():
                scope.declare(node.name).writes.append(node)
                for ref in ir.targets(node.target):
                    scope.declare(ref.name).writes.append(node)
                    self.binding[ref] = scope.bindings[ref.name]
            case ir.Import():
                if node.alias:
                    scope.declare(node.alias).writes.append(node)
            case ir.Bind():
                home = scope if module.language in _BLOCK_SCOPED else scope.function()
                for ref in ir.targets(node.target):
                    if node.declares:
                        binding = home.declare(ref.name)
                        binding.writes.append(node)
                        self.binding[ref] = binding
                        if isinstance(home.node, ir.Class) and not isinstance(node.value, ir.Lit):
                            self.worked_out.add(ref.name)
                    else:
                        undeclared.append((node, ref, scope))
            case ir.Block() if module.language in _BLOCK_SCOPED or node.kind == "scope":
                return self._new_scope(node, scope, module)
            case ir.Document(module=written):
                self._outside[written] = scope  # it shares no names with the program that writes it
                self._writing.add(written.path)
                return self._new_scope(written, None, written)
            case ir.Other(kind="outside"):
                scope = self.scope[node] = self._outside[scope.module]
        return scope

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

    # Questions

    def ancestors(self, node: ir.Node) -> Iterator[ir.Node]:
        """Yield the nodes around a node, innermost first."""
        parent = self.parent.get(node)
        while parent is not None:
            yield parent
            parent = self.parent.get(parent)

    def _blocks_around(self, node: ir.Node) -> Iterator[ir.Block]:
        """Yield the blocks around a node, innermost first."""
        block = self._block.get(node)
        while block is not None:
            yield block
            block = self._block.get(block)

    def calls_of(self, is_known: Callable[[str], bool]) -> list[ir.Call]:
        """Return the calls of functions whose last names are known, in program order."""
        found = (call for name, calls in self.called.items() if is_known(name) for call in calls)
        return sorted(found, key=self._enter.__getitem__)

    def fields_of(self, is_known: Callable[[str], bool]) -> list[ir.Field]:
        """Return the fields whose names are known, read or written, in program order."""
        found = (
            field
            for index in (self.read, self.written)
            for name, fields in index.items()
            if is_known(name)
            for field in fields
        )
        return sorted(found, key=self._enter.__getitem__)

    def scope_around(self, node: ir.Node) -> Scope:
        """Return the scope that a node stands in."""
        for around in self.ancestors(node):
            scope = self.scope.get(around)
            if scope is not None:
                return scope
        raise KeyError(node)

    def is_written(self, node: ir.Node) -> bool:
        """Whether a node is the whole target of a Bind."""
        parent = self.parent.get(node)
        return isinstance(parent, ir.Bind) and parent.target is node

    def survives(self, write: ir.Node, binding: Binding) -> bool:
        """Whether the value that `write` gives is still there when its file has run."""
        home = self.function_of(write)
        return not any(
            self._certain_after(other, write) for other in binding.writes if self.function_of(other) is home
        )

    def function_of(self, node: ir.Node) -> ir.Function | None:
        """Return the function around a node, or None at module level."""
        return self._function.get(node)

    def blocks(self, node: ir.Node) -> tuple[str, ...]:
        """Return the kinds of the blocks around a node in its function or document, innermost first."""
        kinds: list[str] = []
        for around in self.ancestors(node):
            if isinstance(around, ir.Function):
                break
            if isinstance(around, ir.Module) and around.written:
                return (*kinds, "document", *(kind for kind in self.blocks(around) if kind == "stage"))
            if isinstance(around, ir.Block):
                kinds.append(around.kind)
            elif isinstance(around, ir.Other) and around.kind == "background":
                kinds.append("background")
        return tuple(kinds)

    def class_of(self, node: ir.Node) -> ir.Class | None:
        """Return the class whose method or body a node stands in, or None."""
        for around in self.ancestors(node):
            if isinstance(around, ir.Class):
                return around
        return None

    def module_of(self, node: ir.Node) -> ir.Module:
        """Return the file that holds a node, or the one that a program writes there."""
        if node.span.file in self._writing:
            return self.scope_around(node).module
        return self.modules[node.span.file]

    def inside(self, inner: ir.Node, outer: ir.Node) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return (
            self._enter[outer] <= self._enter[inner] and self._leave[inner] <= self._leave[outer]
            if inner.span.file == outer.span.file
            else False
        )

    def reaches(self, write: ir.Node, read: ir.Ref, binding: Binding) -> bool:
        """Whether the value that `write` gives may still be there when `read` happens.

        Walks back from the read to the first certain write: a write in an exclusive arm, or one
        that is certainly overwritten on the way, does not reach. Reads in other functions may
        happen at any time, so that only a write which its own function overwrites stays unseen.
        """
        gives = isinstance(write, ir.Bind | ir.Parameter | ir.Import)
        return gives and not self.killed(write, read, binding)

    def precedes(self, node: ir.Node, then: ir.Node) -> bool:
        """Whether a node comes before another of its function on every way, as far as blocks tell."""
        return (
            self.function_of(node) is self.function_of(then)
            and self._leave[node] <= self._enter[then]
            and self._dominates(node, then)
        )

    def killed(self, write: ir.Node, read: ir.Node, binding: Binding) -> bool:
        """Whether what a name holds after one place of a file is gone at another."""
        home, there = self.function_of(write), self.function_of(read)
        if home is not there:
            return any(
                self._certain_after(other, write)
                for other in binding.writes
                if self.function_of(other) is home
            )
        if self._common_loop(write, read):
            return False
        if self._leave[write] > self._enter[read] or self._exclusive(write, read):
            return True
        return any(
            other is not write
            and isinstance(other, ir.Bind)
            and self._leave[write] < self._enter[other]
            and self._leave[other] <= self._enter[read]
            and self._dominates(other, read)
            for other in binding.writes
        ) or any(self._replaces(branch, write, read, binding) for branch in self._branches(binding))

    def _branches(self, binding: Binding) -> list[ir.Block]:
        """Return the branches in which a name is written."""
        known = self._branched.get(binding)
        if known is None:
            blocks = (
                block
                for write in binding.writes
                for block in self._blocks_around(write)
                if block.kind == "branch"
            )
            known = self._branched[binding] = list(dict.fromkeys(blocks))
        return known

    def _replaces(self, branch: ir.Block, write: ir.Node, read: ir.Node, binding: Binding) -> bool:
        """Whether a branch between a write and a read certainly writes the name again, in every arm."""
        last = branch.body[-1] if branch.body else None
        if not isinstance(last, ir.Block) or last.guard is not None or len(branch.body) < 2:
            return False
        between = self._leave[write] < self._enter[branch] and self._leave[branch] <= self._enter[read]
        return (
            between
            and self._dominates(branch, read)
            and all(self._is_written_in(arm, binding) for arm in branch.body)
        )

    def _is_written_in(self, arm: ir.Stmt, binding: Binding) -> bool:
        """Whether an arm certainly writes a name."""
        return any(
            isinstance(write, ir.Bind)
            and self.inside(write, arm)
            and next(block for block in self._blocks_around(write) if block.kind in _UNCERTAIN) is arm
            for write in binding.writes
        )

    def _certain_after(self, other: ir.Node, write: ir.Node) -> bool:
        return (
            isinstance(other, ir.Bind)
            and self._enter[other] > self._leave[write]
            and not any(block.kind in _UNCERTAIN for block in self._blocks_around(other))
        )

    def _dominates(self, write: ir.Node, read: ir.Node) -> bool:
        """Whether every way to `read` passes `write`, as far as blocks tell."""
        return all(
            self.inside(read, block) for block in self._blocks_around(write) if block.kind in _UNCERTAIN
        )

    def _exclusive(self, first: ir.Node, second: ir.Node) -> bool:
        """Whether two nodes stand in different arms of one branch."""
        for node in self._blocks_around(first):
            if node.kind == "branch" and self.inside(second, node):
                arms = [arm for arm in node.body if self.inside(first, arm) or self.inside(second, arm)]
                return len(arms) > 1
        return False

    def _common_loop(self, write: ir.Node, read: ir.Node) -> bool:
        return any(block.kind == "loop" and self.inside(read, block) for block in self._blocks_around(write))


def last_name(function: ir.Expr) -> str:
    """Return the last name of a callable or command, "" when it has none."""
    match function:
        case ir.Ref(name=name) | ir.Lit(text=name):
            return name
        case ir.Field(name=name):
            return name or ""
    return ""
