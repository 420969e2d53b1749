"""Files that requests bring: a framework keeps them, and names them by fields of the request."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.fact import Access
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.lifetimes import upload_fields


def named_uploads(program: Program, calls: Calls, call: ir.Call) -> Iterator[tuple[ir.Field, Access]]:
    """Yield the fields that name uploads in the file of a call, with where the path lies in them."""
    for first, *access in upload_fields(calls.qualified(call.function)):
        for field in program.read_in(program.module_of(call), first):
            binding = program.binding.get(field.base) if isinstance(field.base, ir.Ref) else None
            parameter = binding.only() if binding is not None else None
            if isinstance(parameter, ir.Parameter):
                yield field, tuple(access)
