"""Demand decides what is read: trace, pull in the files that a flow leaves for, trace again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Protocol

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Site
from scratchlint.core.shape import PathShape
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.demand import Demand
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.graph import ImportGraph
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.mentions import Export
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Sites
from scratchlint.dataflow.trace import Tracer
from scratchlint.policy.roots import Roots

MAXIMUM_ROUNDS = 20

Traced = dict[str, list[tuple[Site, tuple[Flow, ...]]]]


class Files(Protocol):
    """Where modules come from; `project.Project` is one."""

    @property
    def graph(self) -> ImportGraph:
        """Who imports whom."""

    def roots(self, path: str) -> Roots:
        """Return which paths are sites in a file."""

    def reaches(self, setter: str, reader: str) -> bool:
        """Whether the programs of a file see what another one sets."""

    def may_use(self, path: str, exports: Set[Export]) -> bool:
        """Whether a file that imports another may use any of some of its exports."""

    def mentioning(self, names: Set[str]) -> set[str]:
        """Return the files whose bytes hold any of some names."""

    def candidates(self) -> list[str]:
        """Return the files that may hold a site."""

    def load(self, paths: Iterable[str]) -> list[ir.Module]:
        """Load files; return the modules that are new."""


def follow(files: Files) -> tuple[Traced, list[str]]:
    """Trace every site of a project to its uses.

    Returns for each file its sites in source order with their flows, and the limits that were hit.
    Only files with a site are read at first, then those that flows lead to: what asked for them goes
    on from there. Once no more are asked for, the sites of which a step then did something else than
    before are traced from the start in the whole program; what never asked found all that it looked for.
    """
    candidates = files.candidates()
    if not candidates:
        return {}, []
    program = Program()
    program.add(files.load(candidates))
    demand = Demand()
    sites = Sites(program, _calls(program, files, demand), files.roots)
    entries = [entry for path in candidates for entry in sites.find(program.modules[path])]
    tracer = _tracer(program, files, demand)
    works = [tracer.trace(entry) for entry in entries]
    asking = [number for number, work in enumerate(works) if work.is_asking]
    further, rounds = files.load(_asked_files(demand, files)), 0
    limits: list[str] = []
    while further and not limits:
        while further:
            if rounds == MAXIMUM_ROUNDS:
                limits.append(f"flows still led to further files after {MAXIMUM_ROUNDS} rounds")
                break
            rounds += 1
            program.add(further)
            tracer = _tracer(program, files, demand)
            for number in asking:
                if works[number].is_asking:
                    tracer.resume(works[number])
            further = files.load(_asked_files(demand, files))
        tracer = _tracer(program, files, demand)
        for number in asking:
            if works[number].changed:
                works[number] = tracer.trace(entries[number])
        further = further or files.load(_asked_files(demand, files))
    limits = [*(limit for work in works for limit in work.limits), *limits]
    traced: Traced = {path: [] for path in candidates}
    gone = {flow.path for work in works for flow in work.flows if flow.use.action == "removes"}
    removed = set(map(str, gone))
    for work in works:
        found = work.flows
        if removed and any(_is_below(path, removed) for path in {flow.path for flow in found}):
            found = tracer.timed(work)
        traced[work.site.span.file].append((work.site, found))
    program.release()
    return traced, limits


def _is_below(path: PathShape, removed: Set[str]) -> bool:
    """Whether a path, or a directory around it, is among those that are removed."""
    lengths = range(len(path.components), -1, -1)
    return any(str(PathShape(path.root, path.components[:length])) in removed for length in lengths)


def _asked_files(demand: Demand, files: Files) -> list[str]:
    """Return the files that were asked for, or that may hold what was."""
    found: set[str] = set()
    importers: dict[str, set[Export]] = {}
    variables: set[str] = set()
    for kind, what, export in demand.take():
        if export is not None:
            importers.setdefault(what, set()).add(export)
        else:
            (found if kind == "file" else variables).add(what)
    found.update(path for path, exports in importers.items() if files.may_use(path, exports))
    return sorted(found | files.mentioning(variables))


def _calls(program: Program, files: Files, demand: Demand) -> Calls:
    return Calls(program, Links(program, files.graph.resolution, demand))


def _tracer(program: Program, files: Files, demand: Demand) -> Tracer:
    """Return a tracer of the program as it is now: what is worked out of a smaller one may be wrong."""
    calls = _calls(program, files, demand)
    return Tracer(program, calls, Environment(program, calls, files.reaches))
