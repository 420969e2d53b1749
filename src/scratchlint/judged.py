"""One program: what is kept of it once its paths are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.finding import Judgement, Skipped
from scratchlint.policies import Policies
from scratchlint.project import Project
from scratchlint.selection import Contexts


@dataclass(frozen=True, slots=True)
class Judged:
    """What was worked out of one program, whatever is reported of it.

    `languages` are its files; `judgements` are in order; `contained` are the files that deploy
    containers, and what these load, `copied` those that images hold and run; `comments` are those of
    files in which one speaks to linters.
    """

    languages: Mapping[str, str]
    judgements: Sequence[Judgement]
    contained: frozenset[str]
    copied: frozenset[str]
    comments: Mapping[str, Sequence[ir.Comment]]
    skipped: Sequence[Skipped]
    limits: Sequence[str]


def judged(project: Project, contexts: Contexts, policies: Policies) -> Judged:
    """Trace every path of a program and judge it."""
    judgements: Sequence[Judgement] = ()
    contained = copied = frozenset[str]()
    limits: Sequence[str] = ()
    if project.candidates():  # else there is nothing to trace, nor anything to load for it
        from scratchlint.cases import judged_cases

        judgements, contained, copied, limits = judged_cases(project, contexts, policies)
    comments = project.comments()
    return Judged(project.languages, judgements, contained, copied, comments, project.skipped, limits)
