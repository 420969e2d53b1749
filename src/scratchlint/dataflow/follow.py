"""Demand decides what is read: trace, pull in the files that a flow leaves for, trace again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.graph import ImportGraph
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Sites
from scratchlint.dataflow.trace import Tracer

MAXIMUM_ROUNDS = 10

Traced = dict[str, list[tuple[Site, tuple[Flow, ...]]]]


class Files(Protocol):
    """Where modules come from; `project.Project` is one."""

    @property
    def modules(self) -> list[ir.Module]:
        """The modules loaded so far, in order."""

    @property
    def graph(self) -> ImportGraph:
        """Who imports whom."""

    def candidates(self) -> list[str]:
        """Return the files that may hold a site."""

    def load(self, paths: Iterable[str]) -> bool:
        """Load files; return whether any was new."""


def follow(files: Files) -> tuple[Traced, list[str]]:
    """Trace every site of a project to its uses.

    Returns for each file its sites in source order with their flows, and the limits that were hit.
    Only files with a site are read at first; each round reads those that flows lead to.
    """
    if not files.load(files.candidates()):
        return {}, []
    for _ in range(MAXIMUM_ROUNDS):
        program = Program(files.modules)
        links = Links(program, files.graph.resolution)
        calls = Calls(program, links)
        links.wanted.clear()  # indexing asks for everything; only what flows ask for is read
        tracer = Tracer(program, calls)
        sites = Sites(program, calls)
        traced = {
            path: [(entry.site, tracer.trace(entry)) for entry in sites.find(module)]
            for path, module in program.modules.items()
        }
        if not files.load(sorted(links.wanted)):
            return traced, tracer.limits
    return traced, [*tracer.limits, f"flows still led to further files after {MAXIMUM_ROUNDS} rounds"]
