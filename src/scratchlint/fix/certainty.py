"""How sure a fix is: what keeps it from being applied without a look."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core.fix import Applicability
from scratchlint.core.flow import Role
from scratchlint.core.shape import PathShape
from scratchlint.fix.change import Change
from scratchlint.fix.destination import Destination
from scratchlint.fix.places import is_below
from scratchlint.fix.region import Region

LASTING: frozenset[Role] = frozenset(
    {
        "data",
        "database",
        "upload",
        "queue",
        "backup",
        "state",
        "model",
        "config",
        "cert",
        "executable",
        "other",
    }
)
"""What the old place may hold that the new one needs."""


def applicability(region: Region, goal: Destination, change: Change) -> tuple[Applicability, str]:
    """Return how a fix may be applied, and why no more freely; "" for a safe one."""
    if "{" in goal.new:
        return "display", f"nothing tells what {goal.new} is: set it in the policy"
    doubts = list(_doubts(region, goal, change))
    return ("unsafe", "; ".join(doubts)) if doubts else ("safe", "")


def _doubts(region: Region, goal: Destination, change: Change) -> Iterator[str]:
    role = region.role
    if role == "venv":
        yield f"{region.path} must be made anew in its new place"
    elif not region.path.components:
        yield f"others use {region.path} too"
    elif role in LASTING:
        yield f"what {region.path} holds must be moved"
    elif not change.certain and not (_is_made(region) and _is_of_user(goal)):
        yield f"{goal.home} must exist"
    if not change.certain and _is_foreign(region):
        yield f"nothing here makes {region.path}: what does may be another program"
    if change.variable:
        yield f"{change.variable} may be set already"
    if len(change.edits) > 1:
        yield f"{len(change.edits)} files must change at the same time"
    if region.findings[0].judgement.verdict.confidence == "low":
        yield "that it is a production path is not sure"
    roles = {finding.judgement.verdict.role for finding in region.findings} - {"other"}
    if len(roles) > 1:
        yield f"one path holds {' and '.join(sorted(roles))}"
    patterns = [one.site.text for one in region.spellings if "*" in one.site.text]
    if patterns:
        yield f"{patterns[0]} may stand for other files too"


def _is_foreign(region: Region) -> bool:
    """Whether the program only uses what is there: the socket of a server, the log of another program."""
    actions = {flow.use.action for one in region.spellings for flow in one.flows}
    return actions <= _USES_ONLY


def _is_of_user(goal: Destination) -> bool:
    """Whether any account may make the home: elsewhere only root may."""
    return not goal.new.startswith("/")


def _is_made(region: Region) -> bool:
    """Whether the program itself makes the directory in which the paths lie, or that they are."""
    return any(
        flow.use.action == "creates" and _holds(flow.path, region.path)
        for spelling in region.spellings
        for flow in spelling.flows
        if flow.use.api.rpartition(".")[2] in _MAKERS
    )


def _holds(directory: PathShape, path: PathShape) -> bool:
    return (
        bool(directory.components)
        and is_below(path, directory)
        and len(directory.components) <= len(path.components)
    )


_USES_ONLY = frozenset(
    {
        "compares",
        "connects",
        "copies-from",
        "executes",
        "extracts-from",
        "linked",
        "links",
        "lists",
        "loads",
        "measures",
        "moves-from",
        "reads",
        "removes",
        "serves",
        "shows",
        "sources",
        "tests",
        "watches",
    }
)
_MAKERS = frozenset(
    {"mkdir", "makedirs", "mkdirSync", "ensureDir", "ensureDirSync", "mkdirp", "install", "outputFile"}
)
