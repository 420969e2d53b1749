"""Conditions under which the program is certainly not in production."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.reaching import leaves

MAXIMUM_HOPS = 4
_MODE = re.compile(
    r"(?:NODE|APP|FLASK|DJANGO|PYTHON|RAILS|DEPLOY|VERCEL|RUNTIME|SERVER)?_?"
    r"(?:ENV|ENVIRONMENT|MODE|STAGE|PROFILE)(?:_NAME|_TYPE)?",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"_*(?:is|in|for|run|running)?_?(?:debug|tests?|testing|unit_?tests?|dev|develop|development|ci|local"
    r"|vitest|pytest|pytest_current_test|jest_worker_id|under_?test)_?(?:mode|env|run)?_*",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(r"_*(?:is|in)?_?(?:prod|production|live)_?(?:mode|env)?_*", re.IGNORECASE)
_YES = frozenset({"1", "true", "yes", "on"})


class Guards:
    """Finds, around a node, the condition that keeps it out of production."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._known: dict[ir.Node, Span | None] = {}
        self._left: dict[ir.Node, list[tuple[int, Span]]] = {}

    def around(self, node: ir.Node) -> Span | None:
        """Return the place of such a condition, None when there is none."""
        if node in self._known:
            return self._known[node]
        passed: list[ir.Node] = []
        found: Span | None = None
        while node not in self._known:
            passed.append(node)
            parent = node.parent
            found = self._of_parent(parent, node) if parent is not None else None
            if found is not None or parent is None:
                break
            node = parent
        else:
            found = self._known[node]
        self._known.update(dict.fromkeys(passed, found))
        return found

    def _of_parent(self, parent: ir.Node, inner: ir.Node) -> Span | None:
        """Return the condition that a node sets for one of its children."""
        match parent:
            case ir.Either():
                return self._of_choice(parent, inner)
            case ir.Block() | ir.Function() | ir.Module():
                found = self._of_earlier(parent, inner)
                if found is None and isinstance(parent, ir.Block) and parent.kind == "arm":
                    return self._of_arm(parent) if inner is not parent.guard else None
                return found
        return None

    def _of_choice(self, either: ir.Either, choice: ir.Node) -> Span | None:
        """Return the condition under which a ternary gives one of its choices, as `around` does."""
        if len(either.guards) != len(either.choices) - 1:
            return None
        number = next(place for place, one in enumerate(either.choices) if one is choice)
        for other in either.guards[:number]:
            if self._excludes(other, False):
                return other.span
        own = either.guards[number] if number < len(either.guards) else None
        return own.span if own is not None and self._excludes(own, True) else None

    def _of_earlier(self, body: ir.Block | ir.Function | ir.Module, inner: ir.Node) -> Span | None:
        """Return the condition under which a statement is not reached, since an earlier one leaves."""
        if body not in self._left:
            self._left[body] = [
                (statement.span.end, condition.span)
                for statement in body.body
                if isinstance(statement, ir.Block) and statement.kind == "branch"
                for condition in self._of_rest(statement)
            ]
        return next((span for end, span in self._left[body] if end <= inner.span.start), None)

    def _of_rest(self, branch: ir.Block) -> Iterator[ir.Expr]:
        """Yield the conditions that keep what stands behind a branch out of production."""
        arms = [arm for arm in branch.body if isinstance(arm, ir.Block)]
        first = arms[0].guard if arms else None
        if first is None:
            return
        if leaves(arms[0]) and self._excludes(first, False):
            yield first
        others = arms[1:]
        if others and others[-1].guard is None and all(map(leaves, others)) and self._excludes(first, True):
            yield first

    def _of_arm(self, arm: ir.Block) -> Span | None:
        if arm.guard is not None and self._excludes(arm.guard, True):
            return arm.guard.span
        branch = arm.parent
        for other in branch.body if isinstance(branch, ir.Block) else ():
            if other is arm:
                break
            guard = other.guard if isinstance(other, ir.Block) else None
            if guard is not None and self._excludes(guard, False):
                return guard.span
        return None

    def _excludes(self, condition: ir.Expr, holds: bool, hops: int = MAXIMUM_HOPS) -> bool:
        """Whether the program is not in production when a condition holds, or when it does not."""
        if hops == 0:
            return False
        match condition:
            case ir.Other(kind="differ", parts=(inner,)):
                return self._excludes(inner, not holds, hops)
            case ir.Other(kind="compare" | "differ" as kind, parts=(left, right)):
                return self._compared(left, right, holds is (kind == "compare"))
            case ir.Other(kind="all", parts=parts) if holds:
                return any(self._excludes(part, True, hops - 1) for part in parts)
            case ir.Either(choices=(last, ir.Other(kind="undefined")), guards=(guard,)) if holds:
                return any(self._excludes(one, True, hops - 1) for one in (guard, last))
            case ir.Either(choices=choices) if holds:
                return all(self._excludes(choice, True, hops - 1) for choice in choices)
            case ir.Ref(name=name) | ir.Field(name=str(name)) | ir.Env(name=name):
                if (_ELSEWHERE if holds else _PRODUCTION).fullmatch(name):
                    return True
                value = self._calls.value_of(condition)
                return value is not None and value is not condition and self._excludes(value, holds, hops - 1)
        return False

    def _compared(self, left: ir.Expr, right: ir.Expr, same: bool) -> bool:
        """Whether two values being the same, or not, keeps the program out of production."""
        if isinstance(left, ir.Lit):
            left, right = right, left
        if not isinstance(right, ir.Lit):
            return False
        name = _name(left)
        if right.text.lower() in _YES:
            return bool((_ELSEWHERE if same else _PRODUCTION).fullmatch(name))
        if not _MODE.fullmatch(name):
            return False
        return bool((_ELSEWHERE if same else _PRODUCTION).fullmatch(right.text))


def _name(expression: ir.Expr) -> str:
    match expression:
        case ir.Ref(name=name) | ir.Field(name=str(name)) | ir.Env(name=name):
            return name
        case ir.Call(function=ir.Field(base=base), arguments=()):
            return _name(base)
        case ir.Either(choices=choices) if choices:
            return _name(choices[0])
    return ""
