"""Who does the units of a sweep: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scratchlint import __version__
from scratchlint.errors import UsageError
from scratchlint.sweep.process import Done, Processes
from scratchlint.sweep.server import Limits
from scratchlint.sweep.unit import Unit
from scratchlint.sweep.workspace import workspace

_CONNECTING = 30
"""Seconds within which a scheduler must answer."""


@dataclass(frozen=True, slots=True)
class Crew:
    """An executor, what it is to do with each unit, and how many units it should be given at a time.

    `lost` are the exceptions which say that a unit took its workers with it; others are about the executor.
    """

    executor: Executor
    task: Callable[[Unit], Done]
    at_a_time: Callable[[], int]
    lost: tuple[type[Exception], ...] = ()


@contextmanager
def local(workers: int, limits: Limits) -> Iterator[Crew]:
    """Do units on this machine, `workers` at a time."""
    processes = Processes()
    # A thread waits for each process: the work is done there, and nothing that happens to it harms others.
    with workspace() as place, ThreadPoolExecutor(workers) as executor:
        try:
            yield Crew(executor, lambda unit: processes.run(unit, limits, place), lambda: workers)
        finally:
            processes.stop()


@contextmanager
def cluster(address: str, limits: Limits) -> Iterator[Crew]:
    """Have units done by the workers of a Dask scheduler, named by its address or the file it writes.

    Raises UsageError when there is none.
    Each worker is given as many units as it has threads, and as many again to go on with at once.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'scratchlint[dask]'") from None
    try:
        where = {"scheduler_file" if Path(address).is_file() else "address": address}
        client = Client(**where, timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {address}: {error}") from None

    def at_a_time() -> int:
        threads: int = sum(client.nthreads().values())
        return max(1, 2 * threads)

    with client:
        executor = client.get_executor(pure=False)
        try:
            task = functools.partial(_done_by_worker, limits, __version__)
            yield Crew(executor, task, at_a_time, (KilledWorker,))
        except CancelledError:
            raise UsageError(f"--scheduler {address}: it is gone; the same command goes on") from None
        except (ImportError, RuntimeError) as error:
            needed = f"scheduler and workers need scratchlint {__version__}"
            raise UsageError(f"--scheduler {address}: {' '.join(str(error).split())} ({needed})") from None
        finally:
            executor.shutdown(wait=False)


def _done_by_worker(limits: Limits, version: str, unit: Unit) -> Done:
    """Do a unit on a worker of a cluster. Raises UsageError when it has another version of scratchlint."""
    if version != __version__:
        raise UsageError(f"a worker has scratchlint {__version__}, and this is {version}")
    with workspace() as place:
        return _processes_of_worker().run(unit, limits, place)


@functools.cache
def _processes_of_worker() -> Processes:
    # They stay for the next unit, and end with the worker.
    return Processes()
