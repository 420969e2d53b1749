"""What the fixtures expect, as written beside their lines.

An expectation stands in a comment at the end of the line that it is about; a semicolon separates
several. Where a line can hold no comment, `expected.txt` of the scenario says `FILE:LINE EXPECTATIONS`.

expect: RULE ROLE       a finding of this rule and role stands on the line
reveals: PATH           a site of the line, or a flow through it, has this path template
scratch: CLAIM          a site of the line is judged scratch, and the claim is among the evidence;
                        the claims `context-...` are looked for with tests analysed too
mounted                 a site of the line is judged mounted: durable storage is mounted over it
not-usage               a site of the line is judged to be no use of a path
step: KIND [TEXT]       the deciding flow of a finding has such a step here, its note holding TEXT;
                        `step 1:`, `step 2:` in one file are steps of one flow in this order,
                        `step NAME 1:` those of one flow through several files
suppressed: RULE ROLE   a finding stands on the line and is suppressed
remark: RULE            a rule remarks on a suppression that begins on the line
silent                  the file holds no site at all
missing: EXPECTATION    a known miss: the rest does not hold yet; a rule alone is a finding
wrong: RULE             a known false alarm: the finding on this line should not be there
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.core.flow import Flow
from scratchlint.core.span import Span

KINDS = (
    "expect",
    "reveals",
    "scratch",
    "mounted",
    "not-usage",
    "step",
    "suppressed",
    "remark",
    "silent",
    "missing",
    "wrong",
)

_KIND = "|".join(KINDS)
_COMMENT = re.compile(rf"(?:#|//|/\*|<!--)\s*(?P<said>(?:{_KIND})\b.*?)\s*(?:\*/\}}?|-->)?$")
_EXPECTATION = re.compile(
    rf"(?P<kind>{_KIND})(?: (?P<chain>[a-z]+))?(?: (?P<number>\d+))?(?::\s*(?P<text>.*))?"
)
_LISTED = re.compile(r"(?P<file>\S+):(?P<line>\d+)\s+(?P<said>.+)")
_FINDING = re.compile(r"[a-z]+-[a-z-]+(?: [a-z]+)?")
_TEXTLESS = frozenset({"mounted", "not-usage", "silent"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation: `chain` and `number` belong to steps, `missing` tells that it does not hold yet."""

    file: str
    line: int
    kind: str
    text: str
    chain: str = ""
    number: int = 0
    missing: bool = False

    def __str__(self) -> str:
        label = " ".join(filter(None, (self.kind, self.chain, str(self.number or ""))))
        text = f"{label}: {self.text}" if self.text else label
        return f"{self.file}:{self.line}: {'missing: ' if self.missing else ''}{text}"


def expectations(scenario: Path) -> list[Expectation]:
    """Return everything that the files of a scenario say, in order of file and line."""
    found: list[Expectation] = []
    for path in sorted(scenario.rglob("*")):
        if path.is_file():
            found.extend(_of_file(path, path.relative_to(scenario).as_posix()))
    return sorted(found, key=lambda item: (item.file, item.line))


def _of_file(path: Path, name: str) -> Iterator[Expectation]:
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if name == "expected.txt":
            listed = _LISTED.fullmatch(line)
            if listed is None:
                raise ValueError(f"{path}:{number}: not FILE:LINE EXPECTATIONS: {line}")
            yield from parse(listed["file"], int(listed["line"]), listed["said"])
        elif comment := _COMMENT.search(line):
            yield from parse(name, number, comment["said"])


def without_expectation(line: str) -> str:
    """Return a line as it is without the comment that says what is expected of it."""
    return _COMMENT.sub("", line).rstrip()


def parse(file: str, line: int, said: str) -> Iterator[Expectation]:
    """Read the expectations of one comment."""
    before = ""
    for piece in filter(None, map(str.strip, said.split(";"))):
        match = _EXPECTATION.fullmatch(piece) or _EXPECTATION.fullmatch(f"{before}: {piece}")
        if match is None or bool(match["text"]) is (match["kind"] in _TEXTLESS):
            raise ValueError(f"{file}:{line}: not an expectation: {piece}")
        before = match["kind"]
        if before == "missing":
            yield _missing(file, line, match["text"])
        else:
            yield _one(file, line, match, missing=False)


