"""The rules: one file each, a value whose documentation is its module's docstring."""

from __future__ import annotations

from scratchlint.core.flow import Role
from scratchlint.rules import (
    cleanup_conflict,
    config,
    data,
    data_off_mount,
    executable,
    impermanent_path,
    log,
    path,
    predictable_name,
    runtime,
    unexplained_suppression,
    unused_suppression,
    venv,
)
from scratchlint.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    venv.RULE,
    executable.RULE,
    config.RULE,
    log.RULE,
    data.RULE,
    runtime.RULE,
    path.RULE,
    cleanup_conflict.RULE,
    impermanent_path.RULE,
    data_off_mount.RULE,
    predictable_name.RULE,
    unused_suppression.RULE,
    unexplained_suppression.RULE,
)


def rule_for(role: Role) -> Rule:
    """Return the one rule that reports production uses of this role."""
    return next(rule for rule in RULES if role in rule.roles)
