"""What must happen beside the edits, in the order in which to do it."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core.fix import Task
from scratchlint.core.phrases import NOUNS
from scratchlint.fix.certainty import LASTING
from scratchlint.fix.change import Change
from scratchlint.fix.destination import Destination
from scratchlint.fix.owner import Owner
from scratchlint.fix.region import Region

_OF_FILES = frozenset({"pid", "lock", "socket", "executable", "cert"})
_ON_FILES = frozenset({"appends", "executes", "listens", "locks", "opens", "reads", "sources", "writes"})
_OF_DIRECTORIES = frozenset({"enters", "extracts-to", "lists"})


def tasks(region: Region, goal: Destination, owner: Owner, change: Change) -> Iterator[Task]:
    """Yield what people must do or know; the migration script does what can be done by commands."""
    role, old, new = region.role, str(region.path), goal.moved(region.path)
    shared = not region.path.components
    inside = owner.profile == "container" and not _is_mounted(region)
    if role == "venv":
        environment, anew = _environment(old), _environment(new)
        yield Task(
            "rebuild",
            f"Make the virtual environment anew in {anew}: it holds absolute paths and cannot be moved.",
            environment,
            anew,
        )
    elif not change.certain:
        directory = new.rpartition("/")[0] if _is_file(region, new) and new != goal.home else new
        yield _made(directory, inside)
    if role in LASTING and shared:
        yield Task("look", f"Bring what the program has left in {old} to {new}: others use {old} too.")
    elif role in LASTING and inside:
        yield Task("look", f"What {old} holds goes with the container: bring what is needed to {new} first.")
    elif role in LASTING:
        yield Task("move", f"Bring what {old} holds to {new} while nothing uses it.", old, new)
    yield from change.tasks
    temporary = goal.home.startswith("/run/") and owner.profile == "system"
    if temporary and not change.certain:
        name = goal.home.removeprefix("/run/")
        yield Task(
            "look", f"/run is empty after a boot: RuntimeDirectory={name} in the unit makes {goal.home}."
        )
    if change.variable:
        yield Task("look", f"{change.variable} in the environment sets it from now on, as other settings.")
    for site in change.left:
        yield Task("mention", f"{site.span.file} still speaks of {site.text}.", old=site.text)
    yield Task("restart", f"Restart what uses the {NOUNS[role]}.")


def _is_mounted(region: Region) -> bool:
    """Whether it is a directory of the host that is mounted into a container."""
    return any(flow.use.action == "mounts" for one in region.spellings for flow in one.flows)


def _made(directory: str, inside: bool) -> Task:
    if inside:
        return Task("look", f"Have the image make {directory} for the account that its program runs as.")
    return Task("directory", f"Make {directory} for the account that the program runs as.", new=directory)


def _environment(path: str) -> str:
    return path.partition("/bin/")[0].removesuffix("/bin")


def _is_file(region: Region, new: str) -> bool:
    """Whether the path is a file, as what is done with it tells, or its name."""
    path = region.path
    actions = {flow.use.action for one in region.spellings for flow in one.flows if flow.path == path}
    if actions & _OF_DIRECTORIES:
        return False
    named = "." in new.rpartition("/")[2].lstrip(".")
    return named or region.role in _OF_FILES or bool(actions & _ON_FILES)
