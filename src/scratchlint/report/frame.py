"""The frame that source lines and notes about them stand in, as rustc draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from scratchlint.core.finding import Evidence, Excerpt, Verdict
from scratchlint.core.flow import Step
from scratchlint.core.span import Span
from scratchlint.report.characters import visible
from scratchlint.report.excerpt import cells, rows
from scratchlint.report.way import Excerpted, place

Paint = Callable[[str, str], str]
Note = tuple[str, list[str]]

STRONG = "bold"
_FRAME = "blue"


def frame(excerpt: Excerpt, notes: Iterable[Note], style: str, paint: Paint) -> Iterator[str]:
    """Yield the lines of an excerpt with its span underlined in a style, then the labelled notes."""
    drawn = rows(excerpt)
    margin = " " * max((len(str(row.number)) for row in drawn if row.number), default=1)
    bar = f"{margin} {paint('|', _FRAME)}"
    yield bar
    for row in drawn:
        if row.number is None:
            yield f"{margin} {paint(row.text, _FRAME)}"
            continue
        numbered = f"{str(row.number).rjust(len(margin))} |"
        yield f"{paint(numbered, _FRAME)} {row.text}".rstrip()
        yield f"{bar} {' ' * row.indent}{paint('^' * row.length, style)}"
    for label, entries in notes:
        head = f"{margin} {paint('=', _FRAME)} {paint(f'{label}:', STRONG)} "
        blank = " " * (len(margin) + len(label) + 5)
        for number, entry in enumerate(entries):
            yield f"{blank if number else head}{entry}"


def steps(report: Excerpted, taken: Sequence[Step]) -> list[str]:
    """Return the steps of a way, a line each, with what happened in one column."""
    told = [(shown_place(report, step.span), visible(step.note or step.kind)) for step in taken]
    width = max((cells(where) for where, _ in told), default=0)
    return [f"{where}{' ' * (width - cells(where))}  {what}" for where, what in told]


def evidence(report: Excerpted, verdict: Verdict) -> Iterator[Note]:
    """Yield what spoke for production and what against it, with the numbers."""
    speaking = [one for one in verdict.evidence if one.strength >= 0]
    against = [one for one in verdict.evidence if one.strength < 0]
    if speaking:
        yield "for", [_weighed(report, one) for one in speaking]
    if against:
        yield "against", [_weighed(report, one) for one in against]
    yield "score", [f"{verdict.score:+.1f}"]


def _weighed(report: Excerpted, one: Evidence) -> str:
    where = "" if one.span is None else f" ({shown_place(report, one.span)})"
    return f"{one.strength:+.1f} {visible(one.note)}{where} [{one.claim}]"


def shown_place(report: Excerpted, span: Span) -> str:
    """Return `file:line:column` of a span's start, fit for a terminal."""
    return visible(place(report, span))


def painter(color: bool) -> Paint:
    """Return what writes a text in a style; without colour the text as it is."""
    if not color:
        return lambda text, style: text
    from rich.color import ColorSystem
    from rich.style import Style

    return lambda text, style: Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
