"""Applies the fixes of a SARIF log, by the standard alone: it knows nothing of scratchlint."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

Replacement = tuple[int, int, str]


def apply(log: Mapping[str, Any], root: Path) -> set[str]:
    """Apply the first fix of every result of a log to the files below `root`; return the changed files.

    Results that share a fix have it made once.
    """
    wanted: dict[str, list[Replacement]] = defaultdict(list)
    for run in log["runs"]:
        assert run["columnKind"] == "utf16CodeUnits"
        for result in run["results"]:
            for fix in result.get("fixes", [])[:1]:
                for change in fix["artifactChanges"]:
                    file = unquote_to_bytes(change["artifactLocation"]["uri"]).decode()
                    text = _text(root / file)
                    for one in change["replacements"]:
                        replacement = _replacement(text, one)
                        if replacement not in wanted[file]:
                            wanted[file].append(replacement)
    for file, replacements in wanted.items():
        text = _text(root / file)
        # Insertions in one place keep the order in which they come.
        ordered = sorted(enumerate(replacements), key=lambda one: (one[1][0], one[0]), reverse=True)
        for _, (start, end, inserted) in ordered:
            text = text[:start] + inserted + text[end:]
        (root / file).write_bytes(text.encode("utf-8"))
    return set(wanted)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _replacement(text: str, replacement: Mapping[str, Any]) -> Replacement:
    region = replacement["deletedRegion"]
    # The viewer of VS Code moves a column that lies in the indentation of its line to the right.
    line = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))[region["startLine"] - 1]
    assert region["startColumn"] > len(line) - len(line.lstrip()) or not line.strip()
    start = _offset(text, region["startLine"], region["startColumn"])
    end = _offset(text, region["endLine"], region["endColumn"])
    return start, end, replacement.get("insertedContent", {}).get("text", "")


def _offset(text: str, line: int, column: int) -> int:
    """Return the index of a line and a column in UTF-16 code units, both from 1."""
    starts = list(_starts(text))
    place = starts[line - 1]
    units = column - 1
    while units > 0:
        units -= 2 if ord(text[place]) > 0xFFFF else 1
        place += 1
    return place


def _starts(text: str) -> Iterator[int]:
    yield 1 if text.startswith("\ufeff") else 0
    yield from (match.end() for match in re.finditer(r"\r\n|\r|\n", text))
