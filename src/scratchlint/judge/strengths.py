"""The one table of strengths."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

from scratchlint.core.finding import Confidence


@dataclass(frozen=True, slots=True)
class Strengths:
    """Strengths by claim, the scores that separate verdicts and confidences, and what a score means."""

    by_claim: Mapping[str, float]
    production: float
    medium: float
    high: float
    slope: float
    intercept: float

    def probability(self, score: float) -> float:
        """Return how often a path of this score is a production use, from 0 to 1."""
        return 1 / (1 + exp(-(self.slope * (score - self.production) + self.intercept)))

    def confidence(self, score: float) -> Confidence:
        """Return how sure a production verdict of this score is."""
        if score >= self.high:
            return "high"
        return "medium" if score >= self.medium else "low"


@cache
def strengths() -> Strengths:
    """Return the table that ships with the package."""
    raw = tomllib.loads(Path(__file__).with_name("strengths.toml").read_text(encoding="utf-8"))
    threshold = raw["threshold"]
    by_claim = {claim: row["strength"] for claim, row in raw["strength"].items()}
    return Strengths(by_claim, **threshold, **raw["calibration"])
