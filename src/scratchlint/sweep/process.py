"""Do one unit in a process of its own, within bounds of time and memory."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from scratchlint.errors import UsageError
from scratchlint.report.characters import visible
from scratchlint.sweep.unit import Failed, Outcome, Unit, work

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a repository may take: seconds by the clock, and mebibytes of memory that it writes to."""

    seconds: int
    mebibytes: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a unit, and the most memory that its process held, in mebibytes (0 if it was ended)."""

    outcome: Outcome
    peak: int = 0


class Processes:
    """Starts a process for each unit, waits for it, and ends it when it takes too much.

    Every unit begins in a fresh copy of one server process that has loaded the analysis, so that nothing
    of one repository is left for the next. Threads may ask at the same time.
    """

    def __init__(self, cache: Path, limits: Limits) -> None:
        self._cache = cache
        self._limits = limits
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["scratchlint.sweep.process"])
        self._lock = threading.Lock()
        self._running: set[ForkServerProcess] = set()
        self._stopped = False

    def run(self, unit: Unit) -> Done:
        """Do a unit. Never raises for what the repository does."""
        with TemporaryDirectory(dir=self._cache, ignore_cleanup_errors=True) as place:
            receiving, sending = self._context.Pipe(duplex=False)
            process = self._context.Process(
                target=_child, args=(sending, unit, Path(place), self._limits), daemon=True
            )
            with self._lock:
                if self._stopped:
                    return Done(Failed("stopped"))
                process.start()
                self._running.add(process)
            sending.close()
            try:
                return self._wait(process, receiving)
            finally:
                with self._lock:
                    self._running.discard(process)
                _kill(process)
                process.join()
                receiving.close()

    def stop(self) -> None:
        """End the processes that run, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)

    def _wait(self, process: ForkServerProcess, receiving: Connection) -> Done:
        if not receiving.poll(self._limits.seconds):
            return Done(Failed(f"took longer than {self._limits.seconds} seconds"))
        try:
            done: Done = receiving.recv()
        except (EOFError, OSError):
            process.join(5)
            return Done(Failed(self._ended(process.exitcode)))
        return done

    def _ended(self, code: int | None) -> str:
        if code is None or code >= 0:
            return f"its process ended with status {code} (a limit of {self._limits.mebibytes} MiB is set)"
        if -code == signal.SIGXCPU:
            return f"took longer than {self._limits.seconds} seconds"
        return f"its process was ended by {signal.Signals(-code).name}"


def _kill(process: ForkServerProcess) -> None:
    """End a process and those that it started."""
    if process.pid is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _child(sending: Connection, unit: Unit, place: Path, limits: Limits) -> None:
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    memory = limits.mebibytes << 20
    # Packs that git maps to read them are no memory that the repository takes.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    sending.send(Done(_outcome(unit, place, limits), _peak()))
    sending.close()


def _outcome(unit: Unit, place: Path, limits: Limits) -> Outcome:
    try:
        return work(unit, place)
    except UsageError as error:
        return Failed(visible(str(error)))
    except MemoryError:
        return Failed(f"needs more than {limits.mebibytes} MiB of memory")
    except Exception as error:  # one repository must not stop the others
        return Failed(visible(f"internal error: {type(error).__name__}: {error}"))


def _peak() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used >> (20 if sys.platform == "darwin" else 10)
