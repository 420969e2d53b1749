"""Speed beside other tools on one tree, each as a whole process in one run.

    speed.py TREE [--repeat N] [--only NAME,...] [--results DIR]

Measures CPU, wall and peak memory (of the largest process) of scratchlint with one and two processes (warm,
and with the tree out of the page cache) and of those of rg, ruff (S108), bandit (B108) and semgrep that are
found beside this Python or on PATH. Growth is measured over the first 1 and 10 directories of TREE and all of
them. Writes a table (Markdown) and a plot (PNG, with matplotlib) named after the day and the tree into DIR.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
GROWTH = (1, 10)
SEMGREP_RULES = HERE / "semgrep.yaml"
JOBS = (1, 2)
OURS, COLD = "scratchlint --jobs 1", "scratchlint --jobs 2, cold cache"
# Bytecode is kept, as that of an installed package is: else each process compiles all that it loads.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
QUICK = frozenset({"rg", "ruff", *(f"scratchlint --jobs {jobs}" for jobs in JOBS)})


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process and those that it started took: seconds, and the MiB of the largest."""

    cpu: float
    wall: float
    peak: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, of which the best counts")
    parser.add_argument(
        "--only", default="", help="what of the table is measured, separated by commas; or growth"
    )
    parser.add_argument("--results", type=Path, default=HERE / "results", metavar="DIR")
    options = parser.parse_args()
    only = frozenset(filter(None, options.only.split(",")))
    files = list(files_below(options.tree))
    costs = {
        name: best(command, options.repeat if name in QUICK else 1)
        for name, command in tools(options.tree)
        if not only or name in only
    }
    growth: dict[int, Cost] = {}
    if not only or COLD in only:
        forget(files)
        costs[COLD] = measured(scratchlint([options.tree], 2))
    if not only or "growth" in only:
        growth = {count: measured(scratchlint(parts, 1)) for count, parts in subtrees(options.tree)}
    written = report(options.tree, files, costs, growth)
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    options.results.mkdir(parents=True, exist_ok=True)
    table = options.results / f"speed-{day}-{options.tree.resolve().name}.md"
    table.write_text(written, encoding="utf-8")
    plot(costs, table.with_suffix(".png"))
    sys.stdout.write(written)
    return 0


def tools(tree: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, command) for each tool that is installed."""
    for jobs in JOBS:
        yield f"scratchlint --jobs {jobs}", scratchlint([tree], jobs)
    commands = {
        "rg": ["--hidden", "--count", "/tmp", str(tree)],
        "ruff": ["check", "--isolated", "--no-cache", "--select", "S108", "--quiet", str(tree)],
        "bandit": ["--recursive", "--tests", "B108", "--quiet", "--exit-zero", str(tree)],
        "semgrep": ["scan", "--metrics=off", "--quiet", "--config", str(SEMGREP_RULES), str(tree)],
    }
    for name, words in commands.items():
        beside = Path(sys.executable).parent / name
        program = str(beside) if beside.exists() else shutil.which(name)
        if program is not None:
            yield name, [program, *words]


def scratchlint(paths: Iterable[Path], jobs: int) -> list[str]:
    words = [
        "check",
        *map(str, paths),
        "--jobs",
        str(jobs),
        "--quiet",
        "--fail-on",
        "never",
        "--format",
        f"json:{os.devnull}",
    ]
    return [sys.executable, "-m", "scratchlint", *words]


def best(command: Sequence[str], repeat: int) -> Cost:
    """Return the cheapest of some runs: what others do on the machine only ever adds."""
    return min((measured(command) for _ in range(repeat)), key=lambda cost: cost.cpu)


def measured(command: Sequence[str]) -> Cost:
    """Run a command to its end; its exit code does not matter, since findings set it."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0  # it was waited for here
    wall = time.monotonic() - started
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def files_below(tree: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(tree):
        yield from (path for name in names if (path := Path(directory, name)).is_file())


def forget(files: Iterable[Path]) -> None:
    """Drop files from the page cache; the directories stay there."""
    os.sync()
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def subtrees(tree: Path) -> Iterator[tuple[int, list[Path]]]:
    """Yield (count, directories) for the first few directories of a tree and for all."""
    parts = sorted(path for path in tree.iterdir() if path.is_dir() and not path.name.startswith("."))
    for count in (*(count for count in GROWTH if count < len(parts)), len(parts)):
        if parts:
            yield count, parts[:count]


def report(tree: Path, files: Sequence[Path], costs: dict[str, Cost], growth: dict[int, Cost]) -> str:
    size = sum(path.stat().st_size for path in files)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    lines = [
        f"# Speed on {tree.resolve().name}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {len(files):,} files, {size / 2**20:,.0f} MiB; "
        f"{os.cpu_count()} cores, {memory / 2**30:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}. Load when it ended: {os.getloadavg()[0]:.1f}; with a load "
        "above the number of cores, only CPU seconds tell something.",
        "",
        "| tool | CPU s | wall s | peak MiB | CPU / ruff | wall / ruff |",
        "|---|---|---|---|---|---|",
    ]
    ruff = costs.get("ruff")
    for name, cost in costs.items():
        ratios = [cost.cpu / ruff.cpu, cost.wall / ruff.wall] if ruff is not None else []
        cells = [name, *(f"{value:.2f}" for value in (cost.cpu, cost.wall)), f"{cost.peak:.0f}"]
        lines.append("| " + " | ".join([*cells, *([f"{ratio:.1f}" for ratio in ratios] or ["", ""])]) + " |")
    if growth:
        lines += ["", "| directories, `--jobs 1` | CPU s | wall s | peak MiB |", "|---|---|---|---|"]
    lines += [
        f"| {count} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.peak:.0f} |" for count, cost in growth.items()
    ]
    return "\n".join(lines) + "\n"


def plot(costs: dict[str, Cost], path: Path) -> None:
    """Draw CPU and wall of each tool; says so when matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        sys.stderr.write("no plot: matplotlib is not installed (dependency group bench)\n")
        return
    figure = Figure(figsize=(8, 0.6 * len(costs) + 1.5), layout="constrained")
    axes = figure.subplots()
    places = list(range(len(costs)))
    axes.barh([place - 0.2 for place in places], [cost.cpu for cost in costs.values()], 0.4, label="CPU s")
    axes.barh([place + 0.2 for place in places], [cost.wall for cost in costs.values()], 0.4, label="wall s")
    axes.set_yticks(places, list(costs))
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main())
