"""What the HTML report shows of one finding: plain values, ready for the templates.

Every text that comes from the analysed tree is made visible here; the templates escape it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from scratchlint.core.finding import SILENCED, Evidence, Finding, Judgement, Report
from scratchlint.core.flow import Flow, Site, Step
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.comparison import change_note
from scratchlint.report.excerpt import Row, rows
from scratchlint.report.summary import count
from scratchlint.report.way import path_text, place, spellings, use_note, way

MOST_WAYS = 20
MOST_STEPS = 1000


@dataclass(frozen=True, slots=True)
class StepView:
    """One hop of a way with its source lines; `number` counts from 1 along the way."""

    number: int
    kind: str
    note: str
    line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps that follow each other in one file."""

    file: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class WayView:
    """How a path goes from where it enters to one use; `length` and `place` are for its heading."""

    path: str
    use: str
    place: str
    length: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One observation; `place` is empty for what has none."""

    strength: float
    note: str
    claim: str
    place: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something else to know of a finding; `link` is a web address, "" for none."""

    name: str
    value: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a page shows it.

    `directory` is what it is counted under; `remarks` say what a change did to it, and which tool was
    silenced there.
    """

    number: int
    rule: str
    level: str
    message: str
    path: str
    role: str
    confidence: str
    home: str
    place: str
    directory: str
    remarks: tuple[str, ...]
    way: WayView | None
    further: tuple[WayView, ...]
    further_left_out: int
    same: tuple[str, ...]
    speaking: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    score: float
    facts: tuple[Fact, ...] = ()


def finding_view(report: Report, finding: Finding, number: int, directory: str) -> FindingView:
    """Return everything that the page shows of one finding."""
    judgement = finding.judgement
    verdict = judgement.verdict
    change = change_note(report, finding)
    hints = [one.note for one in verdict.evidence if one.claim == SILENCED]
    flows = _flows(judgement)
    ways = [_way(report, flow) for flow in _shown_flows(flows)]
    return FindingView(
        number=number,
        rule=finding.rule,
        level=finding.level,
        message=visible(finding.message),
        path=visible(path_text(judgement)),
        role=verdict.role,
        confidence=verdict.confidence,
        home=visible(finding.home),
        place=shown(report, judgement.site.span),
        directory=directory,
        remarks=tuple(map(visible, hints if change is None else [change, *hints])),
        way=ways[0] if ways else None,
        further=tuple(ways[1:]),
        further_left_out=len(flows) - len(ways),
        same=tuple(shown(report, site.span) for site in spellings(judgement)),
        speaking=tuple(_evidence(report, one) for one in verdict.evidence if one.strength >= 0),
        against=tuple(_evidence(report, one) for one in verdict.evidence if one.strength < 0),
        score=verdict.score,
    )


def _flows(judgement: Judgement) -> list[Flow]:
    """Return the flows, one for each site and use, the deciding one first."""
    flows: dict[tuple[Site, Span], Flow] = {}
    for flow in judgement.flows:
        flows.setdefault((flow.site, flow.use.span), flow)
    return list(flows.values())


def _shown_flows(flows: Sequence[Flow]) -> Iterator[Flow]:
    """Yield the first flow, and those behind it that the bounds leave room for."""
    room = MOST_STEPS
    for number, flow in enumerate(flows[:MOST_WAYS]):
        room -= len(way(flow))
        if number and room < 0:
            return
        yield flow


def _way(report: Report, flow: Flow) -> WayView:
    steps = [(step.span.file, _step(report, step, number)) for number, step in enumerate(way(flow), start=1)]
    use, where = visible(use_note(flow.use)), shown(report, flow.use.span)
    return way_view(steps, visible(str(flow.path)), use, where)


def way_view(steps: Sequence[tuple[str, StepView]], path: str, use: str, place: str) -> WayView:
    """Return a way of steps, each given with its file."""
    stretches = tuple(
        Stretch(visible(file), tuple(step for _, step in group))
        for file, group in groupby(steps, key=lambda one: one[0])
    )
    files = len({file for file, _ in steps})
    length = count(len(steps), "step") + (f" through {files} files" if files > 1 else "")
    return WayView(path, use, place, length, stretches)


def _step(report: Report, step: Step, number: int) -> StepView:
    excerpt = report.excerpts[step.span]
    note = visible(step.note or step.kind)
    return StepView(number, step.kind, note, excerpt.region.start.line, tuple(rows(excerpt)))


def _evidence(report: Report, one: Evidence) -> EvidenceView:
    where = "" if one.span is None else shown(report, one.span)
    return EvidenceView(one.strength, visible(one.note), one.claim, where)


def shown(report: Report, span: Span) -> str:
    """Return `file:line:column` of a span's start, fit to be read."""
    return visible(place(report, span))
