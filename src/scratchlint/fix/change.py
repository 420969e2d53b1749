"""What a region's move changes, before it is a fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scratchlint.core.fix import Task
from scratchlint.core.flow import Site

Stretch = tuple[int, int]
Edits = Mapping[str, Mapping[Stretch, bytes]]
"""For each file what replaces its stretches."""


@dataclass(frozen=True, slots=True)
class Change:
    """The edits of a move.

    `certain` tells that the edits themselves provide the new directory; `tasks` are what they need
    from people; `left` are spellings in prose that cannot be changed; `variable` is the environment
    variable that sets the path from now on, "" for none.
    """

    edits: Edits
    certain: bool = False
    tasks: tuple[Task, ...] = ()
    left: tuple[Site, ...] = ()
    variable: str = ""
