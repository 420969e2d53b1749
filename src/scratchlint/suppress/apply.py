"""Takes suppressed findings out, and tells which suppressions are not needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scratchlint.core.finding import Finding, Level, Remark, Suppressed, Suppression
from scratchlint.suppress.comments import Mistake

UNUSED = "unused-suppression"
UNEXPLAINED = "unexplained-suppression"
_LEVEL: Level = "note"


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and the 1-based lines of its site."""

    finding: Finding
    first: int
    last: int

    def is_asked_for(self, suppression: Suppression) -> bool:
        """Whether a suppression of the same file is about the finding."""
        here = suppression.line == 0 or self.first <= suppression.line <= self.last
        return here and (not suppression.rules or self.finding.rule in suppression.rules)


def match(found: Located, suppressions: Iterable[Suppression]) -> Suppression | None:
    """Return the suppression of a finding, out of those of its file: one of its line before one of all."""
    asking = [one for one in suppressions if found.is_asked_for(one)]
    return min(asking, key=lambda one: (one.line == 0, one.kind, one.span), default=None)


def unexplained(suppressions: Iterable[Suppression]) -> Iterator[Remark]:
    """Yield a remark on each suppression that gives no reason."""
    for one in suppressions:
        if not one.reason:
            message = "This suppression gives no reason: say behind it why the path may stay."
            yield Remark(UNEXPLAINED, _LEVEL, message, one.span)


def unused(suppressions: Iterable[Suppression], suppressed: Sequence[Suppressed]) -> Iterator[Remark]:
    """Yield a remark on each suppression, and on each rule of one, that leaves nothing out."""
    used: dict[Suppression, set[str]] = {}
    for one in suppressed:
        used.setdefault(one.suppression, set()).add(one.finding.rule)
    for suppression in suppressions:
        idle = [rule for rule in suppression.rules if rule not in used.get(suppression, ())]
        if suppression not in used:
            what = f" of {', '.join(suppression.rules)}" if suppression.rules else ""
            message = f"This suppression{what} is not needed: it leaves nothing out."
        elif idle:
            message = f"This suppression need not name {', '.join(idle)}: it leaves nothing of that out."
        else:
            continue
        yield Remark(UNUSED, _LEVEL, message, suppression.span)


def mistaken(mistakes: Iterable[Mistake]) -> Iterator[Remark]:
    """Yield a remark on each comment that was meant to be a suppression."""
    for mistake in mistakes:
        message = f"This suppression leaves nothing out: {mistake.complaint}"
        end = "" if message.endswith("?") else "."
        yield Remark(UNUSED, _LEVEL, message + end, mistake.span)
