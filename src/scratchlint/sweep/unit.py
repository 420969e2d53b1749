"""One repository of a sweep: what is to be done, what came of it, and the doing."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint import __version__
from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.policies import Policies, parse_policy
from scratchlint.report.interface import Options as ReportOptions
from scratchlint.report.sarif import render
from scratchlint.rules import RULES
from scratchlint.source.blame import Blame, blame
from scratchlint.source.snapshot import Snapshot, write_snapshot
from scratchlint.sweep.found import bring, look, origin_in_report, origin_of
from scratchlint.sweep.rows import ErrorRow, FindingRow, errors_of, findings_of, lines_of
from scratchlint.sweep.sources import Source
from scratchlint.sweep.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Unit:
    """A source, how it is analysed, and the state of it that is known already, None if none is."""

    source: Source
    wishes: Wishes
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Analysed:
    """What an analysis found; `sarif` is compressed as gzip does it.

    `commit` and the full name `ref` of branch or tag are "" where there is none.
    """

    state: str | None
    commit: str
    ref: str
    files: int
    sites: int
    suppressed: int
    findings: tuple[FindingRow, ...]
    errors: tuple[ErrorRow, ...]
    sarif: bytes


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source is in the state that is known."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no result, for people."""

    reason: str


Outcome = Analysed | Unchanged | Failed


def work(unit: Unit, place: Path, clone_limit: int, tell: Callable[[str], None]) -> Outcome:
    """Analyse a source; `place` is an empty directory for what must be written down to be read.

    What is cloned may have `clone_limit` MiB. `tell` is called at once with the web address that it came
    from. Changes the current directory of the process. Raises UsageError for what is wrong with the source.
    """
    source, blamed = unit.source, unit.wishes.blame
    come_from = origin_of(source)
    tell(come_from)
    found = look(source)
    if found.state is not None and found.state == unit.known:
        return Unchanged()
    root, found = bring(source, found, place / "clone", history=blamed, mebibytes=clone_limit)
    snapshot = Snapshot((), ())
    top = root
    if found.from_objects:
        top = place.resolve() / "files"
        top.mkdir()
        snapshot = write_snapshot(root, found.commit, top, filtered=source.is_url)
    report = _report(top, unit.wishes)
    report = replace(
        report,
        skipped=tuple(sorted([*report.skipped, *snapshot.skipped], key=lambda one: one.file)),
        limits=(*snapshot.limits, *report.limits),
        origin=origin_in_report(source, found, come_from),
    )
    written = Blame({}, ())
    if blamed and found.commit:
        written = blame(root, found.commit, top, lines_of(report))
    text = "".join(render(report, RULES, ReportOptions(version=__version__)))
    return Analysed(
        state=found.state,
        commit=found.commit,
        ref=found.ref,
        files=report.files,
        sites=report.sites,
        suppressed=len(report.suppressed),
        findings=tuple(findings_of(report, written.lines)),
        errors=tuple(errors_of(report, written.unknown)),
        sarif=gzip.compress(text.encode("ascii"), mtime=0),
    )


def _report(top: Path, wishes: Wishes) -> Report:
    # Policies are looked for from the current directory on downward: the user's own must not count.
    os.chdir(top)
    config = None if wishes.policy is None else parse_policy(wishes.policy, wishes.config or "")
    policies = Policies(top, wishes.options, config=config, isolated=wishes.isolated)
    return analyze(top, ("",), policies)
