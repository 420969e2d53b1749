"""How many findings a path makes, and on which of its lines they stand."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scratchlint import __version__
from scratchlint.analyze import analyze, examine
from scratchlint.core.finding import Finding, Report
from scratchlint.excerpts import spans
from scratchlint.policies import Policies
from scratchlint.report import Options, write
from scratchlint.rules import RULES

FIXTURES = Path(__file__).parents[1] / "fixtures"
MANY = ("flow-ts-many-literals", "flow-py-many-literals")


@cache
def report(scenario: str) -> Report:
    return analyze(FIXTURES / scenario, ("",))


def test_excerpts_are_of_what_is_shown() -> None:
    root, policies = FIXTURES / "python-uses", Policies(FIXTURES / "python-uses")
    analysis = examine(root, ("",), policies)
    less, more = (analysis.report(policies, scratch_excerpts=asked) for asked in (False, True))
    assert less.findings == more.findings
    assert less.scratch == more.scratch
    shown = {span for found in less.findings for span in spans(found.judgement)}
    assert shown <= less.excerpts.keys() < more.excerpts.keys()
    assert all(excerpt == more.excerpts[span] for span, excerpt in less.excerpts.items())
    assert less.line_hashes == more.line_hashes


def line(found: Report, finding: Finding) -> int:
    return found.excerpts[finding.judgement.site.span].region.start.line


def results(found: Report) -> list[dict[str, Any]]:
    stream = io.StringIO()
    write(found, "sarif", stream, RULES, Options(__version__))
    run = json.loads(stream.getvalue())["runs"][0]
    return [result for result in run["results"] if not result.get("suppressions")]


@pytest.mark.parametrize("scenario", MANY)
def test_several_literals_that_reach_one_use_are_several_findings(scenario: str) -> None:
    found = report(scenario)
    uses = [finding.judgement.flows[0].use.span for finding in found.findings]
    assert len(uses) == 3
    assert uses[0] == uses[1] != uses[2]
    assert len({line(found, finding) for finding in found.findings}) == 3


@pytest.mark.parametrize("scenario", MANY)
def test_one_literal_that_reaches_many_uses_is_one_finding(scenario: str) -> None:
    *_, finding = report(scenario).findings
    own = [flow for flow in finding.judgement.flows if flow.site == finding.judgement.site]
    assert len({flow.use.span for flow in own}) >= 2


@pytest.mark.parametrize("scenario", MANY)
def test_the_same_path_again_in_a_file_is_a_related_location(scenario: str) -> None:
    found = report(scenario)
    *_, finding = found.findings
    (again,) = finding.judgement.same
    place = found.excerpts[again.span].region.start.line
    assert place != line(found, finding)
    *_, result = results(found)
    related = {entry["physicalLocation"]["region"]["startLine"] for entry in result["relatedLocations"]}
    assert place in related


@pytest.mark.parametrize("scenario", MANY)
def test_the_deciding_way_is_the_first_code_flow(scenario: str) -> None:
    found = report(scenario)
    for finding, result in zip(found.findings, results(found), strict=True):
        *_, last = result["codeFlows"][0]["threadFlows"][0]["locations"]
        deciding = found.excerpts[finding.judgement.flows[0].use.span].region.start.line
        assert last["location"]["physicalLocation"]["region"]["startLine"] == deciding


def test_memory_at_the_very_place_of_a_setting_is_meant(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n  tor:\n    build: .\n    tmpfs:\n      - /var/lib/tor\n      - /var/lib/postgresql\n"
    )
    (tmp_path / "torrc").write_text("DataDirectory /var/lib/tor\n")
    (tmp_path / "postgresql.conf").write_text("data_directory = '/var/lib/postgresql/16/main'\n")
    levels = {found.judgement.site.span.file: found.level for found in analyze(tmp_path, ("",)).findings}
    assert levels == {"torrc": "note", "postgresql.conf": "error"}
