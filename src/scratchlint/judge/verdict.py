"""From flows to a verdict: gates first, then evidence added up in the open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from scratchlint.core.finding import Evidence, Judgement, Verdict
from scratchlint.core.flow import Flow, Role, Site
from scratchlint.core.phrases import deed
from scratchlint.core.shape import PathShape
from scratchlint.core.span import Span
from scratchlint.judge import lifetime
from scratchlint.judge.context import Context
from scratchlint.judge.roles import (
    NamedRole,
    api_hints,
    is_environment,
    is_fixed,
    named_role,
    scratch_component,
    scratch_name,
    suffix_hint,
)
from scratchlint.judge.strengths import strengths
from scratchlint.policy.keys import Profile

LOOKS = frozenset({"shows", "compares", "measures"})
_NEUTRAL = frozenset({"reads", "writes", "appends", "creates", "loads", "moves-to", "copies-to"})
# What is lost when an instance of a function ends.
_KEPT = frozenset({"data", "database", "upload", "queue", "backup", "state", "log"})


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged together: one path of one file.

    `around` are the flows of the whole file, `context` is what the file is for; TypeScript and
    JavaScript count as one `language`. `mounted` tells of the durable storage that is mounted over the
    path, `allowed` of the policy that allows it, `stored` what else is known of the storage behind it;
    `profile` is how the program is run.
    """

    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    around: tuple[Flow, ...]
    context: Context | None
    language: str
    mounted: lifetime.Observation | None = None
    allowed: lifetime.Observation | None = None
    profile: Profile = "system"
    stored: tuple[lifetime.Observation, ...] = ()

    @property
    def file(self) -> str:
        """The file that spells the path."""
        return self.sites[0].span.file


def judge(
    case: Case,
    outside: Mapping[str, Sequence[lifetime.Observation]] = MappingProxyType({}),
    elsewhere: Mapping[str, Flow] = MappingProxyType({}),
) -> Judgement:
    """Judge one path of one file: all its spellings and all their flows together.

    Every path that is made of it is weighed by itself; the one that most speaks for production
    decides. `outside` is what other files tell of these paths, `elsewhere` their production uses
    there, both by the path as it is written.
    """
    sites, flows, context = case.sites, case.flows, case.context
    uses = [flow for flow in flows if flow.use.action not in LOOKS]
    if not uses:
        because = "it is only shown or compared" if flows else "it reaches no use"
        evidence = Evidence("not-usage", because, 0.0, flows[0].use.span if flows else None)
        return _judgement(sites, flows, Verdict("not-usage", "other", "high", 0.0, (evidence,)))
    if context is not None and context.is_scratch:
        evidence = Evidence(
            f"context-{context.kind}", f"{context.because} is {_CONTEXTS[context.kind]}", -9.0, None
        )
        return _judgement(sites, uses, Verdict("scratch", "other", "high", -9.0, (evidence,)))
    if case.mounted is not None:
        claim, note, place = case.mounted
        evidence = Evidence(claim, note, 0.0, place)
        return _judgement(sites, uses, Verdict("mounted", "other", "high", 0.0, (evidence,)))
    if case.allowed is not None:
        claim, note, place = case.allowed
        evidence = Evidence(claim, note, -9.0, place)
        return _judgement(sites, uses, Verdict("scratch", "other", "high", -9.0, (evidence,)))
    together: dict[str, list[Flow]] = {}
    places: dict[PathShape, list[int]] = {}
    for index, flow in enumerate(uses):
        together.setdefault(str(flow.path), []).append(flow)
        places.setdefault(flow.path, []).append(index)
    related = dict(zip(places, _relations(list(places)), strict=True))
    using = list(places.values())
    weighed = []
    for path, own in together.items():
        beside = related[own[0].path]
        others = [uses[index] for index in sorted(index for number in beside for index in using[number])]
        weighed.append(_weigh(case, own, others, outside.get(path, ()), elsewhere.get(path)))
    verdict, decided = max(weighed, key=lambda item: item[0].score)
    others = [flow for flow in uses if flow.path != decided[0].path]
    best = next((site for site in sites if site == decided[0].site), sites[0])
    return _judgement(sites, [*decided, *others], verdict, best)


