"""The report as Markdown, for job summaries and pull request comments."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from scratchlint.core.finding import Finding, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.comparison import change_note, comparison_lines
from scratchlint.report.excerpt import rows
from scratchlint.report.interface import Options, Rule
from scratchlint.report.source_links import source_link
from scratchlint.report.summary import count, omissions, sentence
from scratchlint.report.way import path_text, place, remarked, way, worst_first

# GitHub refuses a job summary of more than 1 MiB.
_MOST_BYTES = 1_000_000
_MOST_OMISSION_BYTES = 40_000

_TABLE_HEAD = (
    "| level | rule | place | path | role | permanent home |\n"
    "| ----- | ---- | ----- | ---- | ---- | -------------- |\n"
)

# Every ASCII mark that Markdown, GitHub's links to users and issues, or HTML could read.
_MARKS = re.compile(r"[!-+.:-@\[-`{-~]")


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield the totals, a table of the findings, then each finding's way, the worst first.

    Whatever comes from the analysed tree is escaped, so that it shows as it is written. At most
    1 MiB is written; a last line tells what was left out.
    """
    findings = worst_first(report.findings)
    yield f"## scratchlint\n\n{prose(sentence(report))}\n\n"
    tabled = list(_within(_MOST_BYTES, (_table_row(report, finding) for finding in findings)))
    if tabled:
        yield _TABLE_HEAD
        yield from tabled
    room = _MOST_BYTES - _size(tabled)
    shown = list(_within(room, (_details(report, finding) for finding in findings[: len(tabled)])))
    yield from shown
    if len(shown) < len(findings):
        yield (
            f"\nLeft out for length: {count(len(findings) - len(tabled), 'finding')}, "
            f"and the way of {len(findings) - len(shown)}.\n"
        )
    lines = [*remarked(report), *comparison_lines(report), *omissions(report)]
    listed = list(_within(_MOST_OMISSION_BYTES, (f"- {prose(line)}\n" for line in lines)))
    if listed:
        yield "\n"
        yield from listed
    if len(listed) < len(lines):
        yield f"- {count(len(lines) - len(listed), 'further line')} left out for length.\n"


def _within(room: int, pieces: Iterable[str]) -> Iterator[str]:
    """Yield the first pieces that fit into `room` bytes together."""
    for piece in pieces:
        room -= _size((piece,))
        if room < 0:
            return
        yield piece


def _size(pieces: Iterable[str]) -> int:
    return sum(len(piece.encode("utf-8")) for piece in pieces)


def _table_row(report: Report, finding: Finding) -> str:
    judgement = finding.judgement
    cells = (
        finding.level,
        _code(finding.rule),
        linked(report, judgement.site.span),
        _code(path_text(judgement)),
        judgement.verdict.role,
        prose(finding.home),
    )
    return f"| {' | '.join(cells)} |\n"


def _details(report: Report, finding: Finding) -> str:
    judgement = finding.judgement
    where = place(report, judgement.site.span)
    lines = "\n".join(
        f"{'' if row.number is None else row.number} {row.text}".strip()
        for row in rows(report.excerpts[judgement.site.span])
    )
    steps = "".join(
        f"1. {linked(report, step.span)} {prose(step.note or step.kind)}\n"
        for flow in judgement.flows[:1]
        for step in way(flow)
    )
    change = change_note(report, finding)
    changed = "" if change is None else f"Change: {prose(change)}\n\n"
    return (
        f"\n<details><summary>{_code(where)} {prose(finding.message)}</summary>\n\n"
        f"<pre>{html.escape(lines)}</pre>\n\n"
        f"{steps}\n{changed}Permanent home: {prose(finding.home)}\n\n</details>\n"
    )


def linked(report: Report, span: Span) -> str:
    """Return where a span begins, as a link to its source if there is one."""
    address = source_link(report, span)
    shown = _code(place(report, span))
    return shown if address is None else f"[{shown}]({address})"


def _code(text: str) -> str:
    return f"<code>{prose(text)}</code>"


def prose(text: str) -> str:
    """Return a text that Markdown shows letter by letter."""
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", visible(text))
