"""Chains of names: their dotted text, and reading again what was just written."""

from __future__ import annotations

from collections.abc import Sequence

from scratchlint.core import ir


def dotted(expression: ir.Expr) -> str:
    """Return `a.b.c` for a chain of names; "" for anything else."""
    names: list[str] = []
    while isinstance(expression, ir.Field) and expression.name is not None:
        names.append(expression.name)
        expression = expression.base
    if not isinstance(expression, ir.Ref):
        return ""
    return ".".join([expression.name, *reversed(names)])


def again(expression: ir.Expr) -> ir.Expr:
    """Return a second reading of an assignment's target, since a node has exactly one parent.

    Only names and fields are read again; calls and keys on the way happen once.
    """
    match expression:
        case ir.Ref(span=span, name=name):
            return ir.Ref(span, name)
        case ir.Env(span=span, name=name):
            return ir.Env(span, name, None)
        case ir.Field(span=span, base=base, name=field):
            return ir.Field(span, again(base), field)
    return ir.Other(expression.span, "again", ())


def by_place(arguments: Sequence[ir.Argument]) -> dict[str, ir.Expr]:
    """Return what a call is given, by the names or the numbers of the arguments."""
    return {argument.name or str(number): argument.value for number, argument in enumerate(arguments)}
