"""Programs that read environment variables without spelling their whole names."""

from __future__ import annotations

import re

from scratchlint.dataflow.literals import Literals
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.settings import settings_table

# What hands on the environment as a whole, or reads a variable whose name is worked out.
_WHOLE_ENVIRONMENT = re.compile(
    rb"(?:process|Bun|meta)\.env\s*(?:[),;}\n]|\[\s*[^\s\"'])|\bos\.environ\s*(?:[),]|\[\s*[^\s\"'])"
)


class Unspelled:
    """What reads variables without spelling their whole names, in one language."""

    def __init__(self, language: str) -> None:
        table = "javascript" if language == "typescript" else language
        ways = set(settings_table(table).unspelled()) if table in ("python", "javascript") else set()
        names = {way: [re.compile(rb"\b%b\b" % re.escape(name.encode())) for name in way] for way in ways}
        self._ways = list(names.values())
        self._literals = Literals([*(max(way, key=len).encode() for way in ways), b".env", b"os.environ"])

    def stand_in(self, data: bytes) -> bool:
        """Whether a file's bytes hold all names that some way takes, or the whole environment."""
        return self._literals.stand_in(data) and (
            _WHOLE_ENVIRONMENT.search(data) is not None
            or any(all(name.search(data) for name in names) for names in self._ways)
        )


@per_run
def unspelled(language: str) -> Unspelled:
    """Return what reads the environment so in a language."""
    return Unspelled(language)
