"""What the HTML report shows: a Report turned into plain values, ready for the templates.

Every text that comes from the analysed tree is made visible here; the templates escape it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from scratchlint.core.finding import Evidence, Finding, Judgement, Report
from scratchlint.core.flow import Flow, Site, Step
from scratchlint.core.phrases import NOUNS
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.comparison import comparison_lines
from scratchlint.report.documentation import address
from scratchlint.report.excerpt import Row, rows
from scratchlint.report.interface import Rule
from scratchlint.report.summary import count, omissions, totals
from scratchlint.report.way import path_text, place, reasons, remarked, spellings, use_note, way, worst_first

# What browsers still lay out without a noticeable wait.
MOST_FINDINGS = 2000
MOST_WAYS = 20
MOST_LISTED = 1000
MOST_DIRECTORIES = 24


@dataclass(frozen=True, slots=True)
class StepView:
    """One hop of a way with its source lines; `number` counts from 1 along the way."""

    number: int
    kind: str
    note: str
    line: int
    column: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps that follow each other in one file."""

    file: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class WayView:
    """How a path goes from where it enters to one use; `length` and `place` are for its heading."""

    path: str
    use: str
    place: str
    length: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One observation; `place` is empty for what has none."""

    strength: float
    note: str
    claim: str
    place: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as the page shows it; `directory` is what it is counted under."""

    number: int
    rule: str
    level: str
    message: str
    path: str
    role: str
    confidence: str
    home: str
    place: str
    directory: str
    way: WayView | None
    further: tuple[WayView, ...]
    further_left_out: int
    same: tuple[str, ...]
    speaking: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    score: float


