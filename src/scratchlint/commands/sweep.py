"""`scratchlint sweep`: many repositories into one directory, how far that is, what failed once more."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from scratchlint.arguments import run_options
from scratchlint.commands import sweep_publish, sweep_results
from scratchlint.commands.sweep_progress import telling
from scratchlint.errors import UsageError
from scratchlint.output import write_standard
from scratchlint.report.characters import visible
from scratchlint.report.summary import count
from scratchlint.sweep.database import Repository, reading
from scratchlint.sweep.engine import How, Totals, failed_sources, kept_wishes, sweep
from scratchlint.sweep.events import Ended, Event
from scratchlint.sweep.server import Limits
from scratchlint.sweep.sources import Source, listed, named
from scratchlint.sweep.wishes import Wishes, wished

EXIT_CLEAN = 0
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

Note = Callable[[str], None]


def run(options: argparse.Namespace, note: Note) -> int:
    """Do what one of the commands asks for, and return the exit code."""
    match options.command:
        case "sweep status":
            return _status(options)
        case "sweep diff":
            return sweep_results.compare(options)
        case "sweep export":
            return sweep_results.export(options)
        case "sweep publish":
            return sweep_publish.publish(options, note)
        case "sweep retry":
            with closing(reading(Path(options.directory))) as database:
                sources, wishes = failed_sources(database), kept_wishes(database)
            return _sweep(sources, wishes, Path(options.directory), options, note)
        case _:
            config = None if options.config is None else os.path.realpath(options.config)
            wishes = wished(run_options(options), config, options.isolated, options.blame)
            return _sweep(_sources(options.sources), wishes, Path(options.out), options, note)


def _sources(words: list[str]) -> list[Source]:
    found: list[Source] = []
    for word in words:
        found += listed(sys.stdin.buffer.read()) if word == "-" else named([word])
    if not found:
        raise UsageError("no repository is named")
    return found


def _sweep(
    sources: list[Source], wishes: Wishes, directory: Path, options: argparse.Namespace, note: Note
) -> int:
    workers = options.workers or os.cpu_count() or 1
    for name, value in (
        ("--workers", workers),
        ("--time-limit", options.time_limit),
        ("--memory-limit", options.memory_limit),
        ("--clone-limit", options.clone_limit),
    ):
        if value < 1:
            raise UsageError(f"{name} must be 1 or more")
    if options.scheduler is not None and not options.shared_disk:
        for source in sources:
            if source.is_local:
                raise UsageError(
                    f"{visible(source.address)} lies on this machine: "
                    "if the workers see it as it is here, say --shared-disk"
                )
    limits = Limits(options.time_limit, options.memory_limit, options.clone_limit)
    how = How(directory, wishes, limits, workers, options.gzip, options.scheduler)
    started = time.monotonic()
    failed: list[Ended] = []
    through = 0

    def remember(event: Event) -> None:
        nonlocal through
        if isinstance(event, Ended):
            through = event.number
            if event.run.status == "failed":
                failed.append(event)

    try:
        with telling(options.quiet, options.events, note, remember) as tell:
            totals = sweep(sources, how, tell)
    except KeyboardInterrupt:
        done = f"{through:,} of {len(sources):,} repositories are through and kept"
        again = f"run the same command again to go on, or `scratchlint sweep retry {directory}`"
        note(f"interrupted: {done}; {again}")
        return EXIT_INTERRUPTED
    sweep_results.write_report(how.directory)
    if failed:
        note(f"failed: {_repositories(len(failed))} (sweep retry tries them again)")
        for one in failed:
            note(f"  {one.source.name}: {one.run.reason}")
    note(_sum(totals, time.monotonic() - started))
    return EXIT_FAILED if totals.failed else EXIT_CLEAN


def _sum(totals: Totals, seconds: float) -> str:
    return (
        f"{totals.analysed} analysed, {totals.unchanged} unchanged, {totals.failed} failed ({seconds:.1f} s)"
    )


def _status(options: argparse.Namespace) -> int:
    with closing(reading(Path(options.directory))) as database:
        repositories = list(database.repositories())
    write_standard(lambda stream: stream.writelines(f"{line}\n" for line in _told(repositories)))
    failed = any(one.run is None or one.run.status == "failed" for one in repositories)
    return EXIT_FAILED if failed else EXIT_CLEAN


def _told(repositories: list[Repository]) -> Iterator[str]:
    """Yield the lines of the status: totals, what waits, what failed and why."""
    runs = [one.run for one in repositories if one.run is not None]
    done = [run for run in runs if run.status == "done"]
    yield f"{_repositories(len(repositories))}: {len(done)} done, " + (
        f"{len(runs) - len(done)} failed, {len(repositories) - len(runs)} waiting"
    )
    yield f"{count(sum(run.findings for run in done), 'finding')} in {sum(run.files for run in done):,} files"
    if len({(run.version, run.policy) for run in runs}) > 1:
        yield "not all were analysed by the same version and under the same policy"
    for one in repositories:
        if one.run is not None and one.run.status == "failed":
            yield f"failed: {visible(one.source.address)}{_revision(one.source)}: {one.run.reason}"


def _repositories(number: int) -> str:
    return f"{number:,} repository" if number == 1 else f"{number:,} repositories"


def _revision(source: Source) -> str:
    return f"@{visible(source.revision)}" if source.revision else ""
