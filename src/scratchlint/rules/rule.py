"""What a rule is: a value. Its module's docstring is its documentation."""

from __future__ import annotations

from dataclasses import dataclass

from scratchlint.core.finding import Level
from scratchlint.core.flow import Role


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    `roles` are the roles it reports; `severity` is GitHub's security-severity (0.1 to 10.0,
    never exactly 9.0), or "" for what is no matter of security; `weaknesses` are CWE numbers;
    `documentation` is Markdown whose first line is the title and whose first paragraph is the summary.
    """

    id: str
    roles: frozenset[Role]
    level: Level
    severity: str
    weaknesses: tuple[int, ...]
    documentation: str

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.documentation.strip().splitlines()[0].rstrip(".")
