"""How shell scripts are joined: what they source, which programs they run, what they hand on."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.dataflow.commands import leading, read_command
from scratchlint.dataflow.demand import Known
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding

_SOURCE = frozenset({"source", "."})
_EXPORT = frozenset({"export", "declare", "typeset"})
_ALL = "*"
_SHELLS = frozenset({"shell", "dotenv"})
_EXECUTES = frozenset({"executes", "runs", "starts"})


class Sourcing:
    """The sessions of shell scripts: a script with all that it sources shares its variables."""

    def __init__(self, program: Program, links: Links) -> None:
        self._program = program
        self._links = links
        self._sources: dict[str, list[tuple[ir.Call, str]]] = {}
        self._sourcers: dict[str, list[str]] = {}
        self._aboves: Known[str, list[str]] = {}
        self._belows: Known[str, dict[str, ir.Call | None]] = {}
        self._exported: dict[str, frozenset[str]] = {}
        self._sessions: Known[str, list[str]] = {}
        self._runs: dict[str, list[tuple[ir.Call, str]]] = {}
        self._programs: dict[ir.Call, tuple[str, ir.Argument | None] | None] = {}
        self._shared: Known[tuple[ir.Node, Binding, str], list[ir.Ref]] = {}
        self._inherited: Known[tuple[str, ir.Node], list[ir.Ref]] = {}
        for commands in program.commands.values():
            for call in commands:
                if leading(call.function) in _SOURCE and call.arguments:
                    self._note_source(call)

    def _note_source(self, call: ir.Call) -> None:
        importer = call.span.file
        target = self._links.sourced(importer, _spelled(call.arguments[0].value))
        if target is None or target == importer:
            return
        self._sources.setdefault(importer, []).append((call, target))
        self._sourcers.setdefault(target, []).append(importer)

    # Sessions

    def _above(self, path: str) -> list[str]:
        """Return a file and those that source it, directly or not; asks for files not loaded yet."""
        return self._links.demand.remembered(self._aboves, path, lambda: self._find_above(path))

    def _find_above(self, path: str) -> list[str]:
        found = [path]
        for file in found:
            self._links.ask_importers(file)
            found.extend(one for one in self._sourcers.get(file, ()) if one not in found)
        return found

    def _below(self, path: str) -> dict[str, ir.Call | None]:
        """Return the files that a file sources, directly or not, each with its own command for that."""
        return self._links.demand.remembered(self._belows, path, lambda: self._find_below(path))

    def _find_below(self, path: str) -> dict[str, ir.Call | None]:
        found: dict[str, ir.Call | None] = {path: None}
        waiting: list[tuple[str, ir.Call | None]] = [(path, None)]
        for file, first in waiting:
            for call, target in self._sources.get(file, ()):
                if self._links.ask(target) and target not in found:
                    found[target] = first or call
                    waiting.append((target, first or call))
        return found

    def session(self, path: str) -> list[str]:
        """Return every file that may share its variables and functions with a script."""
        return self._links.demand.remembered(self._sessions, path, lambda: self._find_session(path))

    def _find_session(self, path: str) -> list[str]:
        found: dict[str, None] = {}
        for file in self._above(path):
            found.update(dict.fromkeys(self._below(file)))
        return list(found)

    def functions(self, path: str, name: str) -> list[ir.Function]:
        """Return the functions of a name that a script shares with others."""
        found: list[ir.Function] = []
        for file in self.session(path):
            binding = self._bindings(file).get(name)
            found.extend(
                write for write in (binding.writes if binding else ()) if isinstance(write, ir.Function)
            )
        return found

    def shared_reads(self, write: ir.Node, binding: Binding, origin: str) -> list[ir.Ref]:
        """Return the reads in other files of a variable that a script sets at its top level.

        `origin` is the file where the value began: only sessions that it can belong to count.
        """
        return self._links.demand.remembered(
            self._shared,
            (write, binding, origin),
            lambda: list(self._find_shared_reads(write, binding, origin)),
        )

    def _find_shared_reads(self, write: ir.Node, binding: Binding, origin: str) -> Iterator[ir.Ref]:
        home = write.span.file
        seen: set[ir.Ref] = {*binding.reads}
        for root in self._above(home):
            below = self._below(root)
            if not self._together(root, below, origin):
                continue
            for path in below:
                for read in self._reads(path, binding.name) if path != home else ():
                    if read not in seen and self._arrives(write, read, binding, below):
                        seen.add(read)
                        yield read

    def hides(self, write: ir.Node, read: ir.Node, binding: Binding) -> bool:
        """Whether a file that a script sources between a write and a read sets the variable anew."""
        return any(
            write.span.end <= call.span.start
            and self._program.precedes(call, read)
            and any(self._sets(path, binding.name) for path in self._below(target))
            for call, target in self._sources.get(write.span.file, ())
            if target in self._program.modules
        )

    def _sets(self, path: str, name: str) -> bool:
        found = self._bindings(path).get(name)
        return any(
            self._program.function_of(write) is None and not self._program.blocks(write)
            for write in (found.writes if found is not None else ())
        )

    def _set_before(self, read: ir.Ref, binding: Binding) -> bool:
        """Whether a script itself sets a variable before it reads it."""
        return any(
            isinstance(write, ir.Bind) and self._program.precedes(write, read) for write in binding.writes
        )

    def _together(self, root: str, below: dict[str, ir.Call | None], origin: str) -> bool:
        """Whether a value that began in a file may be in the session of a root."""
        if origin in below or self._program.modules[origin].language not in _SHELLS:
            return True
        return root in self._below(origin)

    def _reads(self, path: str, name: str) -> Iterator[ir.Ref]:
        yield from self._program.unresolved[path].get(name, ())
        binding = self._bindings(path).get(name)
        yield from binding.reads if binding is not None else ()

    def _arrives(
        self, write: ir.Node, read: ir.Ref, binding: Binding, below: dict[str, ir.Call | None]
    ) -> bool:
        """Whether a value is still there when another file of the session reads it."""
        set_at, read_at = below[write.span.file] or write, below[read.span.file] or read
        if set_at is not write and not self._program.survives(write, binding):
            return False
        own = self._bindings(read.span.file).get(binding.name)
        if read_at is not read and own is not None and self._set_before(read, own):
            return False
        if read_at is not read and self._program.function_of(read) is not None:
            return True
        if set_at is read_at:
            return True
        root = self._bindings(read_at.span.file).get(binding.name)
        empty = Binding(binding.name, binding.scope)
        return not self._program.killed(set_at, read_at, root if root is not None else empty)

    def _bindings(self, path: str) -> dict[str, Binding]:
        module = self._program.modules[path]
        return self._program.scope[module].bindings if module.language in _SHELLS else {}

    # What is handed on

    def is_exported(self, path: str, name: str) -> bool:
        """Whether a script, or another one of its session, exports a variable by a command."""
        return any(
            name in exported or _ALL in exported for exported in map(self._exports, self.session(path))
        )

    def _exports(self, path: str) -> frozenset[str]:
        """Return the variables that a script exports by commands, _ALL among them when it is every one."""
        if path not in self._exported:
            found: set[str] = set()
            for call in self._program.commands.get(path, ()):
                command = leading(call.function)
                words = [leading(argument.value) for argument in call.arguments]
                if command in _EXPORT:
                    found.update(words)
                elif command == "set" and (words[:1] == ["-a"] or words[:2] == ["-o", "allexport"]):
                    found.add(_ALL)
            self._exported[path] = frozenset(found)
        return self._exported[path]

    def runs(self, path: str) -> list[tuple[ir.Call, str]]:
        """Return (command, file) for the programs of the repository that a script starts."""
        if path not in self._runs:
            self._runs[path] = [
                (call, started[0])
                for call in self._program.commands.get(path, ())
                if (started := self.program(call)) is not None
            ]
        return self._runs[path]

    def program(self, call: ir.Call) -> tuple[str, ir.Argument | None] | None:
        """Return the file of the repository that a command starts, and the word that names it."""
        if call not in self._programs:
            self._programs[call] = self._find_program(call)
        return self._programs[call]

    def _find_program(self, call: ir.Call) -> tuple[str, ir.Argument | None] | None:
        command = read_command(call)
        name = call.function if command.program is None else command.program.value
        if "/" in _spelled(name):
            found = self._links.started(call.span.file, _spelled(name), is_module=False)
            if found is not None:
                return found, command.program
        for argument in call.arguments:
            for _, _, option in command.effects(argument):
                if option.action in _EXECUTES:
                    found = self._links.started(
                        call.span.file, _spelled(argument.value), is_module=option.action == "starts"
                    )
                    if found is not None:
                        return found, argument
        return None

    def started(self, write: ir.Node) -> list[str]:
        """Return the programs that a script starts with a variable: those of one command, else all."""
        if isinstance(write, ir.Call):
            own = self.program(write)
            return [own[0]] if own is not None else []
        around = write.parent
        if isinstance(around, ir.Block) and around.kind == "scope":
            return [
                found[0]
                for call in self._program.commands.get(write.span.file, ())
                if self._program.inside(call, around) and (found := self.program(call)) is not None
            ]
        return [started for file in self.session(write.span.file) for _, started in self.runs(file)]

    def inherited(self, name: str, write: ir.Node) -> list[ir.Ref]:
        """Return the reads of an exported variable in the scripts that are run, and that those run."""
        return self._links.demand.remembered(
            self._inherited, (name, write), lambda: list(self._find_inherited(name, write))
        )

    def _find_inherited(self, name: str, write: ir.Node) -> Iterator[ir.Ref]:
        waiting = [path for path in self.started(write) if path != write.span.file]
        for path in waiting:
            if self._links.ask(path) and self._program.modules[path].language == "shell":
                for file in self._below(path):
                    yield from self._unset_reads(file, name)
                further = [started for file in self._below(path) for _, started in self.runs(file)]
                waiting.extend(one for one in further if one not in waiting)

    def _unset_reads(self, path: str, name: str) -> Iterator[ir.Ref]:
        own = self._bindings(path).get(name)
        for read in self._reads(path, name):
            if own is None or not self._set_before(read, own):
                yield read

    def positional(self, path: str, names: frozenset[str]) -> list[ir.Ref]:
        """Return the reads of positional parameters of a script outside its functions."""
        if not self._links.ask(path):
            return []
        unresolved = self._program.unresolved[path]
        reads = [read for name in sorted(names) for read in unresolved.get(name, ())]
        return [read for read in reads if self._program.function_of(read) is None]


def _spelled(word: ir.Expr) -> str:
    """Return a word as it would be written, an unknown part as one expansion."""
    match word:
        case ir.Lit(text=text):
            return text
        case ir.Concat(parts=parts):
            return "".join(map(_spelled, parts))
        case ir.Ref(name=name):
            return "${" + name + "}"
    return "${directory}"
