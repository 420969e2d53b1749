"""`scratchlint sweep diff` and `export`: what changed between two sweeps, and all findings in one file."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

from scratchlint.output import Writer, write_file, write_standard
from scratchlint.report.characters import sound, visible
from scratchlint.sweep.compare import Change, changes
from scratchlint.sweep.database import FINDING_COLUMNS, Database, reading
from scratchlint.sweep.html_report import render
from scratchlint.sweep.rows import FindingRow

REPORT = "report.html"
EXIT_CLEAN = 0
EXIT_NEW = 1

_COLUMNS = ("repository", "revision", "commit", *FINDING_COLUMNS)
# What table programs take for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WHY = {
    "added": " (repository is only in the new sweep)",
    "removed": " (repository is only in the old sweep)",
}


def compare(options: argparse.Namespace) -> int:
    """Tell the findings that are new and fixed, and return the exit code."""
    with closing(reading(Path(options.old))) as old, closing(reading(Path(options.new))) as new:
        told = list(changes(old, new))
    write_standard(lambda stream: stream.writelines(f"{line}\n" for line in _lines(told)))
    return EXIT_NEW if any(one.new for one in told) else EXIT_CLEAN


def export(options: argparse.Namespace) -> int:
    """Write every finding, and return the exit code."""
    with closing(reading(Path(options.directory))) as database:

        def writer(stream: TextIO) -> None:
            _WRITERS[options.format](database, stream)

        _write(options.output, writer)
    return EXIT_CLEAN


def write_report(directory: Path) -> None:
    """Write the page over all repositories into the directory of a sweep."""
    with closing(reading(directory)) as database:
        write_file(directory / REPORT, lambda stream: _write_page(database, stream))


def _write(output: str | None, writer: Writer) -> None:
    if output in (None, "-"):
        write_standard(writer)
    else:
        write_file(Path(str(output)), writer)


def _lines(told: list[Change]) -> Iterator[str]:
    for one in told:
        place = visible(one.address)
        if one.state == "unknown":
            yield f"? {place}: not analysed in both sweeps"
        why = _WHY.get(one.state, "")
        yield from (f"+ {place}: {_finding(row)}{why}" for row in one.new)
        yield from (f"- {place}: {_finding(row)}{why}" for row in one.fixed)
    new, fixed = sum(len(one.new) for one in told), sum(len(one.fixed) for one in told)
    same = sum(one.unchanged for one in told)
    unknown = sum(one.state == "unknown" for one in told)
    findings = "finding" if same == 1 else "findings"
    repositories = "repository" if len(told) == 1 else "repositories"
    more = f"; {unknown} of these unknown" if unknown else ""
    yield f"{new} new, {fixed} fixed, {same} unchanged {findings} in {len(told)} {repositories}{more}"


def _finding(row: FindingRow) -> str:
    return visible(f"{row.file}:{row.line}: {row.rule}: {row.path}")


def _rows(database: Database) -> Iterator[dict[str, Any]]:
    for one in database.repositories():
        commit = "" if one.run is None else one.run.commit
        head = {"repository": sound(one.source.address), "revision": one.source.revision, "commit": commit}
        for row in database.findings(one.name):
            yield head | asdict(row)


def _write_lines(database: Database, stream: TextIO) -> None:
    stream.writelines(f"{json.dumps(row)}\n" for row in _rows(database))


def _write_csv(database: Database, stream: TextIO) -> None:
    table = csv.DictWriter(stream, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    for row in _rows(database):
        table.writerow({name: _harmless(row[name]) for name in _COLUMNS})


def _write_page(database: Database, stream: TextIO) -> None:
    stream.writelines(render(database))


_WRITERS: Mapping[str, Callable[[Database, TextIO], None]] = MappingProxyType(
    {"csv": _write_csv, "jsonl": _write_lines, "html": _write_page}
)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
