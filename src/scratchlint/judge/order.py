"""The order of uses, as the functions see it that they share: a call is the moment of what it leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scratchlint.core.flow import Moment, Use

_AT_END = frozenset({"trap", "finally"})


def moments(use: Use) -> Iterator[Moment]:
    """Yield the moment of a use, and those of the calls that lead to it."""
    yield from _all(_moment(use))


def is_at_end(use: Use) -> bool:
    """Whether a use, or a call that leads to it, runs at the end whatever happens."""
    return any(moment.ends for moment in moments(use))


def precedes(use: Use, other: Use) -> bool | None:
    """Return whether a use comes before another one; None when no function tells."""
    told = [
        before
        for later in moments(other)
        for one in moments(use)
        if (before := _before(one, later)) is not None
    ]
    return any(told) if told else None


def is_followed(use: Use, others: Collection[Moment]) -> bool:
    """Whether one of some moments comes after a use: in its function, or in all that call it."""
    return _is_followed(_moment(use), others)


def _moment(use: Use) -> Moment:
    ends = bool(_AT_END & set(use.blocks))
    return Moment(use.span, use.function, ends, callers=use.callers)


def _all(moment: Moment) -> Iterator[Moment]:
    yield moment
    for caller in moment.callers:
        yield from _all(caller)


def _is_followed(moment: Moment, others: Collection[Moment]) -> bool:
    if any(_before(moment, other) for other in others):
        return True
    return bool(moment.callers) and all(_is_followed(caller, others) for caller in moment.callers)


def _before(one: Moment, other: Moment) -> bool | None:
    """Return whether a moment comes before another one of its function or file; None when they are of two.

    Nor do moments tell anything when one call leads to both, except that what a call is given runs after it.
    """
    if one.function != other.function or one.span.file != other.span.file:
        return None
    if one.span == other.span:
        return (other.goes_on and not one.goes_on) or None
    return None if one.goes_on or other.goes_on else one.span.end < other.span.end
