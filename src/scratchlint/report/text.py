"""The report for people at a terminal, in the manner of ruff and rustc."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scratchlint.core.finding import SILENCED, Finding, Judgement, Remark, Report, Suppressed
from scratchlint.report.characters import visible
from scratchlint.report.comparison import change_note, comparison_lines, left_out, touched_first
from scratchlint.report.frame import STRONG, Note, Paint, evidence, frame, painter, shown_place, steps
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import omissions, sentence
from scratchlint.report.way import further_uses, path_text, reasons, spellings, use_note, way

LEVEL_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_HOME = "green"
_FAINT = "dim"
_MOST_LISTED = 5
_VERDICTS = {"scratch": "scratch", "mounted": "mounted", "not-usage": "not used as a path"}


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a block for each finding, then the scratch sites if asked for, then the totals.

    Whatever comes from the analysed tree is written without control or format characters.
    """
    paint = painter(options.color)
    touched, reached = touched_first(report, report.findings)
    for finding in touched:
        yield from _lines(_finding(report, finding, options, paint))
        yield "\n"
    if reached:
        yield f"{paint('Newly reached by the change:', STRONG)}\n\n"
    for finding in reached:
        yield from _lines(_finding(report, finding, options, paint))
        yield "\n"
    for remark in report.remarks:
        yield from _lines(_remark(report, remark, paint))
        yield "\n"
    if options.show_suppressed and report.suppressed:
        yield f"{paint('Suppressed:', STRONG)}\n"
        for suppressed in report.suppressed:
            yield from _lines(_suppressed(report, suppressed, paint))
        yield "\n"
    if options.show_known and (others := left_out(report)):
        yield f"{paint('Known, or outside the change:', STRONG)}\n"
        for finding in others:
            span = finding.judgement.site.span
            yield f"{paint(shown_place(report, span), STRONG)}: {reported(finding, paint)}\n"
        yield "\n"
    if options.show_scratch and report.scratch:
        yield f"{paint('Not production:', STRONG)}\n"
        for judgement in report.scratch:
            yield from _lines(_scratch(report, judgement, options, paint))
        yield "\n"
    for line in (
        *comparison_lines(report, listed=options.show_known),
        *omissions(report, limits=options.verbose),
    ):
        yield f"{visible(line)}\n"
    yield f"{paint(sentence(report), STRONG)}\n"


def _finding(report: Report, finding: Finding, options: Options, paint: Paint) -> Iterator[str]:
    span = finding.judgement.site.span
    yield f"{paint(shown_place(report, span), STRONG)}: {reported(finding, paint)}"
    notes = _notes(report, finding, options, paint)
    yield from frame(report.excerpts[span], notes, LEVEL_STYLES[finding.level], paint)


def _remark(report: Report, remark: Remark, paint: Paint) -> Iterator[str]:
    told = paint(f"{remark.level}[{remark.rule}]", LEVEL_STYLES[remark.level])
    yield f"{paint(shown_place(report, remark.span), STRONG)}: {told} {visible(remark.message)}"
    yield from frame(report.excerpts[remark.span], (), LEVEL_STYLES[remark.level], paint)


def _suppressed(report: Report, suppressed: Suppressed, paint: Paint) -> Iterator[str]:
    finding, suppression = suppressed.finding, suppressed.suppression
    yield f"{paint(shown_place(report, finding.judgement.site.span), STRONG)}: {reported(finding, paint)}"
    yield f"  {visible(suppression.origin)}: {visible(suppression.reason) or 'no reason is given'}"


def _notes(report: Report, finding: Finding, options: Options, paint: Paint) -> Iterator[Note]:
    judgement = finding.judgement
    verdict = judgement.verdict
    yield (
        "path",
        [f"{visible(path_text(judgement))} ({verdict.role}, {verdict.confidence} confidence)"],
    )
    for flow in judgement.flows[:1]:
        yield "way", steps(report, way(flow))
    uses = [f"{shown_place(report, use.span)}  {visible(use_note(use))}" for use in further_uses(judgement)]
    if uses:
        yield "also", _shortened(uses)
    change = change_note(report, finding)
    if change is not None:
        yield "change", [visible(change)]
    same = [shown_place(report, site.span) for site in spellings(judgement)]
    if same:
        yield "same", _shortened(same)
    hints = [visible(one.note) for one in verdict.evidence if one.claim == SILENCED]
    if hints:
        yield "hint", hints
    yield "home", [paint(visible(finding.home), _HOME)]
    if options.evidence:
        yield from evidence(report, verdict)


def _scratch(report: Report, judgement: Judgement, options: Options, paint: Paint) -> Iterator[str]:
    yield f"{paint(shown_place(report, judgement.site.span), STRONG)}: {unreported(judgement, paint)}"
    if options.evidence:
        for label, entries in evidence(report, judgement.verdict):
            yield from (f"  {label}: {entry}" for entry in entries)


def reported(finding: Finding, paint: Paint) -> str:
    """Return the level, rule and sentence of a finding."""
    told = paint(f"{finding.level}[{finding.rule}]", LEVEL_STYLES[finding.level])
    return f"{told} {visible(finding.message)}"


def unreported(judgement: Judgement, paint: Paint) -> str:
    """Return what a site that no rule reports was judged to be, and what spoke strongest for that."""
    because = "; ".join(visible(one.note) for one in reasons(judgement)) or "nothing speaks for production"
    if judgement.verdict.kind == "scratch" and all(one.strength >= 0 for one in judgement.verdict.evidence):
        because = f"too little speaks for production: {because}"
    kind = paint(_VERDICTS.get(judgement.verdict.kind, judgement.verdict.kind), _FAINT)
    return f"{kind} {visible(path_text(judgement))}: {because}"


def _shortened(entries: list[str]) -> list[str]:
    if len(entries) <= _MOST_LISTED:
        return entries
    return [*entries[:_MOST_LISTED], f"and {len(entries) - _MOST_LISTED} more"]


def _lines(lines: Iterator[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)
