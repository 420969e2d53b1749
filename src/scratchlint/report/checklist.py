"""The deployment checklist as text, Markdown and JSON; docs/checklist.md describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from scratchlint.core.checklist import Answer
from scratchlint.core.finding import Finding, Report
from scratchlint.report.characters import sound, visible
from scratchlint.report.frame import STRONG, Paint, painter, shown_place
from scratchlint.report.markdown import linked, prose
from scratchlint.report.summary import count, omissions, sentence
from scratchlint.report.text import reported
from scratchlint.report.way import path_text, worst_first

_STYLES = {"passed": "bold green", "failed": "bold red", "not checked": "bold yellow"}
_WIDTH = max(map(len, _STYLES))
_MOST_LISTED = 20


def written(report: Report, answers: Sequence[Answer], form: str, color: bool) -> Iterator[str]:
    """Return the pieces of a checklist in the form "text", "markdown" or "json"."""
    match form:
        case "json":
            return _json(report, answers)
        case "markdown":
            return _markdown(report, answers)
        case _:
            return _text(report, answers, color)


def _text(report: Report, answers: Sequence[Answer], color: bool) -> Iterator[str]:
    """Yield the items for a terminal, each with its findings and what was looked at."""
    paint = painter(color)
    indent = " " * (_WIDTH + 2)
    for answer, own in _divided(answers):
        state = paint(answer.state.ljust(_WIDTH), _STYLES[answer.state])
        yield f"{state}  {paint(answer.title, STRONG)}\n"
        yield f"{indent}looked at: {answer.looked_at}\n"
        if answer.reason:
            yield f"{indent}{visible(answer.reason)}\n"
        for line in _lines(report, answer, own, paint):
            yield f"{indent}{line}\n"
    yield "\n"
    yield from (f"{visible(line)}\n" for line in omissions(report, limits=False))
    yield f"{paint(tally(answers), STRONG)}\n"


def _lines(report: Report, answer: Answer, own: Sequence[Finding], paint: Paint) -> Iterator[str]:
    for finding in own[:_MOST_LISTED]:
        yield f"{shown_place(report, finding.judgement.site.span)}: {reported(finding, paint)}"
        yield f"  home: {visible(finding.home)}"
    yield from _rest(answer, own)


def _markdown(report: Report, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the items as a task list, for a pull request."""
    yield f"## Deployment checklist\n\n{prose(tally(answers))}\n\n"
    for answer, own in _divided(answers):
        mark = "x" if answer.state == "passed" else " "
        because = f" ({prose(answer.reason)})" if answer.reason else ""
        yield f"- [{mark}] {prose(answer.title)}: **{answer.state}**{because}  \n"
        yield f"  looked at: {prose(answer.looked_at)}\n"
        for finding in own[:_MOST_LISTED]:
            place = linked(report, finding.judgement.site.span)
            yield f"  - {place} {prose(finding.message)} Home: {prose(finding.home)}\n"
        yield from (f"  - {line}\n" for line in _rest(answer, own))
    yield "\n"
    yield from (f"- {prose(line)}\n" for line in omissions(report, limits=False)[:_MOST_LISTED])
    yield f"\n{prose(sentence(report))}\n"


def _json(report: Report, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the items as one JSON object; the text is ASCII."""
    items = [
        {
            "name": answer.name,
            "title": answer.title,
            "state": answer.state,
            "looked_at": answer.looked_at,
            "reason": answer.reason or None,
            "findings": [_finding(report, finding) for finding in answer.findings],
        }
        for answer in answers
    ]
    left_out = [sound(line) for line in omissions(report)]
    yield json.dumps({"items": items, "not_analysed": left_out}, indent=2) + "\n"


def _finding(report: Report, finding: Finding) -> dict[str, object]:
    span = finding.judgement.site.span
    start = report.excerpts[span].region.start
    return {
        "rule": finding.rule,
        "level": finding.level,
        "file": sound(span.file),
        "line": start.line,
        "column": start.column,
        "path": sound(path_text(finding.judgement)),
        "role": finding.judgement.verdict.role,
        "message": sound(finding.message),
        "home": sound(finding.home),
    }


def tally(answers: Sequence[Answer]) -> str:
    """Return how many items passed, failed and were not checked."""
    states = [answer.state for answer in answers]
    told = ", ".join(f"{states.count(state)} {state}" for state in ("passed", "failed", "not checked"))
    return f"{count(len(answers), 'item')}: {told}"


def _divided(answers: Sequence[Answer]) -> Iterator[tuple[Answer, list[Finding]]]:
    """Yield each answer with the findings to list there, the worst first: each where it is told last."""
    for number, answer in enumerate(answers):
        later = {
            (one.rule, one.judgement.site.span) for item in answers[number + 1 :] for one in item.findings
        }
        own = [one for one in answer.findings if (one.rule, one.judgement.site.span) not in later]
        yield answer, worst_first(own)


def _rest(answer: Answer, own: Sequence[Finding]) -> Iterator[str]:
    """Yield what is said of the findings that are not listed with an item."""
    if len(own) > _MOST_LISTED:
        yield f"{count(len(own) - _MOST_LISTED, 'further finding')} left out"
    if len(own) < len(answer.findings):
        yield f"{count(len(answer.findings) - len(own), 'finding')} listed below"
