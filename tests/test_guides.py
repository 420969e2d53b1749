"""The guides in docs/ tell the truth: each of their examples gives the report that stands below it.

`<!-- file: NAME -->` before a fence names the file that it is; `<!-- report: WORDS -->` below one or
more of them says what a run reports: rules, and counts such as "1 suppressed"; `<!-- home: TEXT -->` the
home that the one finding names, `<!-- error: LINE -->` how a bad file is answered.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scratchlint.analyze import analyze
from scratchlint.errors import UsageError
from scratchlint.report.summary import totals

DOCS = Path(__file__).parent.parent / "docs"
GUIDES = ("policy.md", "suppression.md")
PIECE = re.compile(
    r"^<!-- file: (?P<file>\S+) -->\n```\w*\n(?P<text>.*?)^```$"
    r"|^<!-- report: (?P<report>[^>]+) -->$|^<!-- home: (?P<home>[^>]+) -->$"
    r"|^<!-- error: (?P<error>[^>]+) -->$",
    re.DOTALL | re.MULTILINE,
)
FENCE = re.compile(r"^```(?:toml|sh|python|typescript|dotenv|ini|nginx|json|yaml|dockerfile)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """Files of one example, and what is reported of them, or what is wrong with them."""

    files: tuple[tuple[str, str], ...]
    report: str = ""
    home: str = ""
    error: str = ""


def examples(guide: str) -> list[Example]:
    found: list[Example] = []
    files: list[tuple[str, str]] = []
    for piece in PIECE.finditer((DOCS / guide).read_text("utf-8")):
        if piece["file"]:
            files.append((piece["file"], piece["text"]))
        elif piece["home"]:
            found[-1] = replace(found[-1], home=piece["home"])
        else:
            found.append(Example(tuple(files), report=piece["report"] or "", error=piece["error"] or ""))
            files = []
    assert not files, f"{guide}: no report stands below the last example"
    return found


def cases() -> list[object]:
    return [
        pytest.param(example, id=f"{guide}-{number}")
        for guide in GUIDES
        for number, example in enumerate(examples(guide), start=1)
    ]


@pytest.mark.parametrize("example", cases())
def test_example_gives_the_report_below_it(example: Example, tmp_path: Path) -> None:
    for name, text in example.files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if example.error:
        with pytest.raises(UsageError) as raised:
            analyze(tmp_path, ("",))
        assert str(raised.value) == example.error
        return
    report = analyze(tmp_path, ("",))
    told = Counter(found.rule for found in report.findings) + Counter(one.rule for one in report.remarks)
    words = [word.strip() for word in example.report.split(",") if word.strip() != "nothing"]
    rules = Counter(word for word in words if " " not in word)
    counts = {name: number for number, name in (word.split(" ") for word in words if " " in word)}
    numbers = totals(report)
    assert told == rules
    if example.home:
        assert [found.home for found in report.findings] == [example.home]
    assert {name: str(numbers[name]) for name in ("suppressed", "unsure") if numbers[name]} == counts


@pytest.mark.parametrize("guide", GUIDES)
def test_every_example_is_run(guide: str) -> None:
    text = (DOCS / guide).read_text("utf-8")
    assert len(FENCE.findall(text)) == sum(len(example.files) for example in examples(guide))
