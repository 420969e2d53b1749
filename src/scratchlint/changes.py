"""Which findings a change has to do with: `scratchlint check --diff`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from scratchlint.baseline import known_of, match
from scratchlint.core.finding import Comparison, Finding, Judgement, Known, Report, Skipped
from scratchlint.core.span import Span
from scratchlint.errors import UsageError
from scratchlint.source.cache import own_directory, write_below
from scratchlint.source.git import tracked_and_new
from scratchlint.source.history import Earlier, contents
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import decoded, read_bytes

Analyse = Callable[[Path, Sequence[str]], Report]
Ranges = Sequence[range]

# Ignore rules are about what is not tracked; everything that is written down here was.
_IGNORE_FILES = frozenset({".gitignore", ".ignore"})


def within(report: Report, root: Path, named: Sequence[str], state: Earlier, analyse: Analyse) -> Report:
    """Return a report of the findings that a change has to do with; the others are `elsewhere`.

    These are the findings with a literal or a step on a line that is not in the earlier state, and those that
    the earlier state did not have, which the same `analyse` tells of it.
    """
    listed = tracked_and_new(root, "")
    if isinstance(listed, str):
        raise UsageError(f"--diff {state.revision}: {listed}")
    changed = _Changed(root, state, listed)
    places = {one.judgement.site.span: changed.place(report, one.judgement) for one in report.findings}
    untouched = [one for one in report.findings if places[one.judgement.site.span] is None]
    reached = set[Span]()
    if untouched:
        ignored = report.analysed.difference(listed, state.files)
        reached = _reached(report, named, state, analyse, lambda top: _write_down(root, state, ignored, top))
    elsewhere = [one for one in untouched if one.judgement.site.span not in reached]
    left = {one.judgement.site.span for one in elsewhere}
    findings = tuple(one for one in report.findings if one.judgement.site.span not in left)
    return replace(
        report,
        findings=findings,
        limits=(*report.limits, *([state.note] if state.note else ())),
        comparison=replace(
            report.comparison or Comparison(),
            elsewhere=tuple(elsewhere),
            changed={one.judgement.site.span: places[one.judgement.site.span] for one in findings},
        ),
    )


class _Changed:
    """The changed lines of files, worked out when asked."""

    def __init__(self, root: Path, state: Earlier, listed: Iterable[str]) -> None:
        self._root = root
        self._state = state
        self._listed = frozenset(listed)
        self._ranges: dict[str, Ranges] = {}

    def place(self, report: Report, judgement: Judgement) -> Span | None:
        """Return the first place on the way of a finding that lies on a changed line.

        Of a step only its first line counts: an object that hands the path on may go over many lines, and
        most of them are about other things.
        """
        for site in (judgement.site, *judgement.same):
            region = report.excerpts[site.span].region
            if self._touches(site.span.file, range(region.start.line, region.end.line + 1)):
                return site.span
        for span in _steps(judgement):
            line = report.excerpts[span].region.start.line
            if self._touches(span.file, range(line, line + 1)):
                return span
        return None

    def _touches(self, file: str, lines: range) -> bool:
        if file not in self._ranges:
            self._ranges[file] = self._changed(file)
        return any(part.start < lines.stop and lines.start < part.stop for part in self._ranges[file])

    def _changed(self, file: str) -> Ranges:
        before = self._state.path(file)
        if before not in self._state.files:
            # A file that git ignores is part of no change.
            return (range(1, 1 << 62),) if file in self._listed else ()
        ((_, then),) = contents(self._root, self._state, [before])
        now = read_bytes(self._root, file)
        if then is None or isinstance(now, Skipped):
            return (range(1, 1 << 62),)
        return list(added_lines(_lines(file, then), _lines(file, now)))


def added_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[range]:
    """Yield the 1-based numbers of the lines that are in a text now and were not before."""
    start, shorter = 0, min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = SequenceMatcher(None, before[start : len(before) - end], after[start : len(after) - end])
    for kind, _, _, first, last in middle.get_opcodes():
        if kind in ("replace", "insert"):
            yield range(start + first + 1, start + last + 1)


def _lines(file: str, data: bytes) -> list[str]:
    source = decoded(file, data)
    if isinstance(source, Skipped):
        return []
    index = LineIndex(source.data)
    return [index.line(number) for number in range(1, index.lines + 1)]


def _steps(judgement: Judgement) -> Iterator[Span]:
    for flow in judgement.flows:
        for step in flow.steps:
            yield step.span
        yield flow.use.span


def _reached(
    report: Report,
    named: Sequence[str],
    state: Earlier,
    analyse: Analyse,
    write_down: Callable[[Path], None],
) -> set[Span]:
    """Return the sites of the findings that the earlier state did not have."""
    with TemporaryDirectory(prefix="earlier-", dir=own_directory()) as place:
        top = Path(place)
        write_down(top)
        there = [path for path in named if os.path.lexists(top / path)]
        before = analyse(top, there) if there else None
    past = [] if before is None else known_of(before, before.findings)
    present = known_of(report, report.findings)
    known, _ = match(past, [_renamed(state, one) for one in present])
    return {_site(one) for index, one in enumerate(report.findings) if index not in known}


def _renamed(state: Earlier, known: Known) -> Known:
    return replace(known, file=state.path(known.file))


def _site(finding: Finding) -> Span:
    return finding.judgement.site.span


def _write_down(root: Path, state: Earlier, ignored: Iterable[str], top: Path) -> None:
    """Write the files of the earlier state below `top`, and those that git ignores as they are now."""
    tracked = [path for path in state.files if path.rpartition("/")[2] not in _IGNORE_FILES]
    for path, data in contents(root, state, tracked):
        if data is not None:
            write_below(top, path, data)
    for path in ignored:
        now = read_bytes(root, path)
        if isinstance(now, bytes):
            write_below(top, path, now)
