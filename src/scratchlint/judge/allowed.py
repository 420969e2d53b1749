"""Which cases the policy settles: scratch paths that it allows."""

from __future__ import annotations

from dataclasses import replace

from scratchlint.core.shape import PathShape
from scratchlint.judge.verdict import LOOKS, Case
from scratchlint.policy.globs import Globs
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import ENVIRONMENT_ROOT


def allowed(case: Case, policy: Policy) -> Case:
    """Return a case with what the policy allows of it: all its uses, or nothing."""
    globs = Globs(policy.allow)
    matching = [_match(flow.path, globs) for flow in case.flows if flow.use.action not in LOOKS]
    if not matching or None in matching:
        return case
    where = policy.origins.get("allow", "the default policy")
    return replace(case, allowed=("allowed", f"`{matching[0]}` is allowed scratch storage in {where}", None))


def _match(path: PathShape, globs: Globs) -> str | None:
    """Return the glob that a path matches; `$TMPDIR` is `/tmp` unless a system says otherwise."""
    spelled = str(path)
    return globs.match(spelled.replace(ENVIRONMENT_ROOT, "/tmp", 1)) or globs.match(spelled)
