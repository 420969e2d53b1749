"""Reports against the SARIF schema and the SARIF multitool."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sarif_validator
from reports import DATA, RULES, Tree, incident, simple
from scratchlint.core.finding import Comparison, Known, Origin, Report, Skipped, Text
from scratchlint.report import Options, write
from scratchlint.rules import RULES as SHIPPED
from test_report_text import written


def hostile() -> Report:
    name = "src/[a b]#1%/c:\\ä😀\udcff@x.ts"
    tree, one = simple("/tmp/😀", name, "\ufeff\t'𝔘'; open('/tmp/😀')\r\n")
    one = replace(one, message='The data /tmp/{1}/[x](7) is "lost"\x1b', level="warning")
    return replace(tree.report(one), skipped=(Skipped(name, "odd"),))


@pytest.mark.parametrize(
    "report", [incident(), hostile(), Tree({}).report()], ids=["incident", "hostile", "empty"]
)
def test_reports_are_valid(report: Report, tmp_path: Path) -> None:
    assert sarif_validator.problems(written(report, "sarif"), tmp_path) == []


def test_shipped_rules_are_valid(tmp_path: Path) -> None:
    target = tmp_path / "rules.sarif"
    with target.open("w", encoding="utf-8") as stream:
        write(Tree({}).report(), "sarif", stream, SHIPPED, Options("1.2.3", category="back-end"))
    assert sarif_validator.problems(target.read_text(encoding="utf-8"), tmp_path) == []


def test_everything_that_can_be_asked_for_is_valid(tmp_path: Path) -> None:
    tree, one = simple()
    other = replace(one, rule="scratch-executable")
    gone = Known("scratch-data", "src/[a b].py", "/tmp/gone.db", "0" * 16)
    report = replace(
        tree.report(one),
        comparison=Comparison(known=(other,), fixed=(gone,)),
        origin=Origin("https://github.com/example/app", "0" * 40, "main"),
        texts={"app.py": Text(0, tree.files["app.py"])},
    )
    stream = io.StringIO()
    options = Options("1.2.3", show_known=True, category="back-end", embed=True, exit_code=1)
    write(report, "sarif", stream, RULES, options)
    states = [one["baselineState"] for one in json.loads(stream.getvalue())["runs"][0]["results"]]
    assert states == ["new", "unchanged", "absent"]
    # A fixed finding has no line any more: this log is for viewers, not for GitHub.
    for problem in sarif_validator.problems(stream.getvalue(), tmp_path):
        assert problem.startswith(("multitool: GH1003 ", "multitool: SARIF2017 "))
        assert "results[2].locations[0]" in problem


def test_a_report_without_weaknesses_is_valid(tmp_path: Path) -> None:
    target = tmp_path / "rules.sarif"
    with target.open("w", encoding="utf-8") as stream:
        write(Tree({}).report(), "sarif", stream, [replace(DATA, weaknesses=())], Options("1.2.3"))
    assert sarif_validator.problems(target.read_text(encoding="utf-8"), tmp_path) == []


def _absolute(result: dict[str, Any]) -> None:
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "file:///src/a.py"


def _unplaced(result: dict[str, Any]) -> None:
    del result["locations"]


def _dangling(result: dict[str, Any]) -> None:
    result["message"]["text"] += " See [this](9)."


def _doubled(result: dict[str, Any]) -> None:
    result["relatedLocations"].append({**result["relatedLocations"][0], "id": 3})


def _unknown(result: dict[str, Any]) -> None:
    result["levle"] = "error"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_absolute, "multitool: SARIF1004 error"),
        (_unplaced, "multitool: GH1001 error"),
        (_dangling, "link to a missing location 9"),
        (_doubled, "duplicate in relatedLocations"),
        (_unknown, "schema: runs/0/results/0"),
    ],
)
def test_the_validator_sees_faults(
    spoil: Callable[[dict[str, Any]], None], problem: str, tmp_path: Path
) -> None:
    log = json.loads(written(incident(), "sarif"))
    spoil(log["runs"][0]["results"][0])
    assert any(one.startswith(problem) for one in sarif_validator.problems(json.dumps(log), tmp_path))


def test_a_missing_validator_fails_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sarif_validator, "PACKAGE", tmp_path)
    with pytest.raises(AssertionError, match="npm ci --prefix tests/multitool"):
        sarif_validator.problems(written(incident(), "sarif"), tmp_path)
