"""What happens while a sweep runs, as it is told to those who watch."""

from __future__ import annotations

from dataclasses import dataclass

from scratchlint.sweep.database import Run
from scratchlint.sweep.sources import Source


@dataclass(frozen=True, slots=True)
class Begun:
    """So many repositories are to be looked at."""

    total: int


@dataclass(frozen=True, slots=True)
class Started:
    """A repository was given to the workers."""

    source: Source


@dataclass(frozen=True, slots=True)
class Ended:
    """A repository is through, as the `number`-th of `total`; `unchanged` tells that it was before."""

    number: int
    total: int
    source: Source
    run: Run
    unchanged: bool

    @property
    def status(self) -> str:
        """What came of it: "done", "failed", or "unchanged"."""
        return "unchanged" if self.unchanged else self.run.status


Event = Begun | Started | Ended
