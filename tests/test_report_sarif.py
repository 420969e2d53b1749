"""SARIF: what results say, what is left out, and how it is dumped."""

from __future__ import annotations

import gzip
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
import sarif_om

from reports import DATA, RULES, Tree, finding, incident, judgement, reviewed, shape, simple
from scratchlint.core.finding import Evidence, Finding, Origin, Report, Skipped, Text
from scratchlint.core.flow import Site, Step, Use
from scratchlint.report import Options, sarif, sarif_dump, write
from scratchlint.report.documentation import description
from scratchlint.report.sarif_results import MOST_RELATED, MOST_STEPS
from scratchlint.report.sarif_rules import descriptor
from test_report_text import written


def run_of(report: Report) -> dict[str, Any]:
    (run,) = json.loads(written(report, "sarif"))["runs"]
    return cast(dict[str, Any], run)


def result_of(report: Report) -> dict[str, Any]:
    (result,) = run_of(report)["results"]
    return cast(dict[str, Any], result)


def flows_of(steps: int, flows: int = 1) -> Finding:
    """Return a finding with flows of so many steps, all at one place."""
    site = TREE_SITE
    step = Step(site.span, "assigned", "assigned")
    judged = judgement(site, Use(site.span, "reads", "open", None), (step,) * steps)
    return finding(replace(judged, flows=judged.flows * flows))


TREE = Tree({"a.py": "open('/tmp/x')\n" * 300})
TREE_SITE = Site(TREE.span("a.py", "/tmp/x"), "literal", "/tmp/x", shape("x"))


def test_the_run_names_no_place_and_no_time() -> None:
    run = run_of(incident())
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["originalUriBaseIds"] == {
        "%SRCROOT%": {"description": {"text": "The root of the analysed source tree."}}
    }
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("scratchlint", "1.2.3")
    assert "automationDetails" not in run
    slow = replace(incident(), seconds=99.0)
    assert written(slow, "sarif") == written(incident(), "sarif")


def test_results_are_present_when_empty() -> None:
    assert run_of(Tree({}).report())["results"] == []


def test_rules_carry_what_github_sorts_by() -> None:
    rule = run_of(incident())["tool"]["driver"]["rules"][0]
    assert rule["properties"] == {
        "tags": [
            "security",
            "reliability",
            "scratch-storage",
            "external/cwe/cwe-377",
            "external/cwe/cwe-379",
            "external/cwe/cwe-426",
        ],
        "security-severity": "7.8",
        "precision": "high",
        "problem.severity": "error",
    }
    assert rule["shortDescription"]["text"] == "Executable in scratch storage."
    assert rule["fullDescription"]["text"] == (
        "Executable in scratch storage. A program is run from /tmp, which is emptied at every boot."
    )
    assert rule["help"]["markdown"].startswith("# Executable in scratch storage\n\nA program")
    assert "`" not in rule["help"]["text"]
    assert "See the standard (https://example.org/fhs)." in rule["help"]["text"]


def test_tags_stop_at_ten() -> None:
    many = replace(DATA, weaknesses=tuple(range(370, 390)))
    assert len(descriptor(many).properties["tags"]) == 10


def test_long_documentation_leaves_a_short_description() -> None:
    rule = replace(DATA, documentation="Title\n\nOne `a`.\n\n" + "long " * 300 + "\n\n## Why\n")
    assert description(rule) == "Data in scratch storage. One a."


def test_weaknesses_are_a_taxonomy() -> None:
    run = run_of(incident())
    (taxonomy,) = run["taxonomies"]
    assert [taxon["id"] for taxon in taxonomy["taxa"]] == ["CWE-377", "CWE-379", "CWE-426"]
    assert taxonomy["taxa"][0]["shortDescription"]["text"] == "Insecure Temporary File."
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": "CWE", "index": 0}]
    target = run["tool"]["driver"]["rules"][0]["relationships"][0]["target"]
    assert target == {"id": "CWE-377", "toolComponent": {"name": "CWE", "index": 0}}


