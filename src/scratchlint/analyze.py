"""The way of the data, on one screen."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scratchlint.core import ir
from scratchlint.core.finding import Judgement, Report, Skipped
from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.candidates import may_hold_site
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Sites
from scratchlint.dataflow.trace import Tracer
from scratchlint.excerpts import excerpts
from scratchlint.judge.context import Context, context_of
from scratchlint.judge.parties import judge_all
from scratchlint.judge.verdict import Case
from scratchlint.languages.front_ends import lower_file
from scratchlint.policy.homes import home
from scratchlint.rules.message import finding
from scratchlint.source.discover import Discovery, discover
from scratchlint.source.read import Source, read

# Syntax trees nest deeper than Python's default allows; lowering bounds them itself.
RECURSION_LIMIT = 10_000

Sources = Mapping[str, tuple[Source, str]]


def analyze(root: Path, named: Sequence[str], *, rules: frozenset[str], tests: bool = False) -> Report:
    """Analyse the named paths below `root` and report the findings of `rules`.

    `tests` analyses tests, examples and the like too, which are otherwise set aside by their path.
    """
    started = time.monotonic()
    sys.setrecursionlimit(max(RECURSION_LIMIT, sys.getrecursionlimit()))
    discovery = discover(root, named)
    contexts = {path: context_of(_below(path, named)) for path in discovery.files}
    wanted, set_aside = _set_aside(discovery, contexts, tests)
    sources, skipped = _read(root, wanted, discovery)
    modules = [lower_file(language, path, source.data) for path, (source, language) in sources.items()]
    program = Program(modules)
    judgements, limits = _judge(program, contexts, tests)
    findings = [finding(item, home) for item in judgements if item.verdict.kind == "production"]
    findings = [item for item in findings if item.rule in rules]
    scratch = [item for item in judgements if item.verdict.kind != "production"]
    texts, hashes = excerpts(findings, scratch, sources)
    return Report(
        findings=tuple(findings),
        scratch=tuple(scratch),
        skipped=tuple(sorted([*discovery.skipped, *skipped, *_damaged(modules)], key=lambda item: item.file)),
        limits=(*discovery.limits, *limits),
        files=len(wanted),
        sites=sum(1 + len(item.same) for item in judgements),
        seconds=time.monotonic() - started,
        unread=discovery.unread,
        set_aside=set_aside,
        excerpts=texts,
        line_hashes=hashes,
    )


def _below(path: str, named: Sequence[str]) -> str:
    """Return a path as seen from the directory that the user named: its own name tells nothing."""
    for directory in sorted(named, key=len, reverse=True):
        if directory and path.startswith(directory + "/"):
            return path[len(directory) + 1 :]
        if path == directory:
            return path.rsplit("/", 1)[-1]
    return path


def _set_aside(
    discovery: Discovery, contexts: Mapping[str, Context | None], tests: bool
) -> tuple[list[str], Mapping[str, int]]:
    """Split the files into those to analyse and counts, by kind, of those that are not."""
    counts: Counter[str] = Counter()
    wanted: list[str] = []
    for path in discovery.files:
        context = contexts[path]
        if context is not None and context.is_scratch and not tests:
            counts[context.kind] += 1
        else:
            wanted.append(path)
    return wanted, dict(sorted(counts.items()))


def _read(root: Path, files: Iterable[str], discovery: Discovery) -> tuple[Sources, list[Skipped]]:
    """Read the files that can hold a site."""
    sources: dict[str, tuple[Source, str]] = {}
    skipped: list[Skipped] = []
    for path in files:
        source = read(root, path)
        if isinstance(source, Skipped):
            skipped.append(source)
            continue
        if may_hold_site(source.data):
            sources[path] = (source, discovery.languages[path])
            if source.note is not None:
                skipped.append(source.note)
    return sources, skipped


def _damaged(modules: Iterable[ir.Module]) -> Iterator[Skipped]:
    for module in modules:
        if module.damaged:
            places = len(module.damaged)
            yield Skipped(
                module.path,
                f"not fully parsed: {places} unreadable {'place' if places == 1 else 'places'}",
                partly=True,
            )


def _judge(
    program: Program, contexts: Mapping[str, Context | None], tests: bool
) -> tuple[list[Judgement], list[str]]:
    """Trace and judge every site, the spellings of one path in one file together."""
    calls = Calls(program)
    sites = Sites(program, calls)
    tracer = Tracer(program, calls)
    cases: list[Case] = []
    for module in program.modules.values():
        groups: dict[str, tuple[list[Site], list[Flow]]] = {}
        for number, entry in enumerate(sites.find(module)):
            path = entry.site.path
            alone = entry.site.kind == "fresh" or not path.components
            key = f"{number}" if alone else f"={path}"
            own, flows = groups.setdefault(key, ([], []))
            own.append(entry.site)
            flows.extend(tracer.trace(entry))
        everything = tuple(flow for _, flows in groups.values() for flow in flows)
        context = contexts[module.path]
        cases.extend(Case(tuple(own), tuple(flows), everything, context) for own, flows in groups.values())
    return sorted(judge_all(cases), key=lambda item: item.site.span), tracer.limits
