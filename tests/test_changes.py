"""`check --diff`: which findings a change has to do with, in every kind of clone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.changes import added_lines
from scratchlint.cli import main
from test_discover import trap

SETTINGS = 'STATE = "/tmp/app/state.db"\n'
PROGRAM = (
    "import sqlite3\nfrom settings import STATE\n\n\ndef connect():\n    return sqlite3.connect(STATE)\n"
)
LOG = 'import logging\n\nlogging.FileHandler("/tmp/app/server.log")\n'
Check = Callable[..., dict[str, Any]]


def git(root: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    allowed = ("-c", "protocol.file.allow=always", "-c", "uploadpack.allowFilter=true")
    done = subprocess.run(
        ["git", *who, *allowed, *arguments], cwd=root, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def commit(root: Path) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "change")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit and two findings, one over two files; scratchlint runs in it."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "settings.py").write_text(SETTINGS)
    (root / "program.py").write_text(PROGRAM)
    (root / "log.py").write_text(LOG)
    commit(root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """Run `check --diff` and give its JSON report."""

    def invoke(revision: str, *words: str) -> dict[str, Any]:
        code = main(["check", "--diff", revision, "--format", "json", *words])
        out, err = capsys.readouterr()
        assert code in (0, 1), err
        return json.loads(out)  # type: ignore[no-any-return]

    return invoke


def told(report: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Return the path of each finding with the place that is changed."""
    return [
        (one["path"], f"{one['changed']['file']}:{one['changed']['line']}" if one["changed"] else None)
        for one in report["findings"]
    ]


def test_without_a_change_there_is_nothing(project: Path, check: Check) -> None:
    report = check("HEAD")
    assert report["findings"] == []
    assert report["summary"]["elsewhere"] == 2


def test_a_changed_literal_counts(project: Path, check: Check) -> None:
    (project / "log.py").write_text("# new\n" + LOG.replace("server", "service"))
    assert told(check("HEAD")) == [("/tmp/app/service.log", "log.py:4")]


def test_a_moved_line_is_no_change(project: Path, check: Check) -> None:
    (project / "log.py").write_text("# new\n\n" + LOG)
    assert told(check("HEAD")) == []


def test_line_ends_are_no_change(project: Path, check: Check) -> None:
    (project / "log.py").write_bytes(LOG.replace("\n", "\r\n").encode())
    assert told(check("HEAD")) == []


def test_a_changed_step_counts_where_it_stands(project: Path, check: Check) -> None:
    (project / "program.py").write_text(
        PROGRAM.replace("return sqlite3.connect(STATE)", "sqlite3.connect(STATE)")
    )
    assert told(check("HEAD")) == [("/tmp/app/state.db", "program.py:6")]


def test_another_line_of_a_step_is_no_change(project: Path, check: Check) -> None:
    whole = (
        "import sqlite3\n\nOPTIONS = {\n    'state': '/tmp/app/own.db',\n    'other': 1,\n}\n"
        "sqlite3.connect(OPTIONS['state'])\n"
    )
    (project / "whole.py").write_text(whole)
    commit(project)
    (project / "whole.py").write_text(whole.replace("'other': 1", "'other': 2"))
    assert told(check("HEAD")) == []
    (project / "whole.py").write_text(whole.replace("OPTIONS = {", "OPTIONS = {  # new"))
    assert told(check("HEAD")) == [("/tmp/app/own.db", "whole.py:3")]


