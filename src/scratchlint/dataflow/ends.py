"""Where traces end without reaching a use: what one needs to know to understand a miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scratchlint.core import ir
from scratchlint.core.flow import Role
from scratchlint.core.insight import End, Traced
from scratchlint.core.shape import show
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.demand import Demand
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.fact import Caller, Fact
from scratchlint.dataflow.follow import Files
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Sites
from scratchlint.dataflow.trace import Tracer
from scratchlint.dataflow.worklist import Worklist

_DISCARDED = {"compare": "a comparison", "differ": "a comparison", "format": "a number's format"}


def retrace(files: Files, loaded: Iterable[str], path: str) -> Iterator[Traced]:
    """Trace the sites of one file once more, this time keeping where each trace ends.

    `loaded` are the files that a run over `files` came to read; `files` must not have loaded them yet.
    """
    program = Program()
    program.add(files.load(sorted(loaded)))
    calls = Calls(program, Links(program, files.graph.resolution, Demand()))
    witness = _Witness(program, calls, Environment(program, calls, files.reaches))
    for entry in Sites(program, calls, files.roots).find(program.modules[path]):
        witness.ends.clear()
        work = witness.trace(entry)
        yield Traced(entry.site, work.flows, tuple(witness.ends.values()), tuple(work.limits))


class _Watched(Worklist):
    """A worklist that hands everything on, and tells whether it was given anything."""

    def __init__(self, work: Worklist) -> None:
        self._work = work
        self.site = work.site
        self.cut = work.cut
        self.went_on = False

    def spread(self, fact: Fact, nodes: Iterable[ir.Expr]) -> None:
        reached = list(nodes)
        self.went_on = self.went_on or bool(reached)
        self._work.spread(fact, reached)

    def enter(self, fact: Fact, call: Caller, function: ir.Node, door: str) -> Fact:
        return self._work.enter(fact, call, function, door)

    def use(self, fact: Fact, node: ir.Node, action: str, api: str, role: Role | None = None) -> None:
        self.went_on = True
        self._work.use(fact, node, action, api, role)


class _Witness(Tracer):
    """A tracer that keeps the ends of the site that it traced last."""

    def __init__(self, program: Program, calls: Calls, environment: Environment) -> None:
        super().__init__(program, calls, environment)
        self.ends: dict[tuple[object, str], End] = {}

    def _advance(self, work: Worklist, fact: Fact) -> None:
        watched = _Watched(work)
        super()._advance(watched, fact)
        if not watched.went_on:
            end = End(show(fact.text), fact.way.steps(), fact.node.span, self._why(fact))
            self.ends.setdefault((end.span, end.why), end)

    def _why(self, fact: Fact) -> str:
        """Say what became of a fact that nothing follows from."""
        within = f", at `{'.'.join(fact.access)}` of the value" if fact.access else ""
        match fact.node.parent:
            case ir.Bind(target=target):
                return f"kept as `{self._calls.qualified(target)}`{within}, which nothing reads"
            case ir.Parameter(name=name):
                return f"the default of `{name}`{within}, which nothing reads"
            case ir.Return():
                return f"returned{within}, and no call of the function is known"
            case ir.Argument() as argument:
                call = argument.parent
                title = self._calls.qualified(call.function) if isinstance(call, ir.Call) else "?"
                return f"given to `{title}`{within}, which is not known to use it"
            case ir.Field(name=name):
                return f"`{name or '?'}` of it is taken{within}, which is not the path"
            case ir.Do() | ir.Module() | None:
                return "nothing is done with the value"
            case ir.Concat():
                return "joined to a text that does not hold the path any more"
            case ir.Other(kind=kind):
                return f"part of {_DISCARDED.get(kind, f'`{kind}`')}, which is not a path"
        return "nothing takes the value"
