"""The environment as a channel: who reads the variables that files and programs set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.options import Options, Outlet, language_of, last_name
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.settings_classes import SettingsClasses
from scratchlint.knowledge.settings import Setting, SettingsTable, settings_table

# Objects that hold the whole environment.
_WHOLE = frozenset({"process.env", "import.meta.env", "Bun.env", "os.environ", "environ"})
_WHOLE_NAMES = frozenset({"env", "environ"})
_SHELLS = frozenset({"shell", "dotenv"})

Access = tuple[str, ...]


# Variables of every process: to set one is a use of its own, and readers tell nothing.
_OF_THE_SYSTEM = frozenset(
    {"PATH", "HOME", "PWD", "OLDPWD", "SHELL", "USER", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "LANG"}
)


class Environment:
    """Finds the reads of environment variables, in the programs that a setting can reach.

    `reaches(setter, reader)` tells whether the programs of a file see what another one sets.
    """

    def __init__(self, program: Program, calls: Calls, reaches: Callable[[str, str], bool]) -> None:
        self._program = program
        self._calls = calls
        self._sourcing = calls.sourcing
        self._reaches = reaches
        self._classes = SettingsClasses(program, calls)
        self._options = Options(program, calls)

    def reads(self, name: str, write: ir.Node) -> Iterator[Outlet]:
        """Yield where the value of a variable that is set by a write comes out.

        Asks for the programs that mention the variable.
        """
        if name in _OF_THE_SYSTEM:
            return
        self._calls.links.demand.variable(name)
        sees = self._scope(write)
        for node, access in self._all(name):
            if sees(node.span.file):
                yield node, access
        for ref in self._sourcing.inherited(name, write):
            yield ref, ()

    def fields(self, name: str, write: ir.Node) -> Iterator[tuple[ir.Class, ir.Ref]]:
        """Yield (class, field) of each settings class that reads a variable into a field."""
        sees = self._scope(write)
        for owner, field in self._classes.fields(name):
            if sees(owner.span.file):
                yield owner, field

    def is_exported(self, write: ir.Node, name: str) -> bool:
        """Whether programs find a variable that a script or environment file sets."""
        if isinstance(write, ir.Bind) and write.exported:
            return True
        return self._sourcing.is_exported(write.span.file, name)

    def _scope(self, write: ir.Node) -> Callable[[str], bool]:
        """Return what tells whether programs in a file see what a write sets."""
        setter = write.span.file
        module = self._program.module_of(write)
        if module.language != "shell":
            return lambda path: self._reaches(setter, path)
        started = self._sourcing.started(write) or [setter]
        return lambda path: (
            self._program.modules[path].language not in _SHELLS
            and any(self._reaches(program, path) for program in started)
        )

    def _all(self, name: str) -> Iterator[Outlet]:
        for read in self._program.environment.get(name):
            if not self._program.is_written(read):
                yield read, ()
        for call in self._program.named_reads.get(name):
            if self._row(call, "value") is not None and not self._prefix(call):
                yield call, ()
        for prefix in self._prefixes:
            for call in self._program.named_reads.get(name.removeprefix(prefix)):
                if self._row(call, "value") is not None and self._prefix(call) == prefix:
                    yield call, ()
        for path, unresolved in self._program.unresolved.items():
            if self._program.modules[path].language == "shell":
                for ref in unresolved.get(name, ()):
                    yield ref, ()
        for node, beginning, access in self._objects:
            if name.startswith(beginning):
                yield node, (*access, name.removeprefix(beginning))
        yield from self._declared.get(name, ())

    def _row(self, call: ir.Call, gives: str) -> Setting | None:
        """Return what the tables say of a call that gives values of the environment in some way."""
        table = settings_table(language_of(self._program, call))
        if call.words or not table.sets(last_name(call.function)):
            return None
        row = table.setting(self._calls.qualified(call.function))
        if row is None or row.gives != gives:
            return None
        base = call.function.base if isinstance(call.function, ir.Field) else None
        known = self._calls.value_of(base) if base is not None else None
        return None if isinstance(known, ir.Record) else row

    def _prefix(self, call: ir.Call) -> str:
        """Return what a block around a call puts before the names of variables."""
        names = [
            self._prefixes_of[around]
            for around in self._program.ancestors(call)
            if around in self._prefixes_of
        ]
        return "".join(reversed(names))

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        return frozenset(self._prefixes_of.values())

    @cached_property
    def _setting_calls(self) -> list[ir.Call]:
        """The calls that may give many values of the environment at once, told by their last names."""
        return self._program.called.of(
            name for table in _tables() for name in table.giving("prefix", "fields")
        )

    @cached_property
    def _prefixes_of(self) -> dict[ir.Node, str]:
        """The blocks in which the names of variables begin with a text that is not repeated."""
        found: dict[ir.Node, str] = {}
        for call in self._setting_calls:
            if self._row(call, "prefix") is not None:
                given = [text for argument in call.arguments for text in _texts(argument.value)]
                around = next(
                    (node for node in self._program.ancestors(call) if isinstance(node, ir.Block)), None
                )
                if given and around is not None and around.kind == "with":
                    found[around] = given[0]
        return found

    @cached_property
    def _objects(self) -> list[tuple[ir.Expr, str, Access]]:
        """The objects with a field for each variable: (object, what names begin with, access)."""
        found: list[tuple[ir.Expr, str, Access]] = [
            (field, "", ())
            for field in self._program.fields_of(_WHOLE_NAMES)
            if self._calls.qualified(field) in _WHOLE
        ]
        for call in self._setting_calls:
            row = self._row(call, "fields")
            if row is None:
                continue
            given = [
                argument.value.text
                for argument in call.arguments
                if argument.name in row.prefix and isinstance(argument.value, ir.Lit)
            ]
            beginning = given[0].rstrip("_") + "_" if given else row.otherwise
            found.append((call, beginning, row.access))
        return found

    @cached_property
    def _declared(self) -> dict[str, list[Outlet]]:
        """Where the values of variables come out that declarations name."""
        found: dict[str, list[Outlet]] = {}
        for call in self._program.called.of(_declaring()):
            if not call.words:
                for variable, outlet in (*self._of_option(call), *self._of_entries(call)):
                    found.setdefault(variable, []).append(outlet)
        return found

    def _of_option(self, call: ir.Call) -> Iterator[tuple[str, Outlet]]:
        """Yield the variables that a declared option is read from."""
        declared = self._options.declaration(call)
        for argument in call.arguments if declared is not None else ():
            if declared is not None and argument.name in declared.environment:
                option = self._options.name(call, declared) or ""
                for variable in _texts(argument.value):
                    yield from ((variable, outlet) for outlet in self._options.outlets(call, option))

    def _of_entries(self, call: ir.Call) -> Iterator[tuple[str, Outlet]]:
        """Yield the variables that the entries of a declared object are read from."""
        row = self._row(call, "entries")
        if row is None:
            return
        waiting: list[tuple[ir.Expr, Access]] = [(argument.value, ()) for argument in call.arguments]
        while waiting:
            value, access = waiting.pop()
            record = self._calls.value_of(value)
            for entry in record.entries if isinstance(record, ir.Record) else ():
                if entry.key in row.name and isinstance(entry.value, ir.Lit):
                    yield entry.value.text, (call, access)
                elif entry.key is not None:
                    waiting.append((entry.value, (*access, entry.key)))


def _tables() -> Iterator[SettingsTable]:
    return map(settings_table, ("python", "javascript"))


def _declaring() -> Iterator[str]:
    """Yield the last names of what declares options, or objects that the environment fills."""
    for table in _tables():
        yield from table.declaring | table.giving("entries")


def _texts(value: ir.Expr) -> Iterator[str]:
    """Yield a constant, or the constants of a list."""
    match value:
        case ir.Lit(text=text):
            yield text
        case ir.Record(entries=entries):
            for entry in entries:
                yield from _texts(entry.value)
