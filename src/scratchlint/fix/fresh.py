"""Scratch paths under predictable names: they keep their name, in a directory that is new in each run.

So nothing else changes for the program: the directory is there, and the path in it is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scratchlint.core.finding import Finding, Report
from scratchlint.core.fix import Fix, Task, Unfixed
from scratchlint.core.shape import PathShape
from scratchlint.fix import javascript_source, python_source
from scratchlint.fix.change import Change, Stretch
from scratchlint.fix.edits import located
from scratchlint.fix.owner import Owner
from scratchlint.fix.places import is_below
from scratchlint.fix.spelling import stretch
from scratchlint.fix.spellings import Spelling, spellings_of
from scratchlint.fix.tree import Tree
from scratchlint.fix.user_directories import in_shell

# What is done with a file that the program itself has made.
_TAKEN_UP = frozenset(
    {
        "copies-from",
        "enters",
        "executes",
        "extracts-from",
        "loads",
        "moves-from",
        "reads",
        "removes",
        "sources",
    }
)
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|set [^\n]*)?\r?\n)*")
_NAMES = ("scratch", "scratch_directory", "fresh_scratch_directory")


def fresh(report: Report, finding: Finding, owner: Owner, tree: Tree) -> Fix | Unfixed:
    """Return the fix of a scratch path that has a predictable name, or why there is none."""
    path, file = finding.judgement.site.path, finding.judgement.site.span.file
    spelled = [one for one in spellings_of(report) if one.matters and _concerns(one, path)]
    made = _obstacle(spelled, path, file) or _edits(spelled, path, file, owner, tree)
    if isinstance(made, str):
        return Unfixed(finding.judgement.site.span, str(path), made)
    rest = str(path).removeprefix(path.root)
    return Fix(
        title=f"Give the scratch path {path} a new directory in each run",
        applicability="unsafe",
        because="other programs may look for it under its old name",
        role=finding.judgement.verdict.role,
        old=str(path),
        new=f"{path.root}/{{random}}{rest}",
        sites=(finding.judgement.site.span,),
        edits=tuple(located(Change({file: made}), tree)),
        tasks=(Task("look", "Remove the new directory when the work is done."),),
    )


def _concerns(spelling: Spelling, path: PathShape) -> bool:
    return any(is_below(other, path) or is_below(path, other) for other in spelling.reach if other.components)


def _obstacle(spelled: Sequence[Spelling], path: PathShape, file: str) -> str:
    """Return what keeps a path from having another name in each run, "" for nothing."""
    for one in spelled:
        if one.site.span.file != file:
            return f"{one.site.span.file} spells it too, and would look for the old name"
        if one.is_root or not one.site.path.is_under(path):
            return f"{file} spells a directory above it for other paths too"
        if any(flow.use.written for flow in one.flows):
            return f"a file that {file} writes uses it, and would look for the old name"
    if not any(flow.use.action in _TAKEN_UP for one in spelled for flow in one.flows):
        return "the program only makes it: who reads it would look for the old name"
    return ""


def _edits(
    spelled: Sequence[Spelling], path: PathShape, file: str, owner: Owner, tree: Tree
) -> Mapping[Stretch, bytes] | str:
    data, language = tree.data(file) or b"", tree.language(file)
    places = [stretch(data, one.site, PathShape(path.root, ())) for one in spelled]
    found = [place for place in places if place is not None]
    if len(found) < len(places):
        return f"{file} spells it in an unusual way"
    made: Mapping[Stretch, bytes] | None = None
    if language == "shell":
        made = _in_script(file, data, found)
    elif language not in ("python", "typescript", "javascript"):
        return f"{file} is no program that could make a new directory"
    elif len(found) > 1:
        return f"{file} spells it in {len(found)} places, which would be new directories each"
    elif language == "python":
        made = python_source.joined(data, found[0], None)
    else:
        made = javascript_source.joined(data, found[0], javascript_source.Fresh(owner.app))
    return made if made is not None else f"{file} has no way to compute it there"


def _in_script(file: str, data: bytes, places: Sequence[Stretch]) -> Mapping[Stretch, bytes] | None:
    """Return the edits that make a directory at the beginning of a script, and use it."""
    name = next((name for name in _NAMES if not re.search(rf"\b{name}\b".encode(), data)), None)
    head = _HEAD.match(data)
    if name is None or head is None:
        return None
    made: dict[Stretch, bytes] = {}
    for place in places:
        edit = in_shell("shell", file, data, place, f"${name}", "")
        if edit is None:
            return None
        made.update(edit)
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    start = head.end()
    return {(start, start): f"{name}=$(mktemp -d)".encode() + line_end, **made}
