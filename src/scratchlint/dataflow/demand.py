"""What traces ask for that the program does not hold yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Literal, NamedTuple, TypeVar

from scratchlint.dataflow.mentions import Export


class Ask(NamedTuple):
    """Something that is not loaded: a file, what a file may import of another, the readers of a variable."""

    kind: Literal["file", "export", "variable"]
    what: str
    export: Export | None = None


_Of = TypeVar("_Of")
_Found = TypeVar("_Found")
# What was found, with what was asked for to find it.
Known = dict[_Of, tuple[_Found, tuple[Ask, ...]]]


class Demand:
    """Collects what is asked for.

    What was taken once is answered: to ask for it again brings nothing.
    """

    def __init__(self) -> None:
        self._asked: list[Ask] = []
        self._answered: set[Ask] = set()

    @property
    def count(self) -> int:
        """How often something was asked for since the last `take` that may still be answered."""
        return len(self._asked)

    def remembered(
        self,
        known: Known[_Of, _Found],
        key: _Of,
        find: Callable[[], _Found],
        is_final: Callable[[], bool] = lambda: True,
    ) -> _Found:
        """Return what was found before, asking again for what was asked for on the way; else find it.

        It is kept in `known` when `is_final` says so afterwards.
        """
        remembered = known.get(key)
        if remembered is not None:
            self._asked.extend(remembered[1])
            return remembered[0]
        count = len(self._asked)
        found = find()
        if is_final():
            known[key] = found, tuple(dict.fromkeys(self._asked[count:]))
        return found

    def narrow(self, count: int, files: Set[str]) -> None:
        """Forget the files asked for since there were `count` asks, but for some."""
        self._asked[count:] = [ask for ask in self._asked[count:] if ask.kind != "file" or ask.what in files]

    def file(self, path: str) -> None:
        """Ask for a file."""
        self._ask(Ask("file", path))

    def export(self, importer: str, export: Export) -> None:
        """Ask for a file that may import something, if it uses it."""
        self._ask(Ask("export", importer, export))

    def variable(self, name: str) -> None:
        """Ask for the programs that read an environment variable."""
        self._ask(Ask("variable", name))

    def _ask(self, ask: Ask) -> None:
        if ask not in self._answered:
            self._asked.append(ask)

    def take(self) -> Iterator[Ask]:
        """Yield what was asked for since the last time, each thing once."""
        taken, self._asked = dict.fromkeys(self._asked), []
        self._answered.update(taken)
        return iter(taken)
