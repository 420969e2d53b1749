"""Scopes and the names in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from scratchlint.core import ir


@dataclass(slots=True, eq=False)
class Binding:
    """One name in one scope, with every node that gives it a value, and the reads that are known."""

    name: str
    scope: Scope
    writes: list[ir.Node] = field(default_factory=list)
    reads: list[ir.Ref] = field(default_factory=list)
    _unsorted: bool = False

    def add_read(self, read: ir.Ref, *, late: bool) -> None:
        """Add a read; one that comes late stands before others that were added."""
        self.reads.append(read)
        self._unsorted = self._unsorted or late

    def known_reads(self) -> Sequence[ir.Ref]:
        """Return the reads in what is read so far, in the order of their places."""
        if self._unsorted:
            self.reads.sort(key=ir.program_order)
            self._unsorted = False
        return self.reads

    def only(self) -> ir.Node | None:
        """Return the node that gives the name its value when there is just one; `let x` gives none."""
        given = islice((write for write in self.writes if not _is_undefined(write)), 2)
        first, second = next(given, None), next(given, None)
        return first if second is None else None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, function, class or block that holds names."""

    node: ir.Node
    parent: Scope | None
    module: ir.Module
    bindings: dict[str, Binding] = field(default_factory=dict)

    def declare(self, name: str) -> Binding:
        """Return the binding of a name in this scope, made when it is new."""
        binding = self.bindings.get(name)
        if binding is None:
            binding = self.bindings[name] = Binding(name, self)
        return binding

    def find(self, name: str) -> Binding | None:
        """Return the binding that a read of a name in this scope sees, or None.

        Class bodies are not seen from the functions in them (as in Python and JavaScript).
        """
        scope: Scope | None = self
        first = True
        while scope is not None:
            if first or not isinstance(scope.node, ir.Class):
                binding = scope.bindings.get(name)
                if binding is not None:
                    return binding
            first = False
            scope = scope.parent
        return None

    def function(self) -> Scope:
        """Return the nearest enclosing function, class or module scope."""
        scope = self
        while isinstance(scope.node, ir.Block) and scope.parent is not None:
            scope = scope.parent
        return scope


def _is_undefined(write: ir.Node) -> bool:
    return (
        isinstance(write, ir.Bind) and isinstance(write.value, ir.Other) and write.value.kind == "undefined"
    )
