"""What fixes change, as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from scratchlint.core.fix import Edit, Fix
from scratchlint.fix.tree import Tree
from scratchlint.fix.verify import contents

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file\n"
_NAME = re.compile(r"\s*(?:export\s+)?[\w.-]+\s*[=:]\s*[\"'`]?|")
_PATH = re.compile(r"[^\s\"'`?&#;@|<>]*")


def diff(fixes: Sequence[Fix], tree: Tree) -> Iterator[str]:
    """Yield the lines of a diff of all files, in order, with their line ends.

    Env files hold secrets: of their lines only the changed ones are shown, and of these only names and
    paths, so that this part of the diff is for people alone.
    """
    changed = contents(fixes, tree)
    for file in sorted(changed):
        before, after = _lines((tree.data(file) or b"").decode()), _lines(changed[file].decode())
        context = _CONTEXT
        if tree.language(file) == "dotenv":
            context = 0
            before, after = _masked(before, after, [edit for fix in fixes for edit in fix.edits], file)
        for line in difflib.unified_diff(before, after, f"a/{file}", f"b/{file}", n=context):
            yield line if line.endswith("\n") else line + _NO_NEWLINE


def _lines(text: str) -> list[str]:
    """Split a text at its line feeds alone, as diffs do."""
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _masked(
    before: Sequence[str], after: Sequence[str], edits: Sequence[Edit], file: str
) -> tuple[list[str], list[str]]:
    """Mask all but names and paths; lines that are not changed are not shown at all."""
    places: dict[int, list[tuple[int, int]]] = {}
    for edit in edits:
        if edit.span.file == file:
            start, end = edit.region
            longer = len(edit.replacement) - (end.column - start.column)
            places.setdefault(start.line - 1, []).append((start.column - 1, longer))
    old, new = list(before), list(after)
    for number, found in places.items():
        starts, shift, later = [], 0, []
        for column, longer in sorted(found):
            starts.append(column)
            later.append(column + shift)
            shift += longer
        old[number], new[number] = _shown(old[number], starts), _shown(new[number], later)
    return old, new


def _shown(line: str, starts: Sequence[int]) -> str:
    shown = set(range(_end(_NAME, line, 0)))
    for start in starts:
        shown.update(range(start, _end(_PATH, line, start)))
    return "".join(one if place in shown or one in " \t\r\n\"'`#" else "*" for place, one in enumerate(line))


def _end(pattern: re.Pattern[str], line: str, start: int) -> int:
    match = pattern.match(line, start)
    return match.end() if match else start
