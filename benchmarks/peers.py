"""Other linters on the same trees, their findings written as SARIF that the scoring scripts read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Peer:
    """A linter: its command (the tree follows) and how its JSON output gives (file, line)."""

    name: str
    command: Sequence[str]
    places: Callable[[Any], Iterator[Place]]


def log_of(peer: Peer, logs: Path, tree: Path) -> int:
    """Write what a peer finds in a tree to `logs`; return 1 when its output is none."""
    run = subprocess.run(
        [sys.executable, "-m", *peer.command, str(tree)], capture_output=True, text=True, check=False
    )
    try:
        found = list(peer.places(json.loads(run.stdout)))
    except json.JSONDecodeError:
        print(f"{peer.name} on {tree.name}: {run.stderr.strip()[-200:]}", file=sys.stderr)
        return 1
    results = [_result(Path(file).resolve().relative_to(tree.resolve()), line) for file, line in found]
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": peer.name}}, "results": results}]}
    (logs / f"{tree.name}.sarif").write_text(json.dumps(log), encoding="utf-8")
    return 0


def _result(file: Path, line: int) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": file.as_posix()}, "region": {"startLine": line}}
    return {
        "ruleId": "S108",
        "level": "warning",
        "message": {"text": ""},
        "locations": [{"physicalLocation": place}],
    }


def _of_bandit(output: Any) -> Iterator[Place]:
    for found in output["results"]:
        yield found["filename"], found["line_number"]


def _of_ruff(output: Any) -> Iterator[Place]:
    for found in output:
        if found["code"] == "S108":
            yield found["filename"], found["location"]["row"]


PEERS = (
    Peer("bandit B108", ("bandit", "-q", "-r", "-t", "B108", "-f", "json"), _of_bandit),
    Peer(
        "ruff S108",
        ("ruff", "check", "--isolated", "--no-cache", "--select", "S108", "--output-format", "json"),
        _of_ruff,
    ),
)
