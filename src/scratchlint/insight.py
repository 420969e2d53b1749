"""What scratchlint sees in one place: `scratchlint trace`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint.analyze import analyze
from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.core.flow import Flow
from scratchlint.core.insight import Insight, Sight, Traced
from scratchlint.core.span import Span
from scratchlint.dataflow.ends import retrace
from scratchlint.dataflow.follow import follow
from scratchlint.errors import UsageError
from scratchlint.excerpts import excerpts, spans
from scratchlint.knowledge.added import added
from scratchlint.policies import Options, Policies
from scratchlint.policy.roots import Roots
from scratchlint.project import Project
from scratchlint.rules import RULES, predictable_name
from scratchlint.selection import contexts_of, select
from scratchlint.source.discover import Discovery, discover
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import Source, read
from scratchlint.source.root import find_root

# `FILE:LINE` and, as reports write it, `FILE:LINE:COLUMN`.
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::\d+)?", re.DOTALL)
_KINDS: Mapping[str, str] = {
    "test": "a test",
    "example": "an example",
    "benchmark": "a benchmark",
    "ci": "part of continuous integration",
    "development": "for development only",
    "vendored": "someone else's code",
}
# All rules but the one that reports only where it is asked for.
_EVERYTHING = Options(
    select=tuple(rule.id for rule in RULES if rule is not predictable_name.RULE), min_confidence="low"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file below the root, a line of it or None for all, and the root with what is analysed below it."""

    root: Path
    named: tuple[str, ...]
    file: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


def read_place(text: str, directory: str | None) -> Place:
    """Read `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`.

    `directory` is what is analysed; without it the git work tree that holds the file, or else
    the current directory when the file lies below it. Raises UsageError for what is no such place.
    """
    match = None if os.path.lexists(text) else _PLACE.fullmatch(text)
    path = Path(match["file"] if match else text)
    root, named = find_root([path])
    file = named[0]
    if (root / file).is_dir():
        raise UsageError(f"{path} is a directory: name a file, as in src/app.py:12")
    if directory is not None:
        root, named = find_root([Path(directory)])
    elif not (root / ".git").exists() and path.resolve().is_relative_to(here := Path.cwd().resolve()):
        root, named = here, ("",)
    else:
        named = ("",)
    try:
        file = path.resolve().relative_to(root).as_posix()
    except ValueError:
        raise UsageError(f"{path} lies outside {root}") from None
    if named != ("",) and not any(f"{file}/".startswith(f"{name}/") for name in named):
        raise UsageError(f"{path} lies outside {directory}")
    line = int(match["line"]) if match else None
    source = read(root, file)
    lines = LineIndex(source.data).lines if isinstance(source, Source) else None
    if line is not None and (line == 0 or (lines is not None and line > lines)):
        raise UsageError(f"{path} has no line {line}" + (f": it has {lines}" if lines else ""))
    return Place(root, named, file, line)


def insight(place: Place, policies: Policies | None = None) -> Insight:
    """Analyse the whole project and tell what is seen in one place of it, whatever is reported."""
    policies = (policies or Policies(place.root)).under(_EVERYTHING)
    discovery = discover(place.root, place.named)
    remarks: list[str] = []
    named = place.named
    if place.file not in discovery.files:
        reason = _why_left_out(place, discovery)
        alone = discover(place.root, [place.file])
        if place.file not in alone.files:
            return Insight(str(place), (f"not analysed: {reason}",), (), (), {})
        remarks.append(f"left out by `scratchlint check` unless it is named ({reason}); analysed here")
        named = (*named, place.file)
        discovery = discover(place.root, named)
    contexts = contexts_of(discovery, named, policies)
    context = contexts[place.file]
    if context is not None and context.is_scratch and not policies.of(place.file).tests:
        policies = policies.under(replace(_EVERYTHING, tests=True))
        remarks.append(
            f"set aside: {context.because} tells that the file is {_KINDS.get(context.kind, context.kind)}, "
            "which `scratchlint check` leaves out without --tests; analysed here"
        )
    elif context is not None:
        remarks.append(f"{context.because} tells that it is a file of the kind {context.kind}")
    report = analyze(place.root, named, policies)
    for skipped in report.skipped:
        if skipped.file == place.file:
            remarks.append(f"{'partly analysed' if skipped.partly else 'not analysed'}: {skipped.reason}")
    for suppressed in report.suppressed:
        if suppressed.finding.judgement.site.span.file == place.file:
            asked = suppressed.suppression
            remarks.append(
                f"{asked.origin} suppresses {suppressed.finding.rule}: {asked.reason or 'no reason'}"
            )
    wanted, _ = select(discovery, contexts, policies)
    languages = {path: discovery.languages[path] for path in wanted}
    with added(policies.entries()):
        return _seen(place, report, languages, policies.roots, remarks)


