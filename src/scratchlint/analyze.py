"""The way of the data, on one screen."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.follow import Traced, follow
from scratchlint.excerpts import excerpts, masked_texts
from scratchlint.judge.cleanups import conflicts
from scratchlint.judge.context import Context
from scratchlint.judge.mounts import Storage
from scratchlint.judge.parties import judge_all
from scratchlint.judge.profile import Profiles
from scratchlint.judge.settled import settled
from scratchlint.judge.verdict import Case
from scratchlint.knowledge.added import added
from scratchlint.policies import Policies
from scratchlint.policy.roots import ELSEWHERE
from scratchlint.project import ALONE, Effort, Project
from scratchlint.reported import reported
from scratchlint.rules.message import conflict, finding, predictable
from scratchlint.selection import Contexts, contexts_of, select
from scratchlint.source.discover import Discovery, discover

# Syntax trees nest deeper than Python's default allows; lowering bounds them itself.
RECURSION_LIMIT = 10_000


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not search for reference cycles: a run makes none that matter, and the search took half of it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def analyze(
    root: Path,
    named: Sequence[str],
    policies: Policies | None = None,
    *,
    texts: bool = False,
    force_exclude: bool = False,
    effort: Effort = ALONE,
) -> Report:
    """Analyse the named paths below `root` and report what their policies ask for.

    Without `policies` the policy files of the tree are in force. `texts` adds the text of the files that
    findings name; with `force_exclude` naming a file does not make it one to analyse. `effort` changes
    nothing of what is found. Raises UsageError for a bad policy.
    """
    policies = policies or Policies(root)
    analysis = examine(root, named, policies, force_exclude=force_exclude, effort=effort)
    return analysis.report(policies, texts=texts)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one run worked out, whatever is reported of it."""

    named: Sequence[str]
    policies: Policies
    project: Project
    discovery: Discovery
    contexts: Contexts
    set_aside: Mapping[str, int]
    judgements: Sequence[Judgement]
    profiles: Profiles
    limits: Sequence[str]
    seconds: float

    def again(self, changed: Mapping[str, bytes]) -> Analysis:
        """Return the same run over files of which some have another content, as UTF-8."""
        project = self.project.with_contents(changed)
        return _examined(project, self.named, self.policies, self.discovery, self.contexts, self.set_aside)

    @_uncollected()
    def report(self, policies: Policies, *, texts: bool = False) -> Report:
        """Return what some policies ask to report: those of the run, maybe under other options.

        `texts` adds the text of the files that findings name.
        """
        started = time.monotonic()
        project, profiles = self.project, self.profiles
        produced = filter(None, (_finding(item, policies, profiles) for item in self.judgements))
        findings = [*produced, *(_conflict(item, policies, profiles) for item in conflicts(self.judgements))]
        below_scratch = [item for item in self.judgements if _is_scratch(item)]
        scratch = [item for item in below_scratch if item.verdict.kind != "production"]
        outcome = reported(findings, project.comments(), project.sources, policies, whole="" in self.named)
        told = [*outcome.findings, *(item.finding for item in outcome.suppressed)]
        sources = {**policies.sources, **project.sources}
        remarked = [remark.span for remark in outcome.remarks]
        shown, hashes = excerpts(told, scratch, sources, project.languages, remarked)
        skipped = [*self.discovery.skipped, *project.skipped]
        unread = {item.file for item in project.skipped if not item.partly}
        return Report(
            findings=outcome.findings,
            scratch=tuple(scratch),
            skipped=tuple(sorted(skipped, key=lambda item: item.file)),
            limits=(*self.discovery.limits, *self.limits),
            files=len(project.languages),
            unsure=outcome.unsure,
            suppressed=outcome.suppressed,
            remarks=outcome.remarks,
            sites=sum(1 + len(item.same) for item in below_scratch),
            seconds=self.seconds + time.monotonic() - started,
            unread=self.discovery.unread,
            set_aside=self.set_aside,
            excerpts=shown,
            line_hashes=hashes,
            texts=masked_texts(told, project.sources, project.languages) if texts else None,
            analysed=frozenset(project.languages) - unread,
        )


def examine(
    root: Path,
    named: Sequence[str],
    policies: Policies,
    *,
    force_exclude: bool = False,
    effort: Effort = ALONE,
) -> Analysis:
    """Analyse the named paths below `root`.

    With `force_exclude` naming a file does not make it one to analyse.
    """
    discovery = discover(root, named, force_exclude=force_exclude)
    contexts = contexts_of(discovery, () if force_exclude else named, policies)
    wanted, set_aside = select(discovery, contexts, policies)
    languages = {path: discovery.languages[path] for path in wanted}
    project = Project(root, languages, policies.roots, effort=effort)
    return _examined(project, named, policies, discovery, contexts, set_aside)


@_uncollected()
def _examined(
    project: Project,
    named: Sequence[str],
    policies: Policies,
    discovery: Discovery,
    contexts: Contexts,
    set_aside: Mapping[str, int],
) -> Analysis:
    started = time.monotonic()
    sys.setrecursionlimit(max(RECURSION_LIMIT, sys.getrecursionlimit()))
    with added(policies.entries()):
        traced, limits = follow(project)
        judgements, profiles = _judged(project, traced, contexts, policies)
    seconds = time.monotonic() - started
    return Analysis(
        named, policies, project, discovery, contexts, set_aside, judgements, profiles, limits, seconds
    )


def _judged(
    project: Project, traced: Traced, contexts: Contexts, policies: Policies
) -> tuple[list[Judgement], Profiles]:
    """Judge every path of every file, in order; return how the program is run, too."""
    cases = [
        case
        for path, flows in traced.items()
        for case in _cases(flows, contexts[path], project.languages[path].replace("javascript", "typescript"))
    ]
    storage = Storage(project.containers, project.host_scripts(), project.volatile.all, project.cleaners)
    profiles = Profiles(project.languages, project.content, project.exists, storage.files)
    placed = filter(None, map(storage.place, cases))
    cases = [settled(case, policies.of(case.file), profiles) for case in placed]
    return sorted(judge_all(cases), key=lambda item: item.site.span), profiles


def _is_scratch(judgement: Judgement) -> bool:
    """Whether a path is below a scratch root: of the others only findings are told."""
    return judgement.site.path.root != ELSEWHERE


def _finding(judgement: Judgement, policies: Policies, profiles: Profiles) -> Finding | None:
    file = judgement.site.span.file
    policy = policies.of(file)
    match judgement.verdict.kind:
        case "production":
            return finding(judgement, policy, profiles.of((file, judgement.flows[0].use.span.file), policy))
        case "scratch":
            return predictable(judgement, policy, profiles.of((file,), policy))
    return None


def _conflict(judgement: Judgement, policies: Policies, profiles: Profiles) -> Finding:
    policy = policies.of(judgement.site.span.file)
    return conflict(judgement, policy, profiles.of((judgement.site.span.file,), policy))


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
