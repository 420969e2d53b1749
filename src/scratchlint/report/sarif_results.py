"""Findings as SARIF results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attr
import sarif_om

from scratchlint.core.finding import Evidence, Finding, Known, Remark, Report, Suppressed
from scratchlint.core.flow import Flow, Step
from scratchlint.core.span import Span
from scratchlint.report.documentation import sentence
from scratchlint.report.identity import SCHEME
from scratchlint.report.sarif_fixes import fixes_for
from scratchlint.report.sarif_locations import artifact, location
from scratchlint.report.summary import count
from scratchlint.report.way import path_text, spellings, use_note, way

# GitHub code scanning keeps this many thread flow locations and related locations of a result.
MOST_STEPS = 1000
MOST_RELATED = 100
_MOST_LINKS = 3

State = Literal["new", "unchanged"] | None


def result(
    report: Report, finding: Finding, rule_indices: Mapping[str, int], identity: str, state: State
) -> sarif_om.Result:
    """Return a finding as a result; `rule_indices` places rules in the driver's list."""
    judgement = finding.judgement
    related = dict(list(_related(finding).items())[:MOST_RELATED])
    return sarif_om.Result(
        rule_id=finding.rule,
        rule_index=rule_indices.get(finding.rule, -1),
        level=finding.level,
        rank=round(100 * judgement.verdict.probability, 1),
        message=sarif_om.Message(text=_message(finding, related)),
        locations=[location(report, judgement.site.span)],
        code_flows=_code_flows(report, finding) or None,
        fixes=fixes_for(judgement.site.span, report.fixes) or None,
        related_locations=[
            location(report, span, message, number)
            for number, (span, message) in enumerate(related.items(), start=1)
        ]
        or None,
        partial_fingerprints={"primaryLocationLineHash": report.line_hashes[judgement.site.span]},
        fingerprints={SCHEME: identity},
        baseline_state=state,
        properties={
            "path": path_text(judgement),
            "role": judgement.verdict.role,
            "home": finding.home,
            "confidence": judgement.verdict.confidence,
            "score": judgement.verdict.score,
            "evidence": [_evidence(one) for one in judgement.verdict.evidence],
        },
    )


def suppressed_result(
    report: Report, suppressed: Suppressed, rule_indices: Mapping[str, int], identity: str
) -> sarif_om.Result:
    """Return a finding as a result that is suppressed."""
    asked = suppressed.suppression
    suppression = sarif_om.Suppression(
        kind="inSource" if asked.kind == "comment" else "external",
        justification=asked.reason or None,
        state="accepted",
    )
    told = result(report, suppressed.finding, rule_indices, identity, None)
    return attr.evolve(told, suppressions=[suppression])


def remark_result(report: Report, remark: Remark, rule_indices: Mapping[str, int]) -> sarif_om.Result:
    """Return a remark as a result."""
    return sarif_om.Result(
        rule_id=remark.rule,
        rule_index=rule_indices.get(remark.rule, -1),
        level=remark.level,
        message=sarif_om.Message(text=remark.message),
        locations=[location(report, remark.span)],
        partial_fingerprints={"primaryLocationLineHash": report.line_hashes[remark.span]},
    )


def absent(entry: Known, rule_indices: Mapping[str, int]) -> sarif_om.Result:
    """Return an entry of a baseline that is not found any more; its line is not known."""
    place = sarif_om.PhysicalLocation(artifact_location=artifact(entry.file))
    return sarif_om.Result(
        rule_id=entry.rule,
        rule_index=rule_indices.get(entry.rule, -1),
        level="none",
        kind="pass",
        message=sarif_om.Message(text=sentence(f"{entry.path} is not found here any more")),
        locations=[sarif_om.Location(physical_location=place)],
        baseline_state="absent",
    )


def is_cut(finding: Finding) -> bool:
    """Whether a result cannot hold all steps or related locations of its finding."""
    steps = sum(len(way(flow)) for flow in finding.judgement.flows)
    return steps > MOST_STEPS or len(_related(finding)) > MOST_RELATED


def _related(finding: Finding) -> dict[Span, str]:
    """Return what each related place is, each place once, the deciding use first."""
    judgement = finding.judgement
    places: dict[Span, str] = {}
    for flow in judgement.flows[:1]:
        places[flow.use.span] = f"{use_note(flow.use)}."
    for same in spellings(judgement):
        places.setdefault(same.span, "The same path is written here.")
    for flow in judgement.flows[1:]:
        places.setdefault(flow.use.span, f"{use_note(flow.use)}.")
    for evidence in judgement.verdict.evidence:
        if evidence.span is not None:
            places.setdefault(evidence.span, sentence(evidence.note))
    places.pop(judgement.site.span, None)
    return places


def _message(finding: Finding, related: Mapping[Span, str]) -> str:
    """Return the finding's sentence with links to the deciding use and to other spellings."""
    judgement = finding.judgement
    numbers = {span: number for number, span in enumerate(related, start=1)}
    # A path that holds "](" must not become a link, to `javascript:` even, in viewers that know no escapes.
    parts = [sentence(finding.message.replace("](", "]\\("))]
    for flow in judgement.flows[:1]:
        if flow.use.span in numbers:
            parts.append(f"This is [where it is used]({numbers[flow.use.span]}).")
    same = [numbers[site.span] for site in spellings(judgement) if site.span in numbers]
    if same:
        links = ", ".join(f"[here]({number})" for number in same[:_MOST_LINKS])
        more = len(same) - _MOST_LINKS
        further = f" and {count(more, 'time')} more" if more > 0 else ""
        parts.append(f"The same path is also written {links}{further}.")
    parts.append(f"Its permanent home: {sentence(finding.home)}")
    return " ".join(parts)


def _code_flows(report: Report, finding: Finding) -> list[sarif_om.CodeFlow]:
    flows: list[sarif_om.CodeFlow] = []
    left = MOST_STEPS
    for flow in finding.judgement.flows:
        steps = way(flow)
        if len(steps) < 2:
            continue
        if len(steps) > left:
            if flows:
                break
            steps = (*steps[: left - 1], steps[-1])
        left -= len(steps)
        flows.append(_code_flow(report, flow, steps))
    return flows


def _code_flow(report: Report, flow: Flow, steps: tuple[Step, ...]) -> sarif_om.CodeFlow:
    locations = []
    level = 1
    for number, step in enumerate(steps):
        at_end = number in (0, len(steps) - 1)
        locations.append(
            sarif_om.ThreadFlowLocation(
                location=location(report, step.span, step.note or step.kind),
                kinds=[step.kind],
                nesting_level=level,
                importance="essential" if at_end else "important",
            )
        )
        if step.kind == "passed":
            level += 1
        elif step.kind == "returned":
            level = max(1, level - 1)
    return sarif_om.CodeFlow(
        message=sarif_om.Message(text=f"{flow.path}: {use_note(flow.use)}."),
        thread_flows=[sarif_om.ThreadFlow(locations=locations)],
    )


def _evidence(evidence: Evidence) -> dict[str, object]:
    return {"claim": evidence.claim, "note": evidence.note, "strength": evidence.strength}
