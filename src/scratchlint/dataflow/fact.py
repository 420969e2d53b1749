"""One path on its way: facts about values, and the calls around them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.flow import Step, StepKind
from scratchlint.core.shape import Template
from scratchlint.core.span import Span
from scratchlint.knowledge.names import names
from scratchlint.policy.roots import ENVIRONMENT_ROOT, SCRATCH_ROOTS

HANDLE = "(handle)"
"""The last part of a fact's access where its value is an open file, and no path."""

# Objects inside each other around a path; the one around these is not named after it.
_NAMED_AFTER = 3

_BARE = frozenset({*SCRATCH_ROOTS, ENVIRONMENT_ROOT})

Access = tuple[str, ...]
Caller = ir.Call | ir.Field


@dataclass(frozen=True, slots=True)
class Way:
    """The steps so far, newest first, and how many they are."""

    step: Step
    before: Way | None
    length: int = 1

    def passed(self, span: Span, kind: StepKind) -> bool:
        """Whether a step of a kind was taken in a place."""
        way: Way | None = self
        while way is not None:
            if way.step.kind == kind and way.step.span == span:
                return True
            way = way.before
        return False

    def steps(self) -> tuple[Step, ...]:
        """Return the steps, oldest first."""
        return self.since(None) or ()

    def since(self, start: Way | None) -> tuple[Step, ...] | None:
        """Return the steps behind another way, oldest first; None when this one did not begin with it."""
        found: list[Step] = []
        way: Way | None = self
        while way is not start:
            if way is None:
                return None
            found.append(way.step)
            way = way.before
        return tuple(reversed(found))

    def followed_by(self, steps: tuple[Step, ...]) -> Way:
        """Return this way with further steps."""
        way = self
        for step in steps:
            way = Way(step, way, way.length + 1)
        return way


@dataclass(frozen=True, slots=True)
class Fact:
    """That the value of `node` holds, at `access`, the path `text`.

    `context` is the function that the path entered and has not left, with who called it;
    `mention` tells that the path is part of a longer text, `closed` that nothing can be joined
    to it; `names`, `held` and `guard` are as in Flow.
    """

    node: ir.Expr
    text: Template
    access: Access
    context: Context | None
    mention: bool
    way: Way
    names: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    closed: bool = False
    guard: Span | None = None

    def key_inside(self, function: ir.Node, door: str) -> object:
        """Return what makes this fact the same as others that enter a function at the same place."""
        return (function, door, self.text, self.access, self.mention, self.guard is None)

    def told(
        self,
        span: Span,
        kind: StepKind,
        note: str,
        names: tuple[str, ...] = (),
        held: tuple[str, ...] = (),
    ) -> Fact:
        """Return this fact with one more step, and the names and places that held the path there."""
        return Fact(
            self.node,
            self.text,
            self.access,
            self.context,
            self.mention,
            Way(Step(span, kind, note), self.way, self.way.length + 1),
            (*self.names, *names) if len(self.access) <= _NAMED_AFTER else self.names,
            (*self.held, *held),
            self.closed,
            self.guard,
        )

    def joined(self, text: Template) -> Fact:
        """Return this fact about a longer path.

        The names of a scratch directory itself, `temp_dir`, say nothing of what is put into it.
        """
        kept = self.names
        if len(self.text) == 1 and str(self.text[0]).rstrip("/") in _BARE:
            kept = tuple(name for name in self.names if not _calls_temporary(name))
        return replace(self, text=text, names=kept)

    def at(self, node: ir.Expr, access: Access | None = None, text: Template | None = None) -> Fact:
        """Return this fact about another expression, of the same value but for what is given."""
        return Fact(
            node,
            self.text if text is None else text,
            self.access if access is None else access,
            self.context,
            self.mention,
            self.way,
            self.names,
            self.held,
            self.closed,
            self.guard,
        )

    def left(self, function: ir.Node) -> list[Fact]:
        """Return this fact back at the calls that entered a function; empty when none is known to have."""
        if self.context is None or self.context.function is not function:
            return []
        return self.context.left(self)


