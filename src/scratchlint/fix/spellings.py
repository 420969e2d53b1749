"""The places of a program that spell scratch paths out, and the paths that it makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scratchlint.core.finding import Judgement, Report
from scratchlint.core.flow import Flow, Role, Site
from scratchlint.core.shape import PathShape

WRITTEN = frozenset({"literal", "mention"})
"""Kinds of sites whose text can be changed."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A place in the source that spells a path out, and the paths that the program makes of it.

    `role` is what its own finding says that these hold; "other" where it says nothing, or there is none.
    """

    site: Site
    role: Role
    reach: tuple[PathShape, ...]
    flows: tuple[Flow, ...]

    @property
    def is_root(self) -> bool:
        """Whether it spells the scratch directory alone, and other places what is in it."""
        return not self.site.path.components

    @property
    def matters(self) -> bool:
        """Whether the program uses what is spelled; a text that is shown may stay behind."""
        return any(flow.use.action not in ("shows", "compares", "measures") for flow in self.flows)


def spellings_of(report: Report) -> Iterator[Spelling]:
    """Yield the spellings of everything that was found, whatever it was judged."""
    findings = [*report.findings, *(one.finding for one in report.suppressed)]
    production = [one.judgement for one in findings if one.judgement.verdict.kind == "production"]
    judgements = [*production, *report.scratch]
    for judgement in judgements:
        role: Role = judgement.verdict.role if judgement.verdict.kind == "production" else "other"
        for site in sites_of(judgement):
            if site.kind in WRITTEN:
                yield Spelling(
                    site,
                    role,
                    reach_of(judgement, site),
                    tuple(flow for flow in judgement.flows if flow.site == site),
                )


def sites_of(judgement: Judgement) -> tuple[Site, ...]:
    """Return all sites of one path in one file."""
    return (judgement.site, *judgement.same)


def reach_of(judgement: Judgement, site: Site | None = None) -> tuple[PathShape, ...]:
    """Return the paths that begin with what a site spells; its parent directory follows by itself."""
    spelled = (site or judgement.site).path
    further = {
        flow.path: None
        for flow in judgement.flows
        if (site is None or flow.site == site)
        and flow.path != spelled
        and str(flow.path).startswith(str(spelled))
    }
    own = any(
        flow.path == spelled and (site is None or flow.site == site) and not (further and _only_names(flow))
        for flow in judgement.flows
    )
    return (*((spelled,) if own or not further else ()), *further)


def _only_names(flow: Flow) -> bool:
    return flow.use.action in ("sets", "passes", "returns") and not flow.path.components
