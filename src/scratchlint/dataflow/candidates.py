"""Which files can hold a site at all, told from their bytes before anything is parsed."""

from __future__ import annotations

import re
from functools import cache

from scratchlint.knowledge.table import call_table
from scratchlint.policy.roots import ENVIRONMENT_ROOTS, SCRATCH_ROOTS, WINDOWS_ROOTS


@cache
def _pattern() -> re.Pattern[bytes]:
    words = {*SCRATCH_ROOTS, *ENVIRONMENT_ROOTS, "mktemp", "%2Ftmp"}
    for language in ("python", "javascript"):
        for name, effects in call_table(language).by_name.items():
            if any(effect.kind == "root" for effect in effects):
                words.add(name)
    words.update(root.replace("\\", "\\\\") for root in WINDOWS_ROOTS)
    words.update(WINDOWS_ROOTS)
    return re.compile(b"|".join(re.escape(word.encode()) for word in sorted(words)))


def may_hold_site(data: bytes) -> bool:
    """Whether a file's bytes hold the name of any scratch root or temporary-file API."""
    return _pattern().search(data) is not None
