"""What demand leaves unread tells nothing: with every file parsed the same is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.project import Effort

FIXTURES = Path(__file__).parent.parent / "fixtures"
SCENARIOS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())


def found(report: Report) -> Iterator[tuple[object, ...]]:
    for finding in report.findings:
        judgement = finding.judgement
        yield judgement.site, finding.rule, finding.level, finding.message, finding.home, finding.profile
    for suppressed in report.suppressed:
        yield suppressed.finding.judgement.site, suppressed.finding.rule
    for judgement in report.scratch:
        yield judgement.site, judgement.verdict.kind


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_same_is_found_when_every_file_is_parsed(scenario: str) -> None:
    by_demand = analyze(FIXTURES / scenario, ("",))
    assert list(found(analyze(FIXTURES / scenario, ("",), effort=Effort(exhaustive=True)))) == list(
        found(by_demand)
    )


def test_every_file_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:\n", encoding="utf-8")
    assert not analyze(tmp_path, ("",)).skipped
    (skipped,) = analyze(tmp_path, ("",), effort=Effort(exhaustive=True)).skipped
    assert (skipped.file, skipped.partly) == ("broken.py", True)
