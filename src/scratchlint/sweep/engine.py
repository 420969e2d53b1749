"""Sweep: hand units to an executor, keep what comes back, skip what is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scratchlint import __version__
from scratchlint.sweep.database import Database, Run, create
from scratchlint.sweep.directory import locked, remove_sarif, sarif_file, write_sarif
from scratchlint.sweep.events import Begun, Ended, Event, Started
from scratchlint.sweep.executors import Crew, cluster, local
from scratchlint.sweep.process import Done
from scratchlint.sweep.rows import ErrorRow
from scratchlint.sweep.server import Limits
from scratchlint.sweep.sources import Source
from scratchlint.sweep.unit import Failed, Unchanged, Unit
from scratchlint.sweep.wishes import Wishes, from_text, to_text

_WISHES = "wishes"


@dataclass(frozen=True, slots=True)
class How:
    """How a sweep is made: where to, how each repository is analysed, and by whom.

    This is a Dask cluster if the address of its scheduler is named, else `workers` processes at a time.
    """

    directory: Path
    wishes: Wishes
    limits: Limits
    workers: int
    compressed: bool = False
    scheduler: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many repositories are through, by what came of them."""

    analysed: int
    unchanged: int
    failed: int


def sweep(sources: Sequence[Source], how: How, notify: Callable[[Event], None]) -> Totals:
    """Analyse sources into a directory; finished ones in the same state are skipped.

    Finished is what the same version of scratchlint did under the same policy. What a repository does wrong
    is kept as its failure; `notify` is told what happens. Raises UsageError when the directory
    is in use or cannot be written.
    """
    ordered = list({one.name: one for one in sources}.values())
    policy = how.wishes.digest()
    with locked(how.directory), closing(create(how.directory)) as database:
        database.keep_setting(_WISHES, to_text(how.wishes))
        database.register(ordered)
        engine = (
            local(how.workers, how.limits) if how.scheduler is None else cluster(how.scheduler, how.limits)
        )
        with engine as crew:
            return _swept(ordered, how, policy, database, crew, notify)


def failed_sources(database: Database) -> list[Source]:
    """Return the sources whose last run failed, and those that were never reached."""
    return [one.source for one in database.repositories() if one.run is None or one.run.status == "failed"]


def kept_wishes(database: Database) -> Wishes:
    """Return how the repositories of a sweep were analysed last."""
    text = database.setting(_WISHES)
    return Wishes() if text is None else from_text(text)


def _swept(
    sources: Sequence[Source],
    how: How,
    policy: str,
    database: Database,
    crew: Crew,
    notify: Callable[[Event], None],
) -> Totals:
    counts = {"analysed": 0, "unchanged": 0, "failed": 0}
    notify(Begun(len(sources)))
    done = _done(crew, (_unit(one, how, policy, database) for one in sources), notify)
    for number, (unit, result) in enumerate(done, start=1):
        name = unit.source.name
        before = database.run(name)
        if isinstance(result.outcome, Unchanged) and before is not None:
            counts["unchanged"] += 1
            notify(Ended(number, len(sources), unit.source, before, True))
            continue
        run = _kept(database, how, policy, unit, result)
        counts["failed" if run.status == "failed" else "analysed"] += 1
        notify(Ended(number, len(sources), unit.source, run, False))
    return Totals(**counts)


def _unit(source: Source, how: How, policy: str, database: Database) -> Unit:
    run = database.run(source.name)
    finished = (
        run is not None
        and (run.status, run.version, run.policy) == ("done", __version__, policy)
        and sarif_file(how.directory, source.name, how.compressed).is_file()
    )
    return Unit(source, how.wishes, run.state if run is not None and finished else None)


def _done(crew: Crew, units: Iterator[Unit], notify: Callable[[Event], None]) -> Iterator[tuple[Unit, Done]]:
    """Yield units with what came of them, as they end; few wait for a worker at any time."""
    running: dict[Future[Done], Unit] = {}
    exhausted = False
    try:
        while running or not exhausted:
            at_a_time = crew.at_a_time()
            while len(running) < at_a_time and not exhausted:
                unit = next(units, None)
                if unit is None:
                    exhausted = True
                else:
                    running[crew.executor.submit(crew.task, unit)] = unit
                    notify(Started(unit.source))
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                yield running.pop(future), _result(crew, future)
    finally:
        for future in running:
            future.cancel()


def _result(crew: Crew, future: Future[Done]) -> Done:
    try:
        return future.result()
    except crew.lost as error:
        return Done(Failed(f"its workers were lost: {error}"))


def _kept(database: Database, how: How, policy: str, unit: Unit, result: Done) -> Run:
    """Keep the result of a unit: the log first, so that what the database calls finished has one."""
    name = unit.source.name
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = result.outcome
    if isinstance(outcome, (Failed, Unchanged)):
        reason = outcome.reason if isinstance(outcome, Failed) else "vanished from the database"
        run = Run(
            "failed",
            reason,
            None,
            origin=result.origin,
            version=__version__,
            policy=policy,
            ended=ended,
            seconds=result.seconds,
        )
        database.record(name, run, (), (ErrorRow("failed", "", reason),))
        remove_sarif(how.directory, name)
        return run
    write_sarif(how.directory, name, outcome.sarif, how.compressed)
    run = Run(
        "done",
        "",
        outcome.state,
        commit=outcome.commit,
        origin=result.origin,
        ref=outcome.ref,
        version=__version__,
        policy=policy,
        files=outcome.files,
        sites=outcome.sites,
        findings=len(outcome.findings),
        suppressed=outcome.suppressed,
        ended=ended,
        seconds=result.seconds,
        peak_mebibytes=result.peak,
    )
    database.record(name, run, outcome.findings, outcome.errors)
    return run
