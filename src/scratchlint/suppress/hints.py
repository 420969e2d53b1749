"""Comments that silence other linters: they are shown, and lower nothing."""

from __future__ import annotations

import re

# What the other linters say of scratch storage, and how a comment silences it.
# https://bandit.readthedocs.io/en/latest/config.html, https://docs.astral.sh/ruff/linter/
_LINTERS = (
    ("bandit", re.compile(r"#\s*nosec\b(?P<codes>[ :]*(?:[A-Z]\d+[, ]*)*)"), frozenset({"B108", "B306"})),
    ("ruff", re.compile(r"(?i:#\s*noqa)\b(?P<codes>[ :]*(?:[A-Z]+\d+[, ]*)*)"), frozenset({"S108", "S306"})),
    ("SonarQube", re.compile(r"\bNOSONAR\b(?P<codes>)"), frozenset[str]()),
)
_CODE = re.compile(r"[A-Z]+\d+")
WORDS = ("nosec", "noqa", "nosonar")
"""What a comment to another linter holds, in any case."""
_SPOKEN = re.compile("|".join(WORDS), re.IGNORECASE)


def hint(comment: str) -> str | None:
    """Return what a comment tells another linter about scratch storage, or None."""
    if not _SPOKEN.search(comment):
        return None
    for linter, pattern, about in _LINTERS:
        match = pattern.search(comment)
        if match is not None:
            codes = set(_CODE.findall(match["codes"]))
            if not codes or codes & about:
                return f"`{match[0].strip()}` silences {linter} here; it lowers nothing"
    return None
