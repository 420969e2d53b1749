"""The page over all repositories of a sweep as text: what it holds, and that no name becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scratchlint.cli import main
from scratchlint.sweep import html_view
from scratchlint.sweep.database import create, reading
from scratchlint.sweep.html_report import render
from swept import LOG, work_tree
from synthetic_sweeps import synthetic
from test_report_html import NAME, Page


def written(directory: Path) -> str:
    with closing(reading(directory)) as database:
        return "".join(render(database))


def unpacked(text: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def index(text: str) -> Any:
    (packed,) = re.findall(r'id="index">([^<]+)<', text)
    return unpacked(packed)


def bodies(text: str) -> list[str]:
    groups = re.findall(r'class="group">([^<]+)<', text)
    return [body for group in groups for body in unpacked(group)]


def test_totals_are_those_of_all_repositories(tmp_path: Path) -> None:
    synthetic(tmp_path, 30, 4, failures=2)
    words = Page(written(tmp_path)).words
    for part in (
        "findings 120",
        "errors 60",
        "warnings 30",
        "repositories analysed 30",
        "of them not wholly 30",
        "failed 2",
        "files analysed 1200",
        "python 30",
        "2015 10",
        "6 further repositories have findings",
        "took longer than 900 seconds",
    ):
        assert part in words, part


def test_every_finding_is_listed_worst_first_and_opens_to_its_way(tmp_path: Path) -> None:
    synthetic(tmp_path, 90, 5)
    text = written(tmp_path)
    listed = index(text)
    levels = [row[0] for row in listed["findings"]]
    assert len(levels) == 450
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    opened = bodies(text)
    assert len(opened) == 450
    assert len(re.findall('class="group"', text)) == -(-450 // listed["together"])
    for row, body in zip(listed["findings"], opened, strict=True):
        page = Page(body)
        assert row[9] in page.words, "its home"
        assert row[8].rpartition(":")[0] in page.words, "its place"
        assert listed["repositories"][row[5]] in page.words
        assert "3 steps" in page.words
        assert "Evidence" in page.words
        assert "<mark>" in body


def test_ages_are_shown_where_they_are_known(tmp_path: Path) -> None:
    synthetic(tmp_path, 1, 8)
    text = written(tmp_path)
    assert "2015 or earlier 1" in Page(text).words
    assert any("2015-03-04 or earlier, commit 000000000000" in Page(body).words for body in bodies(text))
    assert f'href="https://github.com/owner/name/commit/{0:040x}"' in "".join(bodies(text))
    tree = work_tree(tmp_path, "tree")
    assert main(["sweep", str(tree), "--out", str(tmp_path / "plain")]) == 0
    assert "Written in" not in (tmp_path / "plain" / "report.html").read_text("ascii")


def test_sweep_writes_the_page_and_export_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tree, clean, out = work_tree(tmp_path, "tree", 2), tmp_path / "clean", tmp_path / "out"
    clean.mkdir()
    assert main(["sweep", str(tree), str(clean), "--out", str(out)]) == 0
    page = (out / "report.html").read_text("ascii")
    assert len(bodies(page)) == 2
    assert "repository with findings 1" in Page(page).words
    capsys.readouterr()
    assert main(["sweep", "export", str(out), "--format", "html"]) == 0
    assert capsys.readouterr().out == page
    (tree / "more.py").write_text(LOG.format("more"))
    assert main(["sweep", str(tree), "--out", str(out)]) == 0
    assert len(bodies((out / "report.html").read_text("ascii"))) == 3


def test_of_nothing_is_a_page_too(tmp_path: Path) -> None:
    create(tmp_path).close()
    page = Page(written(tmp_path))
    assert "None in what was analysed." in page.words
    assert not page.all("form")


def test_hostile_names_are_text(tmp_path: Path) -> None:
    texts = []
    for number, name in enumerate((f"{NAME}</script>日\u202e", "plain")):
        synthetic(tmp_path / str(number), 2, 4, failures=1, name=name)
        texts.append(written(tmp_path / str(number)))
    hostile, plain = texts
    assert hostile.isascii()
    assert [tag for tag, _ in Page(hostile).elements] == [tag for tag, _ in Page(plain).elements]
    for one, other in zip(bodies(hostile), bodies(plain), strict=True):
        # What stands between backticks is code, in a name too.
        tags, expected = ([tag for tag, _ in Page(body).elements if tag != "code"] for body in (one, other))
        assert tags == expected
        assert "<script>window.ran = 1</script>" in Page(one).text


def test_loads_nothing_and_runs_nothing_but_its_own(tmp_path: Path) -> None:
    synthetic(tmp_path, 2, 2)
    text = written(tmp_path)
    page = Page(text)
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inline[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML|eval", page.inline["script"])
    for part in (text, *bodies(text)):
        names = {name for _, found in Page(part).elements for name in found}
        assert not {name for name in names if name.startswith("on")} | names & {"src", "style", "srcset"}


def test_names_what_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("MOST_FINDINGS", "MOST_LISTED"):
        monkeypatch.setattr(html_view, bound, 2)
    synthetic(tmp_path, 2, 2, failures=3)
    text = written(tmp_path)
    assert len(bodies(text)) == len(index(text)["findings"]) == 2
    assert "Only the 2 worst findings are listed; 2 findings left out." in Page(text).words
    assert "Only 2 of 3 failures are listed." in Page(text).words


def test_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        synthetic(tmp_path / name, 3, 3, failures=1)
    assert written(tmp_path / "one") == written(tmp_path / "other")
