"""Entries that a project adds to the knowledge tables, in force for one run.

The tables are asked for in the innermost loops of the analysis, so a run does not hand its additions down to
each of them: they are set around it, and every table is made once for each set of additions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

Tables = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

# The additions as canonical JSON, which can be the key of a cache.
_IN_FORCE: ContextVar[str] = ContextVar("additions to the knowledge tables", default="{}")
_KEPT = 512
_NAMES = ("match", "command", "words", "suffixes")


@contextmanager
def added(tables: Tables) -> Iterator[None]:
    """Put additional entries in force: for each table its kinds of entries, as in the tables' files."""
    token = _IN_FORCE.set(json.dumps(tables, sort_keys=True))
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def per_run(function: Callable[[*_Arguments], _Result]) -> Callable[[*_Arguments], _Result]:
    """Cache a function of hashable arguments for each set of additions."""

    @lru_cache(maxsize=_KEPT)
    def kept(additions: str, *arguments: *_Arguments) -> _Result:
        return function(*arguments)

    @wraps(function)
    def called(*arguments: *_Arguments) -> _Result:
        return kept(_IN_FORCE.get(), *arguments)

    return called


def with_added(table: str, shipped: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the entries of a table with those in force; what these name, shipped ones do not."""
    additions: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads(_IN_FORCE.get()).get(table, {})
    merged = dict(shipped)
    for kind, rows in additions.items():
        taken = {_identity(row, name) for row in rows for name in _names(row)}
        kept = [left for row in shipped.get(kind, ()) if (left := _without(row, taken)) is not None]
        merged[kind] = [*rows, *kept]
    return merged


def _without(row: Mapping[str, Any], taken: set[tuple[str, str]]) -> Mapping[str, Any] | None:
    """Return a shipped entry without the names that are taken, None when none is left."""
    names = list(_names(row))
    left = [name for name in names if _identity(row, name) not in taken]
    if left == names:
        return row
    key = next(key for key in _NAMES if key in row)
    return {**row, key: left} if left else None


def _names(row: Mapping[str, Any]) -> Sequence[str]:
    value = next((row[key] for key in _NAMES if key in row), ())
    return (value,) if isinstance(value, str) else value


def _identity(row: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Return what an entry is about: a key belongs to a service."""
    return row.get("service", ""), name
