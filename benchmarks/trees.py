"""Synthetic trees of any size with known answers, to show how work grows.

    trees.py DIR --files N [--flows K]

Writes N modules in packages of a hundred. K of them, evenly spread, begin a flow: a path below /tmp goes
through DEPTH modules that import each other, fans out to WIDTH readers, and ends where a database is
opened; for every flow one environment file sets another path that a program reads. Prints how many
findings scratchlint owes: two for each flow.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

PACKAGE = 100
DEPTH = 5
WIDTH = 4
PLAIN = '''"""Work {number}."""


def work(items):
    total = {number}
    for item in items:
        total += len(str(item))
    return total
'''


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--flows", type=int, default=10)
    options = parser.parse_args()
    write(options.directory, options.files, options.flows)
    sys.stdout.write(f"{2 * options.flows} findings\n")
    return 0


def write(root: Path, files: int, flows: int) -> None:
    """Write a tree of about `files` files with `flows` flows, each in a project of its own."""
    for number in range(flows):
        write_flow(root / f"project{number}", number)
    for number in range(files - flows * (DEPTH + WIDTH + 4)):
        package = root / f"plain{number // PACKAGE}"
        package.mkdir(parents=True, exist_ok=True)
        (package / f"module{number}.py").write_text(PLAIN.format(number=number), encoding="utf-8")


def write_flow(project: Path, number: int) -> None:
    """Write one project: a deep chain of imports, readers beside it, and an environment file."""
    package = project / "app"
    package.mkdir(parents=True, exist_ok=True)
    texts = {"level0.py": f'DATABASE = "/tmp/project{number}/orders.db"\n'}
    for level in range(1, DEPTH):
        texts[f"level{level}.py"] = f"from app.level{level - 1} import DATABASE\n"
    for reader in range(WIDTH):
        texts[f"reader{reader}.py"] = (
            f"from app.level{DEPTH - 1} import DATABASE\n\nNAME = DATABASE + '.bak'\n"
        )
    texts["store.py"] = (
        f"import sqlite3\n\nfrom app.level{DEPTH - 1} import DATABASE\n\n\n"
        "def connect():\n    return sqlite3.connect(DATABASE)\n"
    )
    texts["queue.py"] = (
        'import os\nimport sqlite3\n\n\ndef jobs():\n    return sqlite3.connect(os.environ["JOBS_DB"])\n'
    )
    texts["__init__.py"] = ""
    for name, text in texts.items():
        (package / name).write_text(text, encoding="utf-8")
    (project / ".env").write_text(f"JOBS_DB=/tmp/project{number}/jobs.db\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
