"""What of a report a sweep keeps, as rows of plain values; docs/sweep.md describes the columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scratchlint.baseline import known_of
from scratchlint.core.finding import Evidence, Finding, Report, Skipped
from scratchlint.core.flow import Step
from scratchlint.core.span import Span
from scratchlint.report.characters import sound
from scratchlint.report.excerpt import rows
from scratchlint.report.identity import identities, identity
from scratchlint.report.way import path_text, way, worst_first
from scratchlint.source.blame import Written
from scratchlint.source.kinds import language_of_name

MOST_STEPS = 1000
"""Of the way of a finding so many steps are kept."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the way to the deciding use; columns count UTF-16 code units from 1.

    `text` is its first source line as reports draw it: secrets masked, cut around what the step is about,
    which is `text[mark_start:mark_end]`.
    """

    kind: str
    note: str
    file: str
    line: int
    column: int
    text: str
    mark_start: int
    mark_end: int


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One observation, positive for production; `file` is "" and `line` 0 for what has no place."""

    claim: str
    note: str
    strength: float
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; `text` is its first source line, secrets masked, `line_hash` what a baseline knows it by.

    `written` is when that line was, by its author's clock in UTC, `written_commit` the commit that brought
    it, each "" if that was not asked or is not known; `written_earlier` is 1 where the history is cut off
    there, so that the line is at least so old.
    """

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
    evidence: tuple[EvidenceRow, ...]
    written: str = ""
    written_commit: str = ""
    written_earlier: int = 0


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """Why something was not, or not wholly, analysed: "failed", "skipped", "partly" or "limit".

    "age" is why it is not known when findings of a file were written.
    """

    kind: str
    file: str
    reason: str


def lines_of(report: Report) -> dict[str, set[int]]:
    """Return the first lines of the findings of each file, the files with the worst findings first."""
    lines: dict[str, set[int]] = {}
    for finding in worst_first(report.findings):
        span = finding.judgement.site.span
        lines.setdefault(span.file, set()).add(report.excerpts[span].region.start.line)
    return lines


def findings_of(report: Report, written: Mapping[tuple[str, int], Written]) -> Iterator[FindingRow]:
    """Yield the findings of a report, the worst first; `written` tells when lines of files were."""
    made = identities(report)
    ordered = worst_first(report.findings)
    for finding, known in zip(ordered, known_of(report, ordered), strict=True):
        row = _finding(report, finding, identity(made, finding), known.line)
        age = written.get((finding.judgement.site.span.file, row.line))
        yield row if age is None else _aged(row, age)


def _aged(row: FindingRow, age: Written) -> FindingRow:
    return replace(row, written=age.date, written_commit=age.commit, written_earlier=int(age.earlier))


def errors_of(report: Report, ageless: Iterable[Skipped]) -> Iterator[ErrorRow]:
    """Yield what a report leaves out, and why ages are not known."""
    for one in report.skipped:
        yield ErrorRow("partly" if one.partly else "skipped", sound(one.file), sound(one.reason))
    for limit in report.limits:
        yield ErrorRow("limit", "", sound(limit))
    for one in ageless:
        yield ErrorRow("age", sound(one.file), sound(one.reason))


def _finding(report: Report, finding: Finding, fingerprint: str, line_hash: str) -> FindingRow:
    judgement = finding.judgement
    verdict = judgement.verdict
    span = judgement.site.span
    lines = report.excerpts[span].lines
    steps = [_step(report, step) for flow in judgement.flows[:1] for step in way(flow)[:MOST_STEPS]]
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
        tuple(_evidence(report, one) for one in verdict.evidence),
    )


def _step(report: Report, step: Step) -> StepRow:
    row = rows(report.excerpts[step.span])[0]
    start = len(row.before)
    place = _place(report, step.span)
    return StepRow(step.kind, sound(step.note), *place, row.text, start, start + len(row.marked))


def _evidence(report: Report, one: Evidence) -> EvidenceRow:
    place = ("", 0, 0) if one.span is None else _place(report, one.span)
    return EvidenceRow(one.claim, sound(one.note), one.strength, *place)


def _place(report: Report, span: Span) -> tuple[str, int, int]:
    start = report.excerpts[span].region.start
    return sound(span.file), start.line, start.column
