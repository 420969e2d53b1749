"""What the HTML report shows: a Report turned into plain values, ready for the templates.

Every text that comes from the analysed tree is made visible here; the templates escape it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from scratchlint.core.finding import Finding, Judgement, Report, Suppressed
from scratchlint.core.phrases import NOUNS
from scratchlint.report.characters import visible
from scratchlint.report.comparison import comparison_lines, left_out
from scratchlint.report.documentation import address
from scratchlint.report.html_finding import FindingView, finding_view, shown
from scratchlint.report.interface import Options, Rule
from scratchlint.report.summary import count, omissions, totals
from scratchlint.report.way import path_text, reasons, remarked, worst_first

# Browsers need a second for so many findings, 12 KB each.
MOST_FINDINGS = 1000
MOST_LISTED = 1000
MOST_DIRECTORIES = 24

_TOTALS = (
    ("files", "file analysed", "files analysed"),
    ("sites", "scratch path", "scratch paths"),
    ("known", "known finding", "known findings"),
    ("elsewhere", "finding outside the change", "findings outside the change"),
    ("fixed", "fixed finding", "fixed findings"),
    ("suppressed", "suppressed finding", "suppressed findings"),
    ("unsure", "not sure enough", "not sure enough"),
    ("scratch", "judged scratch", "judged scratch"),
    ("mounted", "below a volume", "below a volume"),
    ("not_usage", "not used as a path", "not used as paths"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A number and what it counts; `kind` is a level, or empty."""

    number: int
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings have a name in common; `note` says what the name stands for."""

    name: str
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule's title and the address of its documentation."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A site that is no finding of the report, what it is instead, and why."""

    place: str
    path: str
    kind: str
    because: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Sites that are no findings of the report, under a common title."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page; `levels` come worst first, the other tallies by number; `findings` once only."""

    version: str
    total: int
    tiles: tuple[Tile, ...]
    levels: tuple[Tally, ...]
    rules: tuple[Tally, ...]
    roles: tuple[Tally, ...]
    directories: tuple[Tally, ...]
    documentation: Mapping[str, RuleView]
    findings: Iterator[FindingView]
    listings: tuple[Listing, ...]
    notes: tuple[str, ...]


def page(report: Report, rules: Sequence[Rule], options: Options) -> PageView:
    """Return the page of a report, the worst findings first, and a note on everything that it leaves out."""
    ordered = worst_first(report.findings)
    files = [finding.judgement.site.span.file for finding in ordered]
    roles = [finding.judgement.verdict.role for finding in ordered]
    homes = directories(files)
    levels = tuple(Tally(*item) for item in Counter(finding.level for finding in ordered).items())
    return PageView(
        version=options.version,
        total=len(ordered),
        tiles=tuple(_tiles(report, levels)),
        levels=levels,
        rules=_tallies((finding.rule for finding in ordered), {rule.id: rule.title for rule in rules}),
        roles=_tallies(roles, {role: NOUNS[role] for role in roles}),
        directories=_tallies(homes[file] for file in files),
        documentation={rule.id: RuleView(rule.title, address(rule)) for rule in rules},
        findings=(
            finding_view(report, finding, number, homes[file])
            for number, (finding, file) in enumerate(
                zip(ordered[:MOST_FINDINGS], files, strict=False), start=1
            )
        ),
        listings=tuple(_listings(report, options)),
        notes=tuple(_notes(report)),
    )


def directories(files: Iterable[str]) -> dict[str, str]:
    """Return the directory that each file is counted under: as deep as a short table allows."""
    parents = {file: file.split("/")[:-1] for file in files}
    depth = max(map(len, parents.values()), default=0)
    while depth > 1 and len({tuple(parent[:depth]) for parent in parents.values()}) > MOST_DIRECTORIES:
        depth -= 1
    return {file: visible("/".join(parent[:depth])) or "." for file, parent in parents.items()}


def _tiles(report: Report, levels: Iterable[Tally]) -> Iterator[Tile]:
    yield Tile(len(report.findings), "finding" if len(report.findings) == 1 else "findings")
    for level in levels:
        yield Tile(level.number, level.name if level.number == 1 else f"{level.name}s", level.name)
    numbers = totals(report)
    for key, one, many in _TOTALS:
        if numbers[key] or key in ("files", "sites"):
            yield Tile(numbers[key], one if numbers[key] == 1 else many)


def _tallies(names: Iterable[str], notes: Mapping[str, str] = MappingProxyType({})) -> tuple[Tally, ...]:
    ordered = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Tally(name, number, notes.get(name, "")) for name, number in ordered)


def _listings(report: Report, options: Options) -> Iterator[Listing]:
    """Yield what the user asked to see beside the findings."""
    asked = (
        (
            options.show_known,
            "Known, or outside the change",
            (_known(report, one) for one in left_out(report)),
        ),
        (options.show_suppressed, "Suppressed", (_suppressed(report, one) for one in report.suppressed)),
        (options.show_scratch, "Not production", (_scratch(report, one) for one in report.scratch)),
    )
    for is_asked, title, entries in asked:
        if is_asked and (listed := tuple(entries)):
            yield Listing(title, listed)


def _known(report: Report, finding: Finding) -> Entry:
    return _entry(report, finding.judgement, finding.rule, visible(finding.message))


def _suppressed(report: Report, one: Suppressed) -> Entry:
    reason = visible(one.suppression.reason) or "no reason is given"
    because = f"{reason} ({visible(one.suppression.origin)})"
    return _entry(report, one.finding.judgement, one.finding.rule, because)


def _scratch(report: Report, judgement: Judgement) -> Entry:
    because = "; ".join(visible(one.note) for one in reasons(judgement)) or "nothing speaks for production"
    return _entry(report, judgement, judgement.verdict.kind, because)


def _entry(report: Report, judgement: Judgement, kind: str, because: str) -> Entry:
    return Entry(shown(report, judgement.site.span), visible(path_text(judgement)), kind, because)


def _notes(report: Report) -> Iterator[str]:
    left = len(report.findings) - MOST_FINDINGS
    if left > 0:
        yield f"Only the {MOST_FINDINGS} worst findings are shown; {count(left, 'finding')} left out."
    lines = [*remarked(report), *comparison_lines(report), *omissions(report)]
    yield from map(visible, lines[:MOST_LISTED])
    if len(lines) > MOST_LISTED:
        yield f"{count(len(lines) - MOST_LISTED, 'further line')} left out for length."
