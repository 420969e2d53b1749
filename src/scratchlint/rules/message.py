"""Writes a judgement down as a finding: its rule, its sentence, its permanent home."""

from __future__ import annotations

from scratchlint.core.finding import Finding, Judgement
from scratchlint.core.flow import Flow, Role
from scratchlint.core.phrases import NOUNS, deed
from scratchlint.policy.homes import home
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Policy
from scratchlint.rules import rule_for


def finding(judgement: Judgement, policy: Policy, profile: Profile) -> Finding:
    """Report a production use at the level, and with the home, that the policy gives it."""
    role = judgement.verdict.role
    rule = rule_for(role)
    return Finding(
        rule=rule.id,
        level=policy.levels.get(rule.id, rule.level),
        message=_sentence(judgement.flows[0], role),
        home=home(role, profile, policy),
        judgement=judgement,
    )


def _sentence(flow: Flow, role: Role) -> str:
    use = flow.use
    place = "" if use.span.file == flow.site.span.file else f" in {use.span.file}"
    return f"The {NOUNS[role]} {flow.path} lives in scratch storage: {deed(use)}{place}."
