"""`scratchlint config`: what is in force for a file, and where each value comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast, get_args

from scratchlint.core.flow import Role
from scratchlint.policies import Policies
from scratchlint.policy.homes import home
from scratchlint.policy.keys import KEYS, Profile
from scratchlint.policy.policy import Policy
from scratchlint.policy.schema import schema
from scratchlint.rules import RULES
from scratchlint.source.root import find_root

DEFAULT = "default"
_COLUMN = 48


def in_force(path: str, config: Path | None, isolated: bool) -> Iterator[str]:
    """Yield the lines of the policy for a file or directory, as a policy file with origins as comments.

    Raises UsageError for a path that does not exist and a policy that cannot be read.
    """
    root, named = find_root([Path(path)])
    below = named[0]
    inside = below if (root / below).is_file() else f"{below}/." if below else ""
    policies = Policies(root, config=config, isolated=isolated)
    policy = policies.of(inside)
    yield f"# In force for {path}: {', '.join(policies.files) or 'the defaults'}"
    for key in KEYS:
        value = getattr(policy, key.field)
        said = [rule.id for rule in RULES] if value is None else value
        yield _line(key.name, said, policy.origins.get(key.field, DEFAULT))
    profile = cast(Profile, "system" if policy.profile == "auto" else policy.profile)
    levels = {rule.id: policy.levels.get(rule.id, rule.level) for rule in RULES}
    homes = {role: home(role, profile, policy) for role in get_args(Role)}
    yield from _table("levels", levels, policy)
    yield from _table("homes", homes, policy)
    yield from _table("contexts", policy.contexts, policy)


def schema_text() -> str:
    """Return the JSON schema of policy files."""
    return json.dumps(schema([rule.id for rule in RULES]), indent=2)


def _table(name: str, values: Mapping[str, object], policy: Policy) -> Iterator[str]:
    if values:
        yield ""
        yield f"[{name}]"
    for key, value in values.items():
        yield _line(key, value, policy.origins.get(f"{name}.{key}", DEFAULT))


def _line(name: str, value: object, origin: str) -> str:
    """Return a line of TOML: texts, lists and truth values are written as in JSON."""
    said = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    return f"{said:<{_COLUMN}}  # {origin}"
