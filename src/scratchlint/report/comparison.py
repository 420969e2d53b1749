"""What a comparison with an earlier state tells: what is known, fixed, changed, and newly reached."""

from __future__ import annotations

from collections.abc import Sequence

from scratchlint.core.finding import Comparison, Finding, Report
from scratchlint.core.span import Span
from scratchlint.report.summary import count
from scratchlint.report.way import place

_NOTHING = Comparison()


def comparison_lines(report: Report, *, listed: bool = False) -> list[str]:
    """Return a line for all that was left out as known or elsewhere, and one for each fixed finding.

    `listed` tells that the findings left out are listed beside.
    """
    compared = report.comparison or _NOTHING
    how = "listed below" if listed else "left out (--show-known lists them)"
    lines = []
    if compared.known:
        lines.append(f"Known: {count(len(compared.known), 'finding')} of the baseline {how}")
    if compared.elsewhere:
        lines.append(f"Outside the change: {count(len(compared.elsewhere), 'finding')} {how}")
    if compared.fixed:
        number = len(compared.fixed)
        entries = f"{number} entry" if number == 1 else f"{number} entries"
        lines.append(f"Fixed: {entries} of the baseline (`scratchlint baseline shrink` takes them out)")
        lines.extend(f"Fixed: {entry.file}: {entry.rule}: {entry.path}" for entry in compared.fixed)
    return lines


def left_out(report: Report) -> list[Finding]:
    """Return the findings that are known or elsewhere, by file and place."""
    compared = report.comparison or _NOTHING
    return sorted([*compared.known, *compared.elsewhere], key=lambda one: (one.judgement.site.span, one.rule))


def changed_place(report: Report, finding: Finding) -> Span | None:
    """Return the place on the way of a finding that a change touched, None where it touched none."""
    changed = (report.comparison or _NOTHING).changed
    return None if changed is None else changed.get(finding.judgement.site.span)


def is_reached(report: Report, finding: Finding) -> bool:
    """Whether a change made something a finding without touching a line on its way."""
    changed = (report.comparison or _NOTHING).changed
    return changed is not None and changed.get(finding.judgement.site.span) is None


def touched_first(report: Report, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Split findings into those on whose way a line was changed, or all, and those newly reached."""
    touched = [one for one in findings if not is_reached(report, one)]
    return touched, [one for one in findings if is_reached(report, one)]


def change_note(report: Report, finding: Finding) -> str | None:
    """Return what a change did to a finding, for people; None where there was no change to compare."""
    if is_reached(report, finding):
        return "no line on its way is changed: the change as a whole makes it a finding"
    span = changed_place(report, finding)
    if span is None:
        return None
    if span == finding.judgement.site.span:
        return "the path is written on a changed line"
    return f"a step on its way is on a changed line: {place(report, span)}"
