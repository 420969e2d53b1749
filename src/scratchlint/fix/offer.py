"""What can be fixed in a tree: analyse, plan, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint.analyze import analyze
from scratchlint.core.finding import Finding, Report
from scratchlint.core.fix import Fix, Unfixed
from scratchlint.fix.mentions import with_mentions
from scratchlint.fix.owner import Owner, owner
from scratchlint.fix.plan import plan
from scratchlint.fix.tree import Tree
from scratchlint.fix.verify import Analyze, Verified, verify
from scratchlint.policies import Policies
from scratchlint.policy.keys import CONFIDENCES
from scratchlint.rules import RULES


@dataclass(frozen=True, slots=True)
class Offer:
    """The fixes for the findings of a tree, and the reasons why others have none.

    `tree` holds the files as they were when the fixes were made, `report` what was found in them, and
    `again` analyses them with other contents.
    """

    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    unfixed: tuple[Unfixed, ...]
    tree: Tree
    report: Report
    again: Analyze

    def confirmed(self, chosen: Sequence[Fix]) -> Verified:
        """Return which of some fixes hold when the others are not made."""
        if len(chosen) == sum(fix.applicability != "display" for fix in self.fixes):
            return Verified(tuple(chosen), ())
        return verify(chosen, self.report, self.tree, self.again)


def offer(root: Path, named: Sequence[str], policies: Policies) -> Offer:
    """Return the fixes for what the policies report in the named paths.

    Every fix was tried in memory, but for those that are only shown. Whatever the policies leave
    out is analysed too: a path moves with all that uses it.
    """
    rules = tuple(rule.id for rule in RULES)
    everything = policies.under(
        replace(policies.options, select=rules, ignore=None, min_confidence=CONFIDENCES[0])
    )
    tree = Tree(root)

    def owner_of(finding: Finding) -> Owner:
        return owner(finding, policies.of(finding.judgement.site.span.file), tree.data, root.name)

    def again(changed: Mapping[str, bytes]) -> Report:
        return analyze(root, named, everything, changed=changed)

    report = again({})
    reported = [one for one in report.findings if _is_reported(one, policies)]
    planned = plan(report, reported, tree, owner_of)
    shown = [fix for fix in planned.fixes if fix.applicability == "display"]
    tried = [fix for fix in planned.fixes if fix.applicability != "display"]
    verified = verify(tried, report, tree, again)
    fixes = tuple(with_mentions([*verified.fixes, *shown], tree, named))
    return Offer(tuple(reported), fixes, (*planned.unfixed, *verified.withdrawn), tree, report, again)


def _is_reported(finding: Finding, policies: Policies) -> bool:
    policy = policies.of(finding.judgement.site.span.file)
    sure = CONFIDENCES.index(finding.judgement.verdict.confidence)
    return policy.reports(finding.rule) and sure >= CONFIDENCES.index(policy.min_confidence)
