"""How far a sweep is: the display on a terminal, lines in a pipe, JSON lines, and how Ctrl-C ends it."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scratchlint import __version__
from scratchlint.cli import main
from scratchlint.commands.sweep_progress import Display
from scratchlint.sweep.database import Run, reading
from scratchlint.sweep.events import Begun, Ended, Started
from scratchlint.sweep.sources import Source
from swept import dump, work_tree

DONE = Run("done", "", "state", files=3, findings=2)
FAILED = Run("failed", "no such directory", None)
# Enough for a machine that is busy with other things.
SECONDS = 300


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    return [str(work_tree(tmp_path, "one")), str(work_tree(tmp_path, "two", 2)), f"{tmp_path}/list"]


@pytest.fixture
def words(tmp_path: Path, sources: list[str]) -> list[str]:
    Path(sources[-1]).write_text(f"{tmp_path}/gone\n")
    return ["sweep", *sources, "--out", str(tmp_path / "out")]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scratchlint", *words]


def drawn(display: Display, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(display.get_renderable())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


class TestDisplay:
    def test_tells_totals_and_what_is_in_work(self) -> None:
        display = Display(Console(file=io.StringIO()))
        sources = [Source(f"/srv/clones/service{number}") for number in range(12)]
        display.tell(Begun(20))
        for source in sources:
            display.tell(Started(source))
        display.tell(Ended(1, 20, sources[0], DONE, False))
        display.tell(Ended(2, 20, sources[1], FAILED, False))
        text = drawn(display)
        assert "2/20" in text
        assert "1 failed, 2 findings" in text
        assert "service0" not in text
        assert text.count("/srv/clones/service") == 8
        assert "and 2 more" in text

    def test_names_are_text_and_one_line(self) -> None:
        display = Display(Console(file=io.StringIO()))
        display.tell(Started(Source("/srv/[red]x[/red]\x1b[2J\n" + "long" * 100, "v1")))
        text = drawn(display, 60)
        assert "[red]x[/red]\\x1b[2J\\n" in text
        assert "\x1b" not in text
        assert max(map(len, text.splitlines())) <= 60

    def test_is_shown_on_a_terminal(self, words: list[str]) -> None:
        ours, theirs = pty.openpty()
        with subprocess.Popen(command(*words), stderr=theirs, env=os.environ | {"TERM": "xterm"}) as process:
            os.close(theirs)
            shown = b"".join(read(ours)).decode()
        os.close(ours)
        assert process.returncode == 1
        assert "3/3" in shown
        assert "1 failed, 3 findings" in shown
        assert "[1/3]" not in shown
        assert shown.rstrip().splitlines()[-1].startswith("scratchlint: 2 analysed, 0 unchanged, 1 failed")


def read(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until nobody has it open any more."""
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:
            return
        if not piece:
            return
        yield piece


def test_lines_in_a_pipe(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["[1/3]", "[2/3]", "[3/3]"]
    assert sum("failed: no such directory" in line for line in lines[:3]) == 1
    assert lines[3].startswith("scratchlint: failed: 1 repository")


def test_quiet_tells_failures_and_totals(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--quiet"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("scratchlint: failed: 1 repository")


class TestEvents:
    def test_are_a_line_each(
        self, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*words, "--quiet", "--events", "-"]) == 1
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert events[0] | {"time": ""} == {
            "event": "begin",
            "time": "",
            "repositories": 3,
            "version": __version__,
        }
        assert [one["event"] for one in events[1:-1]].count("start") == 3
        ends = {Path(one["repository"]).name: one for one in events if one["event"] == "end"}
        assert {name: (one["status"], one["findings"]) for name, one in ends.items()} == {
            "one": ("done", 1),
            "two": ("done", 2),
            "gone": ("failed", 0),
        }
        assert sorted(one["number"] for one in ends.values()) == [1, 2, 3]
        assert ends["gone"]["reason"] == "no such directory"
        last = events[-1]
        assert (last["event"], last["status"], last["done"], last["failed"]) == ("finish", "finished", 2, 1)

    def test_go_to_a_file(self, tmp_path: Path, words: list[str]) -> None:
        main([*words, "--events", str(tmp_path / "events")])
        main([*words, "--events", str(tmp_path / "events")])
        events = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
        assert [one["status"] for one in events if one["event"] == "end"].count("unchanged") == 2
        assert events[-1]["unchanged"] == 2

    def test_are_documented(self, tmp_path: Path, words: list[str]) -> None:
        main([*words, "--events", str(tmp_path / "events")])
        document = (Path(__file__).parents[1] / "docs" / "sweep.md").read_text()
        for line in (tmp_path / "events").read_text().splitlines():
            assert all(f"`{key}`" in document for key in json.loads(line))

    def test_place_that_cannot_be_written_is_a_mistake(
        self, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*words, "--events", str(tmp_path / "no" / "events")]) == 2
        assert "cannot write" in capsys.readouterr().err

    def test_reader_that_goes_away_does_not_stop_the_sweep(self, tmp_path: Path, words: list[str]) -> None:
        reading_end, writing_end = os.pipe()
        os.close(reading_end)
        done = subprocess.run([*command(*words), "--events", "-"], stdout=writing_end, timeout=SECONDS)
        os.close(writing_end)
        assert done.returncode == 1
        assert len(list(reading(tmp_path / "out").repositories())) == 3


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a repository that git never answers about."""
    programs = tmp_path / "programs"
    programs.mkdir()
    git = next(
        place for part in os.environ["PATH"].split(os.pathsep) if (place := Path(part) / "git").is_file()
    )
    (programs / "git").write_text(
        f'#!/bin/sh\ncase "$PWD" in */endless) exec sleep 100000;; esac\nexec {git} "$@"\n'
    )
    (programs / "git").chmod(0o755)
    root = work_tree(tmp_path, "endless")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return str(root)


def test_interrupted_sweep_says_how_to_go_on_and_does(
    tmp_path: Path, sources: list[str], endless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    words = ["sweep", *sources[:2], endless, "--out", str(out), "--workers", "1", "--events", "-"]
    with subprocess.Popen(
        command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        begun: list[dict[str, Any]] = []
        while not (begun and begun[-1].get("repository") == endless):
            begun.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    last = json.loads(told.splitlines()[-1])
    assert (last["event"], last["status"], last["done"]) == ("finish", "interrupted", 2)
    assert errors.splitlines()[-1] == (
        "scratchlint: interrupted: 2 of 3 repositories are through and kept; "
        f"run the same command again to go on, or `scratchlint sweep retry {out}`"
    )
    assert "Traceback" not in errors
    assert [one for one in (tmp_path / "cache").rglob("*") if one.is_file() and one.name != "lock"] == []
    assert [one.run is None for one in reading(out).repositories()].count(True) == 1
    monkeypatch.setenv("PATH", os.environ["PATH"].partition(os.pathsep)[2])
    assert main(["sweep", "retry", str(out)]) == 0
    undisturbed = tmp_path / "undisturbed"
    assert main(["sweep", *sources[:2], endless, "--out", str(undisturbed)]) == 0
    assert dump(out) == dump(undisturbed)
