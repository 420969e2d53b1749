"""Documents that programs load by name: `yaml.safe_load(open("config.yaml"))` has a field for each key."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache, cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.table import fit, load, name_parts, one_or_more

MAXIMUM_HOPS = 4

# Directories that hold nothing but the settings of what lies beside them.
_OF_SETTINGS = frozenset({"config", "configs", "conf", "settings", "etc"})
_DOCUMENT = re.compile(r"[\w./@+-]*\.(?:json[5c]?|jsonc|toml|ya?ml)")


class LoadedDocuments:
    """Finds the calls that load a document of the repository."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def loading(self, path: str) -> Iterator[ir.Call]:
        """Yield the calls whose argument names a file as a document is called, in programs around it."""
        home = posixpath.dirname(path)
        if posixpath.basename(home) in _OF_SETTINGS:
            home = posixpath.dirname(home)
        for call in self._by_name.get(posixpath.basename(path), ()):
            if not home or call.span.file.startswith(home + "/"):
                yield call

    @cached_property
    def _by_name(self) -> dict[str, list[ir.Call]]:
        found: dict[str, list[ir.Call]] = {}
        tables = [_loaders(language) for language in ("python", "javascript")]
        for call in self._program.called.of(name for rows in tables for name in rows):
            if call.words or not self._loads(call):
                continue
            names = {
                posixpath.basename(text)
                for argument in call.arguments
                for text in self._constants(argument.value, MAXIMUM_HOPS)
                if _DOCUMENT.fullmatch(text)
            }
            for name in sorted(names):
                found.setdefault(name, []).append(call)
        return found

    def _loads(self, call: ir.Call) -> bool:
        python = self._program.module_of(call).language == "python"
        rows = _loaders("python" if python else "javascript")
        called = call.function.name if isinstance(call.function, ir.Field | ir.Ref) else None
        if called not in rows:
            return False
        parts = name_parts(self._calls.qualified(call.function))
        return any(fit(match, parts) for match in rows[called])

    def _constants(self, value: ir.Expr, hops: int) -> Iterator[str]:
        """Yield the constants in an expression, and in what gives its names their values."""
        stack: list[ir.Node] = [value]
        while stack:
            node = stack.pop()
            if isinstance(node, ir.Lit):
                yield node.text
            elif isinstance(node, ir.Ref) and hops:
                for value in self._given(node):
                    yield from self._constants(value, hops - 1)
            stack.extend(ir.children(node))

    def _given(self, name: ir.Ref) -> Iterator[ir.Expr]:
        """Yield the values that a name may have where it is read."""
        binding = self._program.binding.get(name)
        if binding is None:
            return
        for write in binding.writes:
            if isinstance(write, ir.Bind) and self._program.reaches(write, name, binding):
                yield write.value


@cache
def _loaders(language: str) -> dict[str, list[str]]:
    """Return the dotted names of what loads documents in a language, by their last names."""
    found: dict[str, list[str]] = {}
    for row in load("documents")[language]:
        for match in one_or_more(row["match"]):
            found.setdefault(name_parts(match)[-1], []).append(match)
    return found