def _weigh(
    case: Case,
    own: Sequence[Flow],
    others: Sequence[Flow],
    outside: Sequence[lifetime.Observation],
    elsewhere: Flow | None,
) -> tuple[Verdict, list[Flow]]:
    """Weigh one path beside those above and below it; return its verdict and flows, the best first."""
    weighed = sorted(own, key=_rank)
    deciding, related = weighed[0], [*weighed, *others]
    role = _role(weighed) or (named_role(elsewhere) if elsewhere is not None else None)
    table = strengths()
    evidence_list = [
        Evidence(claim, note, table.by_claim[claim], span)
        for claim, note, span in (
            *outside,
            *case.stored,
            *_claims(case, deciding, weighed, related, role, elsewhere),
        )
    ]
    score = round(table.by_claim["prior"] + sum(item.strength for item in evidence_list), 3)
    held = role.role if role is not None else "other"
    if held == "other" and any(item.claim == "carried-over" for item in evidence_list):
        held = "state"
    verdict = Verdict(
        "production" if score >= table.production else "scratch",
        held,
        table.confidence(score),
        score,
        tuple(sorted(evidence_list, key=lambda item: -abs(item.strength))),
        round(table.probability(score), 3),
    )
    return verdict, weighed


def _rank(flow: Flow) -> tuple[float, int, Span, str]:
    """Return what sorts the best flow first; of the names that keep a path the nearest tells most of it."""
    length = len(flow.steps) if flow.use.action == "sets" else 0
    return -_use_strength(flow), length, flow.use.span, flow.use.api


def _relations(paths: Sequence[PathShape]) -> list[set[int]]:
    """Return for each path the numbers of those above and below it; the bare root lies above nothing."""
    numbers = {(path.root, path.components): number for number, path in enumerate(paths)}
    related: list[set[int]] = [set() for _ in paths]
    for number, path in enumerate(paths):
        for length in range(len(path.components)):
            above = numbers.get((path.root, path.components[:length]))
            if above is not None:
                related[above].add(number)
                if length:
                    related[number].add(above)
    return related


_CONTEXTS = {
    "test": "test code",
    "example": "an example",
    "benchmark": "a benchmark",
    "ci": "continuous integration",
    "development": "for development only",
    "vendored": "someone else's code",
    "documentation": "documentation",
}


def _judgement(
    sites: Sequence[Site], flows: Sequence[Flow], verdict: Verdict, best: Site | None = None
) -> Judgement:
    first = best if best is not None else sites[0]
    return Judgement(first, tuple(flows), verdict, tuple(site for site in sites if site is not first))


def _use_claim(flow: Flow) -> str:
    claim = f"use-{flow.use.action}"
    return claim if claim in strengths().by_claim else "use-other"


def _use_strength(flow: Flow) -> float:
    return strengths().by_claim[_use_claim(flow)]


def _role(flows: Sequence[Flow]) -> NamedRole | None:
    """Return the role that the strongest flow knows; a name's word counts where no use tells."""
    told = [role for flow in flows if (role := named_role(flow)) is not None]
    order = {"use": 0, "scheme": 0, "suffix": 1, "name": 2, "path": 3}
    return min(told, key=lambda role: (order[role.told_by], not role.strong), default=None)


