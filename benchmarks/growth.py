"""How work grows, on synthetic trees with known answers (`trees.py`).

    growth.py [--files N] [--most M] [--flows K]

Doubles the number of files from N to M with K flows in each tree, and multiplies the flows by ten in a
tree of 2N files. Prints CPU seconds of the whole process less those of an empty tree, and their ratios; ends
with 1 when a tree has not the findings that it should have.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from speed import Cost, best
from trees import write

REPEAT = 3


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--most", type=int, default=80_000)
    parser.add_argument("--flows", type=int, default=20)
    options = parser.parse_args()
    sizes = [options.files]
    while sizes[-1] * 2 <= options.most:
        sizes.append(sizes[-1] * 2)
    right = True
    with TemporaryDirectory(dir=Path.home()) as place:
        empty, _ = run(Path(place, "empty"), 0, 0)
        print("| files | flows | CPU s | times the one before | wall s | peak MiB | findings |")
        print("|---|---|---|---|---|---|---|")
        before: float | None = None
        cases = [(size, options.flows) for size in sizes]
        cases += [(2 * options.files, options.flows * factor) for factor in (1, 10)]
        for number, (files, flows) in enumerate(cases):
            cost, findings = run(Path(place, str(number)), files, flows)
            right = right and findings == 2 * flows
            own = cost.cpu - empty.cpu
            ratio = f"{own / before:.2f}" if before is not None and number != len(sizes) else ""
            cells = [f"{files:,}", f"{flows:,}", f"{own:.2f}", ratio, f"{cost.wall:.2f}", f"{cost.peak:.0f}"]
            print("| " + " | ".join([*cells, f"{findings} of {2 * flows}"]) + " |", flush=True)
            before = own
    return 0 if right else 1


def run(tree: Path, files: int, flows: int) -> tuple[Cost, int]:
    """Write a tree, analyse it, and return the cost and the number of findings."""
    tree.mkdir()
    write(tree, files, flows)
    report = tree.with_suffix(".json")
    words = ["--quiet", "--fail-on", "never", "--jobs", "1", "--format", f"json:{report}"]
    cost = best([sys.executable, "-m", "scratchlint", "check", str(tree), *words], REPEAT)
    return cost, len(json.loads(report.read_text(encoding="utf-8"))["findings"])


if __name__ == "__main__":
    sys.exit(main())
