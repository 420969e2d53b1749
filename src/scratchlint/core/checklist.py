"""The answers to the deployment checklist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scratchlint.core.finding import Finding

State = Literal["passed", "failed", "not checked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one item: its state, what was looked at, and what speaks against it.

    `name` is short and stays the same; `looked_at` and, for an item that was not checked, `reason` are for
    people.
    """

    name: str
    title: str
    state: State
    looked_at: str
    reason: str
    findings: tuple[Finding, ...]
