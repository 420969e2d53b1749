"""What the page of a sweep shows: totals and tallies, what was not analysed, and the findings, packed.

The findings of ten thousand repositories are too many for a browser to lay out. Their first lines are one
packed list, which the page's script searches and shows a hundred at a time; what opens below each is rendered
here, by the same templates as the page of one repository, and packed in groups: one is unpacked when it is
looked into.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import get_args

from scratchlint.core.finding import Level
from scratchlint.core.phrases import NOUNS
from scratchlint.report.characters import visible
from scratchlint.report.documentation import address
from scratchlint.report.html_template import ascii_markup, environment
from scratchlint.report.html_view import RuleView, Tally, Tile
from scratchlint.report.interface import Rule
from scratchlint.report.summary import count
from scratchlint.sweep.database import Database, Repository
from scratchlint.sweep.html_finding import finding_view, shown_repository
from scratchlint.sweep.totals import partly_analysed, tally, worst, year

MOST_FINDINGS = 100_000
MOST_LISTED = 1000
MOST_REPOSITORIES = 24

# The findings of one group: enough to be packed well, few enough to be unpacked at once.
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A repository that was not analysed, and why."""

    repository: str
    reason: str


@dataclass(frozen=True, slots=True)
class SweepView:
    """The whole page; `groups` once only.

    `years` is empty where no ages were asked for; `repositories` are those with the most findings,
    `repositories_left_out` tells how many others have some.
    """

    version: str
    total: int
    tiles: tuple[Tile, ...]
    levels: tuple[Tally, ...]
    rules: tuple[Tally, ...]
    roles: tuple[Tally, ...]
    languages: tuple[Tally, ...]
    years: tuple[Tally, ...]
    repositories: tuple[Tally, ...]
    repositories_left_out: int
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    index: str
    groups: Iterator[str]


def page(database: Database, rules: Sequence[Rule], version: str) -> SweepView:
    """Return the page of a sweep: of every repository that is in its database."""
    repositories = {one.name: one for one in database.repositories()}
    numbers = dict(tally(database, "level"))
    levels = tuple(Tally(level, numbers[level]) for level in get_args(Level) if level in numbers)
    by_repository = tally(database, "repository")
    total = sum(number for _, number in by_repository)
    years = tuple(Tally(*one) for one in sorted(tally(database, "year")))
    failed = [one for one in repositories.values() if one.run is not None and one.run.status == "failed"]
    return SweepView(
        version=version,
        total=total,
        tiles=tuple(_tiles(database, repositories.values(), total, levels)),
        levels=levels,
        rules=_tallies(database, "rule", {rule.id: rule.title for rule in rules}),
        roles=_tallies(database, "role", {str(role): noun for role, noun in NOUNS.items()}),
        languages=_tallies(database, "language"),
        years=() if [one.name for one in years] == ["unknown"] else years,
        repositories=tuple(
            Tally(shown_repository(repositories[name]), number)
            for name, number in by_repository[:MOST_REPOSITORIES]
        ),
        repositories_left_out=max(len(by_repository) - MOST_REPOSITORIES, 0),
        failures=tuple(_failure(one) for one in failed[:MOST_LISTED]),
        notes=tuple(_notes(repositories.values(), total, len(failed))),
        index=_index(database, repositories),
        groups=_groups(database, repositories, rules),
    )


def _tiles(
    database: Database, repositories: Iterable[Repository], total: int, levels: Sequence[Tally]
) -> Iterator[Tile]:
    runs = [one.run for one in repositories]
    done = [run for run in runs if run is not None and run.status == "done"]
    yield Tile(total, "finding" if total == 1 else "findings")
    for level in levels:
        yield Tile(level.number, level.name if level.number == 1 else f"{level.name}s", level.name)
    for number, one, many in (
        (len(done), "repository analysed", "repositories analysed"),
        (sum(run.findings > 0 for run in done), "repository with findings", "repositories with findings"),
        (partly_analysed(database), "of them not wholly", "of them not wholly"),
        (sum(run is not None and run.status == "failed" for run in runs), "failed", "failed"),
        (sum(run is None for run in runs), "waiting", "waiting"),
        (sum(run.files for run in done), "file analysed", "files analysed"),
        (sum(run.suppressed for run in done), "suppressed finding", "suppressed findings"),
    ):
        if number or many == "repositories analysed":
            yield Tile(number, one if number == 1 else many)


def _tallies(
    database: Database, field: str, notes: Mapping[str, str] = MappingProxyType({})
) -> tuple[Tally, ...]:
    return tuple(Tally(name, number, notes.get(name, "")) for name, number in tally(database, field))


def _failure(repository: Repository) -> Failure:
    assert repository.run is not None
    return Failure(shown_repository(repository), visible(repository.run.reason))


def _notes(repositories: Iterable[Repository], total: int, failed: int) -> Iterator[str]:
    if total > MOST_FINDINGS:
        left = count(total - MOST_FINDINGS, "finding")
        yield f"Only the {MOST_FINDINGS} worst findings are listed; {left} left out."
    if failed > MOST_LISTED:
        yield f"Only {MOST_LISTED} of {failed} failures are listed."
    if len({(one.run.version, one.run.policy) for one in repositories if one.run is not None}) > 1:
        yield "Not all repositories were analysed by the same version and under the same policy."


def _index(database: Database, repositories: Mapping[str, Repository]) -> str:
    """Return the packed list of the findings, the worst first: what sweep.js shows and searches."""
    numbers = {name: number for number, name in enumerate(repositories)}
    names = [shown_repository(one) for one in repositories.values()]
    packed = _Packed()
    packed.add(f'{{"repositories": {json.dumps(names)}, "findings": [')
    for place, (name, number) in enumerate(worst(database, MOST_FINDINGS)):
        row = database.finding(name, number)
        view = finding_view(row, number, repositories[name])
        told = [
            view.level,
            view.rule,
            view.role,
            row.language or "other",
            year(row.written, row.written_earlier),
            numbers[name],
            view.message,
            view.path,
            view.place,
            view.home,
            visible(row.text.strip()[:200]),
        ]
        packed.add(f"{',' if place else ''}{json.dumps(told)}")
    packed.add(f'], "together": {_TOGETHER}}}')
    return packed.finished()


def _groups(
    database: Database, repositories: Mapping[str, Repository], rules: Sequence[Rule]
) -> Iterator[str]:
    """Yield what opens below the findings, in the order of the list: groups of markup, packed."""
    documentation = {rule.id: RuleView(rule.title, address(rule)) for rule in rules}
    body = environment().get_template("finding.html").module.finding_body  # type: ignore[attr-defined]
    findings = worst(database, MOST_FINDINGS)
    while group := list(islice(findings, _TOGETHER)):
        packed = _Packed()
        bodies = (
            ascii_markup(
                body(finding_view(database.finding(*one), one[1], repositories[one[0]]), documentation)
            )
            for one in group
        )
        packed.add("[")
        for place, markup in enumerate(bodies):
            packed.add(f"{',' if place else ''}{json.dumps(markup)}")
        packed.add("]")
        yield packed.finished()


class _Packed:
    """A growing text, compressed as gzip does it."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        self._pieces: list[bytes] = []

    def add(self, text: str) -> None:
        """Add ASCII text to the end."""
        self._pieces.append(self._packer.compress(text.encode("ascii")))

    def finished(self) -> str:
        """Return everything in base64."""
        self._pieces.append(self._packer.flush())
        return base64.b64encode(b"".join(self._pieces)).decode("ascii")
