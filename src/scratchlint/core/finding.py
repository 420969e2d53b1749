"""What the analysis concludes: evidence, verdicts, findings, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scratchlint.core.flow import Flow, Role, Site
from scratchlint.core.span import Region, Span

if TYPE_CHECKING:  # most runs offer none
    from scratchlint.core.fix import Fix

Level = Literal["error", "warning", "note"]
VerdictKind = Literal["production", "scratch", "not-usage", "mounted"]
Confidence = Literal["high", "medium", "low"]


SILENCED = "silenced-elsewhere"
"""The claim of evidence without weight: a comment silences another linter."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation and what it speaks for.

    `claim` is the key of the strengths table, `note` the sentence that people read,
    `strength` is positive for production and negative for scratch.
    """

    claim: str
    note: str
    strength: float
    span: Span | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a site was judged to be, and why.

    `score` is the sum of the evidence, `probability` how often a path of that score is a production use.
    """

    kind: VerdictKind
    role: Role
    confidence: Confidence
    score: float
    evidence: tuple[Evidence, ...]
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """A site with all its flows (the deciding one first) and its verdict.

    `same` are further spellings of the same path in the same file.
    """

    site: Site
    flows: tuple[Flow, ...]
    verdict: Verdict
    same: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A production use of scratch storage, as one rule reports it.

    `home` is the permanent place that a path of this role should have, where the program is run as
    `profile` says: "system", "user", "container" or "serverless".
    """

    rule: str
    level: Level
    message: str
    home: str
    judgement: Judgement
    profile: str = "system"


@dataclass(frozen=True, slots=True)
class Suppression:
    """What asks to leave findings out.

    `span` is its comment, or the entry of a policy file, `origin` the same as `FILE:LINE` for people;
    `line` is the 1-based line that it is about, 0 for whole files; `rules` are those that it names, none
    for all; `reason` is "" when it gives none.
    """

    span: Span
    kind: Literal["comment", "policy"]
    origin: str
    line: int
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that is left out, and what asks for it."""

    finding: Finding
    suppression: Suppression


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a rule says of a place without a path: of a suppression."""

    rule: str
    level: Level
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not, or only partly, analysed; `partly` tells which."""

    file: str
    reason: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Source lines for reports, secrets masked.

    `lines` are the lines from `region.start.line` to `region.end.line`; `text` is the spanned text.
    """

    region: Region
    lines: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as a baseline remembers it: without its line's number, which other edits change.

    `path` is the path as the deciding use sees it, `line` a hash of the source line's text.
    """

    rule: str
    file: str
    path: str
    line: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a report relates to an earlier state of the project; its findings are what is new.

    `known` are findings that a baseline lists, `fixed` its entries that are not found any more.
    `elsewhere` are findings that a change has nothing to do with. Where a report was narrowed to a
    change, `changed` tells for the site of each finding which place on its way lies on a changed
    line, None if none does and the change as a whole made it a finding.
    """

    known: tuple[Finding, ...] = ()
    fixed: tuple[Known, ...] = ()
    elsewhere: tuple[Finding, ...] = ()
    changed: Mapping[Span, Span | None] | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The whole text of a file, secrets masked; `number` counts the texts of a report from 0, by file."""

    number: int
    content: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the analysed state comes from; `repository` is a web address without credentials."""

    repository: str
    commit: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run found out.

    `excerpts` holds each span that findings and judgements name; `unread` counts
    files in languages that are not analysed by kind (Go, PHP, ...); `line_hashes` gives
    GitHub's primaryLocationLineHash for each finding's span; `unsure` is how many findings the
    policy leaves out because their confidence is too low, `suppressed` are those that somebody
    asked to leave out; `remarks` tell what is wrong with suppressions. `analysed` names the files that
    were looked at, `comparison` is there when the report was compared with an earlier state, `origin`
    when it was asked for and is known, `fixes` when they were asked for. `texts`
    holds the files that findings name, secrets masked, when they were asked for.
    """

    findings: tuple[Finding, ...]
    scratch: tuple[Judgement, ...]
    skipped: tuple[Skipped, ...]
    limits: tuple[str, ...]
    files: int
    sites: int
    seconds: float
    unread: Mapping[str, int]
    set_aside: Mapping[str, int]
    excerpts: Mapping[Span, Excerpt]
    line_hashes: Mapping[Span, str]
    fixes: tuple[Fix, ...] = ()
    unsure: int = 0
    suppressed: tuple[Suppressed, ...] = ()
    remarks: tuple[Remark, ...] = ()
    analysed: frozenset[str] = frozenset()
    comparison: Comparison | None = None
    origin: Origin | None = None
    texts: Mapping[str, Text] | None = None
