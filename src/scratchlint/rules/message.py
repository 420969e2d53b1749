"""Writes a judgement down as a finding: its rule, its sentence, its permanent home."""

from __future__ import annotations

from collections.abc import Callable

from scratchlint.core.finding import Finding, Judgement
from scratchlint.core.flow import Flow, Role
from scratchlint.core.phrases import NOUNS, deed
from scratchlint.rules import rule_for


def finding(judgement: Judgement, homes: Callable[[Role], str]) -> Finding:
    """Report a production use; `homes` tells the permanent home of a role."""
    role = judgement.verdict.role
    rule = rule_for(role)
    return Finding(
        rule=rule.id,
        level=rule.level,
        message=_sentence(judgement.flows[0], role),
        home=homes(role),
        judgement=judgement,
    )


def _sentence(flow: Flow, role: Role) -> str:
    use = flow.use
    place = "" if use.span.file == flow.site.span.file else f" in {use.span.file}"
    return f"The {NOUNS[role]} {flow.path} lives in scratch storage: {deed(use)}{place}."
