"""Ages of findings by git blame: which commit brought a line, what is not known, and nothing that runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scratchlint.cli import main
from scratchlint.source import blame as blame_module
from scratchlint.sweep.database import reading
from scratchlint.sweep.rows import ErrorRow, FindingRow
from swept import LOG, dump, git

FIRST, SECOND = "2019-03-04T12:00:00Z", "2021-06-07T08:30:00Z"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def commit(root: Path, date: str) -> str:
    git(root, "add", "-A")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": "2022-01-01T00:00:00Z"}
    command = ["git", *who, "commit", "-qm", date]
    subprocess.run(command, cwd=root, env=dict(os.environ) | dates, check=True)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a repository with a line of each of two commits, the older one in a file that was renamed."""
    root = tmp_path / "history"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "was.py").write_text(LOG.format("old"))
    commit(root, "2019-03-04T13:00:00+0100")
    (root / "was.py").rename(root / "old.py")
    (root / "new.py").write_text(LOG.format("new"))
    commit(root, SECOND)
    return root


def swept(tmp_path: Path, *sources: str) -> Path:
    out = tmp_path / "out"
    assert main(["sweep", *sources, "--out", str(out), "--blame"]) == 0
    return out


def rows(out: Path) -> list[FindingRow]:
    return [row for one in reading(out).repositories() for row in reading(out).findings(one.name)]


def ages(out: Path) -> dict[str, tuple[str, int]]:
    return {row.file: (row.written, row.written_earlier) for row in rows(out)}


def reasons(out: Path) -> list[ErrorRow]:
    database = reading(out)
    return [row for one in database.repositories() for row in database.errors(one.name) if row.kind == "age"]


def test_line_has_the_date_of_the_commit_that_brought_it(tmp_path: Path, history: Path) -> None:
    out = swept(tmp_path, str(history))
    assert ages(out) == {"old.py": (FIRST, 0), "new.py": (SECOND, 0)}
    commits = {row.file: row.written_commit for row in rows(out)}
    assert commits["new.py"] == git(history, "rev-parse", "HEAD")
    assert commits["old.py"] == git(history, "rev-parse", "HEAD~1")
    assert reasons(out) == []


def test_bare_repository_and_revision_tell_the_same(tmp_path: Path, history: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(history), "store.git")
    out = swept(tmp_path, str(history), str(tmp_path / "store.git"), f"{tmp_path}/store.git@main")
    assert [row.written for row in rows(out)] == [SECOND, FIRST] * 3
    before = dump(out)
    swept(tmp_path, f"{history}@HEAD~1")
    assert {row.written for row in rows(out) if row.file == "was.py"} == {FIRST}
    assert all(set(rows) <= set(dump(out)[table]) for table, rows in before.items() if table != "settings")


def test_ages_are_told_only_on_request(tmp_path: Path, history: Path) -> None:
    out = tmp_path / "out"
    assert main(["sweep", str(history), "--out", str(out)]) == 0
    assert set(ages(out).values()) == {("", 0)}
    assert set(ages(swept(tmp_path, str(history))).values()) == {(FIRST, 0), (SECOND, 0)}


def test_where_a_shallow_clone_ends_a_line_is_at_least_so_old(tmp_path: Path, history: Path) -> None:
    (history / "third.py").write_text(LOG.format("third"))
    commit(history, "2023-01-02T03:04:05Z")
    git(tmp_path, "clone", "-q", "--depth", "2", history.as_uri(), "shallow")
    assert ages(swept(tmp_path, f"{tmp_path}/shallow")) == {
        "old.py": (SECOND, 1),
        "new.py": (SECOND, 1),
        "third.py": ("2023-01-02T03:04:05Z", 0),
    }


def test_what_is_not_committed_has_no_age(tmp_path: Path, history: Path) -> None:
    (history / "new.py").write_text(LOG.format("changed"))
    (history / "fresh.py").write_text(LOG.format("fresh"))
    out = swept(tmp_path, str(history))
    assert ages(out) == {"old.py": (FIRST, 0), "new.py": ("", 0), "fresh.py": ("", 0)}
    fresh, changed = sorted(reasons(out), key=lambda row: row.file)
    assert (fresh.file, changed.file) == ("fresh.py", "new.py")
    assert "no such path" in fresh.reason
    assert changed.reason == "line 2 is not committed as it is"


def test_line_ends_do_not_count(tmp_path: Path, history: Path) -> None:
    (history / "new.py").write_bytes((history / "new.py").read_bytes().replace(b"\n", b"\r\n"))
    assert ages(swept(tmp_path, str(history)))["new.py"] == (SECOND, 0)


def test_nothing_of_the_repository_runs_or_changes_the_answer(tmp_path: Path, history: Path) -> None:
    marker = tmp_path / "marker"
    (history / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    for key in ("diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "diff.evil.command"):
        git(history, "config", key, f"touch {marker}; cat")
    head, first = git(history, "rev-parse", "HEAD"), git(history, "rev-parse", "HEAD~1")
    (tmp_path / "ignored").write_text(f"{first}\n{head}\n")
    git(history, "config", "blame.ignoreRevsFile", str(tmp_path / "gone"))
    (history / ".git" / "info" / "grafts").write_text(f"{head}\n")
    git(history, "config", "diff.algorithm", "nonsense")
    assert ages(swept(tmp_path, str(history))) == {"old.py": (FIRST, 0), "new.py": (SECOND, 0)}
    assert not marker.exists()


@pytest.mark.parametrize("bound", ["MAXIMUM_BLAMED_FILES", "MAXIMUM_BLAME_SECONDS"])
def test_bounds_are_told(history: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(blame_module, bound, 0)
    told = blame_module.blame(history, "HEAD", history, {"old.py": {2}, "new.py": {2}})
    assert not told.lines
    (reason,) = told.unknown
    assert reason.file == ""
    assert reason.reason.startswith("no ages in 2 files: git blame")


def test_broken_history_is_told(tmp_path: Path, history: Path) -> None:
    name = git(history, "rev-parse", "HEAD~1^{tree}")
    (history / ".git" / "objects" / name[:2] / name[2:]).unlink()
    out = swept(tmp_path, str(history))
    assert {row.file for row in reasons(out)} >= {"old.py"}
    assert ages(out)["old.py"] == ("", 0)


def test_date_that_is_none_is_told(tmp_path: Path) -> None:
    root = tmp_path / "odd"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "odd.py").write_text(LOG.format("odd"))
    git(root, "add", "-A")
    tree = git(root, "write-tree")
    who = "A <a@example.org> 99999999999999999 +0000"
    body = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nodd\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        input=body,
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    git(root, "update-ref", "refs/heads/main", made.stdout.strip())
    out = swept(tmp_path, str(root))
    assert ages(out) == {"odd.py": ("", 0)}
    assert "no sound date" in reasons(out)[0].reason
