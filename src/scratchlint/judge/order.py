"""The order of uses, as the functions see it that they share: a call is the moment of what it leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from scratchlint.core.flow import Moment, Use
from scratchlint.core.span import Span

_AT_END = frozenset({"trap", "finally"})
_Scope = Span | str


def is_at_end(use: Use) -> bool:
    """Whether a use, or a call that leads to it, runs at the end whatever happens."""
    return any(moment.ends for moment in _all(_moment(use)))


def precedes(use: Use, other: Use) -> bool | None:
    """Return whether a use comes before another one; None when no function tells."""
    told = [
        before
        for later in _inner(_moment(other), _scopes(use))
        for one in _inner(_moment(use), _scopes(other))
        if (before := _before(one, later)) is not None
    ]
    return any(told) if told else None


def is_followed(use: Use, others: Sequence[Use]) -> bool:
    """Whether one of some other uses comes after a use: in its function, or in all that call it."""
    scopes = _scopes(use)
    return _is_followed(_moment(use), [one for other in others for one in _inner(_moment(other), scopes)])


def _moment(use: Use) -> Moment:
    ends, fails = bool(_AT_END & set(use.blocks)), "except" in use.blocks
    return Moment(use.span, use.function, ends, fails, callers=use.callers)


def _all(moment: Moment) -> Iterator[Moment]:
    yield moment
    for caller in moment.callers:
        yield from _all(caller)


def _inner(moment: Moment, scopes: Collection[_Scope]) -> Iterator[Moment]:
    """Yield a moment and those of its callers, as far as the first that is of one of some scopes.

    What comes first in a function is not told by who calls that function again.
    """
    yield moment
    if _scope(moment) not in scopes:
        for caller in moment.callers:
            yield from _inner(caller, scopes)


def _scopes(use: Use) -> frozenset[_Scope]:
    return frozenset(map(_scope, _all(_moment(use))))


def _scope(moment: Moment) -> _Scope:
    """Return the function of a moment, or its file outside of functions."""
    return moment.function or moment.span.file


def _is_followed(moment: Moment, others: Collection[Moment]) -> bool:
    if any(_before(moment, other) for other in others):
        return True
    return bool(moment.callers) and all(_is_followed(caller, others) for caller in moment.callers)


def _before(one: Moment, other: Moment) -> bool | None:
    """Return whether a moment comes before another one of its scope; None when they are of two.

    Nor do moments tell anything when one call leads to both, except that what a call is given runs after it,
    or when the other one only follows a failure.
    """
    if _scope(one) != _scope(other) or (other.fails and not one.fails):
        return None
    if one.span == other.span:
        return (other.goes_on and not one.goes_on) or None
    return None if one.goes_on or other.goes_on else one.span.end < other.span.end
