"""Precision and recall on labelled repositories, beside those of bandit B108 and ruff S108.

    detection.py LABELS CLONES [--keep DIR]

LABELS holds sites.jsonl, confirmed.jsonl, checkout.py, score.py and score_confirmed.py; CLONES has
a git directory for each repository that the labels name.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from labelled import LABELS, analysed, checkouts, in_turn, script
from peers import PEERS, log_of

SCORES = dict(zip(LABELS, ("score.py", "score_confirmed.py"), strict=True))


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
    """Analyse the labelled commits, print the scores; return 1 when something is missing."""
    trees = checkouts(labels, clones, work)
    failed = analysed(trees, work / "logs")
    codes = [bool(failed), *scores(labels, work / "logs", "scratchlint")]
    for peer in PEERS:
        logs = work / peer.name
        logs.mkdir(exist_ok=True)
        in_turn(partial(log_of, peer, logs), trees)
        scores(labels, logs, peer.name)
    return int(any(codes))


def scores(labels: Path, logs: Path, name: str) -> list[int]:
    """Print what the scripts beside the labels say of logs; return their exit codes."""
    codes = []
    for file, program in SCORES.items():
        if (labels / file).exists():
            print(f"\n{name} on {file}", flush=True)
            codes.append(script(labels / program, [labels / file, logs]))
    return codes


if __name__ == "__main__":
    sys.exit(main())
