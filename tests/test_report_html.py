"""The HTML report as text: what it holds, and that nothing of a hostile tree becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports import Tree, incident, reviewed, simple
from scratchlint.core.finding import Comparison, Skipped
from scratchlint.report import html_finding, html_view
from scratchlint.report.html_template import TEMPLATES, coded, ticked
from scratchlint.report.html_view import directories
from test_report_formats import hostile, ranked
from test_report_text import written

NAME = """a"b'c<script>window.ran = 1</script></style><img src=x onerror='window.ran=1'>{{7*7}}`d`&lt;.py"""
VOID = {"meta", "input", "br", "rect"}


class Page(HTMLParser):
    """A page's elements with their attributes, and its text without style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, "elements that are not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1] == "option" != tag:
            self._open.pop()
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.inline[self._open[-1]] = data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def test_tells_the_totals_and_every_finding_from_site_to_home() -> None:
    page = Page(written(incident(), "html"))
    assert [one["data-rule"] for one in page.all("details") if "data-rule" in one] == ["scratch-executable"]
    for part in (
        "1 finding · scratchlint",
        "error 1",
        ".env:2:9",
        "Permanent home /var/lib/app",
        "5 steps through 3 files",
        "2 WHISPER=/tmp/whisper-env/bin/python3",
        "Also used src/run.ts:2:18 cat reads it",
        "The same path is also written src/run.ts:2:18",
        "For production +4.0 spawn executes it use-executes src/run.ts:2:8",
        "Against -0.5 the name says that it is temporary name-temporary .env:2:9",
        "+4.5 together",
        "Not analysed: 12 Go files, 1 PHP file",
        "Skipped: big.ts: larger than 1 MiB",
        "Limit: the trace of src/long.ts stopped after 10,000 steps",
    ):
        assert part in page.words


def test_draws_the_way_step_by_step() -> None:
    text = written(incident(), "html")
    assert re.findall(r'<li class="step (\w+)" value="(\d)">', text)[:5] == [
        ("source", "1"),
        ("env", "2"),
        ("assigned", "3"),
        ("imported", "4"),
        ("used", "5"),
    ]
    assert "WHISPER=<mark>/tmp/whisper-env/bin/python3</mark>" in text
    assert re.findall(r'<p class="file">(.+?)</p>', text)[:3] == [".env", "src/config.ts", "src/run.ts"]


def test_shows_the_worst_first() -> None:
    assert re.findall(r"<h3>Number (\d)", written(ranked(), "html")) == ["3", "2", "1", "0"]


def test_shows_scratch_on_request() -> None:
    assert "removed by rm" not in written(incident(), "html")
    assert (
        "/tmp/x.zip get.sh:1:9 scratch removed by rm" in Page(written(incident(), "html", scratch=True)).words
    )


def test_shows_what_is_suppressed_on_request() -> None:
    assert "suppressed findings 2" in Page(written(reviewed(), "html")).words
    assert "rebuilt at start" not in written(reviewed(), "html")
    words = Page(written(reviewed(), "html", suppressed=True)).words
    assert "/tmp/app/data.db app.py:1:7 scratch-data rebuilt at start (app.py:1)" in words
    assert "scratch-data no reason is given (scratchlint.toml:3)" in words


def test_shows_what_is_known_on_request() -> None:
    tree, one = simple()
    report = replace(tree.report(), comparison=Comparison(known=(one,)))
    assert "known finding 1" in Page(written(report, "html")).words
    assert "app.py" not in written(report, "html")
    words = Page(written(report, "html", known=True)).words
    assert "/tmp/app/data.db app.py:1:7 scratch-data Data lives in scratch storage." in words


def test_says_what_a_change_did() -> None:
    tree, one = simple()
    report = replace(tree.report(one), comparison=Comparison(changed={one.judgement.site.span: None}))
    assert "the change as a whole makes it a finding" in Page(written(report, "html")).words


def test_of_nothing_is_a_page_too() -> None:
    page = Page(written(Tree({}).report(), "html"))
    assert "No production path lives in scratch storage." in page.words
    assert not page.all("details")
    assert not page.all("form")


def test_is_ascii_whatever_the_names_are() -> None:
    text = written(hostile("日\udc80\u202e😀.py"), "html")
    assert text.isascii()
    assert "日\\udc80\\u202e😀.py:1:7" in Page(text).words


@given(st.text(min_size=1))
@example("\udc80")
def test_no_name_changes_the_structure(name: str) -> None:
    page, plain = (Page(written(hostile(one), "html")) for one in (name, "plain.py"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]


@pytest.mark.parametrize("scratch", [False, True])
def test_hostile_names_are_text(scratch: bool) -> None:
    page, plain = (Page(written(hostile(name), "html", scratch=scratch)) for name in (NAME, "plain.py"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert [list(attributes) for _, attributes in page.elements] == [
        list(attributes) for _, attributes in plain.elements
    ]
    assert NAME.replace("`", "") in page.text.replace("`", "")


def test_loads_nothing_and_runs_nothing_but_its_own() -> None:
    text = written(incident(), "html")
    page = Page(text)
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inline[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert not re.search(
        r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML", page.inline["style"] + page.inline["script"]
    )
    attributes = {name for _, found in page.elements for name in found}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {
        "src",
        "style",
        "srcset",
    }
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}


def test_style_and_script_stay_inside_their_elements() -> None:
    for name in ("report.css", "report.js", "sweep.js"):
        text = (TEMPLATES / name).read_text("utf-8")
        assert text.isascii()
        assert "</" not in text
        assert "<!--" not in text


def test_names_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("MOST_FINDINGS", "MOST_LISTED"):
        monkeypatch.setattr(html_view, bound, 2)
    tree, one = simple()
    report = replace(tree.report(one, one, one), skipped=tuple(Skipped(f"{n}.ts", "odd") for n in range(5)))
    page = Page(written(report, "html"))
    assert len([one for one in page.all("details") if "data-rule" in one]) == 2
    assert "Only the 2 worst findings are shown; 1 finding left out." in page.words
    assert "3 further lines left out for length." in page.words


def test_ways_are_bounded_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    report = incident()
    assert (
        "more" not in Page(written(report, "html")).words.partition("Also used")[2].partition("Evidence")[0]
    )
    monkeypatch.setattr(html_finding, "MOST_STEPS", 5)
    text = written(report, "html")
    assert "5 steps through 3 files" in text
    assert "and 1 more" in text


def test_directories_are_as_deep_as_a_short_table_allows() -> None:
    assert directories(["a/b/c.py", "d.py"]) == {"a/b/c.py": "a/b", "d.py": "."}
    many = [f"src/part{number % 3}/inner{number}/x.py" for number in range(100)]
    assert set(directories(many).values()) == {"src/part0", "src/part1", "src/part2"}


def test_code_in_sentences_is_marked_up() -> None:
    assert ticked("set to `a<b`.") == "set to <code>a&lt;b</code>."
    assert ticked("one ` alone <") == "one ` alone &lt;"
    assert coded("The log /x&y is", "/x&y") == "The log <code>/x&amp;y</code> is"
    assert coded("The log < is", "/x") == "The log &lt; is"
