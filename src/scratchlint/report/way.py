"""What people follow: the steps of a flow from source to use, and the order of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from scratchlint.core.finding import Evidence, Excerpt, Finding, Judgement, Report
from scratchlint.core.flow import Flow, Site, Step, Use
from scratchlint.core.phrases import deed
from scratchlint.core.span import Span

_LEVELS = ("error", "warning", "note")
_CONFIDENCES = ("high", "medium", "low")


class Excerpted(Protocol):
    """Whatever holds the excerpts of the spans that it names: a Report, an Insight."""

    @property
    def excerpts(self) -> Mapping[Span, Excerpt]:
        """The excerpt of every span."""


def way(flow: Flow) -> tuple[Step, ...]:
    """Return the steps of a flow, certain to begin at its site and to end at its use."""
    steps = list(flow.steps)
    if not steps or steps[0].span != flow.site.span:
        steps.insert(0, Step(flow.site.span, "source", "the path enters the program"))
    if steps[-1].kind not in ("used", "removed") and steps[-1].span != flow.use.span:
        steps.append(Step(flow.use.span, "used", use_note(flow.use)))
    return tuple(steps)


def use_note(use: Use) -> str:
    """Return what a use does, as a clause."""
    return deed(use)


def further_uses(judgement: Judgement) -> list[Use]:
    """Return the uses beside the deciding one, each place once, in the order of the flows."""
    seen = {flow.use.span for flow in judgement.flows[:1]}
    uses: list[Use] = []
    for flow in judgement.flows[1:]:
        if flow.use.span not in seen:
            seen.add(flow.use.span)
            uses.append(flow.use)
    return uses


def spellings(judgement: Judgement) -> list[Site]:
    """Return the other places where the same path is written, each once."""
    sites = {site.span: site for site in judgement.same if site.span != judgement.site.span}
    return list(sites.values())


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by level, confidence and score; ties keep the order of files and lines."""
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[int, int, float, Span, str]:
    verdict = finding.judgement.verdict
    return (
        _LEVELS.index(finding.level),
        _CONFIDENCES.index(verdict.confidence),
        -verdict.score,
        finding.judgement.site.span,
        finding.rule,
    )


def path_text(judgement: Judgement) -> str:
    """Return the path as the deciding use sees it, holes in braces."""
    return str(judgement.flows[0].path if judgement.flows else judgement.site.path)


def place(report: Excerpted, span: Span) -> str:
    """Return `file:line:column` of a span's start."""
    start = report.excerpts[span].region.start
    return f"{span.file}:{start.line}:{start.column}"


def remarked(report: Report) -> list[str]:
    """Return a line for each remark."""
    return [f"{place(report, one.span)}: {one.message} ({one.rule})" for one in report.remarks]


def reasons(judgement: Judgement, most: int = 3) -> list[Evidence]:
    """Return what spoke strongest for a verdict, at most `most` pieces of evidence."""
    sign = 1 if judgement.verdict.kind == "production" else -1
    speaking = [one for one in judgement.verdict.evidence if one.strength * sign > 0]
    speaking = speaking or list(judgement.verdict.evidence)
    return sorted(speaking, key=lambda one: -abs(one.strength))[:most]
