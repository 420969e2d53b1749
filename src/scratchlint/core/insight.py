"""What the analysis sees in one place of a program, whether or not anything is reported there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scratchlint.core.finding import Excerpt, Finding, Judgement
from scratchlint.core.flow import Flow, Site, Step
from scratchlint.core.span import Span


@dataclass(frozen=True, slots=True)
class End:
    """A place behind which a path was not followed: the path there, the way, and why it ends."""

    path: str
    steps: tuple[Step, ...]
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A site, every use that its path reaches, every other end of its trace, and the bounds that it hit."""

    site: Site
    flows: tuple[Flow, ...]
    ends: tuple[End, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """A traced site with its verdict; `finding` is what a rule makes of it, None when nothing is reported."""

    traced: Traced
    judgement: Judgement
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Insight:
    """What is seen in one place.

    `place` is `FILE` or `FILE:LINE`; `remarks` tell what is special about the file or the place;
    `passing` are the flows of other sites that come by; `excerpts` holds every span that is named.
    """

    place: str
    remarks: tuple[str, ...]
    sights: tuple[Sight, ...]
    passing: tuple[Flow, ...]
    excerpts: Mapping[Span, Excerpt]
