"""The environment as a channel: who reads the variables that files and programs set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program

# Methods that read a variable or setting by its name: ConfigService.get, env-var, decouple, environs.
_GETTERS = frozenset(
    {
        "get",
        "getOrThrow",
        "config",
        "env",
        "str",
        "path",
        "getenv",
        "require",
        "env_str",
        "db_url",
        "Config",
        "read",
    }
)
# Objects that hold the whole environment.
_WHOLE = frozenset({"process.env", "import.meta.env", "Bun.env", "os.environ", "environ", "process.env()"})
_SETTINGS_BASES = re.compile(r"(^|\.)(BaseSettings|Settings|EnvSettings)$")

Read = tuple[ir.Expr, tuple[str, ...]]


class Environment:
    """Finds the reads of environment variables, in the programs that a setting can reach."""

    def __init__(self, program: Program, calls: Calls, directory: Callable[[str], str]) -> None:
        self._program = program
        self._calls = calls
        self._directory = directory
        self.wanted: set[str] = set()

    def reads(self, name: str, setter: str) -> Iterator[Read]:
        """Yield (expression, where the value lies in it) for each read of a variable set in a file.

        A setting reaches the programs below the nearest directory around it that holds any. Notes
        the variable, so that files that mention it are loaded.
        """
        self.wanted.add(name)
        below = self._directory(setter)
        for node, access in self._all(name):
            path = node.span.file
            if path != setter and (not below or path.startswith(below + "/")):
                yield node, access

    def _all(self, name: str) -> Iterator[Read]:
        for node in self._program.environment.get(name, ()):
            if not self._is_written(node):
                yield node, ()
        for call in self._program.named_reads.get(name, ()):
            if self._is_getter(call):
                yield call, ()
        for path, unresolved in self._program.unresolved.items():
            if self._program.modules[path].language == "shell":
                for ref in unresolved.get(name, ()):
                    yield ref, ()
        for field in self._program.fields:
            if field.name == "env" and self._calls.qualified(field) in _WHOLE:
                yield field, (name,)

    def _is_written(self, node: ir.Node) -> bool:
        parent = self._program.parent.get(node)
        return isinstance(parent, ir.Bind) and parent.target is node

    def _is_getter(self, call: ir.Call) -> bool:
        match call.function:
            case ir.Field(name=str(name)) | ir.Ref(name=name):
                return name in _GETTERS
        return False

    def settings(self, name: str) -> Iterator[tuple[ir.Class, str]]:
        """Yield (class, field) of each settings class that reads a variable into a field."""
        for owner in self._program.classes:
            if not any(_SETTINGS_BASES.search(self._calls.qualified(base)) for base in owner.bases):
                continue
            prefix = _prefix(owner)
            for statement in owner.body:
                match statement:
                    case ir.Bind(target=ir.Ref(name=field)) if (prefix + field).upper() == name.upper():
                        yield owner, field


def _prefix(owner: ir.Class) -> str:
    """Return the `env_prefix` of a settings class."""
    stack: list[ir.Node] = list(owner.body)
    while stack:
        node = stack.pop()
        match node:
            case ir.Argument(name="env_prefix", value=ir.Lit(text=text)):
                return text
            case ir.Entry(key="env_prefix", value=ir.Lit(text=text)):
                return text
            case ir.Bind(target=ir.Ref(name="env_prefix"), value=ir.Lit(text=text)):
                return text
        stack.extend(ir.children(node))
    return ""
