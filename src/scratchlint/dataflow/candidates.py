"""Which files can hold a site at all, told from their bytes before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scratchlint.dataflow.literals import Literals
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import one_or_more, root_rows
from scratchlint.policy.roots import ENVIRONMENT_ROOTS, SCRATCH_ROOTS, WELL_KNOWN, WINDOWS_ROOTS, Roots

_TELLING = re.compile(r"te?mp", re.IGNORECASE)


# How a path begins that is written out, wherever it leads.
_ABSOLUTE = re.compile(rb"(?:[\"'`=\s]|:/{0,3})/[A-Za-z]")


class _Spelled(NamedTuple):
    """What spells a site: what is looked for in all files, and then, around it, whole words."""

    literals: Literals
    words: re.Pattern[bytes]
    longest: int

    def stands_in(self, data: bytes) -> bool:
        """Whether any of it stands in some bytes; `TEMPLATE` and `/tmpl` spell nothing."""
        return any(
            self.words.search(data, max(0, place - self.longest), place + 2 * self.longest)
            for place in self.literals.places(data)
        )


@per_run
def _spelled(roots: Roots) -> _Spelled:
    paths = {*(root.rstrip("/\\") for root in roots.scratch), *SCRATCH_ROOTS, "%2Ftmp", "%2ftmp"}
    for root in WINDOWS_ROOTS:
        paths.update(_windows(root))
    names, quoted = {*ENVIRONMENT_ROOTS, "mktemp"}, set[str]()
    for language in ("python", "javascript"):
        for row in root_rows(language):
            for match in one_or_more(row["match"]):
                name = _name(match, language)
                if name:
                    names.add(name)
                else:
                    quoted.update(f"{quote}{match.split('.')[0]}{quote}" for quote in "\"'")
    spelled = sorted(text.encode() for text in (*paths, *names, *quoted))
    # A letter before a name may belong to an escape: `\nTMPDIR`.
    words = re.compile(
        rb"(?:(?<![A-Za-z0-9_])|(?<=\\[a-z]))(?:%b)(?![A-Za-z0-9_])|(?:%b)(?![A-Za-z0-9_])|%b"
        % tuple(_any_of(texts) for texts in (names, paths, quoted))
    )
    return _Spelled(Literals(spelled), words, max(map(len, spelled)))


def _windows(root: str) -> Iterator[str]:
    """Yield how the end of a Windows root is written, with either separator."""
    *above, last = root.split("\\")
    for name in (last, last.lower(), last.upper(), last.title()):
        yield from (f"\\{name}", f":/{name}", f"/{last}") if above else (name,)


def _any_of(texts: Iterable[str]) -> bytes:
    return b"|".join(re.escape(text.encode()) for text in sorted(texts, key=lambda text: (-len(text), text)))


def _name(match: str, language: str) -> str | None:
    """Return the name that a call of a temporary-file API spells, None where only its module tells."""
    last = match.split(".")[-1]
    return last if language == "python" or _TELLING.search(last) else None


def may_hold_site(data: bytes, roots: Roots = WELL_KNOWN) -> bool:
    """Whether a file's bytes spell any scratch root or temporary-file API."""
    return _spelled(roots).stands_in(data) or (roots.elsewhere and _ABSOLUTE.search(data) is not None)
