"""Reads of instance fields."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program


class Fields:
    """Indexes every `base.name` by its name."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._by_name: dict[str, list[ir.Field]] = {}
        for node in program.fields:
            if node.name is not None and not self._is_written(node):
                self._by_name.setdefault(node.name, []).append(node)

    def _is_written(self, node: ir.Field) -> bool:
        parent = self._program.parent.get(node)
        return isinstance(parent, ir.Bind) and parent.target is node

    def reads(self, owner: ir.Class, name: str) -> Iterator[ir.Field]:
        """Yield the reads of a field of `owner` whose instance is known to be one of it."""
        for node in self._by_name.get(name, ()):
            found = self._calls.class_of(node.base)
            if found is owner or (found is not None and self._inherits(found, owner)):
                yield node

    def _inherits(self, found: ir.Class, owner: ir.Class, hops: int = 5) -> bool:
        return hops > 0 and any(
            base is owner or self._inherits(base, owner, hops - 1) for base in self._calls.bases(found)
        )
