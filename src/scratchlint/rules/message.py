"""Writes a judgement down as a finding: its rule, its sentence, its permanent home."""

from __future__ import annotations

from scratchlint.core.finding import Finding, Judgement, Level
from scratchlint.core.flow import Flow, Role
from scratchlint.core.phrases import NOUNS, deed
from scratchlint.policy.homes import home
from scratchlint.policy.keys import Profile
from scratchlint.policy.permanence import is_impermanent, is_off_mount
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import ELSEWHERE
from scratchlint.rules import cleanup_conflict, data_off_mount, impermanent_path, predictable_name, rule_for
from scratchlint.rules.rule import Rule

# Beats for a health check, memory that a deploy file mounts on purpose.
CONTESTED = frozenset({"heartbeat", "volatile"})
# What makes a file or directory, and where nobody else makes one: builds and workflows.
_MAKES = frozenset(
    {"appends", "builds", "copies-to", "creates", "downloads", "extracts-to", "moves-to", "opens", "writes"}
)
_ALONE = frozenset({"job", "layer", "stage", "health"})
_FRESH = "a directory of its own (mkdtemp, mktemp -d)"
# A name that keeps a path makes no file: `/uploads` may be an address.
_KEPT = frozenset({"sets", "passes", "returns"})


def finding(judgement: Judgement, policy: Policy, profile: Profile) -> Finding | None:
    """Report a production use at the level, and with the home, that the policy gives it.

    None for a path outside of scratch storage that lies where the policy wants it.
    """
    role = judgement.verdict.role
    rule = _rule(judgement, policy, profile)
    if rule is None:
        return None
    return Finding(
        rule=rule.id,
        level=_level(rule, judgement, policy),
        message=_sentence(judgement.flows[0], role, _place(rule, policy, judgement.flows[0])),
        home=home(role, profile, policy),
        profile=profile,
        judgement=judgement,
    )


def conflict(judgement: Judgement, policy: Policy, profile: Profile) -> Finding:
    """Report a clean-up that clears what another file uses as production: `judge.cleanups` found it."""
    rule, verdict = cleanup_conflict.RULE, judgement.verdict
    more = f", and {len(verdict.evidence) - 1} more" if len(verdict.evidence) > 1 else ""
    cleared = judgement.flows[0].path
    return Finding(
        rule=rule.id,
        level=policy.levels.get(rule.id, rule.level),
        message=f"Clearing {cleared} takes away what is needed: {verdict.evidence[0].note}{more}.",
        home=home(verdict.role, profile, policy),
        profile=profile,
        judgement=judgement,
    )


def predictable(judgement: Judgement, policy: Policy, profile: Profile) -> Finding | None:
    """Report a scratch path that is made under a name that is written out, where the policy asks for it."""
    rule, site = predictable_name.RULE, judgement.site
    if site.kind != "literal" or not policy.names(rule.id):
        return None
    made = [flow for flow in judgement.flows if flow.path == site.path and flow.use.action in _MAKES]
    alone = any(_ALONE.intersection(flow.use.blocks) for flow in judgement.flows)
    if not made or alone or not site.path.components or site.path.holes() or "allowed" in _claims(judgement):
        return None
    return Finding(
        rule=rule.id,
        level=policy.levels.get(rule.id, rule.level),
        message=f"Anybody can foresee the name of the scratch path {site.path}: {deed(made[0].use)}.",
        home=_FRESH,
        profile=profile,
        judgement=judgement,
    )


def _claims(judgement: Judgement) -> set[str]:
    return {evidence.claim for evidence in judgement.verdict.evidence}


def _level(rule: Rule, judgement: Judgement, policy: Policy) -> Level:
    """Return the level that the policy gives a rule, else its own; a note where good engineers differ."""
    if rule.id in policy.levels:
        return policy.levels[rule.id]
    contested = any(evidence.claim in CONTESTED for evidence in judgement.verdict.evidence)
    return "note" if contested else rule.level


def _rule(judgement: Judgement, policy: Policy, profile: Profile) -> Rule | None:
    role, flow = judgement.verdict.role, judgement.flows[0]
    if flow.path.root != ELSEWHERE:
        return rule_for(role)
    if role == "other" or flow.use.action in _KEPT:
        return None
    if is_off_mount(flow.path, role, policy):
        return data_off_mount.RULE
    return impermanent_path.RULE if is_impermanent(flow.path, role, policy, profile) else None


def _place(rule: Rule, policy: Policy, flow: Flow) -> str:
    """Say what is wrong with the place."""
    if rule is data_off_mount.RULE:
        return f"is on none of the data mounts ({', '.join(policy.data_roots)})"
    if rule is impermanent_path.RULE:
        return f"is below no permanent directory ({', '.join(policy.permanent_roots)})"
    volatile = any(step.kind == "mounted" for step in flow.steps)
    return f"lives in {'volatile' if volatile else 'scratch'} storage"


def _sentence(flow: Flow, role: Role, where: str) -> str:
    use = flow.use
    place = "" if use.span.file == flow.site.span.file else f" in {use.span.file}"
    return f"The {NOUNS[role]} {flow.path} {where}: {deed(use)}{place}."
