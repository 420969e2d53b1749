"""What traces ask for that the program does not hold yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Kind = Literal["file", "export", "variable"]
Ask = tuple[Kind, str, str]


class Demand:
    """Collects what is asked for; `count` rises with each ask that may still be answered.

    What was taken once is answered: to ask for it again brings nothing.
    """

    def __init__(self) -> None:
        self.count = 0
        self._open: dict[Ask, None] = {}
        self._answered: set[Ask] = set()

    def file(self, path: str) -> None:
        """Ask for a file."""
        self._ask(("file", path, ""))

    def export(self, importer: str, name: str) -> None:
        """Ask for a file that may import something of a name, if it does."""
        self._ask(("export", importer, name))

    def variable(self, name: str) -> None:
        """Ask for the programs that read an environment variable."""
        self._ask(("variable", name, ""))

    def _ask(self, ask: Ask) -> None:
        if ask not in self._answered:
            self._open[ask] = None
            self.count += 1

    def take(self) -> Iterator[Ask]:
        """Yield what was asked for since the last time, each thing once."""
        taken, self._open = self._open, {}
        self._answered.update(taken)
        return iter(taken)
