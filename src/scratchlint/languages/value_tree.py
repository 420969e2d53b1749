"""Documents as values, whatever their format: mappings, sequences and scalars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scratchlint.core.ir import node
from scratchlint.core.span import Span
from scratchlint.languages.scalars import Scalar


@node
class Pair:
    """One entry of a mapping."""

    span: Span
    key: Scalar
    value: Value


@node
class Mapping:
    """A mapping; of several entries with one key the last counts, merged ones stand behind."""

    span: Span
    pairs: tuple[Pair, ...]

    def find(self, key: str) -> Pair | None:
        """Return the entry of a key, or None."""
        own = [pair for pair in self.pairs if pair.key.text == key]
        return own[-1] if own else None

    def get(self, *keys: str) -> Value:
        """Return the value below some keys, or None."""
        value: Value = self
        for key in keys:
            pair = value.find(key) if isinstance(value, Mapping) else None
            if pair is None:
                return None
            value = pair.value
        return value


@node
class Sequence:
    """A sequence."""

    span: Span
    items: tuple[Value, ...]


Value = Mapping | Sequence | Scalar | None


def mapping(value: Value) -> Mapping:
    """Return a value that is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else Mapping(Span("", 0, 0), ())


def items(value: Value) -> Iterable[Value]:
    """Return the items of a sequence, or a single scalar as one; nothing for anything else."""
    if isinstance(value, Sequence):
        return value.items
    return (value,) if isinstance(value, Scalar) else ()


def scalars(value: Value) -> Iterator[Scalar]:
    """Yield the scalars of a sequence, or the scalar that stands in its place."""
    for item in items(value):
        if isinstance(item, Scalar):
            yield item
