"""Sweeps of real and of many synthetic repositories: time, memory, and the same result whatever happens.

    sweep.py CLONES [--largest FILES] [--synthetic N] [--results DIR] [--work DIR]

CLONES is a folder of clones. Its repositories are swept by two workers and by one; by a sweep that is
killed with -9 three times on the way and started again; and by a Dask cluster on this machine that loses one
of its two workers: logs and database must be those of the first sweep. Then N small repositories are made and
swept, while the memory of the sweep's own process is looked at. Writes a table (Markdown) named after the day
into DIR.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from scratchlint.source.git import ask, is_bare
from scratchlint.sweep.sources import named

HERE = Path(__file__).parent
# What a run says of itself: when it was, and what it cost.
TIMES = {"ended", "seconds", "peak_mebibytes"}
FILES = {
    "app.py": 'import logging\nlogging.basicConfig(filename="/tmp/app{}.log")\n',
    "run.sh": "#!/bin/sh\npython3 app.py --name service{}\n",
    "README.md": "# Service {}\n",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sweep took with all its processes: seconds, and MiB of its own process and its largest one."""

    wall: float
    cpu: float
    own: float
    largest: int


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", type=Path, metavar="CLONES")
    parser.add_argument("--largest", type=int, metavar="FILES", help="leave out repositories with more files")
    parser.add_argument("--synthetic", type=int, default=10_000, metavar="N")
    parser.add_argument("--results", type=Path, default=HERE / "results", metavar="DIR")
    parser.add_argument("--work", type=Path, default=HERE.parent / "build", metavar="DIR")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=options.work) as place:
        lines = [
            *real(options.clones, options.largest, Path(place)),
            *synthetic(options.synthetic, Path(place)),
        ]
    options.results.mkdir(parents=True, exist_ok=True)
    memory = psutil.virtual_memory().total >> 30
    machine = f"{os.cpu_count()} processors, {memory} GiB, Python {platform.python_version()}"
    load = f"load average {os.getloadavg()[2]:.1f} over the last 15 minutes"
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    written = "\n".join([f"# Sweeps, {day}", "", f"{machine}, {load}.", "", *lines, ""])
    (options.results / f"sweep-{day}.md").write_text(written, encoding="utf-8")
    sys.stdout.write(written)
    return 0


