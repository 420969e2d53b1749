"""JSON, workflow commands and Markdown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from reports import DATA, Tree, finding, incident, judgement, reviewed, shape, simple
from scratchlint.core.finding import Finding, Report, Skipped
from scratchlint.core.flow import Site, Use
from test_report_text import written

DOCUMENTED = Path(__file__).parent.parent / "docs" / "json.md"


def hostile(name: str) -> Report:
    """Return a finding in a file of that name, whose message and path hold the name too."""
    tree, one = simple("/tmp/x", name, 'open("/tmp/x")\n')
    judged = replace(one.judgement, flows=tuple(replace(f, path=shape(name)) for f in one.judgement.flows))
    return replace(
        tree.report(replace(one, message=f"The data {name} is lost.", judgement=judged)),
        skipped=(Skipped(name, name),),
    )


def ranked() -> Report:
    """Return findings of every level, in the order of their lines."""
    tree = Tree({"a.py": "".join(f"open('/tmp/{number}')\n" for number in range(4))})
    found: list[Finding] = []
    for number, level in enumerate(("note", "warning", "error", "error")):
        text = f"/tmp/{number}"
        site = Site(tree.span("a.py", text), "literal", text, shape(str(number)))
        judged = judgement(
            site, Use(site.span, "reads", "open", None), confidence="high" if number == 3 else "low"
        )
        found.append(replace(finding(judged, DATA, f"Number {number}."), level=level))  # type: ignore[arg-type]
    return tree.report(*found)


def keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if isinstance(value, dict):
        return set(value).union(*(keys(item) for item in value.values()))
    return set()


def test_json_holds_findings_and_totals() -> None:
    report = json.loads(written(incident(), "json"))
    assert list(report) == ["findings", "remarks", "fixed", "skipped", "limits", "summary"]
    (one,) = report["findings"]
    assert one["rule"] == "scratch-executable"
    assert one["path"] == "/tmp/whisper-env/bin/python3"
    assert one["site"]["location"] == {
        "file": ".env",
        "line": 2,
        "column": 9,
        "end_line": 2,
        "end_column": 37,
    }
    assert [step["kind"] for step in one["flows"][0]["steps"]] == [
        "source",
        "env",
        "assigned",
        "imported",
        "used",
    ]
    assert len(one["same"]) == 1
    assert sum(evidence["strength"] for evidence in one["evidence"]) == one["score"]
    assert report["limits"] == ["the trace of src/long.ts stopped after 10,000 steps"]
    assert report["summary"] == {
        "files": 4,
        "sites": 2,
        "production": 1,
        "known": 0,
        "elsewhere": 0,
        "fixed": 0,
        "scratch": 1,
        "mounted": 0,
        "not_usage": 0,
        "suppressed": 0,
        "unsure": 0,
        "unread": {"Go": 12, "PHP": 1},
        "set_aside": {"test": 3},
        "seconds": 0.125,
    }


def test_json_shows_scratch_on_request() -> None:
    (one,) = json.loads(written(incident(), "json", scratch=True))["scratch"]
    assert one["verdict"] == "scratch"
    assert one["evidence"][0]["claim"] == "removed-after"


def test_json_shows_what_is_suppressed_on_request() -> None:
    assert "suppressed" not in json.loads(written(reviewed(), "json"))
    first, second = json.loads(written(reviewed(), "json", suppressed=True))["suppressed"]
    assert (first["kind"], first["origin"], first["reason"]) == ("comment", "app.py:1", "rebuilt at start")
    assert (second["kind"], second["origin"]) == ("policy", "scratchlint.toml:3")
    assert first["finding"]["path"] == "/tmp/app/data.db"


def test_remarks_are_in_every_format() -> None:
    (remark,) = json.loads(written(reviewed(), "json"))["remarks"]
    assert remark["location"] == {"file": "app.py", "line": 1, "column": 27, "end_line": 1, "end_column": 48}
    assert "::notice title=unexplained-suppression (unexplained-suppression),file=app.py,line=1" in written(
        reviewed(), "github"
    )
    assert "app&#46;py&#58;1&#58;27&#58; It gives no reason&#46;" in written(reviewed(), "markdown")
    assert "app.py:1:27: note[unexplained-suppression] It gives no reason.\n" in written(reviewed())


def test_json_differs_between_runs_in_seconds_alone() -> None:
    slow = replace(incident(), seconds=99.0)
    assert written(slow, "json").replace("99.0", "0.125") == written(incident(), "json")


def test_json_survives_names_that_are_not_unicode() -> None:
    text = written(hostile('a"\\\x1b\udc80\u202e日.py'), "json")
    assert text.isascii()
    location = json.loads(text)["findings"][0]["site"]["location"]
    assert location["file"] == 'a"\\\x1b\\udc80\u202e日.py'


def test_every_json_field_is_documented() -> None:
    report = json.loads(written(reviewed(), "json", scratch=True, suppressed=True))
    report["summary"]["unread"] = report["summary"]["set_aside"] = {}
    rows = [line.split("|")[1] for line in DOCUMENTED.read_text(encoding="utf-8").splitlines() if "|" in line]
    documented = set(re.findall(r"`(\w+)`", "".join(rows)))
    assert keys(report) == documented


def test_annotations_point_at_the_source() -> None:
    first, last, end = written(incident(), "github").split("\n")
    assert first.startswith(
        "::error title=Executable in scratch storage (scratch-executable),"
        "file=.env,line=2,col=9,endLine=2,endColumn=37::The executable "
    )
    assert first.endswith("%0Asrc/run.ts:2:8 spawn executes it%0APermanent home: /var/lib/app")
    assert last.startswith("::notice title=scratchlint::4 files, 2 sites")
    assert "big.ts: larger than 1 MiB" in last
    assert end == ""


def test_annotations_come_worst_first() -> None:
    lines = written(ranked(), "github").splitlines()
    order = [(line.split()[0], line.partition("Number ")[2][:1]) for line in lines[:-1]]
    assert order == [("::error", "3"), ("::error", "2"), ("::warning", "1"), ("::notice", "0")]


def test_annotations_are_escaped() -> None:
    name = "50%,a:b\r\n::set-env name=x::y.py"
    lines = written(hostile(name), "github").splitlines()
    assert len(lines) == 2
    assert "file=50%25%2Ca%3Ab\\r\\n%3A%3Aset-env name=x%3A%3Ay.py,line=1," in lines[0]
    assert lines[0].count("::") >= 2
    assert "The data 50%25,a:b\\r\\n::set-env name=x::y.py is lost." in lines[0]


def test_more_annotations_than_github_shows_are_named() -> None:
    tree, one = simple()
    lines = written(tree.report(*[one] * 11), "github").splitlines()
    assert len(lines) == 11
    assert "Only the 10 worst findings are annotated" in lines[-1]


def test_markdown_shows_hostile_text_as_it_is() -> None:
    name = "a|b`c`*d*[e](http://f)<img src=x>&amp;@g #1 www.h.org ~~i~~ $j$ :k: _l_ \\m.py"
    text = written(hostile(name), "markdown")
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    plain = re.sub(r"</?(?:code|pre|details|summary|table|thead|tbody|tr|t[dh]|h2|p|ol|ul|li)>", "", page)
    assert "<" not in plain
    assert not re.search(r"https?://|www\.|@g|(?<!&)#1", text)
    table = next(line for line in page.splitlines() if line.startswith("<td><code>a"))
    shown = table.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    decoded = re.sub(r"&#(\d+);", lambda mark: chr(int(mark[1])), shown)
    assert decoded == f"<td><code>{name}:1:7</code></td>"


def test_markdown_lists_the_way() -> None:
    page = MarkdownIt("commonmark").enable("table").render(written(incident(), "markdown"))
    assert "<td>venv</td>" in page
    assert "<code>src/run.ts:2:8</code> spawn executes it</li>" in page
    assert "<pre>2 WHISPER=/tmp/whisper-env/bin/python3</pre>" in page
    assert "<li>Skipped: big.ts: larger than 1 MiB</li>" in page


def test_markdown_stays_below_githubs_limit() -> None:
    tree, one = simple()
    report = replace(
        tree.report(*[one] * 20_000), skipped=tuple(Skipped(f"{n}.ts", "long") for n in range(20_000))
    )
    text = written(report, "markdown")
    assert len(text.encode()) < 1024 * 1024
    assert re.search(r"Left out for length: \d+ findings, and the way of 20000\.", text)
    assert re.search(r"- \d+ further lines left out for length\.\n\Z", text)
