"""What changed between two sweeps: new, fixed and unchanged findings of each repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
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

    Findings are matched as a baseline matches them. A repository is the same by its address, else by the
    web address that it came from: clones may lie elsewhere, and a URL means its clones. The revision tells
    apart only what one sweep has more than once.
    """
    pairs = _paired(list(old.repositories()), list(new.repositories()))
    for before, after in sorted(pairs, key=_place):
        yield _change(old, before, new, after)


_Pair = tuple[Repository | None, Repository | None]


def _place(pair: _Pair) -> tuple[str, str]:
    there = pair[1] or pair[0]
    assert there is not None
    return there.source.address, there.source.revision


def _paired(before: Sequence[Repository], after: Sequence[Repository]) -> list[_Pair]:
    """Return the repositories of two sweeps, the same ones together, the others with None."""
    pairs: list[_Pair] = []
    for key in (_address_and_revision, _address, _origin_and_revision, _origin):
        found = _same(before, after, key)
        pairs += found
        before = [one for one in before if all(one is not pair[0] for pair in found)]
        after = [one for one in after if all(one is not pair[1] for pair in found)]
    return [*pairs, *((one, None) for one in before), *((None, one) for one in after)]


def _same(
    before: Sequence[Repository], after: Sequence[Repository], key: Callable[[Repository], Hashable]
) -> list[tuple[Repository, Repository]]:
    """Return the pairs that have one key, which no other one of their sweep has."""
    counts = [Counter(key(one) for one in side) for side in (before, after)]
    later = {key(one): one for one in after}
    return [
        (one, later[key(one)])
        for one in before
        if key(one) is not None and all(count[key(one)] == 1 for count in counts)
    ]


def _address_and_revision(one: Repository) -> Hashable:
    return one.source.address, one.source.revision


def _address(one: Repository) -> Hashable:
    return one.source.address


def _origin_and_revision(one: Repository) -> Hashable:
    return (one.run.origin, one.source.revision) if one.run is not None and one.run.origin else None


def _origin(one: Repository) -> Hashable:
    return one.run.origin or None if one.run is not None else None


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
