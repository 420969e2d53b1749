"""What is left to follow of one site, and the flows that were found."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Role, Site, Step, StepKind, Use
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape, Template, components
from scratchlint.core.span import Span
from scratchlint.dataflow.arms import arms_around
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.fact import HANDLE, Access, Caller, Context, Entrance, Fact
from scratchlint.dataflow.guards import Guards
from scratchlint.dataflow.moments import Moments
from scratchlint.dataflow.program import Program

MAXIMUM_FACTS = 10_000
MAXIMUM_ACCESS = 6
MAXIMUM_TEXT = 1000
MAXIMUM_STEPS = 1000

# What makes two flows the same: the use, the path, and whether it is guarded.
_Key = tuple[Span, str, str, str, bool]


class Worklist:
    """What is left to follow of one site, and the flows that were found.

    `asking` are the facts that asked for what is not loaded yet: they go on when it is.
    """

    def __init__(self, program: Program, site: Site, endings: Endings, guards: Guards) -> None:
        self._program = program
        self._guards = guards
        self._endings = endings
        self.site = site
        self.asking: list[Fact] = []
        self._queue: deque[Fact] = deque()
        self._seen: set[object] = set()
        self._entrances: dict[object, Entrance] = {}
        self._grown: dict[Entrance, None] = {}
        self._consulted: dict[Entrance, None] = {}
        self._current: Fact | None = None
        self._flows: dict[_Key, Flow] = {}
        self._places: dict[_Key, dict[tuple[ir.Node, Context | None], None]] = {}
        self.cut: set[str] = set()

    def resume(self, endings: Endings, guards: Guards) -> None:
        """Queue the facts that asked, now that the program has grown."""
        self._endings = endings
        self._guards = guards
        self._queue.extend(self.asking)
        self.asking.clear()

    def push(self, fact: Fact) -> None:
        """Queue a fact unless it was seen before or passes a bound."""
        if len(fact.access) > MAXIMUM_ACCESS:
            self.cut.add(f"objects nested deeper than {MAXIMUM_ACCESS}")
            return
        if len(fact.access) > MAXIMUM_ACCESS // 2:
            fact = replace(fact, access=tuple("*" if key.isdigit() else key for key in fact.access))
            if _repeats(fact.access):
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
        if fact.guard is None and (guard := self._guards.around(fact.node)) is not None:
            fact = replace(fact, guard=guard)
        if fact.context is not None and not self._program.inside(fact.node, fact.context.function):
            fact = replace(
                fact, context=None
            )  # another function may run at any time, whoever called this one
        if not self._is_known(fact):
            self._seen.add(fact.key(fact.context))
            self._queue.append(fact)

    def _is_known(self, fact: Fact) -> bool:
        """Whether this fact was seen, or the same in no context: that returns to every caller."""
        return fact.key(fact.context) in self._seen or fact.key(None) in self._seen

    def _is_dead(self, fact: Fact) -> bool:
        """Whether only another field of the object is read there: most reads of objects are such."""
        around = self._program.parent.get(fact.node)
        if not fact.access or not isinstance(around, ir.Field) or around.name is None:
            return False
        if around.name == fact.access[0] or fact.access[0] == "*" or around.name in self._program.worked_out:
            return False
        called = self._program.parent.get(around)
        return not (isinstance(called, ir.Call) and called.function is around)

    def enter(self, fact: Fact, call: Caller, function: ir.Node, door: str) -> Fact:
        """Return a fact in a function that a call enters; `door` names the parameter that it comes in by."""
        key = fact.key_inside(function, door)
        entrance = self._entrances.get(key)
        if entrance is None:
            entrance = self._entrances[key] = Entrance(function, self._consulted)
        if entrance.enter(call, fact):
            self._grown[entrance] = None
        return replace(fact, context=entrance)

    def pop(self) -> Fact | None:
        """Return the next fact, or None when the site is done.

        What looked at the calls of an entrance comes again once there are more of them.
        """
        for entrance in self._consulted:
            if self._current is not None:
                entrance.waiting.append(self._current)
        self._consulted.clear()
        if not self._queue:
            for entrance in self._grown:
                self._queue.extend(entrance.waiting)
                entrance.waiting.clear()
            self._grown.clear()
        self._current = self._queue.popleft() if self._queue else None
        return self._current

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every flow so far that ends in a use, in the order in which they were found."""
        return tuple(self._flows.values())

    def timed(self, moments: Moments) -> tuple[Flow, ...]:
        """Return the flows with the calls that lead to their uses."""
        found: list[Flow] = []
        for key, flow in self._flows.items():
            places = self._places[key]
            callers = moments.leading_to(next(iter(places))[0], [context for _, context in places])
            found.append(replace(flow, use=replace(flow.use, callers=callers)))
        return tuple(found)

    @property
    def limits(self) -> list[str]:
        """The bounds that were reached, for people."""
        file, text = self.site.span.file, self.site.text
        return [f"{file}: `{text}` was not followed further: {bound}" for bound in sorted(self.cut)]

    def use(self, fact: Fact, node: ir.Node, action: str, api: str, role: Role | None = None) -> None:
        """Note that the path of a fact is used at a node; what holds an open file does not use its path."""
        path = self._path(fact.text)
        if path is None or fact.access[-1:] == (HANDLE,):
            return
        if fact.mention and action not in ("shows", "compares", "measures", "configures"):
            action = "shows"
        function = self._program.function_of(node)
        blocks = self._program.blocks(node)
        if self._endings.holds(node):
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
        self._places.setdefault(key, {})[node, fact.context] = None

    def _path(self, text: Template) -> PathShape | None:
        """Return the path that a template spells below the site's root."""
        root = self.site.path.root
        first = text[0] if text else ""
        if not isinstance(first, str) or not first.lower().startswith(root.lower()):
            return None
        return PathShape(root, components((first[len(root) :], *text[1:])))


def _repeats(access: Access) -> bool:
    """Whether an object leads back to itself, or lists lie in lists: their rounds are not told apart."""
    named = [key for key in access if key != "*"]
    return len(set(named)) < len(named) or len(access) - len(named) > MAXIMUM_ACCESS // 2
