"""The one table of strengths."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scratchlint.core.finding import Confidence


@dataclass(frozen=True, slots=True)
class Strengths:
    """Strengths by claim, and the scores that separate verdicts and confidences."""

    by_claim: Mapping[str, float]
    production: float
    medium: float
    high: float

    def confidence(self, score: float) -> Confidence:
        """Return how sure a production verdict of this score is."""
        if score >= self.high:
            return "high"
        return "medium" if score >= self.medium else "low"


@cache
def strengths() -> Strengths:
    """Return the table that ships with the package."""
    raw = tomllib.loads((files(__package__) / "strengths.toml").read_text(encoding="utf-8"))
    threshold = raw["threshold"]
    return Strengths(raw["strength"], threshold["production"], threshold["medium"], threshold["high"])