def test_a_result_leads_from_site_to_use() -> None:
    result = result_of(incident())
    assert result["message"]["text"] == (
        "The executable /tmp/whisper-env/bin/python3 lives in scratch storage. "
        "This is [where it is used](1). The same path is also written [here](2). "
        "Its permanent home: /var/lib/app."
    )
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": ".env", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {
        "startLine": 2,
        "startColumn": 9,
        "endLine": 2,
        "endColumn": 37,
        "snippet": {"text": "/tmp/whisper-env/bin/python3"},
    }
    assert physical["contextRegion"]["snippet"]["text"] == "WHISPER=/tmp/whisper-env/bin/python3"
    (flow,) = result["codeFlows"]
    (thread,) = flow["threadFlows"]
    told = [(step["nestingLevel"], step["location"]["message"]["text"]) for step in thread["locations"]]
    assert told == [
        (1, "WHISPER is set"),
        (1, "WHISPER is read"),
        (1, "assigned to binary"),
        (1, "imported as binary"),
        (1, "spawn executes it"),
    ]
    assert re.fullmatch("[0-9a-f]{32}", result["fingerprints"]["scratchlint/v1"])
    assert [location["id"] for location in result["relatedLocations"]] == [1, 2]
    assert result["properties"]["role"] == "venv"
    assert [one["strength"] for one in result["properties"]["evidence"]] == [4.0, 1.0, -0.5]


def test_the_fingerprint_is_that_of_the_line() -> None:
    report = incident()
    span = report.findings[0].judgement.site.span
    assert result_of(report)["partialFingerprints"] == {"primaryLocationLineHash": report.line_hashes[span]}


def test_a_use_on_the_spot_needs_no_links_and_no_flow() -> None:
    tree, one = simple()
    result = result_of(tree.report(one))
    assert "](" not in result["message"]["text"]
    assert "codeFlows" not in result
    assert "relatedLocations" not in result


def test_calls_nest() -> None:
    site = TREE_SITE
    spans = [TREE.span("a.py", "open", number) for number in range(4)]
    steps = (
        Step(site.span, "source", "a"),
        Step(spans[0], "passed", "b"),
        Step(spans[1], "assigned", "c"),
        Step(spans[2], "returned", "d"),
        Step(spans[3], "used", "e"),
    )
    judged = judgement(site, Use(spans[3], "reads", "open", None), steps)
    flow = result_of(TREE.report(finding(judged)))["codeFlows"][0]["threadFlows"][0]
    assert [step["nestingLevel"] for step in flow["locations"]] == [1, 1, 2, 2, 1]


def test_a_path_that_looks_like_a_link_is_none() -> None:
    tree, one = simple()
    text = result_of(tree.report(replace(one, message="The path /tmp/[x](9) is lost.")))["message"]["text"]
    assert text.startswith("The path /tmp/[x]\\(9) is lost.")


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("a b#c?.py", "a%20b%23c%3F.py"),
        ("src/[id]/ä😀.ts", "src/%5Bid%5D/%C3%A4%F0%9F%98%80.ts"),
        ("c:x/100%.sh", "c%3Ax/100%25.sh"),
        ("@scope/a+b,c=(d)!.ts", "@scope/a+b,c=(d)!.ts"),
        ("bad\udcff\\.sh", "bad%FF%5C.sh"),
    ],
)
def test_addresses_are_percent_encoded(file: str, address: str) -> None:
    tree, one = simple("/tmp/x", file, "open('/tmp/x')\n")
    location = result_of(tree.report(one))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == address


