"""What the rules make of judgements: findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scratchlint.core.finding import Finding, Judgement
from scratchlint.judge.cleanups import conflicts
from scratchlint.judge.profile import Profiles
from scratchlint.judged import Judged
from scratchlint.policies import Policies
from scratchlint.project import Project
from scratchlint.rules.message import conflict, finding, predictable


def findings_of(programs: Sequence[Judged], project: Project, policies: Policies) -> list[Finding]:
    """Return what is to be reported of some programs of a project, in order."""
    found = (item for program in programs for item in _of_program(program, project, policies))
    return sorted(found, key=lambda one: one.judgement.site.span)


def _of_program(program: Judged, project: Project, policies: Policies) -> Iterator[Finding]:
    """Yield what is produced, then the clean-ups that conflict with it."""
    profiles = Profiles(program.languages, project.content, project.exists, program.contained, program.copied)
    produced = (_finding(item, policies, profiles) for item in program.judgements)
    yield from filter(None, produced)
    found = conflicts(program.judgements, program.languages)
    yield from (_conflict(item, policies, profiles) for item in found)


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
