"""Which spellings of which paths move together: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import get_args

from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.core.fix import Unfixed
from scratchlint.core.flow import Role, Site
from scratchlint.core.shape import PathShape, Template, show
from scratchlint.core.span import Span
from scratchlint.fix.owner import Owner
from scratchlint.fix.places import Place, is_below, place_of
from scratchlint.fix.spellings import WRITTEN, Spelling, reach_of, sites_of, spellings_of

# What is done with a directory for the sake of what is in it.
_HANDLED = frozenset({"creates", "removes", "changes", "tests", "sets", "passes"})
_LEVELS = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Region:
    """Paths that move together: the findings on them, the worst first, and all their spellings."""

    findings: tuple[Finding, ...]
    paths: tuple[PathShape, ...]
    spellings: tuple[Spelling, ...]

    @property
    def role(self) -> Role:
        """What the paths hold."""
        return self.findings[0].judgement.verdict.role

    @property
    def path(self) -> PathShape:
        """The path that stands for all: the outermost one of the worst finding."""
        return min(reach_of(self.findings[0].judgement), key=lambda path: len(path.components))


def regions(
    report: Report, selected: Sequence[Finding], owner_of: Callable[[Finding], Owner]
) -> tuple[list[Region], list[Unfixed]]:
    """Gather the selected findings into regions; what cannot move is told with the reason.

    A region grows until no spelling outside of it leads into it: who spells a directory above a path
    moves everything that it spells. What is spelled out below a region's directory, and has another home
    than the region, stays a region of its own.
    """
    spellings = _Neighbours(list(spellings_of(report)))
    grown: list[_Grown] = []
    taken = set[Site]()
    unfixed: list[Unfixed] = []
    for finding in sorted(selected, key=_worst):
        site = finding.judgement.site
        if site in taken:
            continue
        found = _grow(finding, spellings.of(finding.judgement), owner_of(finding))
        if isinstance(found, str):
            unfixed.append(Unfixed(site.span, str(finding.judgement.flows[0].path), found))
            continue
        if found.sites & taken:
            for other in [one for one in grown if one.sites & found.sites]:
                grown.remove(other)
                found = found.with_all(other)
        taken |= found.sites
        grown.append(found)
    lasting = [one for one in report.findings if one.judgement.verdict.kind == "production"]
    findings: dict[Site, list[Finding]] = {}
    for one in lasting:
        findings.setdefault(one.judgement.site, []).append(one)
    return [_region(one, findings) for one in grown], unfixed


class _Neighbours:
    """Spellings by the directory or file below the root that they lead to: others can move without them."""

    def __init__(self, spellings: Sequence[Spelling]) -> None:
        self._all = spellings
        self._numbers: dict[Place, set[int]] = {}
        self._everywhere = set[int]()
        for number, one in enumerate(spellings):
            for path in one.reach:
                place = place_of(path)[:2]
                if len(place) == 1 or "*" in place[1]:
                    self._everywhere.add(number)
                else:
                    self._numbers.setdefault(place, set()).add(number)

    def of(self, judgement: Judgement) -> Sequence[Spelling]:
        """Return what may have to move with the paths of a judgement, in order."""
        places = {place_of(path)[:2] for site in sites_of(judgement) for path in reach_of(judgement, site)}
        if any(len(place) == 1 or "*" in place[1] for place in places):
            return self._all
        near = self._everywhere.union(*(self._numbers.get(place, ()) for place in places))
        return [self._all[number] for number in sorted(near)]


@dataclass(frozen=True, slots=True)
class _Grown:
    """Spellings that lead to each other's paths, and these paths."""

    spellings: tuple[Spelling, ...]
    paths: tuple[PathShape, ...]

    @property
    def sites(self) -> frozenset[Site]:
        return frozenset(spelling.site for spelling in self.spellings)

    def with_all(self, other: _Grown) -> _Grown:
        spellings = {one.site: one for one in (*self.spellings, *other.spellings)}
        return _Grown(tuple(spellings.values()), tuple(_outermost((*self.paths, *other.paths))))


def _region(grown: _Grown, findings: Mapping[Site, Sequence[Finding]]) -> Region:
    spellings = sorted(grown.spellings, key=lambda one: one.site.span)
    found = [
        one for site in {spelling.site: None for spelling in spellings} for one in findings.get(site, ())
    ]
    return Region(tuple(sorted(found, key=_worst)), grown.paths, tuple(spellings))


