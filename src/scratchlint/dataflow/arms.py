"""The arms of branches around a node."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.core.flow import Arm
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.reaching import leaves


def arms_around(program: Program, node: ir.Node) -> Iterator[Arm]:
    """Yield the arms around a node within its function, innermost first."""
    inner: ir.Node = node
    for around in program.ancestors(node):
        if isinstance(around, ir.Function):
            return
        if isinstance(around, ir.Block) and around.kind == "branch" and isinstance(inner, ir.Block):
            yield Arm(around.span, inner.span, leaves(inner))
        inner = around
