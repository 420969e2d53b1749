"""The deployment checklist: what passes, what fails, and what was not checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scratchlint.cli import main
from test_changes import LOG, PROGRAM, SETTINGS

DOCUMENT = Path(__file__).parent.parent / "docs" / "checklist.md"
ROOTS = 'permanent-roots = ["/home", "/mnt", "/opt", "/var/log"]\ndata-roots = ["/mnt/data"]\n'
NAMES = [
    "permanent-directories",
    "nothing-in-tmp",
    "virtual-environments",
    "configuration",
    "logs",
    "data-on-mounts",
    "pid-files",
]

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Answer the checklist for some files; gives the exit code and the items by name."""
    monkeypatch.chdir(tmp_path)

    def invoke(files: dict[str, str], *words: str) -> tuple[int, dict[str, Any]]:
        for name, text in files.items():
            Path(name).write_text(text)
        code = main(["checklist", "--format", "json", *words])
        out, err = capsys.readouterr()
        assert code in (0, 1), err
        return code, {item["name"]: item for item in json.loads(out)["items"]}

    return invoke


def states(items: dict[str, Any]) -> dict[str, str]:
    return {name: item["state"] for name, item in items.items()}


def test_nothing_passes_unseen(ask: Ask) -> None:
    code, items = ask({"README.md": "# nothing"})
    assert code == 0
    assert list(items) == NAMES
    assert set(states(items).values()) == {"not checked"}
    assert {item["reason"] for item in items.values()} == {"no file was analysed"}


def test_without_roots_two_items_are_not_checked(ask: Ask) -> None:
    code, items = ask({"app.py": "print(1)\n"})
    assert code == 0
    assert [name for name, state in states(items).items() if state == "not checked"] == [
        "permanent-directories",
        "data-on-mounts",
    ]
    assert items["data-on-mounts"]["reason"] == (
        "the policy sets no `data-roots`, so only scratch storage was looked for"
    )
    assert items["logs"]["looked_at"] == "1 file, 0 paths of this kind"


def test_with_roots_everything_can_pass(ask: Ask) -> None:
    code, items = ask(
        {
            "scratchlint.toml": ROOTS,
            "app.py": LOG.replace("/tmp/app", "/var/log/app"),
            "state.py": "import sqlite3\n\nsqlite3.connect('/mnt/data/app/state.db')\n",
        }
    )
    assert code == 0
    assert set(states(items).values()) == {"passed"}


def test_findings_fail_the_items_that_they_are_about(ask: Ask) -> None:
    code, items = ask({"settings.py": SETTINGS, "program.py": PROGRAM, "log.py": LOG})
    assert code == 1
    assert states(items) == {
        "permanent-directories": "failed",
        "nothing-in-tmp": "failed",
        "virtual-environments": "passed",
        "configuration": "passed",
        "logs": "failed",
        "data-on-mounts": "failed",
        "pid-files": "passed",
    }
    assert [one["file"] for one in items["nothing-in-tmp"]["findings"]] == ["log.py", "settings.py"]
    (log,) = items["logs"]["findings"]
    assert (log["rule"], log["line"], log["path"]) == ("scratch-log", 3, "/tmp/app/server.log")


def test_data_off_its_mount_fails_that_item_alone(ask: Ask) -> None:
    _, items = ask(
        {"scratchlint.toml": ROOTS, "a.py": "import sqlite3\n\nsqlite3.connect('/opt/app/state.db')\n"}
    )
    assert states(items)["data-on-mounts"] == "failed"
    assert states(items)["nothing-in-tmp"] == "passed"


@pytest.mark.parametrize("words", [["--ignore", "scratch-log"], ["--select", "scratch-venv"]], ids=" ".join)
def test_a_rule_that_is_left_out_checks_nothing(ask: Ask, words: list[str]) -> None:
    _, items = ask({"log.py": LOG}, *words)
    assert items["logs"]["state"] == "not checked"
    assert items["logs"]["reason"].startswith("the run leaves out ")
    assert items["nothing-in-tmp"]["state"] == "not checked"


def test_the_exit_code_is_that_of_check(ask: Ask) -> None:
    assert ask({"log.py": LOG}, "--fail-on", "error")[0] == 0
    assert ask({"log.py": LOG}, "--fail-on", "warning")[0] == 1


def test_known_findings_are_counted(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    ask({"log.py": LOG})
    main(["baseline", "write"])
    capsys.readouterr()
    code, items = ask({}, "--baseline", "scratchlint-baseline.json")
    assert code == 0
    assert items["logs"]["state"] == "passed"
    assert items["logs"]["looked_at"] == "1 file, 1 path of this kind, 1 of them known or suppressed"


def test_each_finding_is_listed_once(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    ask({"settings.py": SETTINGS, "program.py": PROGRAM, "log.py": LOG})
    main(["checklist"])
    out = capsys.readouterr().out
    assert out.count("log.py:3:21: warning[scratch-log]") == 1
    assert out.count("2 findings listed below") == 2
    assert out.endswith("\n7 items: 3 passed, 4 failed, 0 not checked\n")


def test_markdown_is_a_task_list(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    ask({"log.py": LOG, "a|b<i>.py": LOG})
    main(["checklist", "--format", "markdown"])
    out = capsys.readouterr().out
    marks = [line for line in out.splitlines() if line.startswith("- [")]
    assert len(marks) == 7
    assert sum(line.startswith("- [x] ") for line in marks) == 3
    assert "<i>" not in out


def test_goes_to_a_file(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    ask({"log.py": LOG})
    assert main(["checklist", "--output", "list.txt"]) == 1
    assert capsys.readouterr() == ("", "scratchlint: 7 items: 3 passed, 3 failed, 1 not checked\n")
    assert Path("list.txt").read_text().startswith("failed       All paths use permanent directories")


def test_the_document_has_every_item_and_field(ask: Ask) -> None:
    _, items = ask({"log.py": LOG})
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    documented = dict(rows)
    for name, item in items.items():
        assert documented[name] == item["title"]
    fields = {f"items[].{field}" for field in items["logs"]}
    assert {name for name in documented if name.startswith("items[]")} == fields
    (finding,) = items["logs"]["findings"]
    text = DOCUMENT.read_text("utf-8")
    assert all(f"`{field}`" in text for field in finding)