@dataclass(frozen=True, slots=True)
class ScratchView:
    """A site that is no finding, and why."""

    place: str
    path: str
    verdict: str
    because: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings have a name in common; `note` says what the name stands for."""

    name: str
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule that has findings, with the address of its documentation."""

    id: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page; `levels` come worst first, the other tallies by number; `findings` once only."""

    version: str
    numbers: Mapping[str, int]
    levels: tuple[Tally, ...]
    rules: tuple[Tally, ...]
    roles: tuple[Tally, ...]
    directories: tuple[Tally, ...]
    documentation: Mapping[str, RuleView]
    findings: Iterator[FindingView]
    scratch: tuple[ScratchView, ...]
    notes: tuple[str, ...]


def page(report: Report, rules: Sequence[Rule], version: str, *, show_scratch: bool) -> PageView:
    """Return the page of a report, the worst findings first, and a note on everything that it leaves out."""
    ordered = worst_first(report.findings)
    shown = ordered[:MOST_FINDINGS]
    files = [finding.judgement.site.span.file for finding in ordered]
    roles = [finding.judgement.verdict.role for finding in ordered]
    homes = directories(files)
    scratch = report.scratch[:MOST_LISTED] if show_scratch else ()
    return PageView(
        version=version,
        numbers=totals(report),
        levels=tuple(Tally(*item) for item in Counter(finding.level for finding in ordered).items()),
        rules=_tallies((finding.rule for finding in ordered), {rule.id: rule.title for rule in rules}),
        roles=_tallies(roles, {role: NOUNS[role] for role in roles}),
        directories=_tallies(homes[file] for file in files),
        documentation={rule.id: RuleView(rule.id, rule.title, address(rule)) for rule in rules},
        findings=(
            finding_view(report, finding, number, homes[file])
            for number, (finding, file) in enumerate(zip(shown, files, strict=False), start=1)
        ),
        scratch=tuple(_scratch(report, judgement) for judgement in scratch),
        notes=tuple(_notes(report, len(ordered) - len(shown), show_scratch)),
    )


def directories(files: Iterable[str]) -> dict[str, str]:
    """Return the directory that each file is counted under: as deep as a short table allows."""
    parents = {file: file.split("/")[:-1] for file in files}
    depth = max(map(len, parents.values()), default=0)
    while depth > 1 and len({tuple(parent[:depth]) for parent in parents.values()}) > MOST_DIRECTORIES:
        depth -= 1
    return {file: visible("/".join(parent[:depth])) or "." for file, parent in parents.items()}


def finding_view(report: Report, finding: Finding, number: int, directory: str) -> FindingView:
    """Return everything that the page shows of one finding."""
    judgement = finding.judgement
    verdict = judgement.verdict
    ways = [_way(report, flow) for flow in _ways(judgement)]
    return FindingView(
        number=number,
        rule=finding.rule,
        level=finding.level,
        message=visible(finding.message),
        path=visible(path_text(judgement)),
        role=verdict.role,
        confidence=verdict.confidence,
        home=visible(finding.home),
        place=_shown(report, judgement.site.span),
        directory=directory,
        way=ways[0] if ways else None,
        further=tuple(ways[1:MOST_WAYS]),
        further_left_out=len(ways[MOST_WAYS:]),
        same=tuple(_shown(report, site.span) for site in spellings(judgement)),
        speaking=tuple(_evidence(report, one) for one in verdict.evidence if one.strength >= 0),
        against=tuple(_evidence(report, one) for one in verdict.evidence if one.strength < 0),
        score=verdict.score,
    )


def _ways(judgement: Judgement) -> list[Flow]:
    """Return the flows, one for each site and use, the deciding one first."""
    ways: dict[tuple[Site, Span], Flow] = {}
    for flow in judgement.flows:
        ways.setdefault((flow.site, flow.use.span), flow)
    return list(ways.values())


def _way(report: Report, flow: Flow) -> WayView:
    steps = way(flow)
    numbered = enumerate(steps, start=1)
    stretches = tuple(
        Stretch(visible(file), tuple(_step(report, step, number) for number, step in group))
        for file, group in groupby(numbered, key=lambda one: one[1].span.file)
    )
    files = len({step.span.file for step in steps})
    length = count(len(steps), "step") + (f" through {files} files" if files > 1 else "")
    return WayView(
        path=visible(str(flow.path)),
        use=visible(use_note(flow.use)),
        place=_shown(report, flow.use.span),
        length=length,
        stretches=stretches,
    )


def _step(report: Report, step: Step, number: int) -> StepView:
    excerpt = report.excerpts[step.span]
    line, column = excerpt.region.start
    return StepView(number, step.kind, visible(step.note or step.kind), line, column, tuple(rows(excerpt)))


def _evidence(report: Report, one: Evidence) -> EvidenceView:
    where = "" if one.span is None else _shown(report, one.span)
    return EvidenceView(one.strength, visible(one.note), one.claim, where)


def _scratch(report: Report, judgement: Judgement) -> ScratchView:
    because = "; ".join(visible(one.note) for one in reasons(judgement)) or "nothing speaks for production"
    where = _shown(report, judgement.site.span)
    return ScratchView(where, visible(path_text(judgement)), judgement.verdict.kind, because)


def _tallies(names: Iterable[str], notes: Mapping[str, str] = MappingProxyType({})) -> tuple[Tally, ...]:
    ordered = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Tally(name, number, notes.get(name, "")) for name, number in ordered)


def _notes(report: Report, left_out: int, show_scratch: bool) -> Iterator[str]:
    if left_out:
        yield f"Only the {MOST_FINDINGS} worst findings are shown; {count(left_out, 'finding')} left out."
    if show_scratch and len(report.scratch) > MOST_LISTED:
        yield f"Of {len(report.scratch)} sites that are not production the first {MOST_LISTED} are shown."
    lines = [*remarked(report), *comparison_lines(report), *omissions(report)]
    yield from map(visible, lines[:MOST_LISTED])
    if len(lines) > MOST_LISTED:
        yield f"{count(len(lines) - MOST_LISTED, 'further line')} left out for length."


def _shown(report: Report, span: Span) -> str:
    return visible(place(report, span))
