"""One path on its way: facts about values, and the worklist that they wait in."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Set
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Role, Site, Step, StepKind, Use
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape, Template, components
from scratchlint.core.span import Span
from scratchlint.dataflow.guards import Guards
from scratchlint.dataflow.order import arms_around
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.names import names
from scratchlint.policy.roots import ENVIRONMENT_ROOT, SCRATCH_ROOTS

MAXIMUM_FACTS = 5000
# From so many facts on, only the innermost call of a fact is told apart.
MANY_FACTS = 1000
MAXIMUM_CALLS = 4
MAXIMUM_ACCESS = 6
MAXIMUM_TEXT = 1000
MAXIMUM_STEPS = 1000

_BARE = frozenset({*SCRATCH_ROOTS, ENVIRONMENT_ROOT})

Access = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """A function that was entered, and the call, or the read of a property, that entered it."""

    call: ir.Call | ir.Field
    function: ir.Node


CallString = tuple[Entered, ...]


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
        return self._key(self.calls)

    def is_known(self, seen: Set[object]) -> bool:
        """Whether this fact, or the same with less known of the calls around it, was seen.

        Whoever knows less returns to more callers, so that nothing new can follow.
        """
        return any(self._key(self.calls[number:]) in seen for number in range(len(self.calls) + 1))

    def _key(self, calls: CallString) -> object:
        return (self.node, self.text, self.access, calls, self.mention, self.guard is None)

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
            self.calls,
            self.mention,
            Way(Step(span, kind, note), self.way, self.way.length + 1),
            (*self.names, *names),
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

    def at(self, node: ir.Expr) -> Fact:
        """Return this fact about another expression that has the same value."""
        return Fact(
            node,
            self.text,
            self.access,
            self.calls,
            self.mention,
            self.way,
            self.names,
            self.held,
            self.closed,
            self.guard,
        )

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
    """What is left to follow of one site, and the flows that were found.

    `asking` are the facts that asked for what is not loaded yet: they go on when it is.
    """

    def __init__(
        self, program: Program, site: Site, exit_handlers: Collection[ir.Function], guards: Guards
    ) -> None:
        self._program = program
        self._guards = guards
        self._exit_handlers = exit_handlers
        self.site = site
        self.asking: list[Fact] = []
        self._queue: deque[Fact] = deque()
        self._seen: set[object] = set()
        self._flows: dict[tuple[Span, str, str, str, bool], Flow] = {}
        self.cut: set[str] = set()

    def resume(self, exit_handlers: Collection[ir.Function], guards: Guards) -> None:
        """Queue the facts that asked, now that the program has grown."""
        self._exit_handlers = exit_handlers
        self._guards = guards
        self._queue.extend(self.asking)
        self.asking.clear()

    def push(self, fact: Fact) -> None:
        """Queue a fact unless it was seen before or passes a bound."""
        if len(fact.access) > MAXIMUM_ACCESS:
            self.cut.add(f"objects nested deeper than {MAXIMUM_ACCESS}")
            return
        if len(fact.access) > MAXIMUM_ACCESS // 2 and _repeats(fact.access):
            return
        if sum(len(part) for part in fact.text if isinstance(part, str)) > MAXIMUM_TEXT:
            self.cut.add(f"paths longer than {MAXIMUM_TEXT}")
            return
        if fact.way.length > MAXIMUM_STEPS:
            self.cut.add(f"more than {MAXIMUM_STEPS} steps")
            return
        if self._is_dead(fact):
            return
        if len(self._seen) >= MAXIMUM_FACTS:
            self.cut.add(f"more than {MAXIMUM_FACTS} places")
            return
        if len(self._seen) >= MANY_FACTS:
            fact = replace(fact, calls=fact.calls[-1:])
        if fact.guard is None and (guard := self._guards.around(fact.node)) is not None:
            fact = replace(fact, guard=guard)
        if not fact.is_known(self._seen):
            self._seen.add(fact.key())
            self._queue.append(fact)

    def _is_dead(self, fact: Fact) -> bool:
        """Whether only another field of the object is read there: most reads of objects are such."""
        around = self._program.parent.get(fact.node)
        if not fact.access or not isinstance(around, ir.Field) or around.name is None:
            return False
        if around.name == fact.access[0] or fact.access[0] == "*" or around.name in self._program.worked_out:
            return False
        called = self._program.parent.get(around)
        return not (isinstance(called, ir.Call) and called.function is around)

    def pop(self) -> Fact | None:
        """Return the next fact, or None when the site is done."""
        return self._queue.popleft() if self._queue else None

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every flow so far that ends in a use, in the order in which they were found."""
        return tuple(self._flows.values())

    @property
    def limits(self) -> list[str]:
        """The bounds that were reached, for people."""
        file, text = self.site.span.file, self.site.text
        return [f"{file}: `{text}` was not followed further: {bound}" for bound in sorted(self.cut)]

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
        written = self._program.module_of(node).written or ""
        arms = tuple(arms_around(self._program, node))
        place = function.span if function else None
        use = Use(node.span, action, api, role, place, blocks, written, arms)
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


def _calls_temporary(name: str) -> bool:
    hints = names().of_name(name)
    return bool(hints) and all(hint.role is None for hint in hints)


def _repeats(access: Access) -> bool:
    """Whether an object leads back to itself: its rounds are not told apart."""
    named = [key for key in access if key != "*" and not key.isdigit()]
    return len(set(named)) < len(named)
