"""Functions whose bodies nothing has asked for yet, by the words in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import Generic, Literal, TypeVar

from scratchlint.core import ir

# A word, with what is before it when it is a field, and behind it when it is called.
_WORD = re.compile(rb"(?:(\.)\s*|([\"']))?([\w\x80-\xff]+)((?:[\"']\])?\s*\()?")
_ONE = re.compile(rb"[\w\x80-\xff]+")

_Node = TypeVar("_Node", bound=ir.Node)
Form = Literal["name", "field", "call"]


class Unread:
    """Functions that are not read: what they hold is looked up, their texts are searched once."""

    def __init__(self) -> None:
        self._functions: dict[Form, dict[bytes, list[ir.Function]]] = {"name": {}, "field": {}, "call": {}}

    def add(self, function: ir.Function, text: bytes) -> None:
        """Note a function by every word of its text, and by how it stands there."""
        for form, word in {*_words(text)}:
            self._functions[form].setdefault(word, []).append(function)

    def holding(self, form: Form, name: str) -> Sequence[ir.Function]:
        """Return the functions that hold every word of a name in a form; some may have been read since."""
        words = _ONE.findall(name.encode("utf-8", "replace"))
        found = [self._functions[form].get(word, ()) for word in words]
        if len(found) < 2:
            return tuple(found[0]) if found else ()
        shared = set(found[0]).intersection(*found[1:])
        return [function for function in found[0] if function in shared]

    def forget(self, form: Form, name: str) -> None:
        """Forget a name whose functions are all read."""
        self._functions[form].pop(name.encode("utf-8", "replace"), None)


def _words(text: bytes) -> Iterator[tuple[Form, bytes]]:
    for dot, quote, word, called in _WORD.findall(text):
        if not dot:
            yield "name", word
        if dot or quote:
            yield "field", word
        if called:
            yield "call", word


class ByName(Generic[_Node]):
    """Nodes by a name; who asks for a name gets all of them, in program order.

    `read` reads the functions that may hold a name, those in some files if any are given.
    """

    def __init__(self, read: Callable[[str, Set[str] | None], None]) -> None:
        self._read = read
        self._nodes: dict[str, list[_Node]] = {}
        self._unsorted: set[str] = set()

    def add(self, name: str, node: _Node, *, late: bool) -> None:
        """Add a node; one that comes late stands before others that were added."""
        self._nodes.setdefault(name, []).append(node)
        if late:
            self._unsorted.add(name)

    def get(self, name: str, files: Set[str] | None = None) -> Sequence[_Node]:
        """Return the nodes of a name: at least those in some files if any are given, else all."""
        self._read(name, files)
        return self.known(name)

    def known(self, name: str) -> Sequence[_Node]:
        """Return the nodes of a name in what is read so far."""
        if name in self._unsorted:
            self._unsorted.discard(name)
            self._nodes[name].sort(key=ir.program_order)
        return self._nodes.get(name, ())

    def of(self, names: Iterable[str]) -> list[_Node]:
        """Return the nodes of some names."""
        wanted = sorted({*names})
        for name in wanted:
            self._read(name, None)
        return self.known_of(wanted)

    def known_of(self, names: Iterable[str]) -> list[_Node]:
        """Return the nodes of some names in what is read so far."""
        return sorted((node for name in {*names} for node in self._nodes.get(name, ())), key=ir.program_order)
