"""What all findings of a sweep amount to: how many there are by what they have in common, the worst first."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.sweep.database import Database

_WORST_FIRST = (
    "CASE level WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, "
    "CASE confidence WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, probability DESC, repository, number"
)
_YEAR = (
    "CASE WHEN written = '' THEN 'unknown' "
    "ELSE substr(written, 1, 4) || CASE written_earlier WHEN 1 THEN ' or earlier' ELSE '' END END"
)
_GROUPS = {
    "level": "level",
    "rule": "rule",
    "role": "role",
    "language": "CASE language WHEN '' THEN 'other' ELSE language END",
    "repository": "repository",
    "year": _YEAR,
}


def year(written: str, earlier: int) -> str:
    """Return what a finding is counted under by year, as `tally` has it."""
    return f"{written[:4]} or earlier" if earlier else written[:4] or "unknown"


def tally(database: Database, field: str) -> list[tuple[str, int]]:
    """Return how many findings have each "level", "rule", "role", "language", "repository" or "year".

    The most frequent come first, names that are as frequent in their order.
    """
    rows = database.connection.execute(
        f"SELECT {_GROUPS[field]} AS value, count(*) AS number FROM findings "
        "GROUP BY value ORDER BY number DESC, value"
    )
    return [(str(value), int(number)) for value, number in rows]


def worst(database: Database, most: int) -> Iterator[tuple[str, int]]:
    """Yield the repository and the number of findings: errors before warnings, the surest of each first."""
    rows = database.connection.execute(
        f"SELECT repository, number FROM findings ORDER BY {_WORST_FIRST} LIMIT ?", (most,)
    )
    yield from ((str(name), int(number)) for name, number in rows)


def partly_analysed(database: Database) -> int:
    """Return how many repositories were analysed, but not all of their files, or not wholly."""
    row = database.connection.execute(
        "SELECT count(DISTINCT repository) FROM errors WHERE kind IN ('skipped', 'partly', 'limit')"
    ).fetchone()
    return int(row[0])