def test_a_deletion_can_make_a_finding(
    project: Path, check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    cleaned = (
        "import os, sqlite3\n\n\ndef work():\n    path = '/tmp/work.db'\n    try:\n"
        "        sqlite3.connect(path)\n    finally:\n        os.unlink(path)\n"
    )
    (project / "work.py").write_text(cleaned)
    commit(project)
    assert told(check("HEAD")) == []
    (project / "work.py").write_text(cleaned.replace("        os.unlink(path)\n", "        pass\n"))
    assert told(check("HEAD")) == [("/tmp/work.db", None)]
    main(["check", "--diff", "HEAD"])
    out = capsys.readouterr().out
    assert out.startswith("Newly reached by the change:\n\nwork.py:5:12: error[scratch-data]")
    assert not list((project.parent / "cache/scratchlint").iterdir())


def test_new_files_count_and_ignored_ones_do_not(project: Path, check: Check) -> None:
    (project / ".gitignore").write_text(".env\n")
    commit(project)
    (project / ".env").write_text("DATABASE_URL=sqlite:////tmp/app/other.db\n")
    (project / "more.py").write_text(LOG.replace("server", "more"))
    report = check("HEAD")
    assert told(report) == [("/tmp/app/more.log", "more.py:3")]


def test_a_renamed_file_is_compared_with_itself(project: Path, check: Check) -> None:
    git(project, "mv", "log.py", "logs.py")
    assert told(check("HEAD")) == []
    (project / "logs.py").write_text(LOG.replace("server", "service"))
    assert told(check("HEAD")) == [("/tmp/app/service.log", "logs.py:3")]


def test_what_others_changed_since_does_not_count(project: Path, check: Check) -> None:
    git(project, "checkout", "-qb", "topic")
    (project / "more.py").write_text(LOG.replace("server", "more"))
    commit(project)
    git(project, "checkout", "-q", "main")
    (project / "log.py").write_text(LOG.replace("server", "service"))
    commit(project)
    git(project, "checkout", "-q", "topic")
    assert told(check("main")) == [("/tmp/app/more.log", "more.py:3")]


def test_goes_with_a_baseline(project: Path, check: Check) -> None:
    (project / "log.py").write_text("import logging\nlogging.FileHandler('/tmp/app/server.log')\n")
    (project / "more.py").write_text(LOG.replace("server", "more"))
    main(["baseline", "write", "log.py"])
    report = check("HEAD", "--baseline", "scratchlint-baseline.json")
    assert told(report) == [("/tmp/app/more.log", "more.py:3")]
    assert (report["summary"]["known"], report["summary"]["elsewhere"]) == (1, 1)


def test_annotations_stand_on_the_changed_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "program.py").write_text(PROGRAM.replace("return sqlite3", "sqlite3"))
    main(["check", "--diff", "HEAD", "--format", "github"])
    first, _ = capsys.readouterr().out.splitlines()
    assert ",file=program.py,line=6,col=21," in first
    assert "%0Asettings.py:1:9 " in first


def test_sarif_keeps_the_other_alerts_open(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "log.py").write_text(LOG.replace("server", "service"))
    main(["check", "--diff", "HEAD", "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [(one["ruleId"], one["baselineState"]) for one in results] == [
        ("scratch-log", "new"),
        ("scratch-data", "unchanged"),
    ]


def test_markdown_tells_the_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "program.py").write_text(PROGRAM.replace("return sqlite3", "sqlite3"))
    main(["check", "--diff", "HEAD", "--format", "markdown"])
    assert "Change&#58; a step on its way is on a changed line&#58;" in capsys.readouterr().out.replace(
        "Change:", "Change&#58;"
    )


def clone(project: Path, *options: str) -> Path:
    target = project.parent / "clone"
    git(project.parent, "clone", "-q", *options, f"file://{project}", str(target))
    return target


@pytest.fixture
def grown(project: Path) -> Path:
    """The repository with two more commits; the last one adds a finding."""
    (project / "readme").write_text("x\n")
    commit(project)
    (project / "more.py").write_text(LOG.replace("server", "more"))
    commit(project)
    return project