def real(clones: Path, largest: int | None, place: Path) -> Iterator[str]:
    """Sweep real repositories in four ways, and yield what is told of it."""
    sources = [
        one.address for one in named([str(clones)]) if largest is None or files(one.address) <= largest
    ]
    listing = place / "sources"
    listing.write_text("".join(f"{one}\n" for one in sources))
    two = cost(listing, place / "two", "--workers", "2")
    repositories, read, findings, failed = totals(place / "two")
    yield f"{repositories:,} repositories, {read:,} files, {findings:,} findings, {failed:,} failures."
    yield ""
    columns = (
        "sweep",
        "s",
        "s of CPU",
        "files/s",
        "files/s of CPU",
        "MiB of its own process",
        "MiB of the largest",
    )
    yield f"| {' | '.join(columns)} | same result |"
    yield "|---|---:|---:|---:|---:|---:|---:|---|"
    yield row("two workers", two, read, "")
    one = cost(listing, place / "one", "--workers", "1")
    yield row("one worker", one, read, same(place, "one"))
    started = time.monotonic()
    for quarter in (1, 2, 3):
        killed(listing, place / "killed", repositories * quarter // 4)
    again = cost(listing, place / "killed", "--workers", "2")
    told = f"killed -9 three times, {time.monotonic() - started:.0f} s in all; the last run"
    yield row(told, again, None, same(place, "killed"))
    with cluster(place) as (scheduler, workers):

        def lose(number: int, _: psutil.Process) -> None:
            if number == max(1, repositories // 4):
                os.killpg(workers[0].pid, signal.SIGKILL)

        dask = cost(listing, place / "dask", "--scheduler", scheduler, "--shared-disk", at=lose)
    yield row(
        "Dask, one of two workers killed after a quarter (CPU of the sweep itself)",
        dask,
        None,
        same(place, "dask"),
    )
    yield ""


def synthetic(number: int, place: Path) -> Iterator[str]:
    """Sweep many small repositories, and yield what is told of it."""
    if not number:
        return
    folder = place / "synthetic"
    for one in range(number):
        made(folder / f"{one // 100:03}", f"service{one}.git", one % 10, place / "models")
    seen: dict[int, float] = {}

    def look(count: int, process: psutil.Process) -> None:
        if count in (number // 10, number):
            seen[count] = process.memory_info().rss / (1 << 20)

    took = cost(folder, place / "many", "--workers", "2", at=look)
    repositories, read, findings, failed = totals(place / "many")
    size = (place / "many" / "sweep.sqlite").stat().st_size >> 20
    yield f"{repositories:,} small repositories: {read:,} files, {findings:,} findings, {failed:,} failures."
    yield ""
    yield (
        f"{took.wall:.0f} s by two workers, {took.cpu:.0f} s of CPU "
        f"({1000 * took.cpu / repositories:.0f} ms each); the database has {size} MiB."
    )
    yield "Memory of the sweep's own process: " + ", ".join(
        f"{rss:.0f} MiB after {count:,} repositories" for count, rss in seen.items()
    )


def cost(
    sources: Path, out: Path, *words: str, at: Callable[[int, psutil.Process], None] | None = None
) -> Cost:
    """Run a sweep to its end; `at` is told the number of each repository that is through."""
    started = time.monotonic()
    with sweeping(sources, out, *words) as process:
        assert process.stderr is not None
        shown = psutil.Process(process.pid)
        own = 0.0
        for line in process.stderr:
            number = through(line)
            if number:
                own = max(own, shown.memory_info().rss / (1 << 20))
                if at is not None:
                    at(number, shown)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    with sqlite3.connect(out / "sweep.sqlite") as connection:
        (largest,) = connection.execute("SELECT max(peak_mebibytes) FROM runs").fetchone()
    return Cost(time.monotonic() - started, used.ru_utime + used.ru_stime, own, largest)


def killed(sources: Path, out: Path, number: int) -> None:
    """Run a sweep until so many repositories are through, and kill it."""
    with sweeping(sources, out, "--workers", "2") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if (through(line) or 0) >= number:
                break
        process.kill()


@contextmanager
def sweeping(sources: Path, out: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "scratchlint", "sweep", str(sources), "--out", str(out), *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        yield process


def through(line: str) -> int | None:
    """Return the number in a line such as `scratchlint: [3/40] name: …`."""
    head = line.removeprefix("scratchlint: ")
    return int(head[1:].partition("/")[0]) if head.startswith("[") else None


@contextmanager
def cluster(place: Path) -> Iterator[tuple[str, Sequence[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and two workers."""
    told = place / "scheduler.json"
    scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    worker = ("dask_worker", "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
    with ExitStack() as stack, (place / "dask.log").open("wb") as log:
        started = []
        for module, *words in (scheduler, worker, worker):
            command = [
                sys.executable,
                "-m",
                f"distributed.cli.{module}",
                *words,
                "--scheduler-file",
                str(told),
            ]
            process = subprocess.Popen(command, cwd=place, stderr=log, stdout=log, start_new_session=True)
            stack.callback(stop, process)
            started.append(process)
        while not told.exists():
            time.sleep(0.1)
        yield str(told), started[1:]


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def same(place: Path, name: str) -> str:
    """Return whether logs and database of a sweep are those of the first, but for times."""
    logs = [
        {file.name: file.read_bytes() for file in (place / one / "sarif").iterdir()} for one in ("two", name)
    ]
    dumps = [dump(place / one / "sweep.sqlite") for one in ("two", name)]
    return "yes" if logs[0] == logs[1] and dumps[0] == dumps[1] else "NO"


def dump(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(file) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = {}
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            names = ", ".join(f'"{one}"' for one in columns if one not in TIMES)
            kept[table] = sorted(connection.execute(f"SELECT {names} FROM {table}").fetchall(), key=repr)
    return kept


def totals(out: Path) -> tuple[int, int, int, int]:
    """Return how many repositories, files, findings and failures a sweep has."""
    with sqlite3.connect(out / "sweep.sqlite") as connection:
        found: tuple[int, int, int, int] = connection.execute(
            "SELECT count(*), sum(files), sum(findings), sum(status = 'failed') FROM runs"
        ).fetchone()
    return found


def files(address: str) -> int:
    """Return how many files the HEAD of a repository has."""
    listed = ask(Path(address), ["ls-tree", "-r", "-z", "--name-only", "HEAD"])
    return listed.count(b"\0") if isinstance(listed, bytes) else 0


def made(folder: Path, name: str, kind: int, models: Path) -> None:
    """Make a bare repository of a few files, by copying one of its kind."""
    model = models / f"{kind}.git"
    if not model.exists():
        tree = models / str(kind)
        tree.mkdir(parents=True)
        for file, text in FILES.items():
            (tree / file).write_text(text.format(kind))
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*who, "commit", "-qm", "first")):
            subprocess.run(["git", *words], cwd=tree, check=True)
        subprocess.run(["git", "clone", "-q", "--bare", "--template=", str(tree), str(model)], check=True)
    shutil.copytree(model, folder / name)
    assert is_bare(folder / name)


def row(name: str, took: Cost, read: int | None, result: str) -> str:
    rates = ["", ""] if read is None else [f"{read / took.wall:.0f}", f"{read / took.cpu:.0f}"]
    cells = [
        name,
        f"{took.wall:.0f}",
        f"{took.cpu:.0f}",
        *rates,
        f"{took.own:.0f}",
        str(took.largest),
        result,
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
