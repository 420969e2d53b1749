"""Which of the discovered files are analysed: not those that are tests, examples and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from scratchlint.judge.context import Context, context_of
from scratchlint.policies import Policies
from scratchlint.policy.keys import CODE, ContextKind
from scratchlint.policy.policy import Policy
from scratchlint.source.discover import Discovery

Contexts = Mapping[str, Context | None]


def contexts_of(discovery: Discovery, named: Sequence[str], policies: Policies) -> Contexts:
    """Return what each file is for: what its policy says of it, else what its path does.

    The path is seen from the directory that the user named.
    """
    deepest = sorted(filter(None, named), key=len, reverse=True)
    return {path: _context(path, deepest, policies.of(path)) for path in discovery.files}


def _context(path: str, named: Sequence[str], policy: Policy) -> Context | None:
    if policy.context is None:
        return context_of(_below(path, named))
    kind, because = policy.context
    return None if kind == CODE else Context(cast(ContextKind, kind), because)


def select(
    discovery: Discovery, contexts: Contexts, policies: Policies
) -> tuple[list[str], Mapping[str, int]]:
    """Split the files into those to analyse and counts, by kind, of those that are set aside."""
    counts: Counter[str] = Counter()
    wanted: list[str] = []
    for path in discovery.files:
        context = contexts[path]
        if context is not None and context.is_scratch and not policies.of(path).tests:
            counts[context.kind] += 1
        else:
            wanted.append(path)
    return wanted, dict(sorted(counts.items()))


def _below(path: str, named: Sequence[str]) -> str:
    """Return a path as seen from the deepest directory that the user named: its own name tells nothing."""
    for directory in named:
        if path.startswith(directory + "/"):
            return path[len(directory) + 1 :]
        if path == directory:
            return path.rsplit("/", 1)[-1]
    return path
