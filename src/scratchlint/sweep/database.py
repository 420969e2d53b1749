"""The SQLite database of a sweep; docs/sweep.md describes its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scratchlint.errors import UsageError
from scratchlint.report.characters import sound
from scratchlint.sweep.rows import ErrorRow, EvidenceRow, FindingRow, StepRow
from scratchlint.sweep.sources import Source

VERSION = 2
FILE = "sweep.sqlite"

_SCHEMA = f"""
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE repositories (
    name TEXT PRIMARY KEY, address BLOB NOT NULL, shown TEXT NOT NULL, revision TEXT NOT NULL
);
CREATE TABLE runs (
    repository TEXT PRIMARY KEY REFERENCES repositories, status TEXT NOT NULL, reason TEXT NOT NULL,
    state TEXT, "commit" TEXT NOT NULL, origin TEXT NOT NULL, ref TEXT NOT NULL,
    version TEXT NOT NULL, policy TEXT NOT NULL,
    files INTEGER NOT NULL, sites INTEGER NOT NULL, findings INTEGER NOT NULL, suppressed INTEGER NOT NULL,
    ended TEXT NOT NULL, seconds REAL NOT NULL, peak_mebibytes INTEGER NOT NULL
);
CREATE TABLE findings (
    repository TEXT NOT NULL REFERENCES repositories, number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, rule TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL,
    home TEXT NOT NULL, role TEXT NOT NULL, confidence TEXT NOT NULL, probability REAL NOT NULL,
    path TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, "column" INTEGER NOT NULL,
    language TEXT NOT NULL, text TEXT NOT NULL, line_hash TEXT NOT NULL,
    written TEXT NOT NULL, written_commit TEXT NOT NULL, written_earlier INTEGER NOT NULL,
    PRIMARY KEY (repository, number)
) WITHOUT ROWID;
CREATE TABLE steps (
    repository TEXT NOT NULL REFERENCES repositories, finding INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, note TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
    "column" INTEGER NOT NULL, text TEXT NOT NULL, mark_start INTEGER NOT NULL, mark_end INTEGER NOT NULL,
    PRIMARY KEY (repository, finding, number)
) WITHOUT ROWID;
CREATE TABLE evidence (
    repository TEXT NOT NULL REFERENCES repositories, finding INTEGER NOT NULL, number INTEGER NOT NULL,
    claim TEXT NOT NULL, note TEXT NOT NULL, strength REAL NOT NULL, file TEXT NOT NULL,
    line INTEGER NOT NULL, "column" INTEGER NOT NULL,
    PRIMARY KEY (repository, finding, number)
) WITHOUT ROWID;
CREATE TABLE errors (
    repository TEXT NOT NULL REFERENCES repositories, number INTEGER NOT NULL,
    kind TEXT NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (repository, number)
) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
FINDING_COLUMNS = tuple(one.name for one in fields(FindingRow) if one.name not in ("steps", "evidence"))
"""The columns of table `findings` that hold what a FindingRow does, in their order."""

_RESULTS = ("findings", "steps", "evidence", "errors")
_PARTS: Mapping[str, type[StepRow] | type[EvidenceRow]] = MappingProxyType(
    {"steps": StepRow, "evidence": EvidenceRow}
)


@dataclass(frozen=True, slots=True)
class Run:
    """How the last analysis of a repository went; `status` is "done" or "failed".

    `origin` is its web address, and `ref` the branch or tag that was meant; each "" where there is none.
    """

    status: str
    reason: str
    state: str | None
    commit: str = ""
    origin: str = ""
    ref: str = ""
    version: str = ""
    policy: str = ""
    files: int = 0
    sites: int = 0
    findings: int = 0
    suppressed: int = 0
    ended: str = ""
    seconds: float = 0.0
    peak_mebibytes: int = 0


@dataclass(frozen=True, slots=True)
class Repository:
    """A source, its name, and its last run, None before the first one."""

    name: str
    source: Source
    run: Run | None


