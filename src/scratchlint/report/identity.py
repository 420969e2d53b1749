"""What makes a finding the same one in the next run, wherever its lines have moved to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from scratchlint.core.finding import Finding, Report
from scratchlint.core.span import Span
from scratchlint.report.characters import sound
from scratchlint.report.comparison import left_out
from scratchlint.report.way import path_text

# Changes with the way identities are made.
SCHEME = "scratchlint/v1"

Identities = Mapping[tuple[str, Span], str]


def identities(report: Report) -> Identities:
    """Return the identity of every finding by its rule and site: 32 hexadecimal digits.

    It is made of the rule, the file and the path that the deciding use sees, and does not depend on
    lines. Findings that agree in these are numbered in the order of their places.
    """
    suppressed = [one.finding for one in report.suppressed]
    found = [*report.findings, *left_out(report), *suppressed]
    seen: Counter[tuple[str, str, str]] = Counter()
    made = {}
    for finding in sorted(found, key=_place):
        key = (finding.rule, sound(finding.judgement.site.span.file), sound(path_text(finding.judgement)))
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        made[_key(finding)] = hashlib.sha256(text.encode()).hexdigest()[:32]
    return made


def identity(made: Identities, finding: Finding) -> str:
    """Return the identity of one of the findings that these were made for."""
    return made[_key(finding)]


def _place(finding: Finding) -> tuple[Span, str]:
    return finding.judgement.site.span, finding.rule


def _key(finding: Finding) -> tuple[str, Span]:
    return finding.rule, finding.judgement.site.span
