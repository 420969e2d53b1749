"""Workflow commands that GitHub Actions shows as annotations beside the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scratchlint.core.finding import Finding, Level, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import count, omissions, sentence
from scratchlint.report.way import place, way, worst_first

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
# GitHub shows this many annotations of a level for one step.
_SHOWN = 10


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a line for each finding, the worst first, since GitHub shows only the first of a level.

    The totals and what was left unanalysed come last, as one notice.
    """
    titles = {rule.id: rule.title for rule in rules}
    findings = worst_first(report.findings)
    levels = Counter(finding.level for finding in findings)
    lines = [sentence(report), *omissions(report)]
    for level, number in levels.items():
        if number > _SHOWN:
            lines.append(f"GitHub shows {_SHOWN} of {count(number, level)}; the log has them all.")
    for finding in findings:
        yield _annotation(report, finding, titles.get(finding.rule, finding.rule))
    for remark in report.remarks:
        title = f"{titles.get(remark.rule, remark.rule)} ({remark.rule})"
        yield _command(_COMMANDS[remark.level], _place(report, remark.span, title), [remark.message])
    yield _command("notice", {"title": "scratchlint"}, lines)


def _annotation(report: Report, finding: Finding, title: str) -> str:
    properties = _place(report, finding.judgement.site.span, f"{title} ({finding.rule})")
    lines = [finding.message]
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
