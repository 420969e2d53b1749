"""Which of the discovered files are analysed: not those that are tests, examples and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scratchlint.judge.context import Context, context_of
from scratchlint.source.discover import Discovery

Contexts = Mapping[str, Context | None]


def contexts_of(discovery: Discovery, named: Sequence[str]) -> Contexts:
    """Return what each file is for, told by its path below the directory that the user named."""
    return {path: context_of(_below(path, named)) for path in discovery.files}


def select(discovery: Discovery, contexts: Contexts, tests: bool) -> tuple[list[str], Mapping[str, int]]:
    """Split the files into those to analyse and counts, by kind, of those that are set aside."""
    counts: Counter[str] = Counter()
    wanted: list[str] = []
    for path in discovery.files:
        context = contexts[path]
        if context is not None and context.is_scratch and not tests:
            counts[context.kind] += 1
        else:
            wanted.append(path)
    return wanted, dict(sorted(counts.items()))


def _below(path: str, named: Sequence[str]) -> str:
    """Return a path as seen from the directory that the user named: its own name tells nothing."""
    for directory in sorted(named, key=len, reverse=True):
        if directory and path.startswith(directory + "/"):
            return path[len(directory) + 1 :]
        if path == directory:
            return path.rsplit("/", 1)[-1]
    return path
