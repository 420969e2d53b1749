"""Which findings are reported: not those that are suppressed, not asked for, or not sure enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scratchlint.core.finding import SILENCED, Evidence, Finding, Remark, Suppressed, Suppression
from scratchlint.core.ir import Comment
from scratchlint.core.span import Span
from scratchlint.policies import Policies
from scratchlint.policy.keys import CONFIDENCES
from scratchlint.policy.policy import Policy
from scratchlint.rules import RULES
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import Source
from scratchlint.suppress.apply import Located, match, mistaken, unexplained, unused
from scratchlint.suppress.comments import MARK, Mistake, Placed, read_comments
from scratchlint.suppress.hints import hint

_RULES = tuple(rule.id for rule in RULES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings that are reported, those that are suppressed, and what is wrong with suppressions.

    `unsure` is how many are left out because their confidence is too low.
    """

    findings: tuple[Finding, ...]
    unsure: int
    suppressed: tuple[Suppressed, ...]
    remarks: tuple[Remark, ...]


def reported(
    findings: Sequence[Finding],
    comments: Mapping[str, Sequence[Comment]],
    sources: Mapping[str, Source],
    policies: Policies,
    *,
    whole: bool,
) -> Outcome:
    """Leave out what the comments of each file, and the policies, ask to leave out.

    `comments` are those of files in which one speaks to linters. Whether a suppression is needed
    can be told only when the `whole` project was analysed: a use in a file that was not may be the
    reason for it.
    """
    files = {*comments, *map(_file, findings)}
    lines = {path: LineIndex(sources[path].data) for path in sorted(files)}
    read = [said for path, told in sorted(comments.items()) for said in _read(told, lines[path])]
    asked = [said for said in read if isinstance(said, Suppression)]
    mistakes = [said for said in read if isinstance(said, Mistake)]
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in findings:
        path = _file(finding)
        own = [one for one in asked if one.span.file == path]
        suppression = match(_located(finding, lines[path]), own) or policies.exemption(finding)
        if suppression is None:
            kept.append(_hinted(finding, comments.get(path, ()), lines[path]))
        else:
            suppressed.append(Suppressed(finding, suppression))
    remarks = [*unexplained(asked), *mistaken(mistakes)]
    if whole:
        remarks += unused([*asked, *policies.exemptions()], suppressed)
    selected = [finding for finding in kept if _policy(finding, policies).reports(finding.rule)]
    sure = [finding for finding in selected if _is_sure(finding, _policy(finding, policies))]
    return Outcome(
        tuple(sure),
        len(selected) - len(sure),
        tuple(one for one in suppressed if _policy(one.finding, policies).reports(one.finding.rule)),
        tuple(
            one
            for one in sorted(remarks, key=lambda one: (one.span, one.rule))
            if policies.of(one.span.file).reports(one.rule)
        ),
    )


def _policy(finding: Finding, policies: Policies) -> Policy:
    return policies.of(_file(finding))


def _is_sure(finding: Finding, policy: Policy) -> bool:
    confidence = finding.judgement.verdict.confidence
    return CONFIDENCES.index(confidence) >= CONFIDENCES.index(policy.min_confidence)


def _file(finding: Finding) -> str:
    return finding.judgement.site.span.file


def _read(comments: Sequence[Comment], lines: LineIndex) -> Iterator[Suppression | Mistake]:
    if any(MARK in comment.text for comment in comments):
        blank = frozenset(number for number in range(1, lines.lines) if not lines.line(number).strip())
        yield from read_comments([_placed(comment, lines) for comment in comments], blank, _RULES)


def _placed(comment: Comment, lines: LineIndex) -> Placed:
    first, last = _lines(comment.span, lines)
    before = lines.line(first).encode()[: comment.span.start - lines.start(first)]
    return Placed(comment, first, last, not before.strip())


def _lines(span: Span, lines: LineIndex) -> tuple[int, int]:
    region = lines.region(Span(span.file, span.start, max(span.start, span.end - 1)))
    return region.start.line, region.end.line


def _located(finding: Finding, lines: LineIndex) -> Located:
    return Located(finding, *_lines(finding.judgement.site.span, lines))


def _hinted(finding: Finding, comments: Sequence[Comment], lines: LineIndex) -> Finding:
    """Add to the evidence, with no weight, what the site's lines tell other linters."""
    judgement = finding.judgement
    here = set(range(*_range(_lines(judgement.site.span, lines))))
    hints = [
        Evidence(SILENCED, told, 0.0, comment.span)
        for comment in comments
        if here & set(range(*_range(_lines(comment.span, lines)))) and (told := hint(comment.text))
    ]
    if not hints:
        return finding
    verdict = replace(judgement.verdict, evidence=(*judgement.verdict.evidence, *hints))
    return replace(finding, judgement=replace(judgement, verdict=verdict))


def _range(lines: tuple[int, int]) -> tuple[int, int]:
    return lines[0], lines[1] + 1
