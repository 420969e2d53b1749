"""Settings of libraries that are attributes or constants of well-known names."""

from __future__ import annotations

from dataclasses import replace

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.fact import Fact
from scratchlint.dataflow.options import language_of
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.worklist import Worklist
from scratchlint.knowledge.table import CallTable, call_table


class NamedSettings:
    """Notes what the tables know of what a path is set as."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def attribute(self, work: Worklist, fact: Fact, target: ir.Field) -> None:
        """Note an attribute that is set, such as `app.conf.worker_state_db`, or a key of a constant."""
        table = self._table(target)
        if (fact.access[-1] if fact.access else target.name) not in table.by_name:
            return
        qualified = self._calls.qualified(target)
        name = qualified.replace("()", "")
        if not fact.access:
            for effect in table.find(qualified, ("attribute",)):
                work.use(fact, target, effect.action, name, effect.role)
        self._constant(work, fact, target, table, (*name.split("."), *fact.access))

    def constant(self, work: Worklist, fact: Fact, target: ir.Ref, write: ir.Node) -> None:
        """Note a constant of a module that a framework reads by its name, such as Django's `MEDIA_ROOT`."""
        self._constant(work, fact, write, self._table(target), (target.name, *fact.access))

    def _constant(
        self, work: Worklist, fact: Fact, node: ir.Node, table: CallTable, keys: tuple[str, ...]
    ) -> None:
        for effect in table.by_name.get(keys[-1], ()):
            names = effect.match.split(".")
            last = keys[-len(names) :]
            fits = len(last) == len(names) and all(map(_is_key, names, last))
            if fits and effect.kind == "constant":
                work.use(replace(fact, access=()), node, effect.action, ".".join(last), effect.role)

    def _table(self, node: ir.Node) -> CallTable:
        return call_table(language_of(self._program, node))


def _is_key(name: str, key: str) -> bool:
    return name in ("*", key)
