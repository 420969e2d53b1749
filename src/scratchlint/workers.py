"""The same work on many files, spread over processes: in order, and a lost process costs one file."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:  # a check of one file need not load them
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Result = TypeVar("Result")

MAXIMUM_SECONDS = 60
"""So long a process may take for one file."""

WORTH_SECONDS = 0.3
"""Work that one process is estimated to do in less is not spread: starting processes costs a tenth of it."""

_BATCH_SECONDS = 0.1
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Lost:
    """What came of an item whose process ended or took too long; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Raised:
    """An error of the work itself, which is raised again where the work was asked for."""

    error: Exception


@dataclass(frozen=True, slots=True)
class _Batch:
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    batch: _Batch
    deadline: float


def available() -> int:
    """Return how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Does work in at most `count` processes; with 1, or where processes cannot be forked, in this one.

    The processes of one call are forked when it begins, so that they have all that this one has, and
    nothing but places in the list of items is told to them. Not where the system's own libraries
    may run threads: on macOS a forked process may hang (https://docs.python.org/3/library/multiprocessing.html).
    """

    def __init__(self, count: int, seconds: float = MAXIMUM_SECONDS) -> None:
        self._count = count if sys.platform == "linux" else 1
        self._seconds = seconds

    def pay_for(self, costs: Sequence[float]) -> bool:
        """Whether work of these estimated costs, in seconds, is spread."""
        return self._count > 1 and len(costs) > 1 and sum(costs) >= WORTH_SECONDS

    def map(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[float]
    ) -> list[Result | Lost]:
        """Return what the work gives for each item, in the order of the items.

        `costs` are estimates, in seconds: too little work is done in this process. What the work raises is
        raised here. An item is Lost when its process ends, or takes longer than a process may for one item.
        """
        if not self.pay_for(costs):
            return list(map(work, items))
        return _Run(work, items, self._seconds).done(_batches(costs, self._count), self._count)


def _batches(costs: Sequence[float], count: int) -> deque[_Batch]:
    """Cut the items into stretches of about equal cost, several for each process."""
    size = min(_BATCH_SECONDS, sum(costs) / (4 * count)) or _BATCH_SECONDS
    numbers = [int(total / size) for total in accumulate(costs)]
    starts = [0, *(place for place in range(1, len(costs)) if numbers[place] != numbers[place - 1])]
    return deque(map(_Batch, starts, [*starts[1:], len(costs)]))


class _Run(Generic[Item, Result]):
    """One call: its processes, and the results so far."""

    def __init__(self, work: Callable[[Item], Result], items: Sequence[Item], seconds: float) -> None:
        self._work = work
        self._items = items
        self._seconds = seconds
        self._results: list[Result | Lost] = [Lost("not done")] * len(items)
        self._waiting: deque[_Batch] = deque()
        self._running: dict[Connection, _Worker] = {}

    def done(self, batches: deque[_Batch], count: int) -> list[Result | Lost]:
        """Do all batches and return the results; whatever happens, no process is left behind."""
        from multiprocessing.connection import wait

        self._waiting = batches
        try:
            for _ in range(min(count, len(batches))):
                self._start()
            while self._running:
                first = min(worker.deadline for worker in self._running.values())
                ready = wait(list(self._running), max(0.0, first - time.monotonic()))
                for worker in [worker for one, worker in self._running.items() if one in ready]:
                    self._receive(worker)
                for worker in [one for one in self._running.values() if one.deadline < time.monotonic()]:
                    self._lose(worker, f"took longer than {self._seconds:g} seconds")
        finally:
            for worker in self._running.values():
                worker.process.kill()
            for worker in self._running.values():
                worker.process.join()
                worker.connection.close()
        return self._results

    def _start(self) -> None:
        """Start a process with the first batch that waits."""
        import multiprocessing

        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        foreign = [ours, *self._running]
        process = context.Process(target=self._serve, args=(theirs, foreign), daemon=True)
        process.start()
        theirs.close()
        self._give(process, ours)

    def _give(self, process: BaseProcess, connection: Connection) -> None:
        """Give a process that is free the next batch, or let it go when there is none."""
        if self._waiting:
            batch = self._waiting.popleft()
            self._running[connection] = _Worker(process, connection, batch, time.monotonic() + self._seconds)
            with contextlib.suppress(OSError):  # it has ended; the reading of its answer tells how
                connection.send((batch.start, batch.stop))
        else:
            self._running.pop(connection)
            connection.close()
            process.join()

    def _receive(self, worker: _Worker) -> None:
        """Take the results of a batch; the process goes on with the next while they are read."""
        batch = worker.batch
        try:
            answer = worker.connection.recv_bytes()
        except (EOFError, OSError):
            worker.process.join()
            self._lose(worker, _ending(worker.process.exitcode))
            return
        self._give(worker.process, worker.connection)
        results = pickle.loads(answer)
        if isinstance(results, _Raised):
            raise results.error
        self._results[batch.start : batch.stop] = results

    def _lose(self, worker: _Worker, reason: str) -> None:
        """End a process; what it was at is done again file by file, until it is known which one it was."""
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        del self._running[worker.connection]
        batch = worker.batch
        if batch.stop - batch.start > 1:
            self._waiting.extendleft(_Batch(place, place + 1) for place in range(batch.start, batch.stop))
        else:
            self._results[batch.start] = Lost(reason)
        if self._waiting:
            self._start()

    def _serve(self, connection: Connection, foreign: Sequence[Connection]) -> None:
        """Do batches until there are no more: the life of a process."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        for other in foreign:
            other.close()
        for start, stop in _asked(connection):
            connection.send_bytes(pickle.dumps(self._answer(start, stop), pickle.HIGHEST_PROTOCOL))

    def _answer(self, start: int, stop: int) -> list[Result] | _Raised:
        try:
            return list(map(self._work, self._items[start:stop]))
        except Exception as error:
            return _Raised(error)


def _asked(connection: Connection) -> Iterator[tuple[int, int]]:
    with contextlib.suppress(EOFError, OSError):
        while True:
            yield connection.recv()


def _ending(code: int | None) -> str:
    """Say how a process ended that gave no answer."""
    if code is None or code >= 0:
        return f"its process ended with status {code}"
    return f"its process was ended by {signal.Signals(-code).name}"
