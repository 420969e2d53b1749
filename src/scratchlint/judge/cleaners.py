"""What removes old files while a machine runs: lines of tmpfiles.d with an age.

https://www.freedesktop.org/software/systemd/man/latest/tmpfiles.d.html#Age
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scratchlint.core import ir
from scratchlint.core.flow import Flow
from scratchlint.core.span import Span
from scratchlint.judge.containers import absolute, components_of, covers, known_text
from scratchlint.judge.lifetime import Observation
from scratchlint.judge.verdict import Case


class Cleaners:
    """The directories that are cleaned, and from what age on."""

    def __init__(self, modules: Iterable[ir.Module]) -> None:
        self._cleaned = [found for module in modules for found in _lines(module)]

    def observe(self, case: Case, uses: Sequence[Flow]) -> Iterator[Observation]:
        """Yield that files of a path are removed when they are old."""
        for path, age, place in self._cleaned:
            if place.file != case.file and any(covers(path, components_of(flow.path)) for flow in uses):
                yield "cleaned", f"systemd-tmpfiles removes there what is older than {age}", place
                return


def _lines(module: ir.Module) -> Iterator[tuple[tuple[str, ...], str, Span]]:
    for line, age in pairwise(module.body) if module.language == "tmpfiles" else ():
        match line, age:
            case ir.Bind(value=path), ir.Bind(target=ir.Ref(name="age"), value=ir.Lit(text=text)):
                cleaned = absolute(known_text(path))
                if cleaned is not None:
                    yield cleaned, text, line.span


NO_CLEANERS = Cleaners(())
