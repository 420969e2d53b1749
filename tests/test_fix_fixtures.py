"""Every scenario of fixtures/fixes/ is fixed as its `fixed/` tree shows, and stays so.

A scenario is a small project; `fixed/` beside its files holds those that change, `fixes.txt` says which fixes
are made, how sure they are, and what people must do. Run as a script, it writes both anew, for review.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import sarif_applier
from sarif_validator import problems_of
from scratchlint import __version__
from scratchlint.analyze import analyze
from scratchlint.fix.apply import apply
from scratchlint.fix.offer import Offer, offer
from scratchlint.fix.verify import contents, verify
from scratchlint.languages.front_ends import lower_file
from scratchlint.policies import Policies
from scratchlint.report import Options, write
from scratchlint.rules import RULES

FIXES = Path(__file__).parents[1] / "fixtures" / "fixes"
SCENARIOS = sorted(path.name for path in FIXES.iterdir() if path.is_dir())
EXPECTED = ("fixed", "fixes.txt")

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


def offered(root: Path) -> Offer:
    return offer(root, ("",), Policies(root))


def copy(scenario: str, directory: Path) -> Path:
    """Copy a project without what is expected of it."""
    target = directory / scenario
    shutil.copytree(FIXES / scenario, target, ignore=lambda at, names: _expected(scenario, at, names))
    return target


def _expected(scenario: str, at: str, names: list[str]) -> list[str]:
    return [name for name in names if name in EXPECTED] if Path(at) == FIXES / scenario else []


def tree(directory: Path) -> dict[str, bytes]:
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def told(found: Offer) -> str:
    return "".join(f"{line}\n" for line in _told(found))


def _told(found: Offer) -> Iterator[str]:
    for fix in found.fixes:
        yield f"{fix.applicability}: {fix.title}"
        yield from (f"  {task.kind}: {task.text}" for task in fix.tasks)
    for one in found.unfixed:
        yield f"none: {one.old} in {one.site.file}: {one.because}"


def fix_all(root: Path) -> Offer:
    found = offered(root)
    chosen = [fix for fix in found.fixes if fix.applicability != "display"]
    applied = apply(chosen, found.tree)
    assert not applied.failed
    assert list(applied.fixes) == chosen
    return found


@each_scenario
def test_fixed_as_expected(scenario: str, tmp_path: Path) -> None:
    root = copy(scenario, tmp_path)
    found = fix_all(root)
    assert told(found) == (FIXES / scenario / "fixes.txt").read_text("utf-8")
    expected = {**tree(copy(scenario, tmp_path / "again")), **tree(FIXES / scenario / "fixed")}
    assert tree(root) == expected


@each_scenario
def test_a_second_run_changes_nothing(scenario: str, tmp_path: Path) -> None:
    root = copy(scenario, tmp_path)
    before = offered(root)
    fix_all(root)
    after = offered(root)
    assert [fix.title for fix in after.fixes if fix.applicability != "display"] == []
    mended = {site for fix in before.fixes if fix.applicability != "display" for site in fix.sites}
    assert len(after.findings) == len(before.findings) - len(mended)


@each_scenario
def test_a_trial_sees_what_a_fresh_run_sees(scenario: str, tmp_path: Path) -> None:
    root = copy(scenario, tmp_path)
    found = offered(root)
    chosen = [fix for fix in found.fixes if fix.applicability != "display"]
    tried = found.again(contents(chosen, found.tree)).report
    fix_all(root)
    assert replace(tried, seconds=0.0) == replace(offered(root).report, seconds=0.0)


@each_scenario
def test_each_fix_holds_alone(scenario: str, tmp_path: Path) -> None:
    root = copy(scenario, tmp_path)
    found = offered(root)
    for fix in found.fixes:
        if fix.applicability != "display":
            assert verify([fix], found.before, found.tree, found.again).fixes == (fix,)


@each_scenario
def test_fixed_files_parse_no_worse(scenario: str, tmp_path: Path) -> None:
    root = copy(scenario, tmp_path)
    found = offered(root)
    for file, data in contents(found.fixes, found.tree).items():
        language = found.tree.language(file)
        before = lower_file(language, file, found.tree.data(file) or b"")
        assert len(lower_file(language, file, data).damaged) <= len(before.damaged)


def log_of(root: Path) -> str:
    """Return the SARIF of a project, with its fixes."""
    report = replace(analyze(root, ("",)), seconds=0.0, fixes=offered(root).fixes)
    stream = io.StringIO()
    write(report, "sarif", stream, RULES, Options(__version__))
    return stream.getvalue()


@each_scenario
def test_sarif_gives_the_same_bytes(scenario: str, tmp_path: Path) -> None:
    by_hand, by_log = copy(scenario, tmp_path / "hand"), copy(scenario, tmp_path / "log")
    sarif_applier.apply(json.loads(log_of(by_log)), by_log)
    fix_all(by_hand)
    assert tree(by_log) == tree(by_hand)


def test_sarif_with_fixes_is_valid(tmp_path: Path) -> None:
    logs = {scenario: log_of(copy(scenario, tmp_path / "projects")) for scenario in SCENARIOS}
    found = problems_of(logs, tmp_path)
    assert {scenario: wrong for scenario, wrong in found.items() if wrong} == {}


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 70


def write_expected() -> None:
    import tempfile

    for scenario in sys.argv[1:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as directory:
            root = copy(scenario, Path(directory))
            before = tree(root)
            found = fix_all(root)
            after = tree(root)
        (FIXES / scenario / "fixes.txt").write_text(told(found), "utf-8")
        fixed = FIXES / scenario / "fixed"
        shutil.rmtree(fixed, ignore_errors=True)
        for file, data in after.items():
            if data != before[file]:
                (fixed / file).parent.mkdir(parents=True, exist_ok=True)
                (fixed / file).write_bytes(data)


if __name__ == "__main__":
    write_expected()
