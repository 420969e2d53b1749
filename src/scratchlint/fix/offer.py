"""What can be fixed in a tree: analyse, plan, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scratchlint.analyze import Analysis, examine
from scratchlint.core.finding import Finding, Report
from scratchlint.core.fix import Fix, Unfixed
from scratchlint.fix.mentions import with_mentions
from scratchlint.fix.owner import Owner, owner
from scratchlint.fix.plan import Plan, plan
from scratchlint.fix.tree import Tree
from scratchlint.fix.verify import Run, Try, Verified, verify
from scratchlint.policies import Policies
from scratchlint.policy.keys import CONFIDENCES
from scratchlint.rules import RULES, predictable_name
from scratchlint.source.discover import discover


@dataclass(frozen=True, slots=True)
class Offer:
    """The fixes for the findings of a tree, and the reasons why others have none.

    `tree` holds the files as they were when the fixes were made, `before` what was found and planned in them,
    and `again` finds and plans with other contents.
    """

    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    unfixed: tuple[Unfixed, ...]
    tree: Tree
    before: Run
    again: Try

    @property
    def report(self) -> Report:
        """Everything that was found, whatever the policies leave out of it."""
        return self.before.report

    def confirmed(self, chosen: Sequence[Fix]) -> Verified:
        """Return which of some fixes hold when the others are not made."""
        if len(chosen) == sum(fix.applicability != "display" for fix in self.fixes):
            return Verified(tuple(chosen), ())
        return verify(chosen, self.before, self.tree, self.again)


def offer(root: Path, named: Sequence[str], policies: Policies, analysis: Analysis | None = None) -> Offer:
    """Return the fixes for what the policies report in the named paths.

    An `analysis` of them under these policies is taken up when there is one. Every fix was tried in
    memory, but for those that are only shown. Whatever the policies leave out is looked at too: a path
    moves with all that uses it.
    """
    seen = analysis or examine(root, named, policies)
    asked = {one.rule for one in seen.report(policies).findings}
    rules = tuple(rule.id for rule in RULES if rule is not predictable_name.RULE or rule.id in asked)
    everything = policies.under(
        replace(policies.options, select=rules, ignore=None, min_confidence=CONFIDENCES[0])
    )
    tree = Tree(root)

    def planned(analysis: Analysis, tree: Tree) -> tuple[Run, Sequence[Finding], Plan]:
        report, reported = analysis.report(everything), analysis.report(policies).findings

        def owner_of(finding: Finding) -> Owner:
            return owner(finding, policies.of(finding.judgement.site.span.file), tree.data, root.name)

        made = plan(report, reported, tree, owner_of)
        return Run(report, made.fixes), reported, made

    def again(changed: Mapping[str, bytes]) -> Run:
        return planned(seen.again(changed), tree.changed(changed))[0]

    before, reported, made = planned(seen, tree)
    ignored = _ignored(root, named)
    refused = [
        Unfixed(site, fix.old, f"{file} is ignored")
        for fix in made.fixes
        for file in sorted(ignored.intersection(fix.files))[:1]
        for site in fix.sites
    ]
    possible = [fix for fix in made.fixes if not ignored.intersection(fix.files)]
    shown = [fix for fix in possible if fix.applicability == "display"]
    tried = [fix for fix in possible if fix.applicability != "display"]
    verified = verify(tried, before, tree, again)
    fixes = tuple(with_mentions([*verified.fixes, *shown], tree, named))
    unfixed = (*made.unfixed, *refused, *verified.withdrawn)
    return Offer(tuple(reported), fixes, unfixed, tree, before, again)


def _ignored(root: Path, named: Sequence[str]) -> frozenset[str]:
    """Return the named files that a run over the whole project leaves out."""
    files = [path for path in named if (root / path).is_file()]
    return (
        frozenset(files).difference(discover(root, files, force_exclude=True).files) if files else frozenset()
    )
