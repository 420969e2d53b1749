"""Every scenario of fixtures/ is judged as its lines say, and reported in the same bytes each time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

from expectations import Expectation, Observed, claims, expectations, holds, told, visits
from sarif_validator import problems_of
from scratchlint import __version__
from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.policies import Options, Policies
from scratchlint.report import FORMATS, write
from scratchlint.report import Options as ReportOptions
from scratchlint.rules import RULES
from scratchlint.source.kinds import LANGUAGES

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCENARIOS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "fixes")
SEEDED = ("incident", "guidelines", "python-objects", "shell-functions")


def analysis(scenario: str, *, tests: bool = False) -> Report:
    root = FIXTURES / scenario
    return analyze(root, ("",), Policies(root, Options(tests=tests or None)))


kept = cache(analysis)


def complaints(wanted: Sequence[Expectation], seen: Observed, thorough: Observed) -> Iterator[str]:
    """Yield what is not as expected; `thorough` is the report with tests analysed too."""
    for one in wanted:
        report = thorough if one.kind == "scratch" and one.text.startswith("context-") else seen
        if holds(one, report) is one.missing:
            pinned = one.missing or one.kind == "wrong"
            instead = "works now: remove the pin" if pinned else _instead(one, report)
            yield f"{one}\n    {instead}"
    chains: dict[str, list[Expectation]] = defaultdict(list)
    for one in wanted:
        if one.kind == "step" and one.number and not one.missing:
            chains[one.chain or one.file].append(one)
    for chain in chains.values():
        chain.sort(key=lambda one: one.number)
        if not any(visits(seen, flow, chain) for flow in seen.deciding()):
            yield "no finding takes these steps in this order:\n    " + "\n    ".join(map(str, chain))
    for report in (seen, thorough):
        for (file, line), findings in sorted(report.findings().items()):
            allowed = [one.text for one in wanted if (one.file, one.line) == (file, line)]
            for finding in findings:
                if named := {told(finding), finding.rule} & set(allowed):
                    allowed.remove(max(named, key=len))
                else:
                    yield f"{file}:{line}: not expected: {told(finding)}\n    {finding.message}"
    allowed_remarks = {(one.file, one.line, one.text) for one in wanted if one.kind == "remark"}
    for (file, line), rules in sorted(seen.remarks().items()):
        for rule in rules:
            if (file, line, rule) not in allowed_remarks:
                yield f"{file}:{line}: not expected: {rule}"


def _instead(wanted: Expectation, seen: Observed) -> str:
    judged = seen.judged_at(wanted.file, wanted.line)
    lines = []
    for one in judged:
        verdict = f"{one.verdict.kind} {one.verdict.role} {one.verdict.score}"
        lines.append(f"{one.site.path} is {verdict}: {' '.join(claims(one))}")
    if wanted.kind == "reveals":
        lines.append(f"paths: {' '.join(sorted(seen.paths_at(wanted.file, wanted.line)))}")
    if wanted.kind == "step":
        for flow in seen.deciding():
            steps = [f"{step.span.file}:{seen.place(step.span)[1]} {step.kind}" for step in flow.steps]
            lines.append(f"{flow.path}: {', '.join(steps)}")
    return "\n    ".join(lines or ["no site here"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_judged_as_the_lines_say(scenario: str) -> None:
    wanted = expectations(FIXTURES / scenario)
    found = list(complaints(wanted, Observed(kept(scenario)), Observed(kept(scenario, tests=True))))
    assert not found, f"\nfixtures/{scenario}\n" + "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_file_says_something(scenario: str) -> None:
    speaking = {one.file for one in expectations(FIXTURES / scenario)}
    files = [path for path in (FIXTURES / scenario).rglob("*") if path.is_file()]
    analysed = {path.relative_to(FIXTURES / scenario).as_posix() for path in files if _is_analysed(path)}
    assert not analysed - speaking, "files without an expectation"


def _is_analysed(path: Path) -> bool:
    return path.suffix[1:] in LANGUAGES or ".env" in path.name or path.read_bytes().startswith(b"#!")


@pytest.fixture(scope="module")
def sarif_problems(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, list[str]]:
    """What is wrong with the SARIF of every scenario that is tested."""
    tested = [str(item.callspec.params["scenario"]) for item in request.session.items if _validates(item)]
    logs = {scenario: written(kept(scenario), "sarif") for scenario in tested}
    return problems_of(logs, tmp_path_factory.mktemp("sarif"))


def _validates(item: pytest.Item) -> TypeGuard[pytest.Function]:
    return isinstance(item, pytest.Function) and item.originalname == test_sarif_is_valid.__name__


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_sarif_is_valid(scenario: str, sarif_problems: Mapping[str, list[str]]) -> None:
    assert sarif_problems[scenario] == []


def written(report: Report, format: str) -> str:
    stream = io.StringIO()
    whole = replace(report, seconds=0.0)
    write(whole, format, stream, RULES, ReportOptions(__version__, show_scratch=True, evidence=True))
    return stream.getvalue()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_two_runs_give_the_same_bytes(scenario: str) -> None:
    again = analysis(scenario)
    for format in FORMATS:
        assert written(again, format) == written(kept(scenario), format)


@pytest.mark.parametrize("scenario", SEEDED)
def test_hash_seeds_change_nothing(scenario: str) -> None:
    command = [sys.executable, "-m", "scratchlint", "check", f"fixtures/{scenario}"]
    logs = {
        subprocess.run(
            [*command, "--format", "sarif", "--fail-on", "never"],
            cwd=FIXTURES.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(logs) == 1
