"""Demand decides what is read: trace, pull in the files that a flow leaves for, trace again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Protocol

from scratchlint.core import ir
from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.graph import ImportGraph
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Entry, Sites
from scratchlint.dataflow.trace import Tracer

MAXIMUM_ROUNDS = 10

Traced = dict[str, list[tuple[Site, tuple[Flow, ...]]]]


class Files(Protocol):
    """Where modules come from; `project.Project` is one."""

    @property
    def graph(self) -> ImportGraph:
        """Who imports whom."""

    def reaches(self, setter: str, reader: str) -> bool:
        """Whether the programs of a file see what another one sets."""

    def mentions(self, path: str, names: Set[str]) -> bool:
        """Whether a file's bytes hold any of some exported names."""

    def mentioning(self, names: Set[str]) -> set[str]:
        """Return the files whose bytes hold any of some names."""

    def candidates(self) -> list[str]:
        """Return the files that may hold a site."""

    def load(self, paths: Iterable[str]) -> list[ir.Module]:
        """Load files; return the modules that are new."""


def follow(files: Files) -> tuple[Traced, list[str]]:
    """Trace every site of a project to its uses.

    Returns for each file its sites in source order with their flows, and the limits that were hit.
    Only files with a site are read at first; each round reads those that flows lead to.
    """
    candidates = files.candidates()
    if not candidates:
        return {}, []
    program = Program()
    program.add(files.load(candidates))
    entries: dict[str, list[Entry]] = {}
    for _ in range(MAXIMUM_ROUNDS):
        links = Links(program, files.graph.resolution)
        calls = Calls(program, links)
        if not entries:
            sites = Sites(program, calls)
            entries = {path: list(sites.find(program.modules[path])) for path in candidates}
        links.wanted.clear()  # only what flows ask for is read
        links.asked.clear()
        environment = Environment(program, calls, files.reaches)
        tracer = Tracer(program, calls, environment)
        traced = {path: [(entry.site, tracer.trace(entry)) for entry in entries[path]] for path in candidates}
        importers = {path for path, names in links.asked.items() if files.mentions(path, names)}
        further = files.load(sorted(links.wanted | importers | files.mentioning(environment.wanted)))
        if not further:
            return traced, tracer.limits
        program.add(further)
    return traced, [*tracer.limits, f"flows still led to further files after {MAXIMUM_ROUNDS} rounds"]
