"""What demand leaves out, on real trees: findings and cost with every file parsed beside those by demand.

    exhaustive.py TREE ...

Prints a table (Markdown); ends with 1 when the findings, or what was judged scratch, are not the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from speed import Cost, measured


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("trees", type=Path, nargs="+", metavar="TREE")
    options = parser.parse_args()
    print("| tree | files | findings | scratch | the same | CPU s by demand | CPU s with every file |")
    print("|---|---|---|---|---|---|---|")
    same = True
    with TemporaryDirectory(dir=Path.home()) as place:
        for tree in options.trees:
            by_demand, quick = run(tree, Path(place, "demand.json"))
            exhaustive, slow = run(tree, Path(place, "exhaustive.json"), "--exhaustive")
            equal = found(by_demand) == found(exhaustive)
            same = same and equal
            totals = by_demand["summary"]
            cells = [tree.name, f"{totals['files']:,}", totals["production"], totals["scratch"]]
            cells += ["yes" if equal else "no", f"{quick.cpu:.1f}", f"{slow.cpu:.1f}"]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
            if not equal:
                tell(by_demand, exhaustive)
    return 0 if same else 1


def run(tree: Path, report: Path, *words: str) -> tuple[Any, Cost]:
    """Return the report on a tree, and what it took."""
    asked = ["--quiet", "--fail-on", "never", "--format", f"json:{report}", *words]
    cost = measured([sys.executable, "-m", "scratchlint", "check", str(tree), *asked])
    return json.loads(report.read_text(encoding="utf-8")), cost


def found(report: Any) -> set[tuple[object, ...]]:
    """Return what was found, without the ways there: one of several equal ways may be shown."""
    return {
        *((found["rule"], found["level"], found["fingerprint"]) for found in report["findings"]),
        *(
            (key, count)
            for key, count in report["summary"].items()
            if key in ("production", "scratch", "sites")
        ),
    }


def tell(by_demand: Any, exhaustive: Any) -> None:
    for name, one, other in (("demand", by_demand, exhaustive), ("every file", exhaustive, by_demand)):
        for missing in sorted(found(one) - found(other), key=str):
            sys.stderr.write(f"only by {name}: {missing}\n")


if __name__ == "__main__":
    sys.exit(main())
