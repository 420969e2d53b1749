"""SARIF as the viewer for VS Code shows it: its rules, replayed on files that are hard to count in.

The rules are those of microsoft/sarif-vscode-extension: regionToSelection.ts, details.tsx, shared/index.ts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from scratchlint.cli import main

FILES = {
    "bom.py": "\ufeffDATA = '/tmp/app/bom.db'\n",
    "crlf.py": "# x\r\nDATA = '/tmp/app/crlf.db'\r\n",
    "cr.py": '"""a\rb"""\nDATA = \'/tmp/app/cr.db\'\n',
    "tabs.py": "import sqlite3\n\ndef f():\n\tdata = '/tmp/app/tabs.db'\n\topen_it(data)\n\n"
    "def open_it(path):\n\treturn sqlite3.connect(path)\n",
    "astral.py": "x = '😀𝔘'; DATA = '/tmp/app/😀.db'\n",
    "wide ä#日.py": "import sqlite3\nsqlite3.connect('/tmp/app/wide.db')\n",
    "long.py": "import logging\n\nlogging.FileHandler(\n\t\t'/tmp/app/long.log',\n\tmode='a')\n",
    "run.sh": '#!/bin/sh\n  STATE=/tmp/app/run.pid\n  exec daemon --pidfile "$STATE"\n',
    ".env.production": "SECRET=abc\nDATABASE_URL=sqlite:////tmp/app/env.db\n",
}
USES = "import sqlite3\n" + "".join(
    f"from {name} import DATA as {name}\nsqlite3.connect({name})\n"
    for name in ("bom", "crlf", "cr", "astral")
)


class Document:
    """A text as VS Code opens it: no byte order mark, lines ended by CR LF, CR or LF, UTF-16 columns."""

    def __init__(self, data: bytes) -> None:
        self.lines = re.split("\r\n|\r|\n", data.decode("utf-8").removeprefix("\ufeff"))

    def selection(self, region: dict[str, Any]) -> tuple[int, int, int, int]:
        """Return what the viewer selects: 0-based lines and columns; the start is moved behind blanks."""
        line = self.lines[region["startLine"] - 1]
        first = units(line[: len(line) - len(line.lstrip())])
        return (
            region["startLine"] - 1,
            max(first, region.get("startColumn", 1) - 1),
            region.get("endLine", region["startLine"]) - 1,
            region["endColumn"] - 1 if "endColumn" in region else units(line),
        )

    def text(self, selection: tuple[int, int, int, int]) -> str:
        """Return the selected text; fails for what lies outside of the document."""
        first, start, last, end = selection
        encoded = [line.encode("utf-16-le") for line in self.lines[first : last + 1]]
        assert last < len(self.lines)
        assert end * 2 <= len(encoded[-1])
        encoded[-1] = encoded[-1][: end * 2]
        encoded[0] = encoded[0][start * 2 :]
        return "\n".join(one.decode("utf-16-le") for one in encoded)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    for name, text in {**FILES, "uses.py": USES}.items():
        (tmp_path / name).write_bytes(text.encode())
    assert main(["check", "--format", "sarif", "--sarif-embed"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    return run  # type: ignore[no-any-return]


def locations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every place that the viewer selects: the result, the first flow's steps, the related ones."""
    yield from result["locations"][:1]
    for step in threads(result):
        yield step["location"]
    yield from result.get("relatedLocations", ())


def threads(result: dict[str, Any]) -> list[dict[str, Any]]:
    flows = result.get("codeFlows", ())
    return flows[0]["threadFlows"][0]["locations"] if flows else []


def file_of(location: dict[str, Any]) -> str:
    return unquote(location["physicalLocation"]["artifactLocation"]["uri"])


def test_every_kind_of_file_is_reported(run: dict[str, Any]) -> None:
    assert {file_of(result["locations"][0]) for result in run["results"]} == set(FILES)


def test_what_the_viewer_selects_is_what_is_meant(run: dict[str, Any], tmp_path: Path) -> None:
    selected = 0
    for result in run["results"]:
        for location in locations(result):
            region = location["physicalLocation"]["region"]
            assert {"startLine", "startColumn", "endLine", "endColumn"} <= set(region)
            document = Document((tmp_path / file_of(location)).read_bytes())
            selection = document.selection(region)
            assert selection[1] == region["startColumn"] - 1, "the viewer moves the start"
            assert selection[:2] < selection[2:], "a selection must not be empty or reversed"
            text = document.text(selection)
            assert re.fullmatch(re.escape(region["snippet"]["text"]).replace(r"\*", "."), text)
            selected += 1
    assert selected > 40


def test_the_first_flow_tells_the_whole_way(run: dict[str, Any]) -> None:
    """The viewer shows no other flow, indents by nestingLevel - 1, and takes texts from the locations."""
    for result in run["results"]:
        steps = threads(result)
        assert steps[0]["location"]["physicalLocation"] == result["locations"][0]["physicalLocation"]
        assert all(step["nestingLevel"] >= 1 for step in steps)
        assert all(step["location"]["message"]["text"] for step in steps)
        for link in re.findall(r"(?<!\\)\[[^\]]*\]\((\d+)\)", result["message"]["text"])[:1]:
            (used,) = [one for one in result["relatedLocations"] if one["id"] == int(link)]
            assert used["physicalLocation"]["region"] == steps[-1]["location"]["physicalLocation"]["region"]
        assert "markdown" not in result["message"], "links break beside it"


def test_rules_stand_alone(run: dict[str, Any]) -> None:
    """The viewer never shows help.markdown, and finds rules by their index."""
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert len(rule["fullDescription"]["text"]) > 100


def test_embedded_sources_open_by_index(run: dict[str, Any], tmp_path: Path) -> None:
    artifacts = run["artifacts"]
    for result in run["results"]:
        for location in locations(result):
            place = location["physicalLocation"]["artifactLocation"]
            artifact = artifacts[place["index"]]
            assert artifact["location"]["uri"] == place["uri"]
            region = location["physicalLocation"]["region"]
            embedded = Document(artifact["contents"]["text"].encode())
            assert embedded.text(embedded.selection(region)) == region["snippet"]["text"]
    (settings,) = [one for one in artifacts if one["location"]["uri"] == ".env.production"]
    assert settings["contents"]["text"].startswith("SECRET=***\nDATABASE_URL=")
