"""The paths of one program: traced, put together, and judged."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from scratchlint.core.finding import Judgement
from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.follow import Traced, follow
from scratchlint.judge.context import Context
from scratchlint.judge.mounts import Storage
from scratchlint.judge.parties import judge_all
from scratchlint.judge.profile import Profiles
from scratchlint.judge.settled import settled
from scratchlint.judge.shipping import Shipping
from scratchlint.judge.verdict import Case
from scratchlint.policies import Policies
from scratchlint.project import Project
from scratchlint.selection import Contexts


class Cases(NamedTuple):
    """The judgements of a program, in order; the bounds that were reached on the way.

    `contained` are the files that deploy containers, and what these load, `copied` those that images hold
    and run.
    """

    judgements: Sequence[Judgement]
    contained: frozenset[str]
    copied: frozenset[str]
    limits: Sequence[str]


def judged_cases(project: Project, contexts: Contexts, policies: Policies) -> Cases:
    """Trace every path of a program and judge it."""
    traced, limits = follow(project)
    files = {flow.use.span.file for sites in traced.values() for _, flows in sites for flow in flows}
    host = project.host_scripts()
    copied = frozenset(file for file in files.union(traced) if file not in host and project.images.run(file))
    judgements, contained = _judgements(project, traced, contexts, policies, host, copied)
    return Cases(judgements, contained, copied, limits)


def _judgements(
    project: Project,
    traced: Traced,
    contexts: Contexts,
    policies: Policies,
    host: Set[str],
    copied: frozenset[str],
) -> tuple[list[Judgement], frozenset[str]]:
    """Judge every path of every file, in order; return the files that deploy containers, too."""
    cases = [
        case
        for path, flows in traced.items()
        for case in _cases(flows, contexts[path], project.languages[path].replace("javascript", "typescript"))
    ]
    storage = Storage(project.containers, host, project.volatile.all, project.cleaners)
    profiles = Profiles(project.languages, project.content, project.exists, storage.files, copied)
    shipping = Shipping(project.languages, project.content, project.images.hold)
    placed = filter(None, map(storage.place, cases))
    cases = [settled(case, policies.of(case.file), profiles, shipping) for case in placed]
    return sorted(judge_all(cases), key=lambda item: item.site.span), storage.files


def _cases(
    traced: Sequence[tuple[Site, tuple[Flow, ...]]], context: Context | None, language: str
) -> list[Case]:
    """Put the spellings of one path in one file together; bare roots and fresh paths stand alone."""
    groups: dict[str, tuple[list[Site], list[Flow]]] = {}
    for number, (site, flows) in enumerate(traced):
        alone = site.kind == "fresh" or not site.path.components
        sites, together = groups.setdefault(str(number) if alone else f"={site.path}", ([], []))
        if site not in sites:  # an alias in YAML repeats what it stands for
            sites.append(site)
        together.extend(flows)
    around = tuple(flow for _, flows in traced for flow in flows)
    return [Case(tuple(sites), tuple(flows), around, context, language) for sites, flows in groups.values()]
