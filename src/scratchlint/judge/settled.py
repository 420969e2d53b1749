"""What is known of a case before its evidence is weighed: what the policy allows, how the program is run."""

from __future__ import annotations

from dataclasses import replace

from scratchlint.core.shape import PathShape
from scratchlint.judge.lifetime import Observation
from scratchlint.judge.profile import Profiles
from scratchlint.judge.shipping import Shipping
from scratchlint.judge.verdict import LOOKS, Case
from scratchlint.policy.globs import Globs
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import ENVIRONMENT_ROOT


def settled(case: Case, policy: Policy, profiles: Profiles, shipping: Shipping) -> Case:
    """Return a case with what its policy allows, how its files are run, and whether none is shipped."""
    files = dict.fromkeys([case.file, *(flow.use.span.file for flow in case.flows)])
    left_out = shipping.left_out(files) if policy.context is None else None
    stored = (*case.stored, left_out) if left_out is not None else case.stored
    return replace(case, allowed=_allowed(case, policy), profile=profiles.of(files, policy), stored=stored)


def _allowed(case: Case, policy: Policy) -> Observation | None:
    """Return what the policy says of a case when it allows all its uses."""
    globs = Globs(policy.allow)
    matching: list[str] = []
    for path in dict.fromkeys(flow.path for flow in case.flows if flow.use.action not in LOOKS):
        matched = _match(path, globs)
        if matched is None:
            return None
        matching.append(matched)
    if not matching:
        return None
    where = policy.origins.get("allow", "the default policy")
    return "allowed", f"`{matching[0]}` is allowed scratch storage in {where}", None


def _match(path: PathShape, globs: Globs) -> str | None:
    """Return the glob that a path matches; `$TMPDIR` is `/tmp` unless a system says otherwise."""
    spelled = str(path)
    return globs.match(spelled.replace(ENVIRONMENT_ROOT, "/tmp", 1)) or globs.match(spelled)
