"""Which files can hold a site at all, told from their bytes before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.dataflow.literals import Literals
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import one_or_more, root_rows
from scratchlint.policy.roots import ENVIRONMENT_ROOTS, SCRATCH_ROOTS, WELL_KNOWN, WINDOWS_ROOTS, Roots

_TELLING = re.compile(r"te?mp", re.IGNORECASE)


# How a path begins that is written out, wherever it leads.
_ABSOLUTE = re.compile(rb"(?:[\"'`=\s]|:/{0,3})/[A-Za-z]")


# What stands before the last name of a Windows root.
_SEPARATORS = ("\\", "/")


@per_run
def _literals(roots: Roots) -> Literals:
    words = {root.rstrip("/\\") for root in roots.scratch}
    words.update((*SCRATCH_ROOTS, *ENVIRONMENT_ROOTS, "mktemp", "%2Ftmp", "%2ftmp"))
    for root in WINDOWS_ROOTS:
        *above, last = root.split("\\")
        words.update(f"{separator}{last}" if above else root for separator in _SEPARATORS)
    for language in ("python", "javascript"):
        for row in root_rows(language):
            words.update(word for match in one_or_more(row["match"]) for word in _words(match, language))
    return Literals(word.encode() for word in words)


def _words(match: str, language: str) -> Iterator[str]:
    """Yield what a file that calls a temporary-file API must hold: its name, or its quoted module."""
    names = match.split(".")
    if _TELLING.search(names[-1]) or language == "python":
        yield names[-1]
    else:
        yield from (f"{quote}{names[0]}{quote}" for quote in "\"'")


def may_hold_site(data: bytes, roots: Roots = WELL_KNOWN) -> bool:
    """Whether a file's bytes hold the name of any scratch root or temporary-file API."""
    return _literals(roots).stand_in(data) or (roots.elsewhere and _ABSOLUTE.search(data) is not None)