def _missing(file: str, line: int, text: str) -> Expectation:
    if _FINDING.fullmatch(text):
        return Expectation(file, line, "expect", text, missing=True)
    match = _EXPECTATION.fullmatch(text)
    if match is None or bool(match["text"]) is (match["kind"] in _TEXTLESS):
        raise ValueError(f"{file}:{line}: not an expectation: missing: {text}")
    return _one(file, line, match, missing=True)


def _one(file: str, line: int, match: re.Match[str], *, missing: bool) -> Expectation:
    number = int(match["number"] or 0)
    return Expectation(file, line, match["kind"], match["text"] or "", match["chain"] or "", number, missing)


@dataclass(frozen=True, slots=True)
class Observed:
    """What a report says, by file and line."""

    report: Report

    def place(self, span: Span) -> tuple[str, int]:
        return span.file, self.report.excerpts[span].region.start.line

    def findings(self) -> Mapping[tuple[str, int], list[Finding]]:
        found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
        for finding in self.report.findings:
            found[self.place(finding.judgement.site.span)].append(finding)
        return found

    def suppressed_at(self, file: str, line: int) -> list[Finding]:
        found = (one.finding for one in self.report.suppressed)
        return [one for one in found if self.place(one.judgement.site.span) == (file, line)]

    def remarks(self) -> Mapping[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for remark in self.report.remarks:
            found[self.place(remark.span)].append(remark.rule)
        return found

    def deciding(self) -> list[Flow]:
        return [finding.judgement.flows[0] for finding in self.report.findings]

    def judgements(self) -> Iterator[Judgement]:
        yield from (finding.judgement for finding in self.report.findings)
        yield from (suppressed.finding.judgement for suppressed in self.report.suppressed)
        yield from self.report.scratch

    def judged_at(self, file: str, line: int) -> list[Judgement]:
        return [
            judgement
            for judgement in self.judgements()
            if any(self.place(site.span) == (file, line) for site in (judgement.site, *judgement.same))
        ]

    def paths_at(self, file: str, line: int) -> set[str]:
        paths = {str(judgement.site.path) for judgement in self.judged_at(file, line)}
        for flow in (flow for judgement in self.judgements() for flow in judgement.flows):
            places = [flow.site.span, *(step.span for step in flow.steps)]
            if any(self.place(place) == (file, line) for place in places):
                paths.add(str(flow.path))
        return paths


def holds(wanted: Expectation, seen: Observed) -> bool:
    """Whether a report is as one expectation says; the order of steps is not looked at."""
    judged = seen.judged_at(wanted.file, wanted.line)
    match wanted.kind:
        case "expect" | "wrong":
            reported = seen.findings()[wanted.file, wanted.line]
            return any(wanted.text in (finding.rule, told(finding)) for finding in reported)
        case "reveals":
            return wanted.text in seen.paths_at(wanted.file, wanted.line)
        case "scratch":
            return any(one.verdict.kind == "scratch" and wanted.text in claims(one) for one in judged)
        case "not-usage" | "mounted":
            return any(one.verdict.kind == wanted.kind for one in judged)
        case "step":
            return any(visits(seen, flow, [wanted]) for flow in seen.deciding())
        case "suppressed":
            return wanted.text in map(told, seen.suppressed_at(wanted.file, wanted.line))
        case "remark":
            return wanted.text in seen.remarks()[wanted.file, wanted.line]
        case _:
            return all(judgement.site.span.file != wanted.file for judgement in seen.judgements())


def visits(seen: Observed, flow: Flow, wanted: Sequence[Expectation]) -> bool:
    """Whether a flow takes the wanted steps in their order."""
    steps = iter(flow.steps)
    for one in wanted:
        kind, _, text = one.text.partition(" ")
        place = (one.file, one.line)
        if not any(
            seen.place(step.span) == place and step.kind == kind and text in step.note for step in steps
        ):
            return False
    return True


def told(finding: Finding) -> str:
    """Return the rule and the role of a finding."""
    return f"{finding.rule} {finding.judgement.verdict.role}"


def claims(judgement: Judgement) -> list[str]:
    """Return the claims of the evidence, the strongest first."""
    return [evidence.claim for evidence in judgement.verdict.evidence]
