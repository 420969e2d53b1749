"""Other parties: files that use the same path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scratchlint.core.finding import Judgement
from scratchlint.core.flow import Flow
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape
from scratchlint.judge.lifetime import Observation
from scratchlint.judge.verdict import Case, judge

_UNNAMED = frozenset({"random", "process", "limit", "unknown"})
_MAKES = frozenset({"writes", "appends", "creates", "moves-to", "copies-to"})
_NEEDS = frozenset({"reads", "tests", "loads", "executes", "sources", "lists"})


def judge_all(cases: Sequence[Case]) -> list[Judgement]:
    """Judge every case, then once more those whose path another file uses as production.

    One path is one place on a machine: what a service keeps there makes it production for
    the scripts that prepare, read or clear it too.
    """
    users: dict[str, list[tuple[Case, Flow]]] = {}
    for case in cases:
        for flow in case.flows:
            if is_definite(flow.path):
                users.setdefault(str(flow.path), []).append((case, flow))
    meetings = [_meetings(case, users) for case in cases]
    first = [judge(case, met) for case, met in zip(cases, meetings, strict=True)]
    production: dict[str, list[Flow]] = {}
    for judgement in first:
        if judgement.verdict.kind == "production" and is_definite(judgement.flows[0].path):
            production.setdefault(str(judgement.flows[0].path), []).append(judgement.flows[0])
    return [
        judge(case, met, elsewhere)
        if judgement.verdict.kind == "scratch" and (elsewhere := _elsewhere(case, production))
        else judgement
        for case, met, judgement in zip(cases, meetings, first, strict=True)
    ]


def is_definite(path: PathShape) -> bool:
    """Whether a path names one place: below the root, and nothing of it made up at run time."""
    return bool(path.components) and not any(hole.kind in _UNNAMED for hole in path.holes())


def _meetings(case: Case, users: Mapping[str, Sequence[tuple[Case, Flow]]]) -> dict[str, list[Observation]]:
    """Return by path the strongest evidence that one file makes what another needs."""
    found: dict[str, list[Observation]] = {}
    for flow in case.flows:
        path = str(flow.path)
        for other, there in users.get(path, ()):
            if other.file == case.file or not _meet(flow.use.action, there.use.action):
                continue
            if other.language != case.language:
                found[path] = [("other-language", f"{other.file}: {deed(there.use)}", None)]
                break
            found.setdefault(path, [("other-party", f"{other.file}: {deed(there.use)}", None)])
    return found


def _meet(here: str, there: str) -> bool:
    return (here in _MAKES and there in _NEEDS) or (here in _NEEDS and there in _MAKES)


def _elsewhere(case: Case, production: Mapping[str, Sequence[Flow]]) -> dict[str, Flow]:
    """Return by path its production use in another file, or that of a directory above it."""
    found: dict[str, Flow] = {}
    for flow in case.flows:
        path = flow.path
        for length in range(len(path.components), 0, -1):
            above = str(PathShape(path.root, path.components[:length]))
            others = [other for other in production.get(above, ()) if other.site.span.file != case.file]
            if others:
                found.setdefault(str(path), others[0])
                break
    return found