def _claims(
    case: Case,
    deciding: Flow,
    flows: Sequence[Flow],
    related: Sequence[Flow],
    role: NamedRole | None,
    elsewhere: Flow | None,
) -> Iterator[lifetime.Observation]:
    site, use = case.sites[0], deciding.use
    if elsewhere is not None:
        yield _elsewhere(elsewhere, deciding.path)
    claim = _use_claim(deciding)
    api = f" by `{use.api}`" if use.api else ""
    yield claim, f"the path is used{api}: {use.action}", use.span
    yield from _role_claims(role, deciding)
    named = next((found for flow in flows if (found := scratch_name(flow))), None)
    if named is not None:
        yield f"name-scratch-{_sure(named[1].strong)}", f"the name `{named[0]}` calls it temporary", site.span
    component = scratch_component(deciding.path)
    if component is not None:
        note = f"`{component[0]}` in the path calls it temporary"
        yield f"path-scratch-{_sure(component[1].strong)}", note, site.span
    if role is not None and role.role == "cache":
        yield "role-cache", "a cache is rebuilt when it is lost", site.span
    yield from _kept(flows, case.context, role is not None)
    if case.profile == "serverless" and (role is None or role.role not in _KEPT):
        note = "a function has no other place to write to, and makes it anew in each instance"
        yield "serverless", note, None
    made_up = site.kind == "fresh" or any(hole.kind == "random" for hole in deciding.path.holes())
    rendezvous = role is not None and role.rendezvous and not made_up
    used = role is not None and role.told_by in ("use", "scheme")
    if rendezvous and not site.scoped and (used or is_fixed(deciding.path)):
        yield "rendezvous-name", "its fixed name is there for other processes to find", site.span
    if is_environment(deciding.path) and use.action in ("executes", "runs", "sets", "option", "configures"):
        yield "venv-path", "it is the interpreter of a virtual environment", site.span
    if all(flow.guard is not None for flow in flows):
        yield "guard-test", "it is reached outside production only", deciding.guard
    lived = lifetime.observe(site, deciding.path, related, case.around, rendezvous)
    if role is not None and role.role == "cache":
        # What every cache is: looked for before it is made.
        lived = (item for item in lived if item[0] not in ("carried-over", "recalled"))
    yield from lived


def _elsewhere(flow: Flow, path: PathShape) -> lifetime.Observation:
    """Return what a production use in another file tells: of the path itself, or of one above it."""
    if flow.path == path:
        return "production-elsewhere", f"{flow.use.span.file} uses the same path: {deed(flow.use)}", None
    return "production-around", f"it lies in `{flow.path}`; {flow.use.span.file}: {deed(flow.use)}", None


def _role_claims(role: NamedRole | None, deciding: Flow) -> Iterator[lifetime.Observation]:
    """Yield what tells the role: the address, the use, the file's suffix, a name."""
    if role is None:
        return
    place, noun = deciding.site.span, _noun(role.role)
    strength = _sure(role.strong)
    if deciding.use.action == "passes" and role.role in {hint.role for hint in api_hints(deciding)}:
        yield "api-names-role", f"`{deciding.use.api}` calls it a {noun}", deciding.use.span
    suffix = suffix_hint(deciding.path)
    if role.told_by == "scheme":
        yield f"scheme-{role.role}", f"`{role.hint}:` is the address of a {noun}", place
    elif role.told_by == "use" and deciding.use.action in _NEUTRAL:
        yield "role-of-use", f"`{role.hint}` takes a {noun}", deciding.use.span
    if suffix is not None and (role.told_by == "suffix" or suffix.role == role.role):
        yield (
            f"suffix-role-{'strong' if suffix.strong else 'weak'}",
            f"`{suffix.word}` ends the name of a {noun}",
            place,
        )
    elif role.told_by in ("name", "path"):
        yield f"name-role-{strength}", f"`{role.hint}` calls it a {noun}", place


def _sure(strong: bool) -> str:
    return "strong" if strong else "weak"


def _noun(role: Role) -> str:
    return {"pid": "pid file", "cert": "certificate", "config": "configuration", "other": "path"}.get(
        role, role
    )


def _kept(flows: Sequence[Flow], context: Context | None, has_role: bool) -> Iterator[lifetime.Observation]:
    """Yield what the places say that keep the value: settings, fields, the environment."""
    held = {place for flow in flows for place in flow.held}
    if "last-resort" in held:
        yield "last-resort", "permanent directories are tried before it", None
    settings = context is not None and context.kind in ("settings", "production")
    if "environment" in held:
        yield "kept-environment", "it is set in the environment of the program", None
    elif "setting" in held:
        claim = "kept-setting" if has_role else "kept-setting-unnamed"
        yield claim, "it is a setting of a service", None
    elif settings and held & {"exported", "module", "class", "default"}:
        yield "kept-setting", "it is a setting of the program", None
    elif "field" in held or "class" in held:
        yield "kept-field", "a long-lived object keeps it", None
    elif "default" in held:
        yield "kept-default", "it is a default", None
    if context is not None and context.kind == "production":
        yield "production-file", f"{context.because} is a production file", None
    for flow in flows:
        if "background" in flow.use.blocks:
            yield "long-lived", "the process that uses it stays in the background", flow.use.span
            break
