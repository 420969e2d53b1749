"""Settings in configuration files: a path that is the value of a key is used by the service that reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.dataflow.fact import Fact
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.worklist import Worklist
from scratchlint.knowledge.keys import is_recognised, key_effect
from scratchlint.source.document_files import DOCUMENT_LANGUAGES, chart_of, is_configuration
from scratchlint.source.settings_files import SETTINGS_LANGUAGES

LANGUAGES = SETTINGS_LANGUAGES | DOCUMENT_LANGUAGES
# https://pm2.keymetrics.io/docs/usage/environment/
_PROCESS_VARIABLE = re.compile(r"apps\.env(?:_\w+)?\.(?P<name>\w+)")


class Settings:
    """Notes the uses of settings in one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._keys: dict[ir.Module, frozenset[str]] = {}

    def is_setting(self, write: ir.Node) -> bool:
        """Whether a Bind is a setting of a configuration file, and no variable of one of its commands."""
        if not isinstance(write, ir.Bind) or self._program.module_of(write).language not in LANGUAGES:
            return False
        return "command" not in self._program.blocks(write)

    def used(self, work: Worklist, fact: Fact, target: ir.Ref, write: ir.Node) -> Fact:
        """Note what the service does with the path of a setting; return the path as it is kept there."""
        module = self._program.module_of(write)
        path = module.path if module.written is None else module.written
        effect = key_effect(module.language, path, self._names(module), target.name)
        fact = fact.told(write.span, "assigned", f"value of `{target.name}`", (_written(target),))
        if effect is not None and effect.action == "scratch":
            work.use(fact, write, "creates", target.name)
            return fact
        if effect is None and not self._is_configuration(module, path):
            return fact
        kept = replace(fact, held=(*fact.held, "setting"))
        if effect is None:
            work.use(kept, write, "sets", target.name)
        else:
            work.use(kept, write, effect.action, target.name, effect.role)
        return kept

    def managed(self, work: Worklist, fact: Fact, write: ir.Node, keys: Sequence[str]) -> bool:
        """Note what a process manager does with a path that a JavaScript file exports for it under some keys.

        Returns False when the file is none of a manager that is known.
        """
        name = ".".join(keys)
        effect = key_effect("json", write.span.file, frozenset({name}), name) if keys else None
        if effect is None:
            return False
        kept = replace(fact, held=(*fact.held, "setting"))
        work.use(kept, write, effect.action, keys[-1], effect.role)
        return True

    def managed_variable(self, write: ir.Node, keys: Sequence[str]) -> str | None:
        """Return the variable that a JavaScript file sets for the processes of a manager, or None."""
        name = ".".join(keys)
        match = _PROCESS_VARIABLE.fullmatch(name)
        known = match is not None and is_recognised("json", write.span.file, frozenset({name}))
        return match["name"] if match is not None and known else None

    def variable(self, work: Worklist, fact: Fact, name: str, write: ir.Node) -> None:
        """Continue where the commands of a file read a variable that the file sets for them."""
        service = next((block for block in self._program.ancestors(write) if is_service(block)), None)
        for read in self._program.unresolved.get(write.span.file, {}).get(name, ()):
            if service is not None and not self._program.inside(read, service):
                continue
            work.push(fact.told(read.span, "env", f"read from the environment as `{name}`").at(read))

    def _is_configuration(self, module: ir.Module, path: str) -> bool:
        """Whether a service takes the settings of a file, so that the name of a key may tell its role."""
        if module.language not in DOCUMENT_LANGUAGES or is_configuration(path):
            return True
        if chart_of(path) is not None:
            return False
        names = self._names(module)
        if is_recognised(module.language, path, names) or {"apiVersion", "kind"} <= names:
            return True
        return any(isinstance(block, ir.Block) and block.kind == "scope" for block in module.body)

    def _names(self, module: ir.Module) -> frozenset[str]:
        if module not in self._keys:
            scope = self._program.scope[module]
            self._keys[module] = frozenset(scope.bindings)
        return self._keys[module]


def is_service(node: ir.Node) -> bool:
    """Whether a node is one of several services of a file, each with an environment of its own."""
    return isinstance(node, ir.Block) and node.kind == "scope"


def _written(target: ir.Ref) -> str:
    """Return a key as it is written in its file: the names of the sections around it tell no role."""
    length = target.span.end - target.span.start
    return target.name.encode()[-length:].decode("utf-8", "replace") if length else target.name
