"""What never comes into the context of an image's build.

https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

from scratchlint.source.ignore import MAXIMUM_STARS


class LeftOut:
    """The rules of a `.dockerignore`; of those that fit a file the last decides."""

    def __init__(self, data: bytes) -> None:
        self._rules = list(_rules(data.decode("utf-8", "replace")))

    def holds(self, path: str) -> bool:
        """Whether a file, seen from the context, is left out."""
        fitting = (left_out for left_out, spec in reversed(self._rules) if spec.match_file(path))
        return next(fitting, False)


def _rules(text: str) -> Iterator[tuple[bool, GitIgnoreSpec]]:
    """Yield whether a pattern leaves out, with the pattern as git has it: all begin at the context."""
    for line in map(str.strip, text.splitlines()):
        kept = line.startswith("!")
        pattern = line.removeprefix("!").strip().removeprefix("./").strip("/")
        if pattern in ("", ".") or line.startswith("#") or len(re.findall(r"\*+", pattern)) > MAXIMUM_STARS:
            continue
        try:
            yield not kept, GitIgnoreSpec.from_lines([f"/{pattern}"])
        except (ValueError, re.error):
            continue
