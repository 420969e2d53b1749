"""How the program that uses a path is run: it decides on the path's permanent home."""

from __future__ import annotations

from typing import cast

from scratchlint.core.finding import Judgement
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Policy


def profile_of(judgement: Judgement, policy: Policy) -> Profile:
    """Return the profile that the policy sets, else the one that files tell."""
    if policy.profile != "auto":
        return cast(Profile, policy.profile)
    return "system"
