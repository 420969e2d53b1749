"""Places that spell an old path and stay: comments, documents, tests, languages that are not analysed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint.core.fix import Fix, Task
from scratchlint.core.span import Span
from scratchlint.fix.tree import Tree
from scratchlint.policy.roots import SCRATCH_ROOTS
from scratchlint.source.git import tracked_and_new
from scratchlint.source.kinds import unread_kind
from scratchlint.source.lines import LineIndex
from scratchlint.source.walk import walk

MOST_PLACES = 10
"""Places that are told for one fix; the others are counted."""


@dataclass(frozen=True, slots=True)
class _Mention:
    file: str
    line: int
    path: bytes


def with_mentions(fixes: Sequence[Fix], tree: Tree, named: Sequence[str]) -> list[Fix]:
    """Add to each fix the other places in the named paths that spell its old path.

    All files are looked through once, whatever they are; tests and documents too. A scratch directory
    itself is spelled for many reasons, and not told.
    """
    told = [fix for fix in fixes if "{" not in fix.old and fix.old not in SCRATCH_ROOTS]
    sought = {fix.old.encode("utf-8", "surrogateescape"): fix for fix in told}
    if not sought:
        return list(fixes)
    pattern = re.compile(
        rb"(?<![\w.~}/-])(?:" + b"|".join(map(re.escape, sorted(sought, reverse=True))) + rb")(?![\w-]|\.\w)"
    )
    found: dict[bytes, list[_Mention]] = {}
    for mention in _mentions(pattern, _files(tree.root, named), _edited(fixes), tree):
        found.setdefault(mention.path, []).append(mention)
    return [_added(fix, found.get(fix.old.encode("utf-8", "surrogateescape"), [])) for fix in fixes]


def _files(root: Path, named: Sequence[str]) -> Iterator[str]:
    for path in named:
        if not (root / path).is_dir():
            yield path
            continue
        listed = tracked_and_new(root, path) if (root / ".git").exists() else "no repository"
        yield from walk(root, path).files if isinstance(listed, str) else listed


def _edited(fixes: Iterable[Fix]) -> Mapping[str, list[Span]]:
    places: dict[str, list[Span]] = {}
    for fix in fixes:
        for edit in fix.edits:
            places.setdefault(edit.span.file, []).append(edit.span)
    return places


def _mentions(
    pattern: re.Pattern[bytes], files: Iterable[str], edited: Mapping[str, list[Span]], tree: Tree
) -> Iterator[_Mention]:
    for file in sorted(set(files)):
        data = tree.data(file)
        if data is None:
            continue
        lines: LineIndex | None = None
        for match in pattern.finditer(data):
            if not any(span.start <= match.start() < span.end for span in edited.get(file, ())):
                lines = lines or LineIndex(data)
                yield _Mention(file, lines.position(match.start()).line, match[0])


def _added(fix: Fix, mentions: Sequence[_Mention]) -> Fix:
    if not mentions:
        return fix
    places = [f"{one.file}:{one.line}" for one in mentions[:MOST_PLACES]]
    more = len(mentions) - len(places)
    text = f"{fix.old} is spelled in other places too, which stay: {', '.join(places)}"
    if more:
        text += f" and {more} more"
    tasks = (*fix.tasks, Task("mention", text + ".", old=fix.old))
    unread = [one.file for one in mentions if unread_kind(one.file.rpartition("/")[2])]
    if not unread or fix.applicability == "display":
        return replace(fix, tasks=tasks)
    doubt = f"{unread[0]}, which is not analysed, spells it too"
    because = f"{fix.because}; {doubt}" if fix.because else doubt
    return replace(fix, applicability="unsafe", because=because, tasks=tasks)