def test_a_shallow_clone_without_the_revision_says_so(
    grown: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone(grown, "--depth=1"))
    base = git(grown, "rev-parse", "HEAD~1")
    assert main(["check", "--diff", base]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == (
        f"scratchlint: --diff {base}: this shallow clone does not hold that revision: fetch it first "
        "(in GitHub Actions: `fetch-depth: 0` of actions/checkout)\n"
    )


def test_a_shallow_clone_with_the_revision_works(
    grown: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone(grown, "--depth=2"))
    report = check("HEAD~1")
    assert told(report) == [("/tmp/app/more.log", "more.py:3")]
    assert report["limits"] == []


def test_a_shallow_clone_without_common_history_compares_with_the_revision_itself(
    grown: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = git(grown, "rev-parse", "HEAD~1")
    target = clone(grown, "--depth=1")
    git(target, "fetch", "-q", "--depth=1", "origin", base)
    git(target, "update-ref", "refs/heads/base", base)
    monkeypatch.chdir(target)
    # The fetched commit is the parent, but the clone does not know that.
    report = check("base")
    assert told(report) == [("/tmp/app/more.log", "more.py:3")]
    assert report["limits"] == [
        "compared with base itself, not with its last commit in common with HEAD: "
        "history is missing in this shallow clone"
    ]


def test_a_partial_clone_is_enough_where_files_are_the_same(
    grown: Path, check: Check, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = clone(grown, "--filter=blob:none")
    monkeypatch.chdir(target)
    assert told(check("HEAD~1")) == [("/tmp/app/more.log", "more.py:3")]
    (target / "log.py").write_text(LOG.replace("server", "service"))
    git(target, "commit", "-qam", "x")
    git(target, "gc", "-q")
    assert told(check("HEAD~1")) == [("/tmp/app/service.log", "log.py:3")]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "", "HEAD:log.py", "a b"])
def test_a_revision_that_is_not_there_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], revision: str
) -> None:
    assert main(["check", f"--diff={revision}"]) == 2
    assert f"--diff {revision}: no such revision\n" in capsys.readouterr().err
    assert not (project / "x").exists()


def test_a_directory_without_git_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--diff", "HEAD"]) == 2
    assert "is not a git work tree" in capsys.readouterr().err


def test_a_hostile_repository_runs_nothing(project: Path, tmp_path: Path, check: Check) -> None:
    script, marker = trap(tmp_path)
    with (project / ".git/config").open("a") as config:
        config.write(
            f"[core]\n fsmonitor = {script}\n pager = {script}\n hooksPath = {tmp_path}\n"
            f'[diff]\n external = {script}\n[diff "x"]\n command = {script}\n textconv = {script}\n'
            f'[filter "x"]\n clean = {script}\n smudge = {script}\n process = {script}\n required = true\n'
        )
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/attributes").write_text("* filter=x diff=x\n")
    (project / ".gitattributes").write_text("* filter=x diff=x\n")
    (project / "log.py").write_text(LOG.replace("server", "service"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "diff"], cwd=project, env=environment, capture_output=True)
    assert marker.exists(), "the trap must be real"
    marker.unlink()
    assert told(check("HEAD")) == [("/tmp/app/service.log", "log.py:3")]
    assert not marker.exists()


def test_a_tree_that_leads_out_writes_nothing_outside(project: Path, check: Check) -> None:
    """Git's plumbing can write trees with entries named `..`."""
    blob = git(project, "hash-object", "-w", "log.py")
    inner = (
        subprocess.run(
            ["git", "mktree"],
            cwd=project,
            input=f"100644 blob {blob}\tescaped.py\n".encode(),
            capture_output=True,
        )
        .stdout.decode()
        .strip()
    )
    entries = git(project, "ls-tree", "HEAD") + f"\n040000 tree {inner}\t..\n"
    tree = (
        subprocess.run(["git", "mktree"], cwd=project, input=entries.encode(), capture_output=True)
        .stdout.decode()
        .strip()
    )
    if not tree:
        pytest.skip("this git refuses such trees")
    hostile = git(project, "commit-tree", "-m", "x", tree)
    check(hostile)
    assert not list((project.parent / "cache").rglob("escaped.py"))


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


@given(LINES, LINES)
def test_lines_that_were_not_added_were_there_before(before: list[str], after: list[str]) -> None:
    added = {number for part in added_lines(before, after) for number in part}
    assert added <= set(range(1, len(after) + 1))
    kept = iter(before)
    assert all(line in kept for number, line in enumerate(after, start=1) if number not in added)


@given(LINES, LINES, LINES)
def test_a_block_that_is_put_in_is_what_was_added(
    before: list[str], block: list[str], after: list[str]
) -> None:
    block = [f"new {line}" for line in block]
    added = [number for part in added_lines(before + after, before + block + after) for number in part]
    assert added == list(range(len(before) + 1, len(before) + len(block) + 1))
