"""What changed between two sweeps: new, fixed and unchanged findings of each repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scratchlint.baseline import match
from scratchlint.core.finding import Known
from scratchlint.sweep.database import Database, Repository
from scratchlint.sweep.rows import FindingRow

State = Literal["compared", "added", "removed", "unknown"]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in a repository.

    "added" and "removed" ones are in one of the sweeps only, and so are their findings. Of an "unknown" one
    nothing can be said, because an analysis of it failed or was not reached: its findings are neither new
    nor fixed.
    """

    address: str
    revision: str
    state: State
    new: tuple[FindingRow, ...] = ()
    fixed: tuple[FindingRow, ...] = ()
    unchanged: int = 0


def changes(old: Database, new: Database) -> Iterator[Change]:
    """Yield the change of each repository of two sweeps, by address.

    Findings are matched as a baseline matches them. A repository is the same by its address; the
    revision tells apart only what stands in one sweep under the same address.
    """
    before, after = list(old.repositories()), list(new.repositories())
    addresses = Counter(one.source.address for one in before)
    addresses |= Counter(one.source.address for one in after)

    def key(one: Repository) -> tuple[str, str]:
        return one.source.address, one.source.revision if addresses[one.source.address] > 1 else ""

    earlier, later = {key(one): one for one in before}, {key(one): one for one in after}
    for pair in sorted({*earlier, *later}):
        yield _change(old, earlier.get(pair), new, later.get(pair))


def _change(old: Database, before: Repository | None, new: Database, after: Repository | None) -> Change:
    there = after or before
    assert there is not None
    address, revision = there.source.address, there.source.revision
    if any(one is not None and (one.run is None or one.run.status == "failed") for one in (before, after)):
        return Change(address, revision, "unknown")
    past = [] if before is None else list(old.findings(before.name))
    present = [] if after is None else list(new.findings(after.name))
    known, used = match([_known(one) for one in past], [_known(one) for one in present])
    return Change(
        address,
        revision,
        "added" if before is None else "removed" if after is None else "compared",
        tuple(one for number, one in enumerate(present) if number not in known),
        tuple(one for number, one in enumerate(past) if number not in used),
        len(known),
    )


def _known(row: FindingRow) -> Known:
    return Known(row.rule, row.file, row.path, row.line_hash)
