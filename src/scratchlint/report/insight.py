"""What is seen in one place, for people at a terminal: every flow, every end, the evidence, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core.flow import Flow, Site
from scratchlint.core.insight import End, Insight, Sight
from scratchlint.report.characters import visible
from scratchlint.report.frame import STRONG, Note, Paint, evidence, frame, painter, shown_place, steps
from scratchlint.report.summary import count
from scratchlint.report.text import LEVEL_STYLES, reported, unreported
from scratchlint.report.way import path_text, use_note, way

_STYLE = LEVEL_STYLES["note"]
_MOST_ENDS = 12
_KINDS = {
    "literal": "a path that is written out",
    "mention": "a path inside a longer text",
    "root": "a scratch directory from an API or variable",
    "fresh": "a path that is made new with a random name",
}


def render(insight: Insight, color: bool) -> Iterator[str]:
    """Yield the remarks on the place, then a block for each site and a line for each path that comes by."""
    paint = painter(color)
    for remark in insight.remarks:
        yield f"{paint(visible(insight.place), STRONG)}: {visible(remark)}\n"
    for sight in insight.sights:
        yield from (f"{line}\n" for line in _sight(insight, sight, paint))
        yield "\n"
    for flow in insight.passing:
        yield (
            f"{paint(visible(insight.place), STRONG)}: {visible(str(flow.path))} comes by, "
            f"from {shown_place(insight, flow.site.span)}\n"
        )
    yield f"{paint(visible(insight.place), STRONG)}: {count(len(insight.sights), 'site')}\n"


def _sight(insight: Insight, sight: Sight, paint: Paint) -> Iterator[str]:
    site = sight.traced.site
    yield f"{paint(shown_place(insight, site.span), STRONG)}: {_described(site)}"
    style = _STYLE if sight.finding is None else LEVEL_STYLES[sight.finding.level]
    yield from frame(insight.excerpts[site.span], _notes(insight, sight, paint), style, paint)


def _described(site: Site) -> str:
    scoped = ", which removes itself when its block ends" if site.scoped else ""
    scheme = f", behind `{visible(site.scheme)}:`" if site.scheme else ""
    return f"{_KINDS[site.kind]}{scheme}{scoped}"


def _notes(insight: Insight, sight: Sight, paint: Paint) -> Iterator[Note]:
    traced, judgement = sight.traced, sight.judgement
    yield "path", [visible(str(traced.site.path))]
    for number, flow in enumerate(traced.flows, start=1):
        yield f"way {number}", _way(insight, flow)
    if not traced.flows:
        yield "way", ["reaches no use"]
    for number, end in enumerate(traced.ends[:_MOST_ENDS], start=1):
        yield f"end {number}", _end(insight, end)
    if len(traced.ends) > _MOST_ENDS:
        yield "ends", [f"and {len(traced.ends) - _MOST_ENDS} more"]
    if traced.limits:
        yield "limits", [visible(limit) for limit in traced.limits]
    yield from evidence(insight, judgement.verdict)
    verdict = judgement.verdict
    yield "role", [f"{verdict.role}, {verdict.confidence} confidence"]
    told = unreported(judgement, paint) if sight.finding is None else reported(sight.finding, paint)
    if judgement.site.span != traced.site.span:
        told += f" ({path_text(judgement)} at {shown_place(insight, judgement.site.span)} stands for both)"
    yield "verdict", [told]


def _way(insight: Insight, flow: Flow) -> list[str]:
    use = flow.use
    role = f", as {use.role}" if use.role else ""
    guard = f", outside production only: {shown_place(insight, flow.guard)}" if flow.guard else ""
    head = f"{visible(str(flow.path))}: {visible(use_note(use))} ({use.action}{role}){guard}"
    return [head, *steps(insight, way(flow))]


def _end(insight: Insight, end: End) -> list[str]:
    last = f"{shown_place(insight, end.span)}  {visible(end.why)}"
    return [visible(end.path), *steps(insight, end.steps), last]
