"""Reads of instance fields."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.classes import is_self
from scratchlint.dataflow.program import Program


class Fields:
    """Finds them by name, and by the class of the object when that is known."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def reads(self, owner: ir.Class, name: str) -> Iterator[ir.Field]:
        """Yield the reads of a field of `owner` whose object is known to be one of it.

        The object of an inherited method may be of any class below.
        """
        for node in self._program.read.get(name):
            found = self._calls.class_of(node.base)
            if found is None:
                continue
            inherited = is_self(node.base) and self._inherits(owner, found)
            if found is owner or inherited or self._inherits(found, owner):
                yield node

    def methods(self, name: str, field: str) -> list[ir.Function]:
        """Return the methods of a name in classes that keep something in a field.

        They tell what is called when the class of an object is not known, but one of its fields is.
        """
        return [
            method
            for owner in self._program.classes_writing(field)
            if (method := self._calls.method(owner, name)) is not None
            and any(
                is_self(node.base) and self._program.class_of(node) is owner
                for node in self._program.written_in(owner, field)
            )
        ]

    def _inherits(self, found: ir.Class, owner: ir.Class, hops: int = 5) -> bool:
        return hops > 0 and any(
            base is owner or self._inherits(base, owner, hops - 1) for base in self._calls.bases(found)
        )
