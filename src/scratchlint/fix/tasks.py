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

_RUNTIME = frozenset({"pid", "lock", "socket"})


def tasks(region: Region, goal: Destination, owner: Owner, change: Change) -> Iterator[Task]:
    """Yield what people must do or know; the migration script does what can be done by commands."""
    role, old, new = region.role, str(region.path), goal.moved(region.path)
    if role == "venv":
        environment, anew = _environment(old), _environment(new)
        yield Task(
            "rebuild",
            f"Make the virtual environment anew in {anew}: it holds absolute paths and cannot be moved.",
            environment,
            anew,
        )
    elif not change.certain:
        directory = _directory(new, role, goal)
        yield Task("directory", f"Make {directory} for the account that the program runs as.", new=directory)
    if role in LASTING:
        yield Task("move", f"Bring what {old} holds to {new} while nothing uses it.", old, new)
    yield from change.tasks
    temporary = goal.home.startswith("/run/") and owner.profile == "system"
    if temporary and not change.certain:
        name = goal.home.removeprefix("/run/")
        yield Task(
            "look", f"/run is empty after a boot: RuntimeDirectory={name} in the unit makes {goal.home}."
        )
    for site in change.left:
        yield Task("mention", f"{site.span.file} still speaks of {site.text}.", old=site.text)
    yield Task("restart", f"Restart what uses the {NOUNS[role]}.")


def _environment(path: str) -> str:
    return path.partition("/bin/")[0].removesuffix("/bin")


def _directory(new: str, role: str, goal: Destination) -> str:
    """Return the directory that must be there: the one of a file, or the path itself."""
    name = new.rpartition("/")[2]
    is_file = role in _RUNTIME or "." in name.lstrip(".") or role in ("executable", "cert")
    return new.rpartition("/")[0] if is_file and new != goal.home else new
