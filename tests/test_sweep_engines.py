"""Who does the units of a sweep: what becomes of them when it dies, and a cluster that loses a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from scratchlint.cli import main
from swept import LOG, dump, logs, work_tree

pytestmark = pytest.mark.usefixtures("cache")

# No test waits so long unless something is wrong.
SECONDS = 600


def eventually(happens: Callable[[], object]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def started(*words: str, cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run Python in a process group of its own, whose end is the end of the block."""
    with subprocess.Popen(
        [sys.executable, *words], cwd=cwd, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def slow(place: Path, name: str, lines: int) -> Path:
    """Make a repository that takes a while."""
    root = work_tree(place, name)
    (root / "long.py").write_text(LOG.format(name) + "x = [1]\n" * lines)
    return root


def test_units_end_with_a_sweep_that_is_killed(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree")
    (tree / "endless.py").write_text("".join(LOG.format(number) for number in range(15_000)))
    with started("-m", "scratchlint", "sweep", str(tree), "--out", str(out)) as sweep:
        shown = psutil.Process(sweep.pid)
        # A server, and the copy of it that does the unit.
        assert eventually(lambda: len(shown.children(recursive=True)) == 2)
        below = shown.children(recursive=True)
        sweep.kill()
        _, alive = psutil.wait_procs(below, timeout=SECONDS)
        assert not alive


def test_interrupted_sweep_ends_its_units(tmp_path: Path, out: Path) -> None:
    tree = work_tree(tmp_path, "tree")
    (tree / "endless.py").write_text("".join(LOG.format(number) for number in range(15_000)))
    with started("-m", "scratchlint", "sweep", str(tree), "--out", str(out)) as sweep:
        shown = psutil.Process(sweep.pid)
        assert eventually(lambda: len(shown.children(recursive=True)) == 2)
        below = shown.children(recursive=True)
        sweep.send_signal(signal.SIGINT)
        _, told = sweep.communicate(timeout=SECONDS)
        assert sweep.returncode == 130
        assert "run the same command again to go on" in told
        _, alive = psutil.wait_procs(below, timeout=SECONDS)
        assert not alive


@contextmanager
def cluster(place: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Start a Dask scheduler and two workers, as people do by default: each with a nanny."""
    told = place / "scheduler.json"
    common = ("--scheduler-file", str(told))
    scheduler = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    worker = ("-m", "distributed.cli.dask_worker", "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
    with (
        started(*scheduler, "--no-dashboard", "--dashboard-address", ":0", *common, cwd=place),
        started(*worker, *common, cwd=place) as first,
        started(*worker, *common, cwd=place) as second,
    ):
        assert eventually(told.exists)
        yield str(told), [first, second]


def test_cluster_that_loses_a_worker_gives_the_same_result(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "folder"
    for number in range(8):
        slow(folder, f"tree{number}", 4_000)
    undisturbed = tmp_path / "undisturbed"
    assert main(["sweep", str(folder), "--out", str(undisturbed)]) == 0
    with cluster(tmp_path) as (scheduler, workers):
        address = ("--scheduler", scheduler, "--shared-disk")
        with started("-m", "scratchlint", "sweep", str(folder), "--out", str(out), *address) as sweep:
            assert sweep.stderr is not None
            assert "[1/8]" in sweep.stderr.readline()
            below = psutil.Process(workers[0].pid).children(recursive=True)
            os.killpg(workers[0].pid, signal.SIGKILL)
            _, alive = psutil.wait_procs(below, timeout=SECONDS)
            assert not alive
            _, told = sweep.communicate(timeout=SECONDS)
            assert sweep.returncode == 0, told
    assert logs(out) == logs(undisturbed)
    assert dump(out) == dump(undisturbed)