def _grow(finding: Finding, spellings: Sequence[Spelling], owner: Owner) -> _Grown | str:
    sites = sites_of(finding.judgement)
    if any(site.kind not in WRITTEN for site in sites):
        return "a function or variable tells its directory, not a text that could be changed"
    if "\\" in sites[0].path.root or "%" in sites[0].path.root:
        return "permanent homes of Windows are not known"
    members = [one for one in spellings if one.site in sites]
    reached = [path for one in members for path in one.reach]
    if all(not path.components for path in reached):
        return _Grown(
            tuple(members), tuple(reached[:1])
        )  # the scratch directory itself: what else is in it stays
    if any(not path.components for path in reached):
        return _shared(members)
    if finding.judgement.verdict.role == "venv":
        reached = [environment(path) for path in reached]
    paths = _outermost(reached)
    role = finding.judgement.verdict.role
    apart = {one for one in get_args(Role) if one != "other" and owner.home(one) != owner.home(role)}
    while True:
        files = {one.site.span.file for one in members}
        joining = [
            one
            for one in spellings
            if one not in members
            and _leads_into(one, paths, files)
            and not (one.role in apart and _is_within(one, paths))
        ]
        if not joining:
            break
        members += joining
        paths = _outermost([*paths, *(path for one in joining for path in one.reach)])
        if any(not path.components for path in paths):
            return _shared(joining)
    sought = _sought(spellings, members)
    if sought is not None:
        return f"{sought.site.span.file} looks for it in {sought.site.path}, which stays"
    mixed = [one for one in members if one.is_root and len({place_of(path)[1] for path in one.reach}) > 1]
    if mixed:
        return _shared(mixed)
    above = _emptied([one for one in spellings if one.role not in apart], members, paths)
    members += above
    paths = _outermost([*paths, *(path for one in above for path in one.reach)])
    return _Grown(tuple(members), tuple(paths))


def _sought(spellings: Sequence[Spelling], members: Sequence[Spelling]) -> Spelling | None:
    """Return a scratch directory that is searched for what a member names: `find /tmp -path /tmp/x`."""
    places = {one.site.span for one in members}
    return next(
        (
            one
            for one in spellings
            if one.is_root
            and one not in members
            and any(
                flow.use.action == "lists"
                and _stands_in(one.site.span, flow.use.span)
                and any(_stands_in(place, flow.use.span) for place in places)
                for flow in one.flows
            )
        ),
        None,
    )


def _stands_in(span: Span, around: Span) -> bool:
    return span.file == around.file and around.start <= span.start and span.end <= around.end


def _emptied(
    spellings: Sequence[Spelling], members: Sequence[Spelling], paths: Sequence[PathShape]
) -> list[Spelling]:
    """Return the spellings of directories above the paths, made and removed for what is in them alone."""
    others = [one for one in spellings if one not in members]
    above = [
        one
        for one in others
        if not one.is_root
        and {flow.use.action for flow in one.flows} <= _HANDLED
        and all(any(is_below(path, place) for path in paths) for place in one.reach)
    ]
    return [
        one
        for one in above
        if not any(
            is_below(path, place)
            for place in one.reach
            for other in others
            if other not in above
            for path in other.reach
        )
    ]


def environment(path: PathShape) -> PathShape:
    """Return the virtual environment that a path lies in, or the path itself."""
    names = [show(component) for component in path.components]
    return PathShape(path.root, path.components[: names.index("bin")]) if "bin" in names[1:] else path


def _shared(spellings: Sequence[Spelling]) -> str:
    place = next(one for one in spellings if one.is_root).site.span
    return f"{place.file} joins it from a text that names the scratch directory for other paths too"


def _outermost(paths: Iterable[PathShape]) -> list[PathShape]:
    """Leave out paths below others."""
    ordered = sorted(dict.fromkeys(paths), key=lambda path: (len(path.components), str(path)))
    kept: list[PathShape] = []
    for path in ordered:
        if not any(is_below(path, other) for other in kept):
            kept.append(path)
    return kept


def _leads_into(spelling: Spelling, paths: Sequence[PathShape], files: Set[str]) -> bool:
    """Whether a spelling makes one of the paths; nameless parts are the same within a file only."""
    here = spelling.site.span.file in files
    known = [path for path in paths if here or not any(_is_nameless(one) for one in path.components)]
    return any(is_below(path, other) for path in spelling.reach for other in known)


def _is_within(spelling: Spelling, paths: Sequence[PathShape]) -> bool:
    """Whether all that a spelling makes lies below the paths, and is none of them."""
    places = {place_of(path) for path in paths}
    return all(
        place_of(path) not in places and any(is_below(path, other) for other in paths)
        for path in spelling.reach
    )


def _is_nameless(component: Template) -> bool:
    return not any(isinstance(part, str) for part in component)


def _worst(finding: Finding) -> tuple[int, float, object]:
    return _LEVELS[finding.level], -finding.judgement.verdict.score, finding.judgement.site.span