class Database:
    """What is known of the repositories of one sweep; a repository's rows are changed all at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def setting(self, name: str) -> str | None:
        """Return what was kept under a name, None if nothing was."""
        row = self.connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        with self.connection:
            self.connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def register(self, sources: Iterable[Source]) -> None:
        """Add repositories that are not there yet."""
        with self.connection:
            self.connection.executemany(
                "INSERT OR IGNORE INTO repositories VALUES (?, ?, ?, ?)",
                ((one.name, _bytes(one.address), sound(one.address), sound(one.revision)) for one in sources),
            )

    def repositories(self) -> Iterator[Repository]:
        """Yield the repositories by name."""
        columns = ", ".join(f'runs."{one.name}"' for one in fields(Run))
        rows = self.connection.execute(
            f"SELECT name, address, revision, {columns} "
            "FROM repositories LEFT JOIN runs ON repository = name ORDER BY name"
        )
        for name, address, revision, *run in rows:
            source = Source(address.decode("utf-8", "surrogateescape"), revision)
            yield Repository(name, source, Run(*run) if run[0] is not None else None)

    def run(self, name: str) -> Run | None:
        """Return the last run of a repository."""
        columns = ", ".join(f'"{one.name}"' for one in fields(Run))
        row = self.connection.execute(f"SELECT {columns} FROM runs WHERE repository = ?", (name,)).fetchone()
        return None if row is None else Run(*row)

    def record(self, name: str, run: Run, findings: Iterable[FindingRow], errors: Iterable[ErrorRow]) -> None:
        """Put the results of a run in the place of what was there of the repository."""
        with self.connection:
            for table in _RESULTS:
                self.connection.execute(f"DELETE FROM {table} WHERE repository = ?", (name,))
            self._insert("runs", (name, *astuple(run)))
            for number, finding in enumerate(findings, start=1):
                self._insert("findings", (name, number, *(getattr(finding, one) for one in FINDING_COLUMNS)))
                for table in _PARTS:
                    for place, part in enumerate(getattr(finding, table), start=1):
                        self._insert(table, (name, number, place, *astuple(part)))
            for number, error in enumerate(errors, start=1):
                self._insert("errors", (name, number, *astuple(error)))

    def findings(self, name: str) -> Iterator[FindingRow]:
        """Yield the findings of a repository, the worst first, with their steps."""
        for (number,) in self.connection.execute(
            "SELECT number FROM findings WHERE repository = ? ORDER BY number", (name,)
        ):
            yield self.finding(name, number)

    def finding(self, name: str, number: int) -> FindingRow:
        """Return a finding of a repository by its number, with its steps and its evidence."""
        columns = ", ".join(f'"{one}"' for one in FINDING_COLUMNS)
        values = self.connection.execute(
            f"SELECT {columns} FROM findings WHERE repository = ? AND number = ?", (name, number)
        ).fetchone()
        row: dict[str, Any] = dict(zip(FINDING_COLUMNS, values, strict=True))
        row |= {table: tuple(self._parts(table, name, number)) for table in _PARTS}
        return FindingRow(**row)

    def _parts(self, table: str, name: str, number: int) -> Iterator[StepRow | EvidenceRow]:
        kind = _PARTS[table]
        columns = ", ".join(f'"{one.name}"' for one in fields(kind))
        rows = self.connection.execute(
            f"SELECT {columns} FROM {table} WHERE repository = ? AND finding = ? ORDER BY number",
            (name, number),
        )
        yield from (kind(*row) for row in rows)

    def errors(self, name: str) -> Iterator[ErrorRow]:
        """Yield what was not analysed of a repository."""
        rows = self.connection.execute(
            "SELECT kind, file, reason FROM errors WHERE repository = ? ORDER BY number", (name,)
        )
        yield from (ErrorRow(*row) for row in rows)

    def _insert(self, table: str, values: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)


def create(directory: Path) -> Database:
    """Open the database of a sweep's directory, made if need be. Raises UsageError for what is none."""
    connection = _connected(directory / FILE, "rwc")
    try:
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
    except sqlite3.Error as error:
        raise UsageError(f"{directory / FILE}: {error}") from None
    return _checked(connection, directory)


def reading(directory: Path) -> Database:
    """Open the database of a sweep to read it. Raises UsageError when the directory holds none."""
    if not (directory / FILE).is_file():
        raise UsageError(
            f"{directory} holds no sweep: `scratchlint sweep SOURCE --out {directory}` makes one"
        )
    return _checked(_connected(directory / FILE, "ro"), directory)


def _connected(file: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True, timeout=60)
    except sqlite3.Error as error:
        raise UsageError(f"cannot open {file}: {error}") from None


def _checked(connection: sqlite3.Connection, directory: Path) -> Database:
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise UsageError(f"{directory / FILE}: {error}") from None
    if version != VERSION:
        raise UsageError(f"{directory / FILE} has version {version}, not {VERSION}")
    return Database(connection)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
