"""The order of statements: which arms of a branch end the function or loop around it."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.core.flow import Arm
from scratchlint.dataflow.program import Program

# Commands and functions that do not come back: `exit 1`, `sys.exit()`, `process.exit()`, `exec "$@"`.
_COMMANDS = frozenset({"exit", "return", "break", "continue", "exec"})
_CALLS = frozenset({"exit", "_exit", "abort"})


def arms_around(program: Program, node: ir.Node) -> Iterator[Arm]:
    """Yield the arms around a node within its function, innermost first."""
    inner: ir.Node = node
    for around in program.ancestors(node):
        if isinstance(around, ir.Function):
            return
        if isinstance(around, ir.Block) and around.kind == "branch" and isinstance(inner, ir.Block):
            yield Arm(around.span, inner.span, leaves(inner))
        inner = around


def leaves(arm: ir.Block) -> bool:
    """Whether nothing behind the branch of an arm runs after it."""
    last = arm.body[-1] if arm.body else None
    match last:
        case ir.Return() | ir.Do(value=ir.Other(kind="leave")):
            return True
        case ir.Do(value=ir.Call(function=ir.Lit(text=name), words=True)):
            return name in _COMMANDS
        case ir.Do(value=ir.Call(function=ir.Ref(name=name) | ir.Field(name=str(name)))):
            return name in _CALLS
        case ir.Block(kind="scope") as block:
            return leaves(block)
    return False
