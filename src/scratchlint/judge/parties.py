"""Other parties: files that use the same path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from scratchlint.core.finding import Judgement
from scratchlint.core.flow import Flow
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape
from scratchlint.judge.lifetime import Observation, is_named
from scratchlint.judge.verdict import Case, judge

_UNNAMED = frozenset({"random", "process", "limit", "unknown"})
MAKES = frozenset({"writes", "appends", "creates", "moves-to", "copies-to"})
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
    """Whether a path names one place: below the root, with a name, and nothing of it made up at run time."""
    return is_named(path) and not any(hole.kind in _UNNAMED for hole in path.holes())


def _meetings(case: Case, users: Mapping[str, Sequence[tuple[Case, Flow]]]) -> dict[str, list[Observation]]:
    """Return by path the strongest evidence that one file makes what another needs.

    What makes it and needs it itself needs no other: two scripts may do the same work.
    """
    found: dict[str, list[Observation]] = {}
    for path in dict.fromkeys(str(flow.path) for flow in case.flows):
        parties: dict[str, tuple[Case, list[Flow]]] = {}
        for other, flow in users.get(path, ()):
            parties.setdefault(other.file, (other, []))[1].append(flow)
        if case.file not in parties:
            continue
        own = {flow.use.action for flow in parties[case.file][1]}
        met = [
            (other.language == case.language, flow)
            for other, flows in parties.values()
            if other.file != case.file
            for flow in _met(own, flows)
        ]
        if met:
            same, there = min(met, key=lambda item: item[0])
            claim = "other-party" if same else "other-language"
            found[path] = [(claim, f"{there.site.span.file}: {deed(there.use)}", None)]
        checked = [flow for _, flows in parties.values() for flow in flows if "health" in flow.use.blocks]
        if checked:
            note = "it tells that a container is alive"
            found.setdefault(path, []).append(("heartbeat", note, checked[0].use.span))
    return found


def _met(own: Set[str], there: Sequence[Flow]) -> Iterator[Flow]:
    """Yield the flows of another file that make what this one needs, or need what this one makes."""
    others = {flow.use.action for flow in there}
    for flow in there:
        needed = own & _NEEDS and not own & MAKES and flow.use.action in MAKES
        made = own & MAKES and not others & MAKES and flow.use.action in _NEEDS
        if needed or made:
            yield flow


def _elsewhere(case: Case, production: Mapping[str, Sequence[Flow]]) -> dict[str, Flow]:
    """Return by path its production use in another file, or that of a directory above it."""
    found: dict[str, Flow] = {}
    if not production:
        return found
    for spelled, path in {str(flow.path): flow.path for flow in case.flows}.items():
        for length in range(len(path.components), 0, -1):
            above = str(PathShape(path.root, path.components[:length]))
            others = [other for other in production.get(above, ()) if other.site.span.file != case.file]
            if others:
                found[spelled] = others[0]
                break
    return found
