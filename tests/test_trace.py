"""`scratchlint trace`: what is seen in one place, also when nothing is reported there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scratchlint.cli import main
from scratchlint.dataflow.worklist import MAXIMUM_ACCESS

NESTED = "'/tmp/deep'"
for level in range(MAXIMUM_ACCESS + 2):
    NESTED = f"{{'level{level}': {NESTED}}}"

FILES = {
    "src/places.py": 'DATABASE = "/tmp/app/data.db"\n',
    "src/app.py": (
        "import sqlite3\n"
        "\n"
        "from places import DATABASE\n"
        "\n"
        "\n"
        "def load():\n"
        "    return sqlite3.connect(DATABASE)\n"
        "\n"
        "\n"
        "def forget():\n"
        '    unread = "/tmp/unread"\n'
        '    print("/tmp/shown"), open("/tmp/app/data.db")\n'
    ),
    "src/deep.py": (f"def nest():\n    kept = {NESTED}\n    return kept\n"),
    "src/calls.py": (
        "import sqlite3\n"
        "\n"
        "\n"
        "def connect(place):\n"
        "    return sqlite3.connect(place)\n"
        "\n"
        "\n"
        "def start():\n"
        '    return connect("/tmp/app/calls.db")\n'
    ),
    "src/calm.py": "print('nothing here')\n",
    "tests/test_app.py": 'open("/tmp/fixture")\n',
    "settings.env": "DB=postgres://u:hunter2@host/tmp/x\nSPOOL=/tmp/spool\n",
    "node_modules/x/index.js": "require('fs').writeFileSync('/tmp/x', '')\n",
    "main.rs": "fn main() {}\n",
    "blob.py": "\0",
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, in which the command runs."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def traced(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["trace", *words]) == 0
    out, err = capsys.readouterr()
    assert not err
    return out


def note(text: str, label: str) -> str:
    """Return what stands behind a label of the frame."""
    found = re.search(rf"= {label}: (.*)", text)
    assert found, f"no {label} in\n{text}"
    return found[1]


class TestSite:
    def test_a_way_through_files_is_told_to_its_use(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/places.py:1")
        assert text.startswith("src/places.py:1:12: a path that is written out\n")
        assert '1 | DATABASE = "/tmp/app/data.db"\n' in text
        assert note(text, "path") == "/tmp/app/data.db"
        assert re.search(r"src/app.py:\d+:\d+ +imported as `DATABASE`\n", text)
        assert re.search(r"src/app.py:7:\d+ +sqlite3.connect stores data in it\n", text)
        assert "(stores, as database)" in text
        assert note(text, "for").startswith("+3.0 ")
        assert float(note(text, "score")) >= 1
        assert note(text, "role").startswith("database, ")
        assert note(text, "verdict").startswith("error[scratch-data] The database /tmp/app/data.db ")
        assert text.endswith("src/places.py:1: 1 site\n")

    def test_a_trace_that_reaches_no_use_says_where_it_ends(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/app.py:11")
        assert note(text, "way") == "reaches no use"
        assert re.search(r"src/app.py:11:\d+  kept as `unread`, which nothing reads\n", text)
        assert note(text, "verdict") == "not used as a path /tmp/unread: it reaches no use"

    def test_every_site_of_a_line_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/app.py:12")
        assert "/tmp/shown" in text
        assert "print shows it (shows)" in text
        assert "open reads it (reads)" in text
        assert text.endswith("src/app.py:12: 2 sites\n")

    def test_every_site_of_a_file_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert traced(capsys, "src/app.py").endswith("src/app.py: 3 sites\n")

    def test_a_place_as_reports_write_it_is_read(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert traced(capsys, "src/places.py:1:12").endswith("src/places.py:1: 1 site\n")

    def test_calls_are_entered(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/calls.py:9")
        assert "passed to `connect()` as `place`" in text
        assert "sqlite3.connect stores data in it" in text

    def test_a_limit_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/deep.py:2")
        assert f"objects nested deeper than {MAXIMUM_ACCESS}" in note(text, "limits")

    def test_secrets_stay_masked(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "settings.env")
        assert "SPOOL=/tmp/spool" in text
        assert "hunter2" not in text

    def test_colour_adds_nothing_but_escape_sequences(self, capsys: pytest.CaptureFixture[str]) -> None:
        plain = traced(capsys, "src/places.py:1")
        colored = traced(capsys, "src/places.py:1", "--color", "always")
        assert colored != plain
        assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


class TestNoSite:
    def test_the_nearest_site_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/app.py:9")
        assert "no scratch path enters the program on this line" in text
        assert "the nearest one does at src/app.py:11: /tmp/unread\n" in text
        assert text.endswith("src/app.py:9: 0 sites\n")

    def test_paths_that_come_by_are_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/app.py:7")
        assert "src/app.py:7: /tmp/app/data.db comes by, from src/places.py:1:12\n" in text

    def test_a_file_without_a_site(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "src/calm.py:1")
        assert "no scratch path enters the program in this file\n" in text


class TestFile:
    def test_set_aside_as_a_test_is_analysed_anyway(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "tests/test_app.py:1")
        assert "set aside: tests/ tells that the file is a test" in text
        assert "[context-test]" in text

    def test_of_other_people_is_analysed_anyway(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "node_modules/x/index.js:1")
        assert "left out by `scratchlint check` unless it is named (other people's code" in text
        assert "writes to it" in text

    def test_that_git_ignores_is_analysed_anyway(
        self, capsys: pytest.CaptureFixture[str], project: Path
    ) -> None:
        subprocess.run(["git", "init", "--quiet", project], check=True)
        (project / ".gitignore").write_text("places.py\n")
        text = traced(capsys, "src/places.py:1")
        assert "left out by `scratchlint check` unless it is named (it is ignored)" in text
        assert text.endswith("src/places.py:1: 1 site\n")

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("main.rs", "Rust is not analysed"), ("blob.py", "binary file (it holds NUL bytes)")],
    )
    def test_that_is_not_analysed_says_why(
        self, capsys: pytest.CaptureFixture[str], name: str, reason: str
    ) -> None:
        assert f"{name}: not analysed: {reason}\n" in traced(capsys, name)

    def test_is_seen_from_the_directory_that_is_chosen(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = traced(capsys, "--root", "tests", "tests/test_app.py:1")
        assert "set aside: test_app.py tells" in text


class TestMistake:
    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            (["nowhere.py:3"], "no such file or directory: nowhere.py"),
            (["src"], "src is a directory: name a file"),
            (["src/places.py:9"], "src/places.py has no line 9: it has 2"),
            (["src/places.py:0"], "src/places.py has no line 0"),
            (["--root", "tests", "src/app.py:1"], "src/app.py lies outside"),
            ([], "the following arguments are required: FILE[:LINE]"),
        ],
        ids=" ".join,
    )
    def test_is_answered_in_one_line(
        self, capsys: pytest.CaptureFixture[str], words: Sequence[str], answer: str
    ) -> None:
        assert main(["trace", *words]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith(f"scratchlint: {answer}")
        assert err.count("\n") == 1
