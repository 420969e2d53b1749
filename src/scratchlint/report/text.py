"""The report for people at a terminal, in the manner of ruff and rustc."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scratchlint.core.finding import Evidence, Finding, Judgement, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.excerpt import cells, rows
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import omissions, sentence
from scratchlint.report.way import further_uses, path_text, place, reasons, spellings, use_note, way

Paint = Callable[[str, str], str]

_LEVEL_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_FRAME = "blue"
_STRONG = "bold"
_HOME = "green"
_FAINT = "dim"
_MOST_LISTED = 5
_VERDICTS = {"scratch": "scratch", "mounted": "mounted", "not-usage": "not used as a path"}


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a block for each finding, then the scratch sites if asked for, then the totals.

    Whatever comes from the analysed tree is written without control or format characters.
    """
    paint = _painter(options.color)
    for finding in report.findings:
        yield from _lines(_finding(report, finding, options, paint))
        yield "\n"
    if options.show_scratch and report.scratch:
        yield f"{paint('Not production:', _STRONG)}\n"
        for judgement in report.scratch:
            yield from _lines(_scratch(report, judgement, options, paint))
        yield "\n"
    for line in omissions(report):
        yield f"{visible(line)}\n"
    yield f"{paint(sentence(report), _STRONG)}\n"


def _finding(report: Report, finding: Finding, options: Options, paint: Paint) -> Iterator[str]:
    judgement = finding.judgement
    style = _LEVEL_STYLES[finding.level]
    yield (
        f"{paint(_place(report, judgement.site.span), _STRONG)}: "
        f"{paint(f'{finding.level}[{finding.rule}]', style)} {visible(finding.message)}"
    )
    drawn = rows(report.excerpts[judgement.site.span])
    margin = " " * max((len(str(row.number)) for row in drawn if row.number), default=1)
    bar = f"{margin} {paint('|', _FRAME)}"
    yield bar
    for row in drawn:
        if row.number is None:
            yield f"{margin} {paint(row.text, _FRAME)}"
            continue
        numbered = f"{str(row.number).rjust(len(margin))} |"
        yield f"{paint(numbered, _FRAME)} {row.text}".rstrip()
        yield f"{bar} {' ' * row.indent}{paint('^' * row.length, style)}"
    for label, entries in _notes(report, finding, options, paint):
        head = f"{margin} {paint('=', _FRAME)} {paint(f'{label}:', _STRONG)} "
        blank = " " * (len(margin) + len(label) + 5)
        for number, entry in enumerate(entries):
            yield f"{blank if number else head}{entry}"


def _notes(
    report: Report, finding: Finding, options: Options, paint: Paint
) -> Iterator[tuple[str, list[str]]]:
    judgement = finding.judgement
    verdict = judgement.verdict
    yield (
        "path",
        [f"{visible(path_text(judgement))} ({verdict.role}, {verdict.confidence} confidence)"],
    )
    for flow in judgement.flows[:1]:
        steps = [(_place(report, step.span), visible(step.note or step.kind)) for step in way(flow)]
        width = max(cells(where) for where, _ in steps)
        yield (
            "way",
            [f"{where}{' ' * (width - cells(where))}  {what}" for where, what in steps],
        )
    uses = [f"{_place(report, use.span)}  {visible(use_note(use))}" for use in further_uses(judgement)]
    if uses:
        yield "also", _shortened(uses)
    same = [_place(report, site.span) for site in spellings(judgement)]
    if same:
        yield "same", _shortened(same)
    yield "home", [paint(visible(finding.home), _HOME)]
    if options.evidence:
        yield from _evidence(report, judgement)


def _evidence(report: Report, judgement: Judgement) -> Iterator[tuple[str, list[str]]]:
    evidence = judgement.verdict.evidence
    speaking = [one for one in evidence if one.strength >= 0]
    against = [one for one in evidence if one.strength < 0]
    if speaking:
        yield "for", [_weighed(report, one) for one in speaking]
    if against:
        yield "against", [_weighed(report, one) for one in against]
    yield "score", [f"{judgement.verdict.score:+.1f}"]


def _weighed(report: Report, evidence: Evidence) -> str:
    where = "" if evidence.span is None else f" ({_place(report, evidence.span)})"
    return f"{evidence.strength:+.1f} {visible(evidence.note)}{where} [{evidence.claim}]"


def _scratch(report: Report, judgement: Judgement, options: Options, paint: Paint) -> Iterator[str]:
    because = "; ".join(visible(one.note) for one in reasons(judgement)) or "nothing speaks for production"
    yield (
        f"{paint(_place(report, judgement.site.span), _STRONG)}: "
        f"{paint(_VERDICTS.get(judgement.verdict.kind, judgement.verdict.kind), _FAINT)} "
        f"{visible(path_text(judgement))}: {because}"
    )
    if options.evidence:
        for label, entries in _evidence(report, judgement):
            yield from (f"  {label}: {entry}" for entry in entries)


def _shortened(entries: list[str]) -> list[str]:
    if len(entries) <= _MOST_LISTED:
        return entries
    return [*entries[:_MOST_LISTED], f"and {len(entries) - _MOST_LISTED} more"]


def _place(report: Report, span: Span) -> str:
    return visible(place(report, span))


def _lines(lines: Iterator[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _painter(color: bool) -> Paint:
    """Return what writes a text in a style; without colour the text as it is."""
    if not color:
        return lambda text, style: text
    from rich.color import ColorSystem
    from rich.style import Style

    return lambda text, style: Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
