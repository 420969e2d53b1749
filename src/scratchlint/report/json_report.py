"""The report as one JSON object; docs/json.md describes every field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from scratchlint.core.finding import Evidence, Finding, Judgement, Remark, Report, Suppressed
from scratchlint.core.flow import Flow, Site
from scratchlint.core.span import Span
from scratchlint.report.characters import sound
from scratchlint.report.comparison import changed_place, is_reached, left_out
from scratchlint.report.identity import Identities, identities, identity
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import totals
from scratchlint.report.way import path_text, spellings, way

Json = dict[str, object]


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield the object in pieces, a line for each finding; the text is ASCII.

    The same report gives the same bytes, but for `summary.seconds`.
    """
    made = identities(report)
    yield '{\n"findings": '
    yield from _array(_finding(report, finding, made) for finding in report.findings)
    if options.show_known:
        yield ',\n"known": '
        yield from _array(_finding(report, finding, made) for finding in left_out(report))
    if options.show_scratch:
        yield ',\n"scratch": '
        yield from _array(_judgement(report, judgement) for judgement in report.scratch)
    if options.show_suppressed:
        yield ',\n"suppressed": '
        yield from _array(_suppressed(report, suppressed, made) for suppressed in report.suppressed)
    yield ',\n"remarks": '
    yield from _array(_remark(report, remark) for remark in report.remarks)
    yield f',\n"fixed": {_text(_fixed(report))}'
    yield ',\n"skipped": '
    yield from _array(
        {"file": skipped.file, "reason": skipped.reason, "partly": skipped.partly}
        for skipped in report.skipped
    )
    yield f',\n"limits": {_text(list(report.limits))}'
    yield f',\n"summary": {_text(_summary(report))}\n}}\n'


def _finding(report: Report, finding: Finding, made: Identities) -> Json:
    span = changed_place(report, finding)
    return {
        "fingerprint": identity(made, finding),
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "home": finding.home,
        "reached": is_reached(report, finding),
        "changed": None if span is None else _location(report, span),
        **_judgement(report, finding.judgement),
    }


def _suppressed(report: Report, suppressed: Suppressed, made: Identities) -> Json:
    suppression = suppressed.suppression
    return {
        "kind": suppression.kind,
        "origin": suppression.origin,
        "reason": suppression.reason,
        "finding": _finding(report, suppressed.finding, made),
    }


def _remark(report: Report, remark: Remark) -> Json:
    return {
        "rule": remark.rule,
        "level": remark.level,
        "message": remark.message,
        "location": _location(report, remark.span),
    }


def _fixed(report: Report) -> list[object]:
    return [asdict(entry) for entry in (report.comparison.fixed if report.comparison else ())]


def _judgement(report: Report, judgement: Judgement) -> Json:
    verdict = judgement.verdict
    return {
        "path": path_text(judgement),
        "verdict": verdict.kind,
        "role": verdict.role,
        "confidence": verdict.confidence,
        "score": verdict.score,
        "probability": verdict.probability,
        "site": _site(report, judgement.site),
        "same": [_site(report, same) for same in spellings(judgement)],
        "flows": [_flow(report, flow) for flow in judgement.flows],
        "evidence": [_evidence(report, evidence) for evidence in verdict.evidence],
    }


def _site(report: Report, site: Site) -> Json:
    return {
        "kind": site.kind,
        "text": report.excerpts[site.span].text,
        "location": _location(report, site.span),
    }


def _flow(report: Report, flow: Flow) -> Json:
    return {
        "path": str(flow.path),
        "steps": [
            {"kind": step.kind, "note": step.note, "location": _location(report, step.span)}
            for step in way(flow)
        ],
        "use": {
            "action": flow.use.action,
            "api": flow.use.api,
            "role": flow.use.role,
            "location": _location(report, flow.use.span),
        },
    }


def _evidence(report: Report, evidence: Evidence) -> Json:
    return {
        "claim": evidence.claim,
        "note": evidence.note,
        "strength": evidence.strength,
        "location": None if evidence.span is None else _location(report, evidence.span),
    }


def _location(report: Report, span: Span) -> Json:
    start, end = report.excerpts[span].region
    return {
        "file": span.file,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def _summary(report: Report) -> Json:
    return {
        **totals(report),
        "unread": dict(sorted(report.unread.items())),
        "set_aside": dict(sorted(report.set_aside.items())),
        "seconds": round(report.seconds, 3),
    }


def _array(values: Iterable[Json]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for value in values:
        yield separator + _text(value)
        separator = ",\n"
    yield "]"


def _text(value: object) -> str:
    text = json.dumps(value)
    # A surrogate, which may stand alone: undecodable file names have such.
    return json.dumps(_sound(value)) if "\\ud" in text else text


def _sound(value: object) -> object:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {sound(key): _sound(item) for key, item in value.items()}
    return value
