"""How far a sweep is: a display on a terminal, lines in a pipe, JSON lines for programs."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from scratchlint import __version__
from scratchlint.errors import UsageError
from scratchlint.report.characters import sound, visible
from scratchlint.report.summary import count
from scratchlint.sweep.events import Begun, Ended, Event, Started
from scratchlint.sweep.sources import Source

MOST_SHOWN = 8
"""Repositories in work that the display names."""

_SPEED_SECONDS = 300

Watcher = Callable[[Event], None]
Note = Callable[[str], None]


@contextmanager
def telling(quiet: bool, events: str | None, note: Note, *more: Watcher) -> Iterator[Watcher]:
    """Return what is to be told each event of a sweep, until this is left.

    `events` is the file for the JSON lines, "-" is standard output; `more` are told too. Raises UsageError if
    the file cannot be written.
    """
    with ExitStack() as stack:
        watchers = list(more)
        if events is not None:
            stream = sys.stdout if events == "-" else stack.enter_context(_opened(events))
            watchers.append(stack.enter_context(event_lines(stream)))
        if not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            display = stack.enter_context(Display(Console(stderr=True)))
            watchers.append(display.tell)
        elif not quiet:
            watchers.append(lambda event: _line(event, note))

        def tell(event: Event) -> None:
            for watcher in watchers:
                watcher(event)

        yield tell


def _line(event: Event, note: Note) -> None:
    if not isinstance(event, Ended):
        return
    run = event.run
    place = f"[{event.number}/{event.total}] {event.source.name}"
    if run.status == "failed":
        note(f"{place}: failed: {run.reason}")
        return
    told = f"{place}: {count(run.findings, 'finding')}, {count(run.files, 'file')}"
    note(f"{told} (unchanged)" if event.unchanged else f"{told} ({run.seconds:.1f} s)")


class Display(Progress):
    """What is done, failed and found, how quick that is and how long it will take, and what is in work."""

    def __init__(self, console: Console) -> None:
        # The base draws itself while it is being made.
        self._running: dict[Source, float] = {}
        self._failed = 0
        self._findings = 0
        super().__init__(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            speed_estimate_period=_SPEED_SECONDS,
        )
        self._task = self.add_task("", total=None, told="")

    def tell(self, event: Event) -> None:
        """Show what an event changes."""
        with self._lock:
            match event:
                case Begun(total):
                    self.update(self._task, total=total)
                case Started(source):
                    self._running[source] = time.monotonic()
                case Ended(source=source, run=run):
                    self._running.pop(source, None)
                    self._failed += run.status == "failed"
                    self._findings += run.findings
                    self.update(self._task, advance=1, told=self._told())

    def _told(self) -> str:
        told = f"{self._failed:,} failed, {self._findings:,} findings"
        speed = self.tasks[0].speed
        if not speed:
            return told
        return f"{told}, {speed:.1f}/s" if speed >= 1 else f"{told}, {60 * speed:.1f}/min"

    def get_renderables(self) -> Iterable[RenderableType]:
        """Yield the bar, and a line for each repository in work, the longest first."""
        with self._lock:
            yield self.make_tasks_table(self.tasks)
            now = time.monotonic()
            for source, started in list(self._running.items())[:MOST_SHOWN]:
                yield Text(f"{now - started:5.0f} s  {_shown(source)}", no_wrap=True, overflow="ellipsis")
            if len(self._running) > MOST_SHOWN:
                yield Text(f"         and {len(self._running) - MOST_SHOWN} more")


def _shown(source: Source) -> str:
    return visible(f"{source.address}@{source.revision}" if source.revision else source.address)


@contextmanager
def event_lines(stream: TextIO) -> Iterator[Watcher]:
    """Return what writes events as JSON lines, each at once; the last line tells how the sweep ended.

    A reader that goes away is no reason to stop the sweep.
    """
    started = time.monotonic()
    counts = {"done": 0, "unchanged": 0, "failed": 0}
    there = True

    def write(event: str, **values: Any) -> None:
        nonlocal there
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        if there:
            try:
                stream.write(f"{json.dumps({'event': event, 'time': now, **values})}\n")
                stream.flush()
            except BrokenPipeError:
                there = False

    def tell(event: Event) -> None:
        match event:
            case Begun(total):
                write("begin", repositories=total, version=__version__)
            case Started(source):
                write("start", **_named(source))
            case Ended(number, total, source, run):
                counts[event.status] += 1
                write(
                    "end",
                    **_named(source),
                    status=event.status,
                    reason=run.reason,
                    findings=run.findings,
                    files=run.files,
                    seconds=run.seconds,
                    number=number,
                    total=total,
                )

    status = "stopped"
    try:
        yield tell
        status = "finished"
    except KeyboardInterrupt:
        status = "interrupted"
        raise
    finally:
        write("finish", status=status, **counts, seconds=round(time.monotonic() - started, 3))


def _named(source: Source) -> dict[str, str]:
    return {"name": source.name, "repository": sound(source.address), "revision": sound(source.revision)}


def _opened(file: str) -> TextIO:
    try:
        return open(file, "w", encoding="ascii")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
