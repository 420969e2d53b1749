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
from scratchlint.dataflow.program import Program

MAXIMUM_FACTS = 2000
MAXIMUM_CALLS = 4
MAXIMUM_ACCESS = 6

Access = tuple[str, ...]
CallString = tuple[ir.Call, ...]


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

    `calls` are the call sites that the path entered and has not left; `mention` tells that the
    path is part of a longer text; `names` and `held` are as in Flow.
    """

    node: ir.Expr
    text: Template
    access: tuple[str, ...]
    calls: tuple[ir.Call, ...]
    mention: bool
    way: Way
    names: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    def key(self) -> object:
        """Return what makes two facts the same: the way there does not."""
        return (self.node, self.text, self.access, self.calls, self.mention)

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


class Worklist:
    """What is left to follow of one site, and the flows that were found."""

    def __init__(self, program: Program, site: Site, exit_handlers: Collection[ir.Function]) -> None:
        self._program = program
        self._exit_handlers = exit_handlers
        self.site = site
        self._queue: deque[Fact] = deque()
        self._seen: set[object] = set()
        self._flows: dict[tuple[Span, str, str, str], Flow] = {}
        self.cut: set[str] = set()

    def push(self, fact: Fact) -> None:
        """Queue a fact unless it was seen before or passes a bound."""
        if len(fact.access) > MAXIMUM_ACCESS:
            self.cut.add(f"objects nested deeper than {MAXIMUM_ACCESS}")
            return
        if len(fact.calls) > MAXIMUM_CALLS:
            self.cut.add(f"more than {MAXIMUM_CALLS} calls deep")
            return
        if len(self._seen) >= MAXIMUM_FACTS:
            self.cut.add(f"more than {MAXIMUM_FACTS} places")
            return
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
        key = (node.span, action, api, str(path))
        self._flows.setdefault(key, Flow(self.site, path, steps, use, fact.names, fact.held))

    def _path(self, text: Template) -> PathShape | None:
        """Return the path that a template spells below the site's root."""
        root = self.site.path.root
        first = text[0] if text else ""
        if not isinstance(first, str) or not first.lower().startswith(root.lower()):
            return None
        return PathShape(root, components((first[len(root) :], *text[1:])))

    # One step
