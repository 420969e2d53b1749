"""Where a region goes: the part of its old paths that is replaced, and what takes its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from scratchlint.core.flow import Role
from scratchlint.core.shape import PathShape, Template, show
from scratchlint.fix.owner import Owner
from scratchlint.fix.region import Region, environment
from scratchlint.policy.roots import ELSEWHERE

# Directories whose name says what their home says already.
_SAID: Mapping[Role, frozenset[str]] = {
    "log": frozenset({"log", "logs"}),
    "cache": frozenset({"cache", "caches"}),
    "data": frozenset({"data"}),
    "config": frozenset({"config", "conf", "etc"}),
    "pid": frozenset({"run"}),
    "lock": frozenset({"run", "lock", "locks"}),
    "socket": frozenset({"run"}),
}
# Their homes are directories for several such files.
_FILES = frozenset({"pid", "lock", "socket"})


@dataclass(frozen=True, slots=True)
class Destination:
    """Paths that begin with `old` begin with `new` afterwards.

    `new` is absolute, or begins with `~` or a variable; `home` is the directory that must be there.
    """

    old: PathShape
    new: str
    home: str

    def moved(self, path: PathShape) -> str:
        """Return a path of the region as it is afterwards."""
        rest = path.components[len(self.old.components) :]
        return "/".join([self.new, *map(show, rest)])


def destination(region: Region, owner: Owner) -> Destination | None:
    """Return where the paths of a region go, as their role and their owner have it; None for no home.

    The home of a virtual environment is the environment itself, unless it is called after the
    program alone; every other home is a directory in which paths keep their names. What repeats the
    program's name or the home's meaning is left out: `/tmp/app/app.log` becomes `/var/log/app/app.log`.
    """
    role = region.role
    path = region.path
    home = owner.home(role)
    if home is None:
        return None
    if role == "venv" and _names_itself(home, owner):
        return Destination(environment(path), home, home)
    spelled = [*region.paths, *(spelling.site.path for spelling in region.spellings)]
    if path.root == ELSEWHERE:
        # Its directory is no scratch storage, but not where the policy wants it either.
        shortest = min(len(other.components) for other in spelled)
        kept = min(shortest, max(1, len(path.components) - 1))
    else:
        kept = _kept(path, owner, home, role)
    shared = all(other.components[:kept] == path.components[:kept] for other in spelled)
    return Destination(PathShape(path.root, path.components[: kept if shared else 0]), home, home)


def _names_itself(home: str, owner: Owner) -> bool:
    name = home.rpartition("/")[2]
    return name != owner.app


def _kept(path: PathShape, owner: Owner, home: str, role: Role) -> int:
    """Return how many leading components the home stands for."""
    count = 0
    for number, component in enumerate(path.components):
        last = number == len(path.components) - 1
        if not _is_said(component, {owner.app, home.rpartition("/")[2]}, role) or (
            last and (role in _FILES or _looks_like_file(component))
        ):
            break
        count += 1
    return count


def _is_said(component: Template, names: Set[str], role: Role) -> bool:
    said = {re.sub(r"[_.]", "-", name.lower()) for name in names}
    name = show(component).lower()
    return re.sub(r"[_.]", "-", name) in said or name in _SAID.get(role, ())


def _looks_like_file(component: Template) -> bool:
    return "." in show(component).lstrip(".")
