"""The program as a whole: what surrounds a node."""

from __future__ import annotations

from collections.abc import Iterator, Set

from scratchlint.core import ir
from scratchlint.dataflow.reaching import Reaching
from scratchlint.dataflow.scopes import Scope


class Program(Reaching):
    """The modules of a program with the questions that flows ask of them."""

    def ancestors(self, node: ir.Node) -> Iterator[ir.Node]:
        """Yield the nodes around a node, innermost first."""
        parent = node.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def fields_of(self, names: Set[str]) -> list[ir.Field]:
        """Return the fields of some names, read or written, in program order."""
        return sorted((*self.read.of(names), *self.written.of(names)), key=ir.program_order)

    def scope_around(self, node: ir.Node) -> Scope:
        """Return the scope that a node stands in."""
        for around in self.ancestors(node):
            scope = self.scope.get(around)
            if scope is not None:
                return scope
        raise KeyError(node)

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

    def classes_writing(self, name: str) -> list[ir.Class]:
        """Return the classes in which a field of a name may be written, in program order."""
        places = (*self.written.known(name), *self._unread.holding("field", name))
        found = {owner for node in places if (owner := self.class_of(node)) is not None}
        return sorted(found, key=ir.program_order)

    def declaration_of(self, node: ir.Node) -> str:
        """Return the name under which other files may see a node: that of the outermost thing around it."""
        outermost = node
        for around in self.ancestors(node):
            if isinstance(around, ir.Function | ir.Class | ir.Bind):
                outermost = around
        match outermost:
            case ir.Function(name=name) | ir.Class(name=name):
                return name
            case ir.Bind(target=ir.Ref(name=name) | ir.Field(base=ir.Ref(), name=str(name))):
                return name
        return ""

    def module_of(self, node: ir.Node) -> ir.Module:
        """Return the file that holds a node, or the one that a program writes there."""
        if node.span.file in self._writing:
            return self.scope_around(node).module
        return self.modules[node.span.file]
