"""Baselines: which findings are known, which are new, which are fixed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.baseline import load, match, write
from scratchlint.cli import main
from scratchlint.core.finding import Known
from scratchlint.errors import UsageError

STATE = 'import sqlite3\n\nsqlite3.connect("/tmp/app/state.db")\n'
LOG = 'import logging\n\nlogging.FileHandler("/tmp/app/server.log")\n'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in a project of two findings; gives the exit code and what was written."""
    monkeypatch.chdir(tmp_path)
    Path("state.py").write_text(STATE)
    Path("log.py").write_text(LOG)

    def invoke(*words: str) -> tuple[int, str, str]:
        code = main(words)
        return code, *capsys.readouterr()

    return invoke


def check(run: Run, *words: str) -> dict[str, list[dict[str, str]]]:
    code, out, _ = run("check", "--baseline", "scratchlint-baseline.json", "--format", "json", *words)
    report = json.loads(out)
    assert code == (1 if report["findings"] else 0)
    return report  # type: ignore[no-any-return]


def paths(entries: list[dict[str, str]]) -> list[str]:
    return [entry["path"] for entry in entries]


def test_known_findings_are_left_out_and_counted(run: Run) -> None:
    code, _, err = run("baseline", "write")
    assert (code, err) == (0, "scratchlint: wrote scratchlint-baseline.json: 2 findings\n")
    code, out, _ = run("check", "--baseline", "scratchlint-baseline.json")
    assert code == 0
    assert out.startswith("Known: 2 findings of the baseline left out (--show-known lists them)\n2 files, ")
    assert "0 production, 2 known" in out


def test_the_file_is_ordered_and_has_a_line_for_each_finding(run: Run) -> None:
    run("baseline", "write")
    first = Path("scratchlint-baseline.json").read_text()
    assert [json.loads(line.rstrip(","))["path"] for line in first.splitlines()[1:-1]] == [
        "/tmp/app/state.db",
        "/tmp/app/server.log",
    ]
    run("baseline", "write")
    assert Path("scratchlint-baseline.json").read_text() == first


@pytest.mark.parametrize(
    "edited",
    [
        "\n\n# moved down\n" + STATE,
        STATE.replace("sqlite3.connect(", "connection = sqlite3.connect("),
        STATE.replace('("', '( "'),
        "def connect():\n    return sqlite3.connect('/tmp/app/state.db')\n\nimport sqlite3\n",
    ],
)
def test_edits_around_a_finding_leave_it_known(run: Run, edited: str) -> None:
    run("baseline", "write")
    Path("state.py").write_text(edited)
    report = check(run)
    assert (report["findings"], report["fixed"]) == ([], [])


def test_a_finding_moves_with_its_file(run: Run) -> None:
    run("baseline", "write")
    Path("state.py").rename("database.py")
    report = check(run)
    assert (report["findings"], report["fixed"]) == ([], [])


def test_a_copy_is_new(run: Run) -> None:
    run("baseline", "write")
    Path("database.py").write_text(STATE)
    assert [one["site"]["location"]["file"] for one in check(run)["findings"]] == ["database.py"]  # type: ignore[index]


def test_another_path_is_new_and_the_old_one_fixed(run: Run) -> None:
    run("baseline", "write")
    Path("state.py").write_text(STATE.replace("state.db", "other.db"))
    report = check(run)
    assert paths(report["findings"]) == ["/tmp/app/other.db"]
    assert paths(report["fixed"]) == ["/tmp/app/state.db"]
    _, out, _ = run("check", "--baseline", "scratchlint-baseline.json")
    assert "Fixed: state.py: scratch-data: /tmp/app/state.db\n" in out


def test_shrinking_takes_out_what_is_fixed_and_adds_nothing(run: Run) -> None:
    run("baseline", "write")
    Path("state.py").write_text(STATE.replace("state.db", "other.db"))
    code, _, err = run("baseline", "shrink")
    assert (code, err) == (0, "scratchlint: wrote scratchlint-baseline.json: 1 finding, 1 fewer\n")
    assert paths(check(run)["findings"]) == ["/tmp/app/other.db"]
    assert check(run)["fixed"] == []


@pytest.mark.parametrize(
    "words", [["log.py"], ["--select", "scratch-log"], ["--ignore", "scratch-data"]], ids=" ".join
)
def test_what_was_not_looked_for_is_not_fixed(run: Run, words: list[str]) -> None:
    run("baseline", "write")
    assert check(run, *words)["fixed"] == []


