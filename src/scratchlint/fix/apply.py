"""Fixes become changed files: a fix is made wholly, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scratchlint.core.fix import Fix, Unfixed
from scratchlint.fix.tree import Tree
from scratchlint.fix.verify import contents
from scratchlint.source.write import NotWrittenError, Replacement, replace_files


@dataclass(frozen=True, slots=True)
class Applied:
    """The fixes that were made, and those whose files could not be changed."""

    fixes: tuple[Fix, ...]
    failed: tuple[Unfixed, ...]


def apply(fixes: Sequence[Fix], tree: Tree) -> Applied:
    """Change the files of some fixes.

    Fixes that share a file are made together. Where a file cannot be changed, what needs it is left
    out, and nothing of that is done.
    """
    made: list[Fix] = []
    failed: list[Unfixed] = []
    for group in _groups(fixes):
        left = list(group)
        while left:
            try:
                replace_files(tree.root, _replacements(left, tree))
            except NotWrittenError as error:
                left, others = _without(left, error.file)
                failed += [Unfixed(site, fix.old, str(error)) for fix in others for site in fix.sites]
            else:
                made += left
                break
    return Applied(tuple(made), tuple(failed))


def _replacements(fixes: Sequence[Fix], tree: Tree) -> list[Replacement]:
    changed = contents(fixes, tree)
    return [Replacement(source, changed[file]) for file in changed if (source := tree.source(file))]


def _without(fixes: Sequence[Fix], file: str) -> tuple[list[Fix], list[Fix]]:
    return (
        [fix for fix in fixes if file not in fix.files],
        [fix for fix in fixes if file in fix.files],
    )


def _groups(fixes: Sequence[Fix]) -> list[list[Fix]]:
    """Put fixes together that share files."""
    groups: list[tuple[set[str], list[Fix]]] = []
    for fix in fixes:
        files, members = set(fix.files), [fix]
        for group in [one for one in groups if one[0] & files]:
            files |= group[0]
            members = group[1] + members
            groups.remove(group)
        groups.append((files, members))
    return [members for _, members in groups]
