"""Sweeps: many repositories into one directory, whatever is wrong with some of them, and on from anywhere."""

from __future__ import annotations

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scratchlint.cli import main
from scratchlint.sweep.database import reading
from scratchlint.sweep.directory import locked
from scratchlint.sweep.process import Processes
from scratchlint.sweep.server import Limits
from scratchlint.sweep.sources import Source, listed, named
from scratchlint.sweep.unit import Analysed, Failed, Unit
from scratchlint.sweep.wishes import Wishes
from swept import LOG, bare, dump, failures, git, logs, results, work_tree

pytestmark = pytest.mark.usefixtures("cache")


def test_directories_work_trees_and_bare_repositories_are_swept(tmp_path: Path, out: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.py").write_text(LOG.format("a"))
    sources = [plain, work_tree(tmp_path, "tree", 2), bare(tmp_path, "store", 3)]
    assert main(["sweep", *map(str, sources), "--out", str(out)]) == 0
    assert results(out) == {"plain": 1, "tree": 2, "store.git": 3}
    found = [row for one in reading(out).repositories() for row in reading(out).findings(one.name)]
    assert {row.rule for row in found} == {"scratch-log"}
    assert all(row.steps[0].kind == "source" and row.language == "python" for row in found)
    assert all(
        row.path in step.text[step.mark_start : step.mark_end] for row in found for step in row.steps[:1]
    )
    assert all(sum(one.strength for one in row.evidence) > 0 for row in found)


def test_bare_repository_is_reported_as_its_work_tree_is(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree", 2)
    (tree / "large.py").write_text("#\n" * (1 << 20))
    (tree / ".gitignore").write_text("*.py\n")
    git(tree, "add", "-fA")
    git(tree, "commit", "-qm", "second")
    git(tmp_path, "clone", "-q", "--bare", str(tree), "store.git")
    main(["sweep", str(tree), str(tmp_path / "store.git"), "--out", str(out)])
    database = reading(out)
    ours, theirs = database.repositories()
    assert list(database.findings(ours.name)) == list(database.findings(theirs.name))
    assert list(database.errors(ours.name)) == list(database.errors(theirs.name))
    assert [(one.kind, one.file) for one in database.errors(ours.name)] == [("skipped", "large.py")]


def test_revision_of_a_repository_is_read_from_its_objects(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree", 2)
    first = git(tree, "rev-parse", "HEAD")
    git(tree, "rm", "-q", "service0.py", "service1.py")
    git(tree, "commit", "-qm", "second")
    assert main(["sweep", f"{tree}@{first}", "--out", str(out)]) == 0
    (one,) = reading(out).repositories()
    assert one.run is not None
    assert (one.run.commit, one.run.findings) == (first, 2)


def test_folder_of_clones_and_lists_name_repositories(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    trees = [work_tree(folder / owner, "tool") for owner in ("a", "b")]
    (folder / "notes").mkdir()
    assert [one.address for one in named([str(folder)])] == [str(tree) for tree in trees]
    listing = tmp_path / "list"
    listing.write_text(f"# ours\n\n{trees[0]}@main\n{tmp_path}/gone\n")
    assert list(named([str(listing)])) == [Source(str(trees[0]), "main"), Source(f"{tmp_path}/gone")]
    at = folder / "a@b"
    at.mkdir()
    assert list(listed(f"{at}\n".encode())) == [Source(str(at))]
    assert len({one.name for one in named([str(folder)])}) == 2


def test_what_is_broken_is_named_and_stops_nothing(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = work_tree(tmp_path, "good")
    policy = work_tree(tmp_path, "policy")
    (policy / "scratchlint.toml").write_text("nonsense = 1\n")
    empty = tmp_path / "empty.git"
    git(tmp_path, "init", "-q", "--bare", str(empty))
    listing = tmp_path / "list"
    listing.write_text(f"{tmp_path}/gone\n{policy}\n{empty}\n{good}@nowhere\n{good}\n")
    assert main(["sweep", str(listing), "--out", str(out)]) == 1
    assert results(out) == {"good": 1}
    assert set(failures(out)) == {"gone", "policy", "empty.git", "good@nowhere"}
    told = capsys.readouterr().err
    assert "no such directory" in told
    assert "scratchlint.toml:1: " in told
    assert "no commit HEAD" in told
    assert "no commit nowhere" in told
    assert main(["sweep", "status", str(out)]) == 1
    assert "4 failed, 0 waiting" in capsys.readouterr().out


def test_missing_object_costs_only_its_file(tmp_path: Path, out: Path) -> None:
    store = bare(tmp_path, "store", 2)
    name = git(store, "rev-parse", "HEAD:service0.py")
    (store / "objects" / name[:2] / name[2:]).unlink()
    assert main(["sweep", str(store), "--out", str(out)]) == 0
    (one,) = reading(out).repositories()
    assert [row.file for row in reading(out).findings(one.name)] == ["service1.py"]
    (error,) = reading(out).errors(one.name)
    assert (error.kind, error.file) == ("skipped", "service0.py")


def test_configuration_of_a_repository_runs_nothing(tmp_path: Path, out: Path) -> None:
    marker = tmp_path / "marker"
    store = bare(tmp_path, "store")
    (store / "hooks" / "post-checkout").write_text(f"#!/bin/sh\ntouch {marker}\n")
    (store / "hooks" / "post-checkout").chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "diff.external",
        "core.alternateRefsCommand",
    ):
        git(store, "config", key, f"touch {marker}")
    assert main(["sweep", str(store), "--out", str(out)]) == 0
    assert results(out) == {"store.git": 1}
    assert not marker.exists()


def test_finished_repositories_are_skipped_until_they_change(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, store = work_tree(tmp_path, "tree"), bare(tmp_path, "store")
    words = ["sweep", str(tree), str(store), "--out", str(out)]

    def last(*more: str) -> str:
        assert main([*words, *more]) == 0
        return capsys.readouterr().err.splitlines()[-1].partition(" (")[0]

    assert last() == "scratchlint: 2 analysed, 0 unchanged, 0 failed"
    before = dump(out)
    assert last() == "scratchlint: 0 analysed, 2 unchanged, 0 failed"
    assert dump(out) == before
    (tree / "new.py").write_text(LOG.format("new"))
    assert last() == "scratchlint: 1 analysed, 1 unchanged, 0 failed"
    assert results(out)["tree"] == 2
    assert last("--select", "scratch-data") == "scratchlint: 2 analysed, 0 unchanged, 0 failed"
    assert results(out) == {"tree": 0, "store.git": 0}


def test_logs_are_compressed_on_request(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree")
    main(["sweep", str(tree), "--out", str(out)])
    (plain,) = logs(out).values()
    main(["sweep", str(tree), "--out", str(out), "--gzip"])
    ((name, packed),) = logs(out).items()
    assert name.endswith(".sarif.gz")
    assert gzip.decompress(packed) == plain


def test_second_sweep_into_one_directory_stops(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(out):
        assert main(["sweep", str(work_tree(tmp_path, "tree")), "--out", str(out)]) == 2
    assert "another sweep writes to" in capsys.readouterr().err
    assert not (out / "sweep.sqlite").exists()


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(0, 4096), lambda text: text == "took longer than 0 seconds"),
        (Limits(60, 1), lambda text: "memory" in text or "limit of 1 MiB" in text or "ended by" in text),
    ],
    ids=["time", "memory"],
)
def test_repository_that_takes_too_much_is_a_failure(
    tmp_path: Path, limits: Limits, reason: Callable[[str], bool]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    tree = work_tree(tmp_path, "tree")
    (tree / "large.py").write_text(LOG.format("large") + "x = [1]\n" * 60_000)
    unit = Unit(Source(str(tree)), Wishes())
    failed = Processes().run(unit, limits, place).outcome
    assert isinstance(failed, Failed)
    assert reason(failed.reason), failed.reason
    done = Processes().run(unit, Limits(600, 4096), place).outcome
    assert isinstance(done, Analysed)
    assert not list(place.iterdir())


def test_failure_takes_earlier_results_away_and_retry_brings_them_back(tmp_path: Path, out: Path) -> None:
    tree, other = work_tree(tmp_path, "tree"), work_tree(tmp_path, "other")
    words = ["sweep", str(tree), str(other), "--out", str(out), "--select", "scratch-log", "-q"]
    assert main(words) == 0
    before = dump(out)
    policy = tree / "scratchlint.toml"
    policy.write_text("nonsense = 1\n")
    assert main(words) == 1
    assert results(out) == {"other": 1}
    assert set(failures(out)) == {"tree"}
    policy.unlink()
    assert main(["sweep", "retry", str(out)]) == 0
    assert dump(out) == before


def test_killed_sweep_goes_on_to_the_same_result(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "folder"
    for number in range(5):
        work_tree(folder, f"tree{number}", number + 1)
    undisturbed = tmp_path / "undisturbed"
    assert main(["sweep", str(folder), "--out", str(undisturbed)]) == 0
    for _ in range(2):
        command = [
            sys.executable,
            "-m",
            "scratchlint",
            "sweep",
            str(folder),
            "--out",
            str(out),
            "--workers",
            "1",
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            while not (line := process.stderr.readline()).endswith(" s)\n"):
                assert line, "the sweep ended before it could be killed"
            process.send_signal(signal.SIGKILL)
    assert 0 < len(list((out / "sarif").glob("*.sarif"))) < 5
    assert main(["sweep", str(folder), "--out", str(out)]) == 0
    assert logs(out) == logs(undisturbed)
    assert dump(out) == dump(undisturbed)


def test_comparison_tells_new_fixed_and_unknown(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, lost, gone = (
        work_tree(tmp_path, "tree", 2),
        work_tree(tmp_path, "lost"),
        work_tree(tmp_path, "gone"),
    )
    later = tmp_path / "later"
    assert main(["sweep", str(tree), str(lost), str(gone), "--out", str(out)]) == 0
    assert main(["sweep", "diff", str(out), str(out)]) == 0
    assert "0 new, 0 fixed, 4 unchanged" in capsys.readouterr().out
    (tree / "service0.py").unlink()
    (tree / "service1.py").rename(tree / "moved.py")
    (tree / "other.py").write_text(LOG.format("other"))
    (lost / "scratchlint.toml").write_text("nonsense = 1\n")
    assert main(["sweep", str(tree), str(lost), "--out", str(later)]) == 1
    capsys.readouterr()
    assert main(["sweep", "diff", str(out), str(later)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"- {gone}: service0.py:2: scratch-log: /tmp/gone0.log (repository is only in the old sweep)",
        f"? {lost}: not analysed in both sweeps",
        f"+ {tree}: other.py:2: scratch-log: /tmp/other.log",
        f"- {tree}: service0.py:2: scratch-log: /tmp/tree0.log",
        "1 new, 2 fixed, 1 unchanged finding in 3 repositories; 1 of these unknown",
    ]


def test_export_holds_every_finding(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = work_tree(tmp_path, "tree", 2)
    (tree / "=1+1.py").write_text(LOG.format("formula"))
    main(["sweep", str(tree), "--out", str(out)])
    capsys.readouterr()
    main(["sweep", "export", str(out)])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["file"] for row in rows] == ["'=1+1.py", "service0.py", "service1.py"]
    assert {row["repository"] for row in rows} == {str(tree)}
    main(["sweep", "export", str(out), "--format", "jsonl", "--output", str(tmp_path / "all")])
    read = [json.loads(line) for line in (tmp_path / "all").read_text().splitlines()]
    assert [one["file"] for one in read] == ["=1+1.py", "service0.py", "service1.py"]
    assert all(one["steps"][0]["kind"] == "source" for one in read)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sweep", "nowhere", "--out", "out"], "no such directory or list: nowhere"),
        (["sweep", ".", "--out", "out", "--workers", "-1"], "--workers must be 1 or more"),
        (["sweep", "."], "required: --out"),
        (["sweep", "status", "."], "holds no sweep"),
        (["sweep", "retry", "."], "holds no sweep"),
        (["sweep", ".", "--out", "out", "--config", "gone.toml"], "cannot read"),
    ],
)
def test_mistake_is_told_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_origin_and_branch_or_tag_are_kept(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree")
    git(tree, "tag", "v1")
    git(tree, "remote", "add", "origin", "git@github.com:owner/tree.git")
    git(tree, "update-ref", "refs/remotes/origin/next", "HEAD")
    commit = git(tree, "rev-parse", "HEAD")
    revisions = ["main", "v1", "origin/next", commit]
    assert main(["sweep", str(tree), *(f"{tree}@{one}" for one in revisions), "--out", str(out)]) == 0
    runs = {one.source.revision: one.run for one in reading(out).repositories()}
    assert {run.origin for run in runs.values() if run} == {"https://github.com/owner/tree"}
    assert {revision: run.ref for revision, run in runs.items() if run} == {
        "": "refs/heads/main",
        "main": "refs/heads/main",
        "v1": "refs/tags/v1",
        "origin/next": "refs/heads/next",
        commit: "",
    }


def test_repository_that_lies_elsewhere_is_still_the_same(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clones of one origin are one repository, also when the later one cannot be analysed."""
    places = [tmp_path / "old", tmp_path / "new"]
    for place in places:
        for name in ("moved", "broken", "own"):
            tree = work_tree(place, name)
            if name != "own":
                git(tree, "remote", "add", "origin", f"https://example.org/{name}.git")
    (places[1] / "moved" / "more.py").write_text(LOG.format("more"))
    (places[1] / "broken" / "scratchlint.toml").write_text("nonsense = 1\n")
    assert main(["sweep", str(places[0]), "--out", str(out)]) == 0
    assert main(["sweep", str(places[1]), "--out", str(tmp_path / "later")]) == 1
    capsys.readouterr()
    assert main(["sweep", "diff", str(out), str(tmp_path / "later")]) == 1
    old, new = places
    assert capsys.readouterr().out.splitlines() == [
        f"? {new}/broken: not analysed in both sweeps",
        f"+ {new}/moved: more.py:2: scratch-log: /tmp/more.log",
        f"+ {new}/own: service0.py:2: scratch-log: /tmp/own0.log (repository is only in the new sweep)",
        f"- {old}/own: service0.py:2: scratch-log: /tmp/own0.log (repository is only in the old sweep)",
        "2 new, 1 fixed, 1 unchanged finding in 4 repositories; 1 of these unknown",
    ]
