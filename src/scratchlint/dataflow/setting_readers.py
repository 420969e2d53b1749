"""Where programs and templates read the settings that documents hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.loaded_documents import LoadedDocuments
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.settings import settings_table
from scratchlint.source.document_files import chart_of

Access = tuple[str, ...]

# https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#role-directory-structure
_ROLE = re.compile(r"(?P<role>(?:.*/)?)(?:defaults|vars)/(?:main|[\w.-]+)(?:/[\w.-]+)*\.ya?ml")
_INVENTORY = re.compile(r"(?:.*/)?(?:group_vars|host_vars)/.+")
# https://github.com/node-config/node-config/wiki/Configuration-Files
_NODE_CONFIG = re.compile(r"(?P<home>(?:.*/)?)config/[\w.-]+\.(?:json5?|jsonc|ya?ml|toml)")
_IMPORTED_AS = (None, "default", "*")
# https://www.dynaconf.com/settings_files/
_DYNACONF = re.compile(r"(?P<home>(?:.*/)?)(?:\.?secrets|settings)(?:\.local)?\.(?:toml|ya?ml|json)")
_ENVIRONMENTS = frozenset({"default", "development", "production", "staging", "testing", "global"})


class SettingReaders:
    """Finds the reads of a setting, in the files that take their settings from its document.

    Asks for the files that mention it.
    """

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._demand = calls.links.demand
        self._loaded = LoadedDocuments(program, calls)

    def reads(self, path: str, name: str) -> Iterator[tuple[ir.Expr, Access]]:
        """Yield (expression, place in its value) where the dotted setting `name` of a document comes out."""
        chart = chart_of(path)
        if chart is not None:
            yield from self._of_chart(chart, name)
        elif _INVENTORY.fullmatch(path):
            yield from self._filled_in(name, "")
        elif match := _ROLE.fullmatch(path):
            yield from self._filled_in(name, match["role"])
        if match := _NODE_CONFIG.fullmatch(path):
            yield from self._imported("config", match["home"], name)
        if match := _DYNACONF.fullmatch(path):
            yield from self._fields(match["home"], name)
        self._demand.variable(path.rpartition("/")[2])
        for call in self._loaded.loading(path):
            yield call, tuple(name.split("."))

    def _of_chart(self, chart: str, name: str) -> Iterator[tuple[ir.Expr, Access]]:
        """Yield where the templates of a chart, or of a chart below it, name a value.

        https://helm.sh/docs/chart_template_guide/subcharts_and_globals/
        """
        yield from self._filled_in(f"Values.{name}", f"{chart}templates/")
        first, _, rest = name.partition(".")
        if first == "global":
            yield from self._filled_in(f"Values.{name}", f"{chart}charts/")
        elif rest:
            yield from self._filled_in(f"Values.{rest}", f"{chart}charts/{first}/templates/")

    def _filled_in(self, name: str, below: str) -> Iterator[tuple[ir.Expr, Access]]:
        """Yield the places of templates below a directory that name a value."""
        self._demand.variable(name)
        for file, reads in self._program.unresolved.items():
            if file.startswith(below):
                yield from ((ref, ()) for ref in reads.get(name, ()))

    def _imported(self, module: str, home: str, name: str) -> Iterator[tuple[ir.Expr, Access]]:
        """Yield the objects of a library that programs below a directory get all settings from."""
        self._demand.variable(name)
        for imported in _IMPORTED_AS:
            for binding in self._calls.links.imports_of(module, imported):
                for read in self._program.reads_of(binding):
                    if read.span.file.startswith(home):
                        yield read, tuple(name.split("."))

    def _fields(self, home: str, name: str) -> Iterator[tuple[ir.Expr, Access]]:
        """Yield the settings objects of dynaconf, whose fields are written in any case."""
        first, *rest = name.split(".")
        if first in _ENVIRONMENTS and rest:
            first, *rest = rest
        for spelling in (first.upper(), first.lower()):
            self._demand.variable(spelling)
        for call in self._objects:
            if call.span.file.startswith(home):
                yield from ((call, (key, *rest)) for key in dict.fromkeys((first.upper(), first.lower())))

    @cached_property
    def _objects(self) -> list[ir.Call]:
        table = settings_table("python")
        found: list[ir.Call] = []
        for call in self._program.called.of(table.beginning("dynaconf.")):
            qualified = self._calls.qualified(call.function)
            row = table.setting(qualified) if qualified else None
            if row is not None and row.match.startswith("dynaconf."):
                found.append(call)
        return found
