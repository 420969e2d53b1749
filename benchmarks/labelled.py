"""Labelled repositories: their checkouts, and what the product says of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROCESSES = 2
LABELS = ("sites.jsonl", "confirmed.jsonl")


def checkouts(labels: Path, clones: Path, work: Path) -> list[Path]:
    """Return the source trees of all labelled commits, exported below `work` where they are not yet.

    `labels` holds the label files and checkout.py, which says what is missing.
    """
    trees = work / "trees"
    trees.mkdir(parents=True, exist_ok=True)
    for file in LABELS:
        if (labels / file).exists():
            script(labels / "checkout.py", [labels / file, clones, trees])
    return sorted(trees.iterdir())


def analysed(trees: Iterable[Path], logs: Path) -> int:
    """Write NAME.sarif and NAME.json of each tree below `logs`; return how many could not be analysed."""
    logs.mkdir(exist_ok=True)

    def analyse(tree: Path) -> int:
        formats = [f"sarif:{logs / f'{tree.name}.sarif'}", f"json:{logs / f'{tree.name}.json'}"]
        words = ["check", str(tree), "--quiet", "--fail-on", "never", "--show-scratch"]
        words += [word for format in formats for word in ("--format", format)]
        code = subprocess.run([sys.executable, "-m", "scratchlint", *words], check=False).returncode
        if code:
            print(f"{tree.name}: exit code {code}", file=sys.stderr)
        return code

    return in_turn(analyse, trees)


def in_turn(work: Callable[[Path], int], trees: Iterable[Path]) -> int:
    """Do the work for each tree, a few at a time; return how often it gave something but 0."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        return sum(map(bool, pool.map(work, trees)))


def script(path: Path, arguments: Sequence[str | Path]) -> int:
    """Run one of the scripts beside the labels; return its exit code."""
    return subprocess.run([sys.executable, str(path), *map(str, arguments)], check=False).returncode
