"""SARIF 2.1.0 for GitHub code scanning, editors and other viewers; docs/sarif.md describes the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import sarif_om

from scratchlint.core.finding import Finding, Report
from scratchlint.report import sarif_dump
from scratchlint.report.identity import Identities, identities, identity
from scratchlint.report.interface import PROJECT, Options, Rule
from scratchlint.report.sarif_locations import ROOT, artifact
from scratchlint.report.sarif_notifications import notifications
from scratchlint.report.sarif_results import (
    MOST_RELATED,
    MOST_STEPS,
    State,
    absent,
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
# GitHub refuses more than 10 MB, compressed. What follows the results needs some room.
MOST_BYTES = 9_000_000

_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield a log with one run, the worst results first.

    The same report gives the same bytes, wherever and whenever it is written. What is left out for
    GitHub's limits is told in the log's notifications and to `options.notify`.
    """
    findings = _listed(report, options)
    kept = findings[:MOST_RESULTS]
    indices = {rule.id: index for index, rule in enumerate(rules)}
    made = identities(report)
    text = sarif_dump.Text(MOST_BYTES)
    yield text.head(_run(report, rules, options))
    written: list[Finding] = []
    for finding, state in kept:
        piece = text.item(result(report, finding, indices, identity(made, finding), state))
        if piece is None:
            break
        written.append(finding)
        yield piece
    cuts = _cuts(findings, written)
    left_out = 0
    for number, other in enumerate(_others(report, options, indices, made), start=len(written)):
        piece = text.item(other) if number < MOST_RESULTS else None
        left_out += piece is None
        yield piece or ""
    if left_out:
        cuts.append(f"{count(left_out, 'further result')} left out.")
    if options.embed and report.texts:
        yield text.array("artifacts")
        left_out = 0
        for file, one in report.texts.items():
            piece = text.item(_artifact(file, one.content))
            left_out += piece is None
            yield piece or text.certain(_artifact(file, None))
        if left_out:
            cuts.append(f"The text of {count(left_out, 'file')} is left out for the size of the log.")
    if options.notify is not None:
        for cut in cuts:
            options.notify(cut)
    yield text.tail({"invocations": [_invocation(report, options, cuts)]})


def _others(
    report: Report, options: Options, indices: Mapping[str, int], made: Identities
) -> Iterator[sarif_om.Result]:
    """Yield the remarks, and what is suppressed or fixed if asked for: GitHub would open it."""
    for remark in report.remarks:
        yield remark_result(report, remark, indices)
    if options.show_suppressed:
        for one in report.suppressed:
            yield suppressed_result(report, one, indices, identity(made, one.finding))
    if options.show_known and report.comparison:
        for entry in report.comparison.fixed:
            yield absent(entry, indices)


def _listed(report: Report, options: Options) -> list[tuple[Finding, State]]:
    """Return the findings to write with their state, the worst first.

    What a change has nothing to do with is always listed: GitHub takes alerts that an upload lacks for fixed.
    """
    compared = report.comparison
    if compared is None:
        return [(finding, None) for finding in worst_first(report.findings)]
    known = compared.known if options.show_known else ()
    fresh: list[tuple[Finding, State]] = [(finding, "new") for finding in worst_first(report.findings)]
    return [*fresh, *((finding, "unchanged") for finding in worst_first([*known, *compared.elsewhere]))]


def _run(report: Report, rules: Sequence[Rule], options: Options) -> sarif_om.Run:
    weaknesses = taxonomy(rules)
    return sarif_om.Run(
        tool=sarif_om.Tool(driver=_driver(rules, options.version, weaknesses is not None)),
        automation_details=_automation(options.category),
        column_kind="utf16CodeUnits",
        newline_sequences=["\r\n", "\n", "\r"],
        original_uri_base_ids={
            ROOT: sarif_om.ArtifactLocation(
                description=sarif_om.Message(text="The root of the analysed source tree.")
            )
        },
        taxonomies=None if weaknesses is None else [weaknesses],
        version_control_provenance=_provenance(report),
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


def _provenance(report: Report) -> list[sarif_om.VersionControlDetails] | None:
    if report.origin is None:
        return None
    return [
        sarif_om.VersionControlDetails(
            repository_uri=report.origin.repository,
            revision_id=report.origin.commit,
            branch=report.origin.branch,
            mapped_to=sarif_om.ArtifactLocation(uri_base_id=ROOT),
        )
    ]


def _invocation(report: Report, options: Options, cuts: Sequence[str]) -> sarif_om.Invocation:
    return sarif_om.Invocation(
        execution_successful=True,
        exit_code=options.exit_code,
        tool_execution_notifications=notifications(report, cuts),
    )


def _artifact(file: str, content: str | None) -> sarif_om.Artifact:
    contents = None if content is None else sarif_om.ArtifactContent(text=content)
    return sarif_om.Artifact(location=artifact(file), contents=contents)


def _cuts(findings: Sequence[tuple[Finding, State]], written: Sequence[Finding]) -> list[str]:
    cuts = []
    if len(written) < len(findings):
        left_out = count(len(findings) - len(written), "finding")
        cuts.append(f"Only the {len(written)} worst findings are listed; {left_out} left out.")
    number = sum(map(is_cut, written))
    if number:
        cuts.append(
            f"Of {count(number, 'finding')} only the first {MOST_STEPS} steps "
            f"and {MOST_RELATED} related locations are listed."
        )
    return cuts
