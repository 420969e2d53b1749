"""What every report format takes: the rules' metadata, the wishes of the user, the project's home."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scratchlint.core.finding import Level, Report

PROJECT = "https://github.com/scratchlint/scratchlint"


class Rule(Protocol):
    """What reports need to know of a rule; `rules.rule.Rule` has it."""

    @property
    def id(self) -> str:
        """The name that findings and suppressions use."""

    @property
    def title(self) -> str:
        """One line, without a full stop."""

    @property
    def level(self) -> Level:
        """The level of findings of this rule unless they say otherwise."""

    @property
    def severity(self) -> str:
        """GitHub's security-severity, a decimal number from 0.1 to 10.0; "" for none."""

    @property
    def weaknesses(self) -> tuple[int, ...]:
        """Numbers of the Common Weakness Enumeration."""

    @property
    def documentation(self) -> str:
        """Markdown; its first line is the title."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked of a report.

    `version` is scratchlint's own. `color`, `evidence` and `verbose`, which lists the bounds that were
    reached instead of counting them, shape the text format. `show_scratch` adds what was judged scratch to
    text, JSON and HTML, `show_suppressed` and `show_known` add to these and SARIF what somebody
    asked to leave out and what a comparison left out. SARIF alone has the `category`, which tells apart
    several uploads for one commit, the sources when `embed` asks for them, and the `exit_code`.
    `notify` is told what a format had to leave out.
    """

    version: str
    color: bool = False
    show_scratch: bool = False
    show_suppressed: bool = False
    show_known: bool = False
    evidence: bool = False
    verbose: bool = False
    category: str | None = None
    embed: bool = False
    exit_code: int | None = None
    notify: Callable[[str], None] | None = None


Render = Callable[[Report, Sequence[Rule], Options], Iterator[str]]