def _why_left_out(place: Place, discovery: Discovery) -> str:
    """Say why a file is not among the files of its project."""
    around = [place.file, *(str(parent) for parent in Path(place.file).parents)]
    for skipped in (*discovery.skipped, *discover(place.root, [place.file]).skipped):
        if skipped.file in around:
            return skipped.reason
    return "it is ignored"


class _OneFile(Project):
    """A project of which one file is traced; the others are read when its flows lead there."""

    def __init__(
        self, root: Path, languages: Mapping[str, str], roots: Callable[[str], Roots], path: str
    ) -> None:
        super().__init__(root, languages, roots)
        self._path = path

    def candidates(self) -> list[str]:
        return [path for path in super().candidates() if path == self._path]


def _seen(
    place: Place,
    report: Report,
    languages: Mapping[str, str],
    roots: Callable[[str], Roots],
    remarks: list[str],
) -> Insight:
    project = _OneFile(place.root, languages, roots, place.file)
    followed, _ = follow(project)
    again = Project(place.root, languages, roots)
    found = list(retrace(again, project.sources, place.file)) if followed else []
    lines = _lines(place)
    here = [one for one in found if place.line in (None, _line(lines, one.site.span))]
    told = [*report.findings, *(item.finding for item in report.suppressed)]
    findings = {item.judgement.site.span: item for item in told}
    judgements = [*(item.judgement for item in told), *report.scratch]
    sights = tuple(_sights(here, judgements, findings))
    passing = tuple(_passing(place, judgements, lines))
    if not here:
        remarks.append(_nothing(place, found, lines))
    named = [sight.judgement for sight in sights]
    further = [span for one in here for span in _spans(one)]
    further += [span for flow in passing for span in _spans_of(flow)]
    files = {span.file for judgement in named for span in spans(judgement)} | {span.file for span in further}
    sources = {path: source for path in files if isinstance(source := read(place.root, path), Source)}
    texts, _ = excerpts((), named, sources, languages, further)
    return Insight(str(place), tuple(remarks), sights, passing, texts)


def _lines(place: Place) -> LineIndex:
    source = read(place.root, place.file)
    return LineIndex(source.data if isinstance(source, Source) else b"")


def _line(lines: LineIndex, span: Span) -> int:
    return lines.position(span.start).line


def _sights(
    traced: Sequence[Traced], judgements: Sequence[Judgement], findings: Mapping[Span, Finding]
) -> Iterator[Sight]:
    """Put each traced site together with its verdict."""
    judged = {site.span: item for item in judgements for site in (item.site, *item.same)}
    for one in traced:
        judgement = judged.get(one.site.span)
        if judgement is not None:
            yield Sight(one, judgement, findings.get(judgement.site.span))


def _passing(place: Place, judgements: Sequence[Judgement], lines: LineIndex) -> Iterator[Flow]:
    """Yield the first flow of each site elsewhere that comes by the line."""
    for judgement in judgements if place.line is not None else ():
        if judgement.site.span.file == place.file and _line(lines, judgement.site.span) == place.line:
            continue
        for flow in judgement.flows:
            if any(span.file == place.file and _line(lines, span) == place.line for span in _spans_of(flow)):
                yield flow
                break


def _nothing(place: Place, found: Sequence[Traced], lines: LineIndex) -> str:
    """Say that there is no site, and where the nearest one is."""
    if not found:
        return "no scratch path enters the program in this file"
    line = place.line or 1
    nearest = min(found, key=lambda one: (abs(_line(lines, one.site.span) - line), one.site.span))
    where = f"{place.file}:{_line(lines, nearest.site.span)}"
    return (
        "no scratch path enters the program on this line; "
        f"the nearest one does at {where}: {nearest.site.path}"
    )


def _spans(traced: Traced) -> Iterator[Span]:
    yield traced.site.span
    for flow in traced.flows:
        yield from _spans_of(flow)
    for end in traced.ends:
        yield end.span
        yield from (step.span for step in end.steps)


def _spans_of(flow: Flow) -> Iterator[Span]:
    yield flow.site.span
    yield from (step.span for step in flow.steps)
    yield flow.use.span
