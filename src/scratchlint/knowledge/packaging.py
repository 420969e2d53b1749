"""What packages ship of a project: where its manifests say so."""

from __future__ import annotations

from dataclasses import dataclass

from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import load


@dataclass(frozen=True, slots=True)
class Backend:
    """A build backend; `packaging.toml` says what the fields mean."""

    match: str
    table: str
    shipped: tuple[str, ...]
    further: tuple[str, ...]
    left_out: tuple[str, ...]
    below: tuple[str, ...]
    names: frozenset[str]
    unless: str


@per_run
def backends() -> tuple[Backend, ...]:
    """Return the build backends of Python."""
    return tuple(
        Backend(
            row["match"],
            row["table"],
            tuple(row["shipped"]),
            tuple(row["further"]),
            tuple(row["left-out"]),
            tuple(row.get("below", ())),
            frozenset(row.get("names", ())),
            row.get("unless", ""),
        )
        for row in load("packaging")["backend"]
    )


@per_run
def deploying_languages() -> frozenset[str]:
    """Return the languages of files that deploy what they name."""
    return frozenset(word for row in load("packaging")["deploys"] for word in row["words"])
