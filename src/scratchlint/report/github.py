"""Workflow commands that GitHub Actions shows as annotations beside the lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scratchlint.core.finding import Finding, Level, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.comparison import change_note, changed_place, comparison_lines
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import omissions, sentence
from scratchlint.report.way import place, way, worst_first

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
# GitHub shows this many annotations of a level for one step, and the log is no place to read them.
MOST = 10


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a line for each of the ten worst findings, then one notice with the totals and what was left out.

    Where a change was compared, an annotation stands on the changed line: a pull request shows no other.
    """
    titles = {rule.id: rule.title for rule in rules}
    findings = worst_first(report.findings)
    lines = [sentence(report), *comparison_lines(report), *omissions(report)]
    if len(findings) > MOST:
        lines.insert(1, f"Only the {MOST} worst findings are annotated; GitHub would not show more.")
    for finding in findings[:MOST]:
        yield _annotation(report, finding, titles.get(finding.rule, finding.rule))
    for remark in report.remarks[: MOST - len(findings)] if len(findings) < MOST else ():
        title = f"{titles.get(remark.rule, remark.rule)} ({remark.rule})"
        yield _command(_COMMANDS[remark.level], _place(report, remark.span, title), [remark.message])
    yield _command("notice", {"title": "scratchlint"}, lines)


def _annotation(report: Report, finding: Finding, title: str) -> str:
    span = changed_place(report, finding) or finding.judgement.site.span
    properties = _place(report, span, f"{title} ({finding.rule})")
    lines = [finding.message]
    change = change_note(report, finding)
    if change is not None:
        lines.append(f"Change: {change}")
    for flow in finding.judgement.flows[:1]:
        lines.extend(f"{place(report, step.span)} {step.note or step.kind}" for step in way(flow))
    lines.append(f"Permanent home: {finding.home}")
    return _command(_COMMANDS[finding.level], properties, lines)


def _place(report: Report, span: Span, title: str) -> dict[str, str]:
    start, end = report.excerpts[span].region
    return {
        "title": title,
        "file": span.file,
        "line": str(start.line),
        "col": str(start.column),
        "endLine": str(end.line),
        "endColumn": str(end.column),
    }


def _command(name: str, properties: dict[str, str], lines: Sequence[str]) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(chr(10).join(map(visible, lines)))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
