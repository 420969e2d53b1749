"""Repositories to sweep, and what a sweep of them kept."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from scratchlint.sweep.database import reading

LOG = 'import logging\nlogging.basicConfig(filename="/tmp/{}.log")\n'
# What a run says of itself: when it was, and what it cost.
TIMES = {"ended", "seconds", "peak_mebibytes"}


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def work_tree(place: Path, name: str, number: int = 1) -> Path:
    """Make a repository with `number` findings."""
    root = place / name
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    for one in range(number):
        (root / f"service{one}.py").write_text(LOG.format(f"{name}{one}"))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def bare(place: Path, name: str, number: int = 1) -> Path:
    root = work_tree(place / "origin", name, number)
    git(place, "clone", "-q", "--bare", str(root), f"{name}.git")
    return place / f"{name}.git"


def dump(out: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a sweep's database, but for times."""
    connection = sqlite3.connect(out / "sweep.sqlite")
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = {}
    for table in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(f'"{one}"' for one in columns if one not in TIMES)
        kept[table] = sorted(connection.execute(f"SELECT {names} FROM {table}").fetchall(), key=repr)
    connection.close()
    return kept


def logs(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (out / "sarif").iterdir()}


def results(out: Path) -> dict[str, int]:
    """Return how many results each SARIF log has, by the last part of the repository's address."""
    names = {one.name: Path(one.source.address).name for one in reading(out).repositories()}
    return {
        names[name.removesuffix(".sarif")]: len(json.loads(log)["runs"][0]["results"])
        for name, log in logs(out).items()
    }


def failures(out: Path) -> dict[str, str]:
    """Return the reason of each failure, by the last part of the address, and the revision."""
    runs = {(one.source.address, one.source.revision): one.run for one in reading(out).repositories()}
    return {
        Path(address).name + f"@{revision}" * bool(revision): run.reason
        for (address, revision), run in runs.items()
        if run is not None and run.status == "failed"
    }
