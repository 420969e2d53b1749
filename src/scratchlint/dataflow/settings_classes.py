"""Settings classes: each field reads an environment variable (pydantic and its kin)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.settings import Setting, settings_table

MAXIMUM_NESTING = 4

Member = tuple[ir.Class, ir.Ref]


class SettingsClasses:
    """Finds the fields that variables fill, in classes that the tables know by their bases."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def fields(self, name: str) -> Iterator[Member]:
        """Yield (class, field) for each field that a variable fills; case does not matter."""
        yield from self._by_variable.get(name.upper(), ())

    @cached_property
    def _by_variable(self) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = {}
        for owner in self._program.classes:
            row = self._row(owner)
            if row is None:
                continue
            prefix = "".join(_constants(owner, row.prefix)) or row.otherwise
            delimiter = next(_constants(owner, row.delimiter), "")
            for variable, member in self._members(owner, row, prefix, delimiter, MAXIMUM_NESTING):
                found.setdefault(variable.upper(), []).append(member)
        return found

    def _row(self, owner: ir.Class, hops: int = 5) -> Setting | None:
        """Return what the tables say of a class, or of the nearest base that they know."""
        python = self._program.module_of(owner).language == "python"
        table = settings_table("python" if python else "javascript")
        for base in owner.bases:
            row = table.setting(self._calls.qualified(base))
            if row is not None and row.gives == "class":
                return row
        for found in self._calls.bases(owner) if hops else ():
            row = self._row(found, hops - 1)
            if row is not None:
                return row
        return None

    def _members(
        self, owner: ir.Class, row: Setting, prefix: str, delimiter: str, depth: int
    ) -> Iterator[tuple[str, Member]]:
        """Yield the variables of the fields of a class and of the classes of its fields."""
        for statement in owner.body:
            match statement:
                case ir.Bind(target=ir.Ref() as field, value=value):
                    aliases = list(_aliases(value, row))
                    yield from ((alias, (owner, field)) for alias in aliases)
                    if not aliases:
                        yield prefix + field.name, (owner, field)
                    nested = self._nested(value) if delimiter and depth else None
                    if nested is not None:
                        inner = f"{aliases[0] if aliases else prefix + field.name}{delimiter}"
                        yield from self._members(nested, row, inner, delimiter, depth - 1)

    def _nested(self, value: ir.Expr) -> ir.Class | None:
        """Return the class of a field."""
        if isinstance(value, ir.Call):
            for argument in value.arguments:
                if argument.name == "default_factory":
                    return self._calls.class_of(argument.value)
        return self._calls.class_of(value)


def _aliases(value: ir.Expr, row: Setting) -> Iterator[str]:
    """Yield the names that a declaration gives the variable of a field."""
    for argument in value.arguments if isinstance(value, ir.Call) else ():
        if argument.name in row.name:
            stack: list[ir.Node] = [argument.value]
            while stack:
                node = stack.pop()
                if isinstance(node, ir.Lit):
                    yield node.text
                stack.extend(reversed(ir.children(node)))


def _constants(owner: ir.Class, keywords: tuple[str, ...]) -> Iterator[str]:
    """Yield the constants that a class's own configuration gives for some keywords."""
    stack: list[ir.Node] = list(reversed(owner.body))
    while stack:
        node = stack.pop()
        match node:
            case ir.Argument(name=str(name), value=ir.Lit(text=text)) if name in keywords:
                yield text
            case ir.Entry(key=str(name), value=ir.Lit(text=text)) if name in keywords:
                yield text
            case ir.Bind(target=ir.Ref(name=name), value=ir.Lit(text=text)) if name in keywords:
                yield text
        stack.extend(reversed(ir.children(node)))
