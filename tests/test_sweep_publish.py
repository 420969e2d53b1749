"""Results of a sweep for GitHub's code scanning: prepared as files, sent through gh to a local stand-in."""

from __future__ import annotations

import base64
import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from code_scanning import CodeScanning, stand_in
from scratchlint.cli import main
from scratchlint.sweep import publish, upload
from scratchlint.sweep.publish import breaches
from swept import LOG, bare, git, logs, work_tree

SECONDS: list[float] = []


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    SECONDS.clear()
    monkeypatch.setattr("scratchlint.commands.sweep_publish.sleep", SECONDS.append)
    # A proxy of the surroundings would be asked for the address of the stand-in.
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CodeScanning]:
    with stand_in(tmp_path / "programs") as state:
        monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}{os.pathsep}{os.environ['PATH']}")
        yield state


def on_github(root: Path, project: str) -> str:
    """Give a repository its place on GitHub; it may be there as a clone."""
    git(root, "config", "remote.origin.url", f"git@github.com:{project}.git")
    return str(root)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a sweep over two repositories that are on GitHub."""
    out = tmp_path / "out"
    sources = [
        on_github(work_tree(tmp_path, "one", 2), "owner/one"),
        on_github(bare(tmp_path, "two"), "owner/two"),
    ]
    assert main(["sweep", *sources, "--out", str(out), "--quiet"]) == 0
    return out


def bodies(out: Path) -> dict[str, dict[str, Any]]:
    """Return the prepared bodies by the project that they are for."""
    lines = (out / "publish" / "index.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    return {one["endpoint"]: json.loads((out / "publish" / one["file"]).read_text()) for one in entries}


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.removeprefix("scratchlint: ") for line in capsys.readouterr().err.splitlines()]


class TestPreparing:
    def test_body_holds_the_log_the_commit_and_the_branch(self, tmp_path: Path, out: Path) -> None:
        assert main(["sweep", "publish", str(out)]) == 0
        made = bodies(out)
        assert set(made) == {f"repos/owner/{name}/code-scanning/sarifs" for name in ("one", "two")}
        one = made["repos/owner/one/code-scanning/sarifs"]
        assert one["commit_sha"] == git(tmp_path / "one", "rev-parse", "HEAD")
        assert one["ref"] == "refs/heads/main"
        assert one["tool_name"] == "scratchlint"
        packed = {gzip.decompress(base64.b64decode(body["sarif"])) for body in made.values()}
        assert packed == set(logs(out).values())

    def test_same_sweep_makes_the_same_files(self, out: Path) -> None:
        assert main(["sweep", "publish", str(out)]) == 0
        before = {file.name: file.read_bytes() for file in (out / "publish").iterdir()}
        assert main(["sweep", "publish", str(out)]) == 0
        assert {file.name: file.read_bytes() for file in (out / "publish").iterdir()} == before

    def test_what_is_not_fit_is_named_and_why(
        self, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        plain = tmp_path / "plain"
        plain.mkdir()
        elsewhere = work_tree(tmp_path, "elsewhere")
        git(elsewhere, "config", "remote.origin.url", "https://gitlab.com/owner/elsewhere.git")
        detached = on_github(work_tree(tmp_path, "detached"), "owner/detached")
        git(Path(detached), "checkout", "-q", "--detach")
        broken = Path(on_github(work_tree(tmp_path, "broken"), "owner/broken"))
        (broken / "scratchlint.toml").write_text("nonsense = 1\n")
        sources = [str(plain), str(elsewhere), detached, str(broken)]
        assert main(["sweep", *sources, "--out", str(out), "--quiet"]) == 1
        told(capsys)
        assert main(["sweep", "publish", str(out)]) == 1
        lines = told(capsys)
        for name, why in (
            ("plain", "its remote named origin is not on github.com"),
            ("elsewhere", "its remote named origin is not on github.com"),
            ("detached", "it is on no branch or tag: sweep it with @BRANCH"),
        ):
            assert f"left out: {tmp_path / name}: {why}" in lines
        assert any(
            line.startswith(f"left out: {tmp_path}/broken: its analysis failed: scratchlint.toml")
            for line in lines
        ), lines
        assert lines[-1] == f"2 prepared in {out}/publish, 4 left out"

    def test_what_is_not_fit_any_more_is_removed(self, tmp_path: Path, out: Path) -> None:
        assert main(["sweep", "publish", str(out)]) == 0
        git(tmp_path / "one", "config", "remote.origin.url", "/srv/git/one")
        (tmp_path / "one" / "new.py").write_text("")
        assert main(["sweep", str(tmp_path / "one"), "--out", str(out), "--quiet"]) == 0
        assert main(["sweep", "publish", str(out)]) == 1
        assert set(bodies(out)) == {"repos/owner/two/code-scanning/sarifs"}
        assert len(list((out / "publish").glob("*.json"))) == 1

    def test_log_beyond_the_limits_is_named(
        self, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(publish, "MOST_BYTES", 100)
        assert main(["sweep", "publish", str(out)]) == 1
        assert all("GitHub would refuse its log: " in line for line in told(capsys)[-3:-1])
        assert bodies(out) == {}

    def test_other_host_is_asked_for(self, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["sweep", "publish", str(out), "--host", "github.example.org"]) == 1
        assert "not on github.example.org" in told(capsys)[-2]

    def test_directory_without_a_sweep_is_a_mistake(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["sweep", "publish", str(tmp_path)]) == 2
        assert "holds no sweep" in told(capsys)[0]
        assert list(tmp_path.iterdir()) == []


def log(results: int = 0, rules: int = 0, runs: int = 1, **result: Any) -> bytes:
    driver = {
        "name": "scratchlint",
        "rules": [{"properties": {"tags": ["x"] * result.pop("tags", 0)}}] * rules,
    }
    run = {"tool": {"driver": driver}, "results": [result] * results}
    return json.dumps({"runs": [run] * runs}).encode()


@pytest.mark.parametrize(
    ("data", "packed", "expected"),
    [
        (log(25_000, 25_000, 1), 10_000_000, []),
        (log(), 10_000_001, ["10,000,001 bytes, compressed, of at most 10,000,000"]),
        (log(25_001), 1, ["25,001 results, of at most 25,000"]),
        (log(0, 25_001), 1, ["25,001 rules, of at most 25,000"]),
        (log(runs=21), 1, ["21 runs, of at most 20"]),
        (log(rules=1, tags=21), 1, ["21 tags of a rule, of at most 20"]),
        (log(2, locations=[{}] * 1001), 1, ["1,001 locations of a result, of at most 1,000"]),
        (
            log(1, codeFlows=[{"threadFlows": [{"locations": [{}] * 5001}]}] * 2),
            1,
            ["10,002 steps of a result, of at most 10,000"],
        ),
        (b"{}", 1, ["it is no SARIF"]),
        (b"[" * 100_000, 1, ["it is no SARIF"]),
    ],
)
def test_limits_are_those_of_github(data: bytes, packed: int, expected: list[str]) -> None:
    assert breaches(data, packed) == expected


class TestSending:
    def test_all_are_taken(self, out: Path, github: CodeScanning, capsys: pytest.CaptureFixture[str]) -> None:
        github.projects |= {"owner/one", "owner/two"}
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert {project for project, _ in github.taken} == {"owner/one", "owner/two"}
        assert told(capsys)[-1] == "2 sent, 0 not sent"

    def test_what_was_taken_is_not_sent_again_until_it_changes(
        self, tmp_path: Path, out: Path, github: CodeScanning, capsys: pytest.CaptureFixture[str]
    ) -> None:
        github.projects |= {"owner/one", "owner/two"}
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert github.requests == 2
        (tmp_path / "one" / "more.py").write_text(LOG.format("more"))
        assert main(["sweep", str(tmp_path / "one"), "--out", str(out), "--quiet"]) == 0
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert [project for project, _ in github.taken][2:] == ["owner/one"]

    @pytest.mark.parametrize(
        ("closed", "reason"),
        [
            (set[str](), "Not Found (HTTP 404)"),
            ({"owner/one"}, "Advanced Security must be enabled for this repository (HTTP 403)"),
        ],
    )
    def test_refusal_is_told_and_the_others_are_sent(
        self,
        out: Path,
        github: CodeScanning,
        capsys: pytest.CaptureFixture[str],
        closed: set[str],
        reason: str,
    ) -> None:
        github.projects.add("owner/two")
        github.closed |= closed
        assert main(["sweep", "publish", str(out), "--upload"]) == 1
        lines = told(capsys)
        assert any(f"owner/one refs/heads/main: not sent: {reason}" in line for line in lines)
        assert [project for project, _ in github.taken] == ["owner/two"]
        assert github.requests == 2
        assert SECONDS == []
        assert lines[-1].startswith("1 sent, 1 not sent")

    def test_server_refuses_what_is_too_large_or_odd(
        self,
        out: Path,
        github: CodeScanning,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        github.projects |= {"owner/one", "owner/two"}
        github.answers = [(413, {}, "Payload Too Large"), (422, {}, "commit not found")]
        assert main(["sweep", "publish", str(out), "--upload"]) == 1
        lines = told(capsys)
        assert any("not sent: Payload Too Large (HTTP 413)" in line for line in lines)
        assert any("not sent: commit not found (HTTP 422)" in line for line in lines)

    @pytest.mark.parametrize(
        ("answer", "seconds"),
        [
            ((429, {"Retry-After": "7"}, "slow down"), [7]),
            ((403, {"Retry-After": "8"}, "You have exceeded a secondary rate limit"), [8]),
            ((403, {}, "You have exceeded a secondary rate limit"), [60]),
            ((502, {}, "Server Error"), [2]),
        ],
    )
    def test_rate_limits_are_waited_for(
        self, out: Path, github: CodeScanning, answer: tuple[int, dict[str, str], str], seconds: list[float]
    ) -> None:
        github.projects |= {"owner/one", "owner/two"}
        github.answers = [answer]
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert seconds == SECONDS
        assert len(github.taken) == 2

    def test_reset_of_the_limit_is_waited_for(self, out: Path, github: CodeScanning) -> None:
        github.projects |= {"owner/one", "owner/two"}
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 600)}
        github.answers = [(403, reset, "API rate limit exceeded")]
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        (seconds,) = SECONDS
        assert 0 < seconds <= 601

    def test_tries_are_bounded(
        self, out: Path, github: CodeScanning, capsys: pytest.CaptureFixture[str]
    ) -> None:
        github.projects |= {"owner/one", "owner/two"}
        github.answers = [(429, {"Retry-After": "1"}, "slow down")] * 100
        assert main(["sweep", "publish", str(out), "--upload"]) == 1
        assert github.requests == upload.MOST_TRIES
        assert told(capsys)[-1] == "0 sent, 2 not sent (the same command goes on)"

    def test_wait_is_bounded(
        self, out: Path, github: CodeScanning, capsys: pytest.CaptureFixture[str]
    ) -> None:
        github.projects |= {"owner/one", "owner/two"}
        github.answers = [(429, {"Retry-After": "3600"}, "slow down")]
        assert main(["sweep", "publish", str(out), "--upload"]) == 1
        assert (github.requests, SECONDS) == (1, [])
        assert "slow down (HTTP 429): it asks to wait 3600 seconds" in told(capsys)[-2]
        assert main(["sweep", "publish", str(out), "--upload"]) == 0
        assert len(github.taken) == 2

    def test_without_credentials_nothing_more_is_tried(
        self, tmp_path: Path, out: Path, github: CodeScanning, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = "To get started with GitHub CLI, please run:  gh auth login"
        (tmp_path / "programs" / "gh").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 4\n")
        assert main(["sweep", "publish", str(out), "--upload"]) == 1
        lines = told(capsys)
        assert [said in line for line in lines].count(True) == 1
        assert github.requests == 0

    def test_missing_program_is_a_mistake(
        self, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("scratchlint.sweep.upload.shutil.which", lambda name: None)
        assert main(["sweep", "publish", str(out), "--upload"]) == 2
        assert "--upload needs GitHub's command line program gh" in told(capsys)[-1]
