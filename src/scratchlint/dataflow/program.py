"""The program as a whole: what surrounds a node, and which values reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scratchlint.core import ir
from scratchlint.dataflow.indexes import NOWHERE, Indexes
from scratchlint.dataflow.scopes import Binding, Scope

# Blocks whose statements may be left out at run time.
_UNCERTAIN = frozenset({"arm", "loop", "except", "guarded", "trap"})
# Files of settings that name each other wherever they stand.
_UNORDERED = frozenset({"ini", "properties"})


class Program(Indexes):
    """The modules of a program with the questions that flows ask of them."""

    def ancestors(self, node: ir.Node) -> Iterator[ir.Node]:
        """Yield the nodes around a node, innermost first."""
        parent = self.parent.get(node)
        while parent is not None:
            yield parent
            parent = self.parent.get(parent)

    def _blocks_around(self, node: ir.Node) -> Iterator[ir.Block]:
        """Yield the blocks around a node, innermost first."""
        _, block = self._around.get(node, NOWHERE)
        while block is not None:
            yield block
            _, block = self._around.get(block, NOWHERE)

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

    def _end(self, node: ir.Node) -> int:
        """Return the number after those of all nodes in a node; without children it is its own."""
        return self._leave.get(node) or self._enter[node]

    def survives(self, write: ir.Node, binding: Binding) -> bool:
        """Whether the value that `write` gives is still there when its file has run."""
        home = self.function_of(write)
        return not any(
            self._certain_after(other, write) for other in binding.writes if self.function_of(other) is home
        )

    def function_of(self, node: ir.Node) -> ir.Function | None:
        """Return the function around a node, or None at module level."""
        return self._around.get(node, NOWHERE)[0]

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
            self._enter[outer] <= self._enter[inner] and self._end(inner) <= self._end(outer)
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
            and self._end(node) < self._enter[then]
            and self._dominates(node, then)
        )

    def killed(self, write: ir.Node, read: ir.Node, binding: Binding) -> bool:
        """Whether what a name holds after one place of a file is gone at another."""
        home, there = self.function_of(write), self.function_of(read)
        if home is not there or _is_unordered(binding):
            return any(
                self._certain_after(other, write)
                for other in binding.writes
                if self.function_of(other) is home
            )
        if self._common_loop(write, read):
            return False
        if self._end(write) > self._enter[read] or self._exclusive(write, read):
            return True
        return any(
            other is not write
            and isinstance(other, ir.Bind)
            and self._end(write) < self._enter[other]
            and self._end(other) < self._enter[read]
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
        between = self._end(write) < self._enter[branch] and self._end(branch) < self._enter[read]
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
            and self._enter[other] > self._end(write)
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


def _is_unordered(binding: Binding) -> bool:
    """Whether a name is a setting that others of its file may name before it is given."""
    return binding.scope.module.language in _UNORDERED and isinstance(binding.scope.node, ir.Module)
