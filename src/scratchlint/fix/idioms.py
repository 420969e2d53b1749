"""The edits of a move, each in the idiom of its place."""

from __future__ import annotations

from collections.abc import Mapping

from scratchlint.core.fix import Task
from scratchlint.core.flow import Site
from scratchlint.fix import settings, units, user_directories, volumes
from scratchlint.fix.change import Change, Stretch
from scratchlint.fix.destination import Destination
from scratchlint.fix.owner import Owner
from scratchlint.fix.region import Region
from scratchlint.fix.spelling import respell, stretch
from scratchlint.fix.spellings import Spelling
from scratchlint.fix.tree import Tree
from scratchlint.policy.roots import ELSEWHERE


def changes(region: Region, goal: Destination, owner: Owner, tree: Tree) -> Change | str:
    """Return the edits that move a region, or why it cannot be moved as a whole."""
    edits: dict[str, dict[Stretch, bytes]] = {}
    left: list[Site] = []
    for spelling in region.spellings:
        site = spelling.site
        made = _respelled(spelling, goal, owner, tree)
        if isinstance(made, str):
            if not spelling.matters:
                left.append(site)
                continue
            return made
        edits.setdefault(site.span.file, {}).update(made)
    certain, tasks = False, list[Task]()
    for file, stretches in edits.items():
        language, data = tree.language(file), tree.data(file) or b""
        if language == "systemd" and owner.profile == "system":
            directive = units.directory(data, goal)
            stretches.update(directive or {})
            certain = certain or directive is not None
        elif language == "yaml":
            kept = volumes.volume(file, data, stretches, goal, region.role, owner.app)
            if isinstance(kept, Task):
                tasks.append(kept)
            elif kept is not None:
                stretches.update(kept)
                certain = certain or bool(kept)
    variable = _variable(region, goal, edits, tree)
    in_image = owner.profile == "container" and all(tree.language(file) != "yaml" for file in edits)
    if in_image and region.role in volumes.KEPT:
        tasks.append(volumes.task(goal.home, "where the container is started"))
    return Change(edits, certain, tuple(tasks), tuple(left), variable)


def _variable(
    region: Region, goal: Destination, edits: Mapping[str, dict[Stretch, bytes]], tree: Tree
) -> str:
    """Make the path a setting where the others come from the environment; return the name of its variable."""
    stretches = [(file, *edit) for file, found in edits.items() for edit in found.items()]
    if len(stretches) != 1 or len(region.spellings) != 1 or not goal.new.startswith("/"):
        return ""
    ((file, place, new),) = stretches
    language = tree.language(file)
    if language not in ("python", "typescript", "javascript", "shell"):
        return ""
    found = settings.variable(language, file, tree.data(file) or b"", place, new)
    if found is None:
        return ""
    edits[file].clear()
    edits[file][found.stretch] = found.replacement
    return found.name


def _respelled(
    spelling: Spelling, goal: Destination, owner: Owner, tree: Tree
) -> Mapping[Stretch, bytes] | str:
    site = spelling.site
    file = site.span.file
    data, language = tree.data(file), tree.language(file)
    if data is None:
        return f"{file} cannot be read"
    if not site.path.is_under(goal.old) and not goal.old.is_under(site.path):
        return f"{file} spells a pattern that other paths match too: {site.text}"
    place = stretch(data, site, goal.old) if str(goal.old) != ELSEWHERE else None
    if place is None:
        return f"{file} spells it in an unusual way: {site.text}"
    if not goal.new.startswith("/"):
        return user_directories.written(language, file, data, place, goal.new, owner.user)
    if language == "systemd":
        written = units.written(data, place, goal)
        if written is not None:
            return {place: written}
    written = respell(file, language, data, place, goal.new)
    if written is None:
        return f"{file} has no way to write {goal.new} there"
    return {place: written}
