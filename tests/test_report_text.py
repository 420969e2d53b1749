"""The report for terminals."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from reports import DATA, RULES, Tree, finding, incident, judgement, shape, simple
from scratchlint.core.finding import Excerpt, Report, Skipped
from scratchlint.core.flow import Site, Use
from scratchlint.errors import UsageError
from scratchlint.report import FORMATS, Options, write


def written(
    report: Report,
    format: str = "text",
    *,
    color: bool = False,
    scratch: bool = False,
    suppressed: bool = False,
    known: bool = False,
    verbose: bool = False,
) -> str:
    stream = io.StringIO()
    options = Options(
        "1.2.3",
        color=color,
        show_scratch=scratch,
        show_suppressed=suppressed,
        show_known=known,
        evidence=scratch,
        verbose=verbose,
    )
    write(report, format, stream, RULES, options)
    return stream.getvalue()


def found_in(source: str, text: str, file: str = "app.py") -> Report:
    tree, one = simple(text, file, source)
    return tree.report(one)


def drawn(report: Report) -> tuple[str, str]:
    """Return the source line and what is underlined of it."""
    lines = written(report).split("\n")
    source, marks = lines[2], lines[3]
    return source, source[marks.index("^") : marks.rindex("^") + 1]


def test_a_finding_is_told_from_location_to_home() -> None:
    assert written(incident()).split("\n") == [
        ".env:2:9: error[scratch-executable] "
        "The executable /tmp/whisper-env/bin/python3 lives in scratch storage.",
        "  |",
        "2 | WHISPER=/tmp/whisper-env/bin/python3",
        "  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  = path: /tmp/whisper-env/bin/python3 (venv, high confidence)",
        "  = way: .env:2:9            WHISPER is set",
        "         src/config.ts:1:23  WHISPER is read",
        "         src/config.ts:1:14  assigned to binary",
        "         src/run.ts:1:10     imported as binary",
        "         src/run.ts:2:8      spawn executes it",
        "  = also: src/run.ts:2:18  cat reads it",
        "  = same: src/run.ts:2:18",
        "  = home: /var/lib/app",
        "",
        "Not analysed: 12 Go files, 1 PHP file",
        "Set aside: 3 test files",
        "Skipped: big.ts: larger than 1 MiB",
        "Partly analysed: odd.py: line 3 cannot be read",
        "Limits reached: 1 (--verbose lists them)",
        "4 files, 2 sites: 1 production, 1 scratch (0.12 s)",
        "",
    ]


def test_evidence_and_scratch_are_shown_on_request() -> None:
    text = written(incident(), scratch=True)
    assert "  = for: +4.0 spawn executes it (src/run.ts:2:8) [use-executes]\n" in text
    assert "  = against: -0.5 the name says that it is temporary (.env:2:9) [name-temporary]\n" in text
    assert "  = score: +4.5\n" in text
    assert "get.sh:1:9: scratch /tmp/x.zip: removed by rm\n" in text
    assert "get.sh:1:9" not in written(incident())


def test_limits_are_listed_when_asked_for_and_counted_otherwise() -> None:
    assert "\nLimit: the trace of src/long.ts stopped after 10,000 steps\n" in written(
        incident(), verbose=True
    )
    assert "\nLimits reached: 1 (--verbose lists them)\n" in written(incident())
    assert "Limit" not in written(replace(incident(), limits=()))


def test_colour_adds_nothing_but_escape_sequences() -> None:
    colored = written(incident(), color=True, scratch=True)
    assert "\x1b[1;31merror[scratch-executable]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == written(incident(), scratch=True)
    assert "\x1b" not in written(incident(), scratch=True)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('open("/tmp/x")\n', '1 | open("/tmp/x")'),
        ('\t\topen("/tmp/x")\n', '1 |         open("/tmp/x")'),
        ('"𝔘𝔫ï"; open("/tmp/x")\r\n', '1 | "𝔘𝔫ï"; open("/tmp/x")'),
        ('"a\u202eb\x9b\x1b[2J"; open("/tmp/x")\n', '1 | "a\\u202eb\\x9b\\x1b[2J"; open("/tmp/x")'),
    ],
)
def test_the_underline_stands_below_the_path(source: str, shown: str) -> None:
    line, marked = drawn(found_in(source, "/tmp/x"))
    assert line == shown
    assert marked == "/tmp/x"


def test_wide_characters_take_two_cells() -> None:
    lines = written(found_in('"日本"; open("/tmp/日")\n', "/tmp/日")).split("\n")
    assert lines[2] == '1 | "日本"; open("/tmp/日")'
    assert lines[3] == "  |               ^^^^^^^"


def test_long_lines_are_cut_around_the_path() -> None:
    line, marked = drawn(found_in("x" * 5000 + '"/tmp/x"' + "y" * 5000, "/tmp/x"))
    assert marked == "/tmp/x"
    assert len(line) < 140
    assert line.startswith("1 | …x")
    assert line.endswith("y…")


def test_long_spans_are_cut() -> None:
    name = "/tmp/" + "x" * 5000
    line, marked = drawn(found_in(f'"{name}"', name))
    assert len(line) < 140
    assert marked.startswith("/tmp/xxx")


def test_spans_of_many_lines_leave_out_the_middle() -> None:
    body = "\n".join(f"  line {number}" for number in range(1, 40))
    text = written(found_in(f"<<END\n{body}\nEND\n", f"{body}\nEND"))
    assert "\n 2 |   line 1\n   | ^^^^^^^^\n 3 |   line 2\n   |   ^^^^^^\n" in text
    assert "\n41 | END\n   | ^^^\n" in text
    assert "line 20" not in text


def test_a_masked_line_is_underlined_where_the_path_moved() -> None:
    report = found_in("URL=db://user:secret@host/tmp/x\n", "/tmp/x", ".env")
    span = report.findings[0].judgement.site.span
    masked = Excerpt(report.excerpts[span].region, ("URL=***/tmp/x",), "/tmp/x")
    line, marked = drawn(replace(report, excerpts={span: masked}))
    assert line == "1 | URL=***/tmp/x"
    assert marked == "/tmp/x"


def test_hostile_names_never_reach_the_terminal_raw() -> None:
    name = "a\x1b]0;owned\x07\nb\u202e\udc80.py"
    report = found_in('open("/tmp/x")\n', "/tmp/x", name)
    hostile = replace(
        report.findings[0], message="m\x1b[31m\n::error::", home="/opt/\x1b[0m", rule=report.findings[0].rule
    )
    report = replace(
        report,
        findings=(hostile,),
        skipped=(Skipped(name, "bad \x1b"),),
        limits=("\x1b",),
        unread={"G\x1bo": 1},
    )
    for format in ("text", "github", "markdown"):
        text = written(report, format, scratch=True)
        assert not re.search(r"[^\n\x20-\x7e…]", text), format
    assert "a\\x1b]0;owned\\x07\\nb\\u202e\\udc80.py:1:7: error" in written(report)


def test_a_report_without_findings_is_one_line() -> None:
    assert written(Tree({"a.py": ""}).report()) == "1 file, 0 sites: 0 production, 0 scratch (0.12 s)\n"


def test_a_site_of_two_rules_counts_once() -> None:
    tree, one = simple()
    assert "1 production" in written(tree.report(one, replace(one, rule="scratch-path")))


def test_many_uses_are_shortened() -> None:
    tree = Tree({"a.py": "p = '/tmp/x'\n" + "use(p)\n" * 9})
    site = Site(tree.span("a.py", "/tmp/x"), "literal", "/tmp/x", shape("x"))
    uses = [Use(tree.span("a.py", "use(p)", number), "reads", "use", None) for number in range(9)]
    judged = judgement(site, uses[0])
    judged = replace(judged, flows=tuple(replace(judged.flows[0], use=use) for use in (*uses, uses[3])))
    text = written(tree.report(finding(judged, DATA)))
    assert "  = also: a.py:3:1  use reads it\n" in text
    assert "\n          and 3 more\n" in text


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"'xml'.*text, json, sarif, github, markdown"):
        written(incident(), "xml")


def test_formats_load_only_what_they_need() -> None:
    program = (
        "import sys, scratchlint.report, scratchlint.report.text\n"
        "heavy = {'rich', 'sarif_om', 'attr', 'json'} & set(sys.modules)\n"
        "print(*sorted(heavy))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("\n", "")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_deterministic(format: str) -> None:
    first, second = written(incident(), format, scratch=True), written(incident(), format, scratch=True)
    assert first == second
    assert first.endswith("\n")
