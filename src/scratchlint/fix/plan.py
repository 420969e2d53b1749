"""From findings to fixes: what each region's move changes in the files, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scratchlint.core.finding import Finding, Report
from scratchlint.core.fix import Fix, Unfixed
from scratchlint.core.phrases import NOUNS
from scratchlint.fix.certainty import applicability
from scratchlint.fix.change import Change
from scratchlint.fix.destination import Destination, destination
from scratchlint.fix.edits import located
from scratchlint.fix.fresh import fresh
from scratchlint.fix.idioms import changes
from scratchlint.fix.owner import Owner
from scratchlint.fix.region import Region, regions
from scratchlint.fix.tasks import tasks
from scratchlint.fix.tree import Tree

OwnerOf = Callable[[Finding], Owner]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is offered, worst findings first, and the findings for which nothing is."""

    fixes: tuple[Fix, ...]
    unfixed: tuple[Unfixed, ...]


def plan(report: Report, selected: Sequence[Finding], tree: Tree, owner_of: OwnerOf) -> Plan:
    """Return a fix for each region of the selected findings, or the reason why there is none.

    What is scratch gets no home, but a name that nobody foresees. `owner_of` tells whose path a finding is
    about. Nothing is verified yet.
    """
    lasting = [one for one in selected if one.judgement.verdict.kind == "production"]
    found, unfixed = regions(report, lasting, owner_of)
    owners = [owner_of(region.findings[0]) for region in found]
    goals = [destination(region, owned) for region, owned in zip(found, owners, strict=True)]
    moves = list(zip(found, owners, goals, strict=True))
    wanted = Counter(goal.moved(region.path) for region, _, goal in moves if goal is not None)
    fixes: list[Fix] = []
    for region, owned, goal in moves:
        if goal is None:
            unfixed += _refused(region, f"its home is no single directory: {region.findings[0].home}")
        elif wanted[goal.moved(region.path)] > 1:
            unfixed += _refused(region, f"another path would move to {goal.moved(region.path)} too")
        elif isinstance(made := changes(region, goal, owned, tree), str):
            unfixed += _refused(region, made)
        else:
            fixes.append(_fix(region, goal, owned, made, tree))
    for finding in selected:
        if finding.judgement.verdict.kind == "scratch":
            renamed = fresh(report, finding, owner_of(finding), tree)
            if isinstance(renamed, Fix):
                fixes.append(renamed)
            else:
                unfixed.append(renamed)
    return Plan(tuple(fixes), tuple(unfixed))


def _fix(region: Region, goal: Destination, owner: Owner, change: Change, tree: Tree) -> Fix:
    role = region.findings[0].judgement.verdict.role
    old, new = str(region.path), goal.moved(region.path)
    sure, because = applicability(region, goal, change)
    return Fix(
        title=f"Move the {NOUNS[role]} {old} to {new}",
        applicability=sure,
        because=because,
        role=role,
        old=old,
        new=new,
        sites=tuple(finding.judgement.site.span for finding in region.findings),
        edits=tuple(located(change, tree)),
        tasks=tuple(tasks(region, goal, owner, change)),
    )


def _refused(region: Region, because: str) -> list[Unfixed]:
    return [Unfixed(finding.judgement.site.span, str(region.path), because) for finding in region.findings]
