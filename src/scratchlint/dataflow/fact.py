"""One path on its way: facts about values, and the worklist that they wait in."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Role, Site, Step, StepKind, Use
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape, Template, components
from scratchlint.core.span import Span
from scratchlint.dataflow.guards import Guards
from scratchlint.dataflow.program import Program

MAXIMUM_FACTS = 4000
MAXIMUM_CALLS = 6
MAXIMUM_ACCESS = 6
MAXIMUM_TEXT = 1000

Access = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """A function that was entered, and the call, or the read of a property, that entered it."""

    call: ir.Call | ir.Field
    function: ir.Node


CallString = tuple[Entered, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The steps so far, newest first."""

    step: Step
    before: Way | None

    def steps(self) -> tuple[Step, ...]:
        """Return the steps, oldest first."""
        found: list[Step] = []
        way: Way | None = self
        while way is not None:
            found.append(way.step)
            way = way.before
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Fact:
    """That the value of `node` holds, at `access`, the path `text`.

    `calls` are the calls that the path entered and has not left; `mention` tells that the
    path is part of a longer text, `closed` that nothing can be joined to it; `names`, `held`
    and `guard` are as in Flow.
    """

    node: ir.Expr
    text: Template
    access: tuple[str, ...]
    calls: CallString
    mention: bool
    way: Way
    names: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    closed: bool = False
    guard: Span | None = None

    def key(self) -> object:
        """Return what makes two facts the same: the way there does not."""
        return (self.node, self.text, self.access, self.calls, self.mention, self.guard is None)

    def told(
        self,
        span: Span,
        kind: StepKind,
        note: str,
        names: tuple[str, ...] = (),
        held: tuple[str, ...] = (),
    ) -> Fact:
        """Return this fact with one more step, and the names and places that held the path there."""
        return replace(
            self,
            way=Way(Step(span, kind, note), self.way),
            names=(*self.names, *names),
            held=(*self.held, *held),
        )

    def at(self, node: ir.Expr) -> Fact:
        """Return this fact about another expression that has the same value."""
        return replace(self, node=node)

    def inside(self, call: ir.Call | ir.Field, function: ir.Node) -> Fact:
        """Return this fact in a function that a call enters.

        A call that was entered before is recursion: its rounds are not told apart. Beyond
        MAXIMUM_CALLS the outermost call is forgotten, and the value returns to every caller there.
        """
        entered = Entered(call, function)
        if entered in self.calls:
            return replace(self, calls=self.calls[: self.calls.index(entered) + 1])
        calls = (*self.calls, entered)
        if len(calls) <= MAXIMUM_CALLS:
            return replace(self, calls=calls)
        note = f"more than {MAXIMUM_CALLS} calls deep: the outermost is forgotten"
        fact = self if self.way.step.kind == "limit" else self.told(call.span, "limit", note)
        return replace(fact, calls=calls[-MAXIMUM_CALLS:])

    def left(self, function: ir.Node) -> Fact | None:
        """Return this fact back at the call that entered a function, None when none is known to have."""
        for number in range(len(self.calls) - 1, -1, -1):
            if self.calls[number].function is function:
                return replace(self, node=self.calls[number].call, calls=self.calls[:number])
        return None


class Worklist:
    """What is left to follow of one site, and the flows that were found."""

    def __init__(
        self, program: Program, site: Site, exit_handlers: Collection[ir.Function], guards: Guards
    ) -> None:
        self._program = program
        self._guards = guards
        self._exit_handlers = exit_handlers
        self.site = site
        self._queue: deque[Fact] = deque()
        self._seen: set[object] = set()
        self._flows: dict[tuple[Span, str, str, str, bool], Flow] = {}
        self.cut: set[str] = set()

    def push(self, fact: Fact) -> None:
        """Queue a fact unless it was seen before or passes a bound."""
        if len(fact.access) > MAXIMUM_ACCESS:
            self.cut.add(f"objects nested deeper than {MAXIMUM_ACCESS}")
            return
        if sum(len(part) for part in fact.text if isinstance(part, str)) > MAXIMUM_TEXT:
            self.cut.add(f"paths longer than {MAXIMUM_TEXT}")
            return
        if len(self._seen) >= MAXIMUM_FACTS:
            self.cut.add(f"more than {MAXIMUM_FACTS} places")
            return
        if fact.guard is None and (guard := self._guards.around(fact.node)) is not None:
            fact = replace(fact, guard=guard)
        if fact.key() not in self._seen:
            self._seen.add(fact.key())
            self._queue.append(fact)

    def pop(self) -> Fact | None:
        """Return the next fact, or None when the site is done."""
        return self._queue.popleft() if self._queue else None

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows so far, in the order in which they were found."""
        return tuple(self._flows.values())

    def use(self, fact: Fact, node: ir.Node, action: str, api: str, role: Role | None = None) -> None:
        """Note that the path of a fact is used at a node."""
        path = self._path(fact.text)
        if path is None:
            return
        if fact.mention and action not in ("shows", "compares", "measures", "configures"):
            action = "shows"
        function = self._program.function_of(node)
        blocks = self._program.blocks(node)
        if function in self._exit_handlers:
            blocks = (*blocks, "trap")
        use = Use(node.span, action, api, role, function.span if function else None, blocks)
        kind: StepKind = "removed" if action == "removes" else "used"
        steps = (*fact.way.steps(), Step(node.span, kind, deed(use)))
        guard = fact.guard or self._guards.around(node)
        key = (node.span, action, api, str(path), guard is None)
        flow = Flow(self.site, path, steps, use, fact.names, fact.held, guard)
        self._flows.setdefault(key, flow)

    def _path(self, text: Template) -> PathShape | None:
        """Return the path that a template spells below the site's root."""
        root = self.site.path.root
        first = text[0] if text else ""
        if not isinstance(first, str) or not first.lower().startswith(root.lower()):
            return None
        return PathShape(root, components((first[len(root) :], *text[1:])))

    # One step
