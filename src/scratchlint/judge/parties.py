"""Other parties: files that use the same path."""

from __future__ import annotations

from collections.abc import Sequence

from scratchlint.core.finding import Judgement
from scratchlint.core.flow import Flow
from scratchlint.core.shape import PathShape
from scratchlint.judge.verdict import Case, judge

_UNNAMED = frozenset({"random", "process", "limit", "unknown"})


def judge_all(cases: Sequence[Case]) -> list[Judgement]:
    """Judge every case, then once more those whose path another file uses as production.

    One path is one place on a machine: what a service keeps there makes it production for
    the scripts that prepare, read or clear it too.
    """
    first = [judge(case) for case in cases]
    production: dict[str, list[Flow]] = {}
    for judgement in first:
        if judgement.verdict.kind == "production":
            flow = judgement.flows[0]
            if is_definite(flow.path):
                production.setdefault(str(flow.path), []).append(flow)
    return [
        judge(case, elsewhere)
        if judgement.verdict.kind == "scratch" and (elsewhere := _elsewhere(case, production)) is not None
        else judgement
        for case, judgement in zip(cases, first, strict=True)
    ]


def is_definite(path: PathShape) -> bool:
    """Whether a path names one place: below the root, and nothing of it made up at run time."""
    return bool(path.components) and not any(hole.kind in _UNNAMED for hole in path.holes())


def _elsewhere(case: Case, production: dict[str, list[Flow]]) -> Flow | None:
    """Return a production use, in another file, of a path that a case uses."""
    here = case.sites[0].span.file
    for flow in case.flows:
        for other in production.get(str(flow.path), ()):
            if other.site.span.file != here:
                return other
    return None