@dataclass(frozen=True, slots=True)
class Through:
    """A function entered by one call (or by the read of a property), which was made in a context."""

    function: ir.Node
    call: Caller
    outside: Context | None

    def around(self) -> list[Context | None]:
        """Return the context that the call was made in."""
        return [self.outside]

    def callers(self) -> list[tuple[Caller, Context | None]]:
        """Return the call with the context that it was made in."""
        return [(self.call, self.outside)]

    def left(self, fact: Fact) -> list[Fact]:
        """Return a fact of the inside back at the call."""
        return [replace(fact, node=self.call, context=self.outside)]


class Entrance:
    """A function entered with one path, and the calls that enter it so: they are not told apart in it.

    What comes out goes back to each of them. This is the functional approach of Sharir and Pnueli
    ("Two approaches to interprocedural data flow analysis", 1981): however deep calls and recursion
    are, a function is followed once for each path that comes into it.
    """

    def __init__(self, function: ir.Node, consulted: dict[Entrance, None]) -> None:
        self.function = function
        self.waiting: list[Fact] = []
        self._incoming: dict[tuple[Caller, Context | None], Fact] = {}
        self._consulted = consulted

    def enter(self, call: Caller, fact: Fact) -> bool:
        """Add a call that enters with a fact; whether it is new."""
        known = len(self._incoming)
        self._incoming.setdefault((call, fact.context), fact)
        return len(self._incoming) > known

    def around(self) -> list[Context | None]:
        """Return the contexts that the calls so far were made in."""
        return [context for _, context in self._incoming]

    def callers(self) -> list[tuple[Caller, Context | None]]:
        """Return the calls so far, with their contexts; who asks is asked again when there are more."""
        self._consulted[self] = None
        return list(self._incoming)

    def left(self, fact: Fact) -> list[Fact]:
        """Return a fact of the inside back at every call, each by the way that led to that call."""
        self._consulted[self] = None
        first = next(iter(self._incoming.values()))
        inside = fact.way.since(first.way)
        return [
            replace(fact, node=call, context=context)
            if inside is None
            else replace(
                fact,
                node=call,
                context=context,
                way=entering.way.followed_by(inside),
                names=_continued(entering.names, first.names, fact.names),
                held=_continued(entering.held, first.held, fact.held),
                guard=entering.guard or fact.guard,
            )
            for (call, context), entering in self._incoming.items()
        ]


Context = Through | Entrance


def is_entered(function: ir.Node, context: Context | None) -> bool:
    """Whether a function was entered and not left yet in a context, as far as is known."""
    waiting, seen = [context], {context}
    while waiting:
        inner = waiting.pop()
        if inner is None:
            continue
        if inner.function is function:
            return True
        waiting.extend(one for one in inner.around() if one not in seen)
        seen.update(waiting)
    return False


def callers_of(function: ir.Node | None, context: Context | None) -> list[tuple[Caller, Context | None]]:
    """Return the calls that entered a function, with their contexts; empty when none is known to have.

    A function that holds the innermost one may have been entered before it.
    """
    found: list[tuple[Caller, Context | None]] = []
    seen: set[Context | None] = {None}
    stack = [context]
    while stack:
        around = stack.pop()
        if around is None or around in seen:
            continue
        seen.add(around)
        if around.function is function:
            found.extend(around.callers())
        else:
            stack.extend(outside for _, outside in around.callers())
    return found


def _continued(start: tuple[str, ...], first: tuple[str, ...], whole: tuple[str, ...]) -> tuple[str, ...]:
    """Return `whole`, which begins with `first`, beginning with `start` in its place."""
    return (*start, *whole[len(first) :]) if whole[: len(first)] == first else whole


def _calls_temporary(name: str) -> bool:
    hints = names().of_name(name)
    return bool(hints) and all(hint.role is None for hint in hints)
