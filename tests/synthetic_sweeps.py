"""Databases of sweeps that never were, of any size, for what shows and sends their results."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from scratchlint.sweep.database import Run, create
from scratchlint.sweep.rows import ErrorRow, EvidenceRow, FindingRow, StepRow
from scratchlint.sweep.sources import Source

WORDS = ("ledger", "harbor", "ticket", "beacon", "kettle", "marble", "walnut", "signal", "cobalt", "meadow")
KINDS = (
    ("scratch-data", "error", "database", "python", "sqlite3.connect opens it"),
    ("scratch-log", "warning", "log", "typescript", "winston.transports.File writes it"),
    ("scratch-venv", "error", "venv", "shell", "a script executes it"),
    ("scratch-runtime", "note", "socket", "ini", "the service listens on it"),
)


def finding(number: int, name: str = "") -> FindingRow:
    """Return a finding that differs from those of other numbers; every text of it holds `name`."""
    rule, level, role, language, use = KINDS[number % len(KINDS)]
    first, second = WORDS[number % 10], WORDS[number // 10 % 10]
    path = f"/tmp/{first}-{second}{number}/data{name}"
    file = f"src/{first}/{second}{number % 100}{name}.py"
    texts = (
        f'PLACE = "{path}"',
        f"store = open_store({first}.PLACE)",
        f"    return connect(store, {number})",
    )
    steps = [
        StepRow(kind, f"{note} `{first}`{name}", file, 10 + place, 5, text, 8, len(text) - 1)
        for place, (kind, note, text) in enumerate(
            zip(("source", "assigned", "used"), ("it enters", "assigned to", use), texts, strict=True)
        )
    ]
    return FindingRow(
        fingerprint=f"{number:032x}",
        rule=rule,
        level=level,
        message=f"The {role} {path} lives in scratch storage: {use}.",
        home=f"/var/lib/{first}{name}",
        role=role,
        confidence=("high", "medium", "low")[number % 3],
        probability=0.5 + number % 50 / 100,
        path=path,
        file=file,
        line=10,
        column=9,
        language=language,
        text=texts[0],
        line_hash=f"{number:016x}",
        steps=tuple(steps),
        evidence=(
            EvidenceRow("use-opens", f"{use}{name}", 3.5, file, 12, 12),
            EvidenceRow("name-temporary", f"`{second}` says that it is temporary", -0.5, file, 10, 9),
        ),
        written=f"{2015 + number % 10}-03-04T05:06:07Z",
        written_commit=f"{number:040x}",
        written_earlier=int(number % 7 == 0),
    )


def synthetic(directory: Path, repositories: int, findings: int, failures: int = 0, name: str = "") -> None:
    """Make the database of a sweep: so many repositories, each with so many findings, and some failures."""
    directory.mkdir(parents=True, exist_ok=True)
    sources = [
        Source(f"/srv/clones/{WORDS[number % 10]}/service{number}{name}")
        for number in range(repositories + failures)
    ]
    with closing(create(directory)) as database:
        database.connection.execute("PRAGMA synchronous = OFF")
        database.register(sources)
        done = Run("done", "", "state", "c" * 40, "https://github.com/owner/name", "refs/heads/main")
        for number, source in enumerate(sources[:repositories]):
            rows = [finding(number * findings + one, name) for one in range(findings)]
            run = replace(done, version="1", policy="p", files=40, sites=9, findings=len(rows))
            database.record(source.name, run, rows, [ErrorRow("skipped", f"big{name}.ts", "too large")])
        for source in sources[repositories:]:
            reason = f"took longer than 900 seconds{name}"
            database.record(source.name, replace(done, status="failed", reason=reason), (), ())
