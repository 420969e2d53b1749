"""The way of the data, on one screen."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.excerpts import excerpts, masked_texts
from scratchlint.judged import Judged, judged
from scratchlint.knowledge.added import added
from scratchlint.policies import Policies
from scratchlint.policy.roots import ELSEWHERE
from scratchlint.project import ALONE, Effort, Project
from scratchlint.reported import reported
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
    """What one run worked out, whatever is reported of it: the programs below a root."""

    named: Sequence[str]
    policies: Policies
    project: Project
    discovery: Discovery
    contexts: Contexts
    set_aside: Mapping[str, int]
    programs: Sequence[Judged]
    seconds: float

    def again(self, changed: Mapping[str, bytes]) -> Analysis:
        """Return the same run over files of which some have another content, as UTF-8."""
        project = self.project.with_contents(changed)
        programs, seconds = _judged(project, self.discovery, self.contexts, self.policies)
        return replace(self, project=project, programs=programs, seconds=seconds)

    @_uncollected()
    def report(self, policies: Policies, *, texts: bool = False, scratch_excerpts: bool = True) -> Report:
        """Return what some policies ask to report: those of the run, maybe under other options.

        `texts` adds the text of the files that findings name; `scratch_excerpts` are needed to show what was
        judged scratch.
        """
        started = time.monotonic()
        project = self.project
        findings: list[Finding] = []
        if any(program.judgements for program in self.programs):
            from scratchlint.findings import findings_of

            findings += findings_of(self.programs, project, policies)
        judgements = sorted(
            (item for program in self.programs for item in program.judgements),
            key=lambda item: item.site.span,
        )
        below_scratch = [item for item in judgements if _is_scratch(item)]
        scratch = [item for item in below_scratch if item.verdict.kind != "production"]
        comments = {path: told for program in self.programs for path, told in program.comments.items()}
        sources = project.texts(policies.sources)
        outcome = reported(findings, comments, sources, policies, whole="" in self.named)
        told = [*outcome.findings, *(item.finding for item in outcome.suppressed)]
        remarked = [remark.span for remark in outcome.remarks]
        judged = scratch if scratch_excerpts else ()
        shown, hashes = excerpts(told, judged, sources, project.languages, remarked)
        skipped = [skipped for program in self.programs for skipped in program.skipped]
        unread = {item.file for item in skipped if not item.partly}
        return Report(
            findings=outcome.findings,
            scratch=tuple(scratch),
            skipped=tuple(sorted([*self.discovery.skipped, *skipped], key=lambda item: item.file)),
            limits=(*self.discovery.limits, *(limit for one in self.programs for limit in one.limits)),
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
            texts=masked_texts(told, sources, project.languages) if texts else None,
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
    programs, seconds = _judged(project, discovery, contexts, policies)
    return Analysis(named, policies, project, discovery, contexts, set_aside, programs, seconds)


@_uncollected()
def _judged(
    project: Project, discovery: Discovery, contexts: Contexts, policies: Policies
) -> tuple[list[Judged], float]:
    """Judge the programs of a project; return them, and the seconds that it took."""
    started = time.monotonic()
    sys.setrecursionlimit(max(RECURSION_LIMIT, sys.getrecursionlimit()))
    with added(policies.entries()):
        programs = project.each_program(
            discovery.repositories, lambda program: judged(program, contexts, policies)
        )
    return programs, time.monotonic() - started


def _is_scratch(judgement: Judgement) -> bool:
    """Whether a path is below a scratch root: of the others only findings are told."""
    return judgement.site.path.root != ELSEWHERE
