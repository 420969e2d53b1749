"""Precision and recall on labelled repositories, as the scripts beside the labels work them out.

    detection.py LABELS CLONES [--keep DIR]

LABELS holds sites.jsonl, confirmed.jsonl, checkout.py, score.py and score_confirmed.py; CLONES has
a git directory for each repository that the labels name.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROCESSES = 2
SCORED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sites.jsonl", "score.py", ("--skip", "mounted")),
    ("confirmed.jsonl", "score_confirmed.py", ()),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path, metavar="LABELS")
    parser.add_argument("clones", type=Path, metavar="CLONES")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where checkouts and logs are kept")
    options = parser.parse_args()
    if options.keep is not None:
        return measure(options.labels, options.clones, options.keep)
    with tempfile.TemporaryDirectory() as directory:
        return measure(options.labels, options.clones, Path(directory))


def measure(labels: Path, clones: Path, work: Path) -> int:
    """Export the labelled commits, analyse each, print the scores; return 1 when something is missing."""
    trees, logs = work / "trees", work / "logs"
    trees.mkdir(parents=True, exist_ok=True)
    logs.mkdir(exist_ok=True)
    codes = []
    for file, _, _ in SCORED:
        if (labels / file).exists():
            codes.append(script(labels / "checkout.py", [labels / file, clones, trees]))
    with ThreadPoolExecutor(PROCESSES) as pool:
        codes += pool.map(lambda tree: analyse(tree, logs), sorted(trees.iterdir()))
    for file, name, options in SCORED:
        if (labels / file).exists():
            codes.append(script(labels / name, [labels / file, logs, *options]))
    return int(any(codes))


def analyse(tree: Path, logs: Path) -> int:
    """Write the SARIF log of one checkout."""
    log = logs / f"{tree.name}.sarif"
    words = ["check", str(tree), "--quiet", "--fail-on", "never", "--format", f"sarif:{log}"]
    code = subprocess.run([sys.executable, "-m", "scratchlint", *words], check=False).returncode
    if code:
        print(f"{tree.name}: exit code {code}", file=sys.stderr)
    return code


def script(path: Path, arguments: Sequence[str | Path]) -> int:
    return subprocess.run([sys.executable, str(path), *map(str, arguments)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
