"""SARIF 2.1.0 for GitHub code scanning, editors and other viewers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import sarif_om

from scratchlint.core.finding import Finding, Level, Report
from scratchlint.report import sarif_dump
from scratchlint.report.interface import PROJECT, Options, Rule
from scratchlint.report.sarif_locations import ROOT, artifact
from scratchlint.report.sarif_results import (
    MOST_RELATED,
    MOST_STEPS,
    is_cut,
    remark_result,
    result,
    suppressed_result,
)
from scratchlint.report.sarif_rules import descriptor, taxonomy
from scratchlint.report.summary import count
from scratchlint.report.way import worst_first

# GitHub code scanning keeps this many results of a run, and does not say which.
MOST_RESULTS = 5000

_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a log with one run, the worst results first.

    The same report gives the same bytes, wherever and whenever it is written.
    """
    findings = worst_first(report.findings)
    kept = findings[:MOST_RESULTS]
    rule_indices = {rule.id: index for index, rule in enumerate(rules)}
    run = _run(report, rules, options, _cuts(findings, kept))
    yield from sarif_dump.dump(run, _results(report, kept, rule_indices, options))


def _results(
    report: Report, kept: Sequence[Finding], rule_indices: Mapping[str, int], options: Options
) -> Iterator[sarif_om.Result]:
    """Yield the findings, the remarks, and what is suppressed if asked for: GitHub would open it."""
    for finding in kept:
        yield result(report, finding, rule_indices)
    room = MOST_RESULTS - len(kept)
    for remark in report.remarks[:room]:
        yield remark_result(report, remark, rule_indices)
    if options.show_suppressed:
        for one in report.suppressed[: max(0, room - len(report.remarks))]:
            yield suppressed_result(report, one, rule_indices)


def _run(report: Report, rules: Sequence[Rule], options: Options, cuts: list[str]) -> sarif_om.Run:
    weaknesses = taxonomy(rules)
    return sarif_om.Run(
        tool=sarif_om.Tool(driver=_driver(rules, options.version, weaknesses is not None)),
        automation_details=_automation(options.category),
        column_kind="utf16CodeUnits",
        original_uri_base_ids={
            ROOT: sarif_om.ArtifactLocation(
                description=sarif_om.Message(text="The root of the analysed source tree.")
            )
        },
        taxonomies=None if weaknesses is None else [weaknesses],
        invocations=[
            sarif_om.Invocation(
                execution_successful=True,
                tool_execution_notifications=_notifications(report, cuts),
            )
        ],
    )


def _driver(rules: Sequence[Rule], version: str, classified: bool) -> sarif_om.ToolComponent:
    return sarif_om.ToolComponent(
        name="scratchlint",
        version=version,
        semantic_version=version if _SEMANTIC_VERSION.fullmatch(version) else None,
        information_uri=PROJECT,
        rules=[descriptor(rule) for rule in rules],
        supported_taxonomies=[sarif_om.ToolComponentReference(name="CWE", index=0)] if classified else None,
    )


def _automation(category: str | None) -> sarif_om.RunAutomationDetails | None:
    # GitHub takes what stands before the last slash.
    return sarif_om.RunAutomationDetails(id=f"{category.rstrip('/')}/") if category else None


def _cuts(findings: Sequence[Finding], kept: Sequence[Finding]) -> list[str]:
    cuts = []
    if len(kept) < len(findings):
        left_out = count(len(findings) - len(kept), "finding")
        cuts.append(f"Only the {len(kept)} worst findings are listed; {left_out} left out.")
    number = sum(map(is_cut, kept))
    if number:
        cuts.append(
            f"Of {count(number, 'finding')} only the first {MOST_STEPS} steps "
            f"and {MOST_RELATED} related locations are listed."
        )
    return cuts


def _notifications(report: Report, cuts: Sequence[str]) -> list[sarif_om.Notification]:
    notifications = [_notification("report-cut", "warning", text) for text in cuts]
    for skipped in report.skipped:
        key, what = (
            ("file-partly-analysed", "Partly analysed") if skipped.partly else ("file-skipped", "Skipped")
        )
        notifications.append(
            _notification(key, "warning", f"{what}: {skipped.file}: {skipped.reason}", skipped.file)
        )
    notifications.extend(_notification("limit-reached", "warning", limit) for limit in report.limits)
    for language, number in sorted(report.unread.items()):
        text = f"{count(number, f'{language} file')} not analysed."
        notifications.append(_notification("language-not-analysed", "note", text))
    return notifications


def _notification(key: str, level: Level, text: str, file: str | None = None) -> sarif_om.Notification:
    place = None if file is None else sarif_om.PhysicalLocation(artifact_location=artifact(file))
    return sarif_om.Notification(
        descriptor=sarif_om.ReportingDescriptorReference(id=key),
        level=level,
        message=sarif_om.Message(text=text),
        locations=None if place is None else [sarif_om.Location(physical_location=place)],
    )
