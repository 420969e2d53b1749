"""What is left to follow of one site, and the flows that were found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Role, Site, Step, StepKind, Use
from scratchlint.core.phrases import deed
from scratchlint.core.shape import Hole, PathShape, Template, components, concat, show
from scratchlint.core.span import Span
from scratchlint.dataflow.arms import arms_around
from scratchlint.dataflow.endings import Endings
from scratchlint.dataflow.fact import HANDLE, Access, Caller, Context, Entrance, Fact, is_entered
from scratchlint.dataflow.guards import Guards
from scratchlint.dataflow.moments import Moments
from scratchlint.dataflow.program import Program

MAXIMUM_FACTS = 10_000
MAXIMUM_MENTIONS = 1000
MAXIMUM_ACCESS = 6
MAXIMUM_TEXT = 1000
MAXIMUM_STEPS = 1000

# What makes two flows the same: the use, the path, and whether it is guarded.
_Key = tuple[Span, str, str, str, bool]


class Worklist:
    """What is left to follow of one site, and the flows that were found.

    What asked for what is not loaded yet goes on when it is; `changed` tells that it then did something else
    than before, so that what followed from it may be wrong.
    """

    def __init__(self, program: Program, site: Site, endings: Endings, guards: Guards) -> None:
        self._program = program
        self._guards = guards
        self._endings = endings
        self.site = site
        self.changed = False
        self._asking: list[tuple[Fact, list[object]]] = []
        self._effects: list[object] = []
        self._earlier: deque[list[object]] = deque()
        self._queue: deque[Fact] = deque()
        self._seen: set[object] = set()
        self._mentions = 0
        self._entered: dict[tuple[ir.Node, str, Access], dict[Template, None]] = {}
        self._entrances: dict[object, Entrance] = {}
        self._grown: dict[Entrance, None] = {}
        self._consulted: dict[Entrance, None] = {}
        self._current: Fact | None = None
        self._flows: dict[_Key, Flow] = {}
        self._places: dict[_Key, dict[tuple[ir.Node, Context | None], None]] = {}
        self.cut: set[str] = set()

    @property
    def is_asking(self) -> bool:
        """Whether a fact asked for what was not loaded."""
        return bool(self._asking)

    def resume(self, endings: Endings, guards: Guards) -> None:
        """Queue the facts that asked, now that the program has grown."""
        self._endings = endings
        self._guards = guards
        self._queue.extend(fact for fact, _ in self._asking)
        self._earlier.extend(effects for _, effects in self._asking)
        self._asking.clear()

    def push(self, fact: Fact) -> None:
        """Queue a fact unless it was seen before or passes a bound."""
        self.spread(fact, (fact.node,))

    def spread(self, fact: Fact, nodes: Iterable[ir.Expr]) -> None:
        """Queue a fact about each of some expressions, unless it was seen before or passes a bound."""
        access = _without_places(fact.access) if fact.access else ()
        if _repeats(access):
            return
        text, mention, seen, bound = fact.text, fact.mention, self._seen, None
        self._effects.append(fact)
        for node in nodes:
            if access and self._is_dead(node, fact.access[0]):
                continue
            guard, context = fact.guard or self._guards.around(node), fact.context
            if context is not None and not self._program.inside(node, context.function):
                context = None  # another function may run at any time, whoever called this one
            self._effects += (node, guard)
            # What is known in no context returns to every caller.
            known = (node, text, access, context, mention, guard is None)
            if known in seen:
                continue
            if context is not None and (node, text, access, None, mention, guard is None) in seen:
                continue
            bound = self._bound(fact) if bound is None else bound or self._full(mention)
            if bound:
                self.cut.add(bound)
                continue
            seen.add(known)
            self._mentions += mention
            told = fact.way, fact.names, fact.held, fact.closed
            self._queue.append(Fact(node, text, access, context, mention, *told, guard))

    def _bound(self, fact: Fact) -> str:
        """Return the bound that a fact passes, "" when it passes none."""
        if len(fact.access) > MAXIMUM_ACCESS:
            return f"objects nested deeper than {MAXIMUM_ACCESS}"
        if sum(len(part) for part in fact.text if isinstance(part, str)) > MAXIMUM_TEXT:
            return f"paths longer than {MAXIMUM_TEXT}"
        if fact.way.length > MAXIMUM_STEPS:
            return f"more than {MAXIMUM_STEPS} steps"
        return self._full(fact.mention)

    def _full(self, mention: bool) -> str:
        """Return the bound on places that one more would pass, "" when it would pass none."""
        if mention and self._mentions >= MAXIMUM_MENTIONS:
            return f"more than {MAXIMUM_MENTIONS} places of longer texts"
        if len(self._seen) >= MAXIMUM_FACTS:
            return f"more than {MAXIMUM_FACTS} places"
        return ""

    def _is_dead(self, node: ir.Expr, key: str) -> bool:
        """Whether only another field of an object is read there: most reads of objects are such."""
        around = node.parent
        if not isinstance(around, ir.Field) or around.name is None:
            return False
        if around.name == key or key == "*" or around.name in self._program.worked_out:
            return False
        called = around.parent
        return not (isinstance(called, ir.Call) and called.function is around)

    def enter(self, fact: Fact, call: Caller, function: ir.Node, door: str) -> Fact:
        """Return a fact in a function that a call enters; `door` names the parameter that it comes in by."""
        fact = self._widened(fact, function, door)
        key = fact.key_inside(function, door)
        entrance = self._entrances.get(key)
        if entrance is None:
            entrance = self._entrances[key] = Entrance(function, self._consulted)
        if entrance.enter(call, fact):
            self._grown[entrance] = None
        return replace(fact, context=entrance)

    def _widened(self, fact: Fact, function: ir.Node, door: str) -> Fact:
        """Return a fact that enters a function; where its path grows with each round, its end is left open.

        Else a recursion that has several ways to lengthen a path would be followed in all orders of them: see
        widening in Cousot and Cousot, "Abstract interpretation" (1977).
        """
        texts = self._entered.setdefault((function, door, fact.access), {})
        if fact.text not in texts and fact.context is not None:
            shown = show(fact.text)
            shorter = sorted((text for text in texts if shown.startswith(show(text))), key=show)
            if len(shorter) > 1 and is_entered(function, fact.context):
                text, end = shorter[-1], (Hole("unknown"),)
                fact = replace(fact, text=text if text[-1:] == end else concat([text, end], "/"))
        texts[fact.text] = None
        return fact

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

    def done(self, asked: bool) -> None:
        """Note that all is pushed and used that follows from the fact that was popped last."""
        effects, self._effects = self._effects, []
        if self._earlier and self._earlier.popleft() != effects:
            self.changed = True
        if asked and self._current is not None:
            self._asking.append((self._current, effects))

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
        guard, is_end = fact.guard or self._guards.around(node), self._endings.holds(node)
        key = (node.span, action, api, str(path), guard is None)
        self._effects.append((key, role, is_end))
        self._places.setdefault(key, {})[node, fact.context] = None
        if key not in self._flows:
            use = self._use(node, action, api, role, is_end)
            kind: StepKind = "removed" if action == "removes" else "used"
            steps = (*fact.way.steps(), Step(node.span, kind, deed(use)))
            self._flows[key] = Flow(self.site, path, steps, use, fact.names, fact.held, guard)

    def _use(self, node: ir.Node, action: str, api: str, role: Role | None, is_end: bool) -> Use:
        function, blocks = self._program.function_of(node), self._program.blocks(node)
        if is_end:
            blocks = (*blocks, "trap")
        written = self._program.module_of(node).written or ""
        arms = tuple(arms_around(self._program, node))
        return Use(node.span, action, api, role, function.span if function else None, blocks, written, arms)

    def _path(self, text: Template) -> PathShape | None:
        """Return the path that a template spells below the site's root."""
        root = self.site.path.root
        first = text[0] if text else ""
        if not isinstance(first, str) or not first.lower().startswith(root.lower()):
            return None
        return PathShape(root, components((first[len(root) :], *text[1:])))


def _without_places(access: Access) -> Access:
    """Return an access that tells the places of one list apart: of lists in lists those of the innermost.

    In a long access no places are told apart.
    """
    places = [number for number, key in enumerate(access) if key.isdigit()]
    told = places[-1:] if len(access) <= MAXIMUM_ACCESS // 2 else []
    if places == told:
        return access
    return tuple("*" if number in places and number not in told else key for number, key in enumerate(access))


def _repeats(access: Access) -> bool:
    """Whether a long access leads back to an object, or lists lie in lists: rounds are not told apart."""
    if len(access) <= MAXIMUM_ACCESS // 2:
        return False
    named = [key for key in access if key != "*"]
    return len(set(named)) < len(named) or len(access) - len(named) > MAXIMUM_ACCESS // 2