def test_columns_count_utf16_units() -> None:
    tree, one = simple("/tmp/😀", "a.py", "'𝔘ï\t'; open('/tmp/😀')\n")
    region = result_of(tree.report(one))["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (15, 22)


def test_a_context_is_neither_the_region_nor_a_minified_file() -> None:
    for source in ("/tmp/x\n", "x" * 3000 + "/tmp/x"):
        tree, one = simple("/tmp/x", "a.sh", source)
        assert "contextRegion" not in result_of(tree.report(one))["locations"][0]["physicalLocation"]


def test_what_was_not_analysed_is_notified() -> None:
    (invocation,) = run_of(incident())["invocations"]
    assert invocation["executionSuccessful"] is True
    notified = [
        (one["descriptor"]["id"], one["level"], one["message"]["text"])
        for one in invocation["toolExecutionNotifications"]
    ]
    assert notified == [
        ("file-skipped", "warning", "Skipped: big.ts: larger than 1 MiB"),
        ("file-partly-analysed", "warning", "Partly analysed: odd.py: line 3 cannot be read"),
        ("limit-reached", "warning", "the trace of src/long.ts stopped after 10,000 steps"),
        ("language-not-analysed", "note", "12 Go files not analysed."),
        ("language-not-analysed", "note", "1 PHP file not analysed."),
        ("file-set-aside", "note", "3 test files set aside."),
    ]
    place = invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "big.ts"


def test_the_worst_results_come_first_and_the_rest_is_notified() -> None:
    tree, one = simple()
    weak = replace(one, level="warning")
    run = run_of(tree.report(*[weak] * 5000, one))
    assert len(run["results"]) == 5000
    assert [result["level"] for result in run["results"][:2]] == ["error", "warning"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == ("Only the 5000 worst findings are listed; 1 finding left out.")


def test_long_flows_are_cut_and_notified() -> None:
    run = run_of(TREE.report(flows_of(MOST_STEPS + 200), flows_of(MOST_STEPS // 2, 3)))
    lengths = [
        [len(flow["threadFlows"][0]["locations"]) for flow in result["codeFlows"]]
        for result in run["results"]
    ]
    assert lengths == [[MOST_STEPS], [MOST_STEPS // 2, MOST_STEPS // 2]]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["descriptor"]["id"] == "report-cut"
    assert notification["message"]["text"].startswith("Of 2 findings only the first 1000 steps")


def test_related_locations_are_cut_and_keep_their_links() -> None:
    spans = [TREE.span("a.py", "/tmp/x", number) for number in range(1, 300)]
    same = tuple(Site(span, "literal", "/tmp/x", shape("x")) for span in spans)
    judged = judgement(TREE_SITE, Use(TREE.span("a.py", "open", 299), "reads", "open", None), same=same)
    result = result_of(TREE.report(finding(judged)))
    assert len(result["relatedLocations"]) == MOST_RELATED
    assert "[where it is used](1)" in result["message"]["text"]
    assert "[here](2), [here](3), [here](4) and 96 times more." in result["message"]["text"]


def test_a_place_is_related_once() -> None:
    used = TREE.span("a.py", "open", 1)
    same = Site(used, "literal", "/tmp/x", shape("x"))
    evidence = (Evidence("a", "seen", 1.0, used), Evidence("b", "seen", 1.0, TREE_SITE.span))
    judged = judgement(TREE_SITE, Use(used, "reads", "open", None), same=(same, same), evidence=evidence)
    assert len(result_of(TREE.report(finding(judged)))["relatedLocations"]) == 1


def test_a_category_becomes_the_run_s_id() -> None:
    for category in ("back/end", "back/end/"):
        stream = io.StringIO()
        write(incident(), "sarif", stream, RULES, Options("1", category=category))
        (run,) = json.loads(stream.getvalue())["runs"]
        assert run["automationDetails"] == {"id": "back/end/"}
        assert "semanticVersion" not in run["tool"]["driver"]


def test_names_that_are_not_unicode_stay_readable_json() -> None:
    report = replace(incident(), skipped=(Skipped("a\udcff.py", "odd"),))
    text = written(report, "sarif")
    assert text.isascii()
    assert "\\udcff" not in text.replace("\\\\udcff", "")


def test_levels_are_never_dropped() -> None:
    message = sarif_om.Message(text="x")
    dumped = [
        sarif_dump.plain(one)
        for one in (
            sarif_om.Result(message=message, level="warning"),
            sarif_om.Notification(message=message, level="warning"),
            sarif_om.ReportingConfiguration(level="warning"),
        )
    ]
    assert [cast(dict[str, object], one)["level"] for one in dumped] == ["warning"] * 3


def test_suppressed_findings_are_results_only_when_asked_for() -> None:
    rules = [result["ruleId"] for result in run_of(reviewed())["results"]]
    assert rules == ["scratch-executable", "unexplained-suppression"]
    (run,) = json.loads(written(reviewed(), "sarif", suppressed=True))["runs"]
    told = [result.get("suppressions") for result in run["results"]]
    assert told == [
        None,
        None,
        [{"kind": "inSource", "justification": "rebuilt at start", "status": "accepted"}],
        [{"kind": "external", "status": "accepted"}],
    ]


def test_what_is_no_matter_of_security_has_no_severity() -> None:
    written_down = sarif_dump.plain(descriptor(replace(DATA, severity="", weaknesses=())))
    assert isinstance(written_down, dict)
    assert "security-severity" not in written_down["properties"]
    assert "security" not in written_down["properties"]["tags"]


def test_the_dump_follows_the_schema_s_names_and_defaults() -> None:
    suppressed = sarif_om.Result(
        message=sarif_om.Message(text="x"),
        level=None,
        suppressions=[sarif_om.Suppression(kind="inSource", state="accepted")],
        related_locations=[],
    )
    assert sarif_dump.plain(suppressed) == {
        "message": {"text": "x"},
        "relatedLocations": [],
        "suppressions": [{"kind": "inSource", "status": "accepted"}],
    }
    run = sarif_om.Run(tool=sarif_om.Tool(driver=sarif_om.ToolComponent(name="x")))
    assert sarif_dump.plain(run) == {"tool": {"driver": {"name": "x"}}}


def test_the_dump_is_bounded_by_its_compressed_size() -> None:
    run = sarif_om.Run(tool=sarif_om.Tool(driver=sarif_om.ToolComponent(name="x")), results=["ignored"])
    text = sarif_dump.Text(200_000)
    pieces = [text.head(run)]
    random = Random(1)
    while piece := text.item(sarif_om.Result(message=sarif_om.Message(text=random.randbytes(5000).hex()))):
        pieces.append(piece)
    pieces.append(text.array("artifacts"))
    assert text.item({"location": {}}) is None
    pieces.append(text.tail({"invocations": []}))
    written = "".join(pieces)
    assert 100_000 < len(gzip.compress(written.encode())) < 300_000
    (run,) = json.loads(written)["runs"]
    assert len(run["results"]) == len(pieces) - 3
    assert run["artifacts"] == run["invocations"] == []


def test_the_invocation_tells_the_exit_code() -> None:
    stream = io.StringIO()
    write(incident(), "sarif", stream, RULES, Options("1", exit_code=1))
    (invocation,) = json.loads(stream.getvalue())["runs"][0]["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)


def test_the_origin_is_the_provenance() -> None:
    report = replace(incident(), origin=Origin("https://github.com/a/b", "0" * 40, "main"))
    assert run_of(report)["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/a/b",
            "revisionId": "0" * 40,
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]


def test_what_is_cut_is_told_to_people_too() -> None:
    tree, one = simple()
    told: list[str] = []
    options = Options("1", notify=told.append)
    write(tree.report(*[one] * 5001), "sarif", io.StringIO(), RULES, options)
    assert told == ["Only the 5000 worst findings are listed; 1 finding left out."]


def test_a_log_stays_below_what_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 40_000)
    random = Random(1)
    tree, one = simple()
    many = [replace(one, message=random.randbytes(2000).hex()) for _ in range(100)]
    texts = {"app.py": Text(0, random.randbytes(2000).hex())}
    stream = io.StringIO()
    write(replace(tree.report(*many), texts=texts), "sarif", stream, RULES, Options("1", embed=True))
    (run,) = json.loads(stream.getvalue())["runs"]
    assert 0 < len(run["results"]) < 100
    assert run["artifacts"] == [{"location": {"uri": "app.py", "uriBaseId": "%SRCROOT%"}}]
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert told[0].startswith(f"Only the {len(run['results'])} worst findings are listed; ")
    assert told[1] == "The text of 1 file is left out for the size of the log."


def test_identities_tell_findings_apart_and_ignore_lines() -> None:
    def made(source: str) -> list[str]:
        tree = Tree({"a.py": source})
        found = []
        for number in range(source.count("/tmp/x")):
            site = Site(tree.span("a.py", "/tmp/x", number), "literal", "/tmp/x", shape("x"))
            found.append(finding(judgement(site, Use(site.span, "reads", "open", None))))
        return [one["fingerprints"]["scratchlint/v1"] for one in run_of(tree.report(*found))["results"]]

    two = made("open('/tmp/x')\nopen('/tmp/x')\n")
    assert len(set(two)) == 2
    assert made("# moved\n\nopen('/tmp/x')\n# apart\nopen('/tmp/x')\n") == two
    assert made("open('/tmp/x')\n") == two[:1]


def test_every_field_of_a_log_is_documented() -> None:
    text = (Path(__file__).parent.parent / "docs" / "sarif.md").read_text("utf-8")
    run = run_of(replace(incident(), origin=Origin("https://github.com/a/b", "0" * 40, "main")))
    ignored = {"results", "rules"}
    for name in (*run, *run["results"][0], *run["results"][0]["properties"]):
        assert re.search(rf"`{name}\b", text) or name in ignored or name == "tool", name
