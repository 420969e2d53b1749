"""Verification: a fix is tried on copies in memory, and withdrawn unless it does what it says and no more."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scratchlint.core.finding import Finding, Report
from scratchlint.core.fix import Edit, Fix, Unfixed
from scratchlint.fix.change import Stretch
from scratchlint.fix.tree import Tree, edited
from scratchlint.languages.front_ends import lower_file

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run over the tree finds, and what it would fix."""

    report: Report
    fixes: tuple[Fix, ...]


Try = Callable[[Mapping[str, bytes]], Run]
"""Runs over the tree with other contents of some files."""


MOST_TRIALS = 40
"""Analyses of one verification; fixes that are still in doubt afterwards are withdrawn."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The fixes that hold, also all together, and those that were withdrawn."""

    fixes: tuple[Fix, ...]
    withdrawn: tuple[Unfixed, ...]


def verify(fixes: Sequence[Fix], before: Run, tree: Tree, again: Try) -> Verified:
    """Try fixes together; where something is wrong, find out whose fault it is and withdraw it.

    After a fix each file must parse no worse, its findings must be gone, no new one may appear, and a
    second run must have nothing to fix that the first one had not.
    The work is one run when all is well, and some more for every fix that is not.
    """
    held: list[Fix] = []
    withdrawn: list[Unfixed] = []

    def withdraw(fix: Fix, because: str) -> None:
        withdrawn.extend(Unfixed(site, fix.old, because) for site in fix.sites)

    taken: dict[str, list[Stretch]] = {}
    for fix in fixes:
        if any(_meets(edit, taken.get(edit.span.file, ())) for edit in fix.edits):
            withdraw(fix, "its edits meet those of another fix")
            continue
        held.append(fix)
        for edit in fix.edits:
            insort(taken.setdefault(edit.span.file, []), (edit.span.start, edit.span.end))
    damaged = {file for file, data in contents(held, tree).items() if _damage(file, data, tree)}
    for fix in [fix for fix in held if any(edit.span.file in damaged for edit in fix.edits)]:
        alone = contents([fix], tree).items()
        damage = next(filter(None, (_damage(file, data, tree) for file, data in alone)), "")
        if damage:
            held.remove(fix)
            withdraw(fix, damage)
    trials = _Trials(before, tree, again)
    while held and (culprit := trials.culprit(held)) is not None:
        held.remove(culprit[0])
        withdraw(*culprit)
    return Verified(tuple(held), tuple(withdrawn))


def contents(fixes: Iterable[Fix], tree: Tree) -> dict[str, bytes]:
    """Return the content, as UTF-8, of each file that fixes change.

    What two of them insert in one place stands there in their order; the same text stands there once.
    """
    edits: dict[str, dict[Stretch, list[bytes]]] = {}
    for fix in fixes:
        for edit in fix.edits:
            stretch = (edit.span.start, edit.span.end)
            texts = edits.setdefault(edit.span.file, {}).setdefault(stretch, [])
            if edit.replacement.encode() not in texts:
                texts.append(edit.replacement.encode())
    return {
        file: edited(tree.data(file) or b"", {place: b"".join(texts) for place, texts in stretches.items()})
        for file, stretches in edits.items()
    }


def _meets(edit: Edit, taken: Sequence[Stretch]) -> bool:
    """Whether an edit overlaps one of others, which are in order; what is inserted in one place does not."""
    start, end = edit.span.start, edit.span.end
    before = bisect_left(taken, (start, start))
    return any(
        start < other_end and other_start < end for other_start, other_end in taken[max(0, before - 1) :][:2]
    )


def _damage(file: str, data: bytes, tree: Tree) -> str:
    """Return what is wrong with a file that is to hold some data, or ""."""
    language, before = tree.language(file), tree.data(file) or b""
    if len(lower_file(language, file, data).damaged) > len(lower_file(language, file, before).damaged):
        return f"{file} would not parse as well as before"
    if language == "python" and _compiles(before) and not _compiles(data):
        return f"{file} would not compile"
    return ""


def _compiles(data: bytes) -> bool:
    """Whether Python reads a text; nothing of it is run."""
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(data, "source", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


class _Trials:
    """Runs over the tree as it is after some fixes; the number of times is bounded."""

    def __init__(self, before: Run, tree: Tree, again: Try) -> None:
        self._before = before
        self._tree = tree
        self._again = again
        self._left = MOST_TRIALS

    def culprit(self, held: Sequence[Fix]) -> tuple[Fix, str] | None:
        """Return a fix that does not hold and why, None when all of them do."""
        if self._left <= 0:
            return held[
                0
            ], f"not verified: {MOST_TRIALS} trials were not enough to tell which fix does not hold"
        wrong = self._wrong(held)
        if wrong is None:
            return None
        suspects = list(held)
        while len(suspects) > 1:
            half = suspects[: len(suspects) // 2]
            found = self._wrong(half)
            suspects, wrong = (half, found) if found is not None else (suspects[len(half) :], wrong)
        return suspects[0], wrong

    def _wrong(self, fixes: Sequence[Fix]) -> str | None:
        """Return what is wrong when some fixes are made, None when nothing is."""
        self._left -= 1
        after = self._again(contents(fixes, self._tree))
        return self._found(fixes, after) or self._restless(after)

    def _found(self, fixes: Sequence[Fix], after: Run) -> str | None:
        sites = {site for fix in fixes for site in fix.sites}
        left = [one for one in self._before.report.findings if one.judgement.site.span not in sites]
        surplus = Counter(map(_key, after.report.findings)) - Counter(map(_key, left))
        if not surplus:
            return None
        (rule, file, path), _ = min(surplus.items())
        return f"afterwards {file} would have a finding of {rule} on {path}"

    def _restless(self, after: Run) -> str | None:
        """Return what a second run would change that the first one had not planned."""
        surplus = Counter(map(_move, after.fixes)) - Counter(map(_move, self._before.fixes))
        if not surplus:
            return None
        old, new = min(surplus)
        return f"a second run would move {old} to {new}"


def _move(fix: Fix) -> tuple[str, str]:
    return fix.old, fix.new


def _key(finding: Finding) -> Key:
    """Return what stays the same of a finding when lines move."""
    site = finding.judgement.site
    return finding.rule, site.span.file, str(site.path)
