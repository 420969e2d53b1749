"""One repository of a sweep: what is to be done, what came of it, and the doing."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint import __version__
from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.errors import UsageError
from scratchlint.policies import Policies, parse_policy
from scratchlint.report.interface import Options as ReportOptions
from scratchlint.report.sarif import render
from scratchlint.rules import RULES
from scratchlint.source.blame import Blame, blame
from scratchlint.source.git import is_bare, is_repository
from scratchlint.source.history import commit_of, origin, ref_of
from scratchlint.source.snapshot import Snapshot, write_snapshot
from scratchlint.source.state import tree_state
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

    `commit`, the web address `origin` and the full name `ref` of branch or tag are "" where there is none.
    """

    state: str | None
    commit: str
    origin: str
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


def work(unit: Unit, place: Path) -> Outcome:
    """Analyse a source; `place` is an empty directory for what must be written down to be read.

    Changes the current directory of the process. Raises UsageError for what is wrong with the source.
    """
    root = Path(unit.source.address)
    if not root.is_dir():
        raise UsageError("no such directory")
    revision = unit.source.revision or ("HEAD" if is_bare(root) else "")
    commit = commit_of(root, revision or "HEAD") if is_repository(root) else None
    if revision and commit is None:
        raise UsageError(f"no commit {revision}")
    state = commit if revision else tree_state(root)
    if state is not None and state == unit.known:
        return Unchanged()
    snapshot = Snapshot((), ())
    top = root
    if revision and commit is not None:
        top = place.resolve()
        snapshot = write_snapshot(root, commit, top)
    report = _report(top, unit.wishes)
    come_from = origin(root, revision or "HEAD")
    report = replace(
        report,
        skipped=tuple(sorted([*report.skipped, *snapshot.skipped], key=lambda one: one.file)),
        limits=(*snapshot.limits, *report.limits),
        origin=come_from,
    )
    written = Blame({}, ())
    if unit.wishes.blame and commit is not None:
        written = blame(root, commit, top, lines_of(report))
    text = "".join(render(report, RULES, ReportOptions(version=__version__)))
    return Analysed(
        state=state,
        commit=commit or "",
        origin="" if come_from is None else come_from.repository,
        ref="" if commit is None else ref_of(root, revision or "HEAD"),
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