def test_a_deleted_file_is_fixed(run: Run) -> None:
    run("baseline", "write")
    Path("state.py").unlink()
    assert paths(check(run)["fixed"]) == ["/tmp/app/state.db"]


def test_known_findings_are_shown_on_demand(run: Run) -> None:
    run("baseline", "write")
    Path("state.py").unlink()
    words = ("check", "--baseline", "scratchlint-baseline.json", "--show-known")
    _, out, _ = run(*words)
    assert "\nlog.py:3:21: warning[scratch-log]" in f"\n{out}"
    assert paths(json.loads(run(*words, "--format", "json")[1])["known"]) == ["/tmp/app/server.log"]
    results = json.loads(run(*words, "--format", "sarif")[1])["runs"][0]["results"]
    assert [(one["ruleId"], one["baselineState"]) for one in results] == [
        ("scratch-log", "unchanged"),
        ("scratch-data", "absent"),
    ]


def test_sarif_for_uploads_holds_new_findings_alone(run: Run) -> None:
    """GitHub ignores baselineState: what is listed becomes an alert."""
    run("baseline", "write")
    Path("state.py").write_text(STATE.replace("state.db", "other.db"))
    _, out, _ = run("check", "--baseline", "scratchlint-baseline.json", "--format", "sarif")
    (log,) = json.loads(out)["runs"]
    assert [(one["ruleId"], one["baselineState"]) for one in log["results"]] == [("scratch-data", "new")]
    told = [one["message"]["text"] for one in log["invocations"][0]["toolExecutionNotifications"]]
    assert told == [
        "1 finding of the baseline known.",
        "Fixed since the baseline: state.py: scratch-data: /tmp/app/state.db",
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (None, "cannot read baseline b.json: No such file or directory: `scratchlint baseline write`"),
        ("{", "b.json is no baseline of scratchlint: "),
        ("\xff\udcff", "b.json is no baseline of scratchlint: "),
        ("[" * 100_000, "b.json is no baseline of scratchlint: "),
        ("[]", "it has no `findings`"),
        ('{"findings": []}', "baseline b.json has version None, not 1"),
        ('{"version": 2, "findings": []}', "has version 2, not 1"),
        ('{"version": 1, "findings": 3}', "`findings` is no array"),
        ('{"version": 1, "findings": [3]}', "findings[0] needs the texts rule, file, path, line"),
        ('{"version": 1, "findings": [{"rule": "a", "file": "b", "path": 1, "line": "c"}]}', "findings[0]"),
        (
            '{"version": 1, "findings": [{"rule": "a", "file": "/b", "path": "", "line": ""}]}',
            "no path below",
        ),
        (
            '{"version": 1, "findings": [{"rule": "a", "file": "../b", "path": "", "line": ""}]}',
            "[0].file is",
        ),
        (
            '{"version": 1, "findings": [{"rule": "a", "file": "\\u0000", "path": "", "line": ""}]}',
            "findings[0]",
        ),
    ],
)
def test_a_bad_file_is_named(run: Run, text: str | None, answer: str) -> None:
    if text is not None:
        Path("b.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = run("check", "--baseline", "b.json")
    assert (code, out) == (2, "")
    assert answer in err
    assert err.count("\n") == 1


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        load(str(tmp_path))


ENTRIES = st.lists(st.builds(Known, *[st.sampled_from(["a", "b"])] * 4), max_size=8)


@given(ENTRIES)
def test_a_baseline_knows_itself_and_survives_writing(entries: list[Known]) -> None:
    known, used = match(entries, entries)
    assert known == used == set(range(len(entries)))
    stream = io.StringIO()
    write(entries, stream)
    assert sorted(json.loads(stream.getvalue())["findings"], key=str) == sorted(
        ({"rule": one.rule, "file": one.file, "path": one.path, "line": one.line} for one in entries), key=str
    )


@given(ENTRIES, ENTRIES)
def test_every_entry_stands_for_one_finding(baseline: list[Known], found: list[Known]) -> None:
    known, used = match(baseline, found)
    assert len(known) == len(used)
    new = [one for index, one in enumerate(found) if index not in known]
    fixed = [one for index, one in enumerate(baseline) if index not in used]
    assert not {(one.rule, one.file, one.path) for one in new} & {
        (one.rule, one.file, one.path) for one in fixed
    }
    assert not {(one.rule, one.path, one.line) for one in new} & {
        (one.rule, one.path, one.line) for one in fixed
    }
