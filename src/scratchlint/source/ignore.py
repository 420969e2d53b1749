"""Ignore rules read directly, for trees that git cannot list."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scratchlint.core.finding import Skipped
from scratchlint.source.read import read

if TYPE_CHECKING:  # most trees are listed by git
    from pathspec import GitIgnoreSpec

MAXIMUM_STARS = 5
"""A pattern with more stars is left out: matching it can take as good as forever."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules of one ignore file.

    `prefix` is the directory that they are about ("" or with a final slash); `left_out` counts
    the patterns that were not understood or have too many stars.
    """

    prefix: str
    spec: GitIgnoreSpec
    left_out: int


def load(root: Path, file: str, prefix: str) -> Ignore | Skipped | None:
    """Read an ignore file for the directory `prefix`; None when there is none."""
    if not os.path.lexists(os.path.join(root, file)):
        return None
    source = read(root, file)
    if isinstance(source, Skipped):
        return source
    from pathspec import GitIgnoreSpec

    lines = [line for line in re.split(r"\r?\n", source.text) if line.strip() and not line.startswith("#")]
    usable = [line for line in lines if len(re.findall(r"\*+", line)) <= MAXIMUM_STARS and _is_pattern(line)]
    return Ignore(prefix, GitIgnoreSpec.from_lines(usable), len(lines) - len(usable))


def is_ignored(path: str, rules: Sequence[Ignore], directory: bool) -> bool:
    """Whether the rules, outermost first, ignore a path; the innermost that speaks of it decides."""
    for rule in reversed(rules):
        below = path.removeprefix(rule.prefix) + ("/" if directory else "")
        decision = rule.spec.check_file(below).include
        if decision is not None:
            return decision
    return False


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
