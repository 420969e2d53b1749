"""What of a report a sweep keeps, as rows of plain values; docs/sweep.md describes the columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scratchlint.baseline import known_of
from scratchlint.core.finding import Finding, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import sound
from scratchlint.report.identity import identities, identity
from scratchlint.report.way import path_text, way, worst_first
from scratchlint.source.kinds import language_of_name

MOST_STEPS = 1000
"""Of the way of a finding so many steps are kept."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the way to the deciding use; columns count UTF-16 code units from 1."""

    kind: str
    note: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; `text` is its first source line, secrets masked, `line_hash` what a baseline knows it by."""

    fingerprint: str
    rule: str
    level: str
    message: str
    home: str
    role: str
    confidence: str
    probability: float
    path: str
    file: str
    line: int
    column: int
    language: str
    text: str
    line_hash: str
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """Why something was not, or not wholly, analysed: "failed", "skipped", "partly" or "limit"."""

    kind: str
    file: str
    reason: str


def findings_of(report: Report) -> Iterator[FindingRow]:
    """Yield the findings of a report, the worst first."""
    made = identities(report)
    ordered = worst_first(report.findings)
    for finding, known in zip(ordered, known_of(report, ordered), strict=True):
        yield _finding(report, finding, identity(made, finding), known.line)


def errors_of(report: Report) -> Iterator[ErrorRow]:
    """Yield what a report leaves out."""
    for one in report.skipped:
        yield ErrorRow("partly" if one.partly else "skipped", sound(one.file), sound(one.reason))
    for limit in report.limits:
        yield ErrorRow("limit", "", sound(limit))


def _finding(report: Report, finding: Finding, fingerprint: str, line_hash: str) -> FindingRow:
    judgement = finding.judgement
    verdict = judgement.verdict
    span = judgement.site.span
    lines = report.excerpts[span].lines
    steps = [
        StepRow(step.kind, sound(step.note), *_place(report, step.span))
        for flow in judgement.flows[:1]
        for step in way(flow)[:MOST_STEPS]
    ]
    return FindingRow(
        fingerprint,
        finding.rule,
        finding.level,
        sound(finding.message),
        sound(finding.home),
        verdict.role,
        verdict.confidence,
        verdict.probability,
        sound(path_text(judgement)),
        *_place(report, span),
        language_of_name(span.file) or "",
        sound(lines[0]) if lines else "",
        line_hash,
        tuple(steps),
    )


def _place(report: Report, span: Span) -> tuple[str, int, int]:
    start = report.excerpts[span].region.start
    return sound(span.file), start.line, start.column
