"""How files are connected: what an import brings in, and who imports what a file exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.dataflow.demand import Demand, Known
from scratchlint.dataflow.mentions import Export
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding

MAXIMUM_HOPS = 10
WHOLE = "exports"
Access = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What links files before they are parsed; all paths are relative to the root.

    `target(importer, module)` is the file that an import loads and `member(importer, module,
    name)` the submodule that `from module import name` loads, None when they are foreign;
    `may_export(path, name)` tells whether a file spells a name that it may export, or hands on everything;
    `importers(path)` are the files that may import a file, `dependents(path)` these, what imports them, and
    so on; `program(script, word, is_module)` is the file that a word of a command starts.
    """

    target: Callable[[str, str], str | None]
    member: Callable[[str, str, str], str | None]
    may_export: Callable[[str, str], bool]
    importers: Callable[[str], Iterable[str]]
    dependents: Callable[[str], Set[str]]
    program: Callable[[str, str, bool], str | None]


class Links:
    """Imports and exports between the modules of a program; `demand` collects what is not loaded yet."""

    def __init__(self, program: Program, resolution: Resolution, demand: Demand) -> None:
        self._program = program
        self._resolution = resolution
        self.demand = demand
        self._exports: dict[str, dict[str, list[Binding | ir.Expr]]] = {}
        self._imported: dict[str, dict[str, list[tuple[ir.Import, Binding | None]]]] = {}
        self._targets: dict[ir.Import, tuple[str, str | None] | None] = {}
        self._readers: Known[tuple[str, Export], list[tuple[Binding, Access]]] = {}

    def target(self, node: ir.Import) -> tuple[str, str | None] | None:
        """Return (file, exported name) of an import; the name is None for the module itself."""
        if node not in self._targets:
            self._targets[node] = self._resolve(node)
        return self._targets[node]

    def _resolve(self, node: ir.Import) -> tuple[str, str | None] | None:
        importer = node.span.file
        if node.name is not None and node.name not in ("*", "default"):
            path = self._resolution.target(importer, node.module)
            if path is not None and node.name in self._exported_names(path):
                return path, node.name
            member = self._resolution.member(importer, node.module, node.name)
            if member is not None:
                return member, None
            return (path, node.name) if path is not None else None
        path = self._resolution.target(importer, node.module)
        return (path, node.name) if path is not None else None

    def _exported_names(self, path: str) -> dict[str, list[Binding | ir.Expr]]:
        return self.exports(path) if path in self._program.modules else {}

    # Shell scripts

    def sourced(self, importer: str, word: str) -> str | None:
        """Return the file that a script sources by a word, None when it is foreign."""
        return self._resolution.target(importer, word)

    def started(self, script: str, word: str, *, is_module: bool) -> str | None:
        """Return the file that a script starts by a word, a path or the name of a module."""
        return self._resolution.program(script, word, is_module)

    def dependents(self, path: str) -> Set[str]:
        """Return the files that may see something of a file: itself, its importers, theirs, and so on."""
        return self._resolution.dependents(path)

    def ask_importers(self, path: str) -> None:
        """Ask for the files that may import a file."""
        for importer in self._resolution.importers(path):
            self.ask(importer)

    def ask(self, path: str) -> bool:
        """Whether a file is loaded; asks for it when it is not."""
        if path in self._program.modules:
            return True
        self.demand.file(path)
        return False

    # Backward: what does an import stand for?

    def exported(self, node: ir.Import, hops: int = MAXIMUM_HOPS) -> list[Binding | ir.Expr]:
        """Return what an import of a name brings in; empty for namespaces and foreign modules."""
        target = self.target(node)
        if target is None or target[1] is None:
            return []
        return self.export(target[0], target[1], hops)

    def namespace(self, node: ir.Import) -> str | None:
        """Return the file whose exports are the fields of an import's alias, or None."""
        target = self.target(node)
        if target is None:
            return None
        path, name = target
        if name is None or (name == "default" and "default" not in self._exported_names(path)):
            return path
        return None

    def export(self, path: str, name: str, hops: int = MAXIMUM_HOPS) -> list[Binding | ir.Expr]:
        """Return what a file exports under a name, through re-exports; asks for what is not loaded."""
        if hops == 0:
            return []
        if not self.ask(path):
            return []
        found = self.exports(path).get(name, [])
        if found:
            return found
        result: list[Binding | ir.Expr] = []
        for node, _ in self._program.imports[path]:
            target = self.target(node) if node.name == "*" and name != "default" else None
            if target is not None and self._resolution.may_export(target[0], name):
                result.extend(self.export(target[0], name, hops - 1))
        return result

    def exports(self, path: str) -> dict[str, list[Binding | ir.Expr]]:
        """Return what a loaded file itself exports, by name; WHOLE is what replaces all of it."""
        known = self._exports.get(path)
        if known is None:
            known = self._exports[path] = {}
            module = self._program.modules[path]
            for name, value in self._exports_of(module):
                known.setdefault(name, []).append(value)
        return known

    def _exports_of(self, module: ir.Module) -> Iterator[tuple[str, Binding | ir.Expr]]:
        scope = self._program.scope[module]
        if module.language in ("python", "shell"):
            yield from scope.bindings.items()
            return
        for statement in module.body:
            match statement:
                case ir.Function(name=name, exported=True) | ir.Class(name=name, exported=True):
                    yield name, scope.declare(name)
                case ir.Bind(target=ir.Ref(name="exports"), value=value, exported=True):
                    yield WHOLE, value
                    if isinstance(value, ir.Record):
                        for entry in value.entries:
                            if entry.key is not None:
                                yield entry.key, entry.value
                case ir.Bind(target=ir.Field(base=ir.Ref(name="exports"), name=str(name)), value=value):
                    yield name, value
                case ir.Bind(target=ir.Ref(name=name), exported=True):
                    yield name, scope.declare(name)

    def imports_of(self, module: str, name: str | None) -> Iterator[Binding]:
        """Yield the names that hold a thing of a foreign module, in all files."""
        for imports in self._program.imports.values():
            for node, binding in imports:
                if node.module == module and node.name == name and binding is not None:
                    yield binding

    # Forward: who reads an export?

    def readers(self, path: str, name: str, field: str = "") -> list[tuple[Binding, Access]]:
        """Return each name in other files that holds an export, and where in its value the export lies.

        Asks for the files that may use it; with a field, those that may use that field of it.
        """
        export = Export(name, field)
        return self.demand.remembered(
            self._readers, (path, export), lambda: list(self._find_readers(path, export, MAXIMUM_HOPS))
        )

    def ask_readers(self, node: ir.Node) -> None:
        """Ask for the files that may see a function or class."""
        name = self._program.declaration_of(node)
        if name:
            self.readers(node.span.file, name)

    def _find_readers(self, path: str, export: Export, hops: int) -> Iterator[tuple[Binding, Access]]:
        if hops == 0:
            return
        for importer in self._resolution.importers(path):
            if importer not in self._program.modules:
                self.demand.export(importer, export)
                continue
            for node, binding in self._imports(importer).get(path, ()):
                target = self.target(node)
                if target is not None:
                    yield from self._reading(node, binding, importer, target[1], export, hops)

    def _imports(self, importer: str) -> dict[str, list[tuple[ir.Import, Binding | None]]]:
        """Return what a file imports, by the file that it comes from."""
        known = self._imported.get(importer)
        if known is None:
            known = self._imported[importer] = {}
            for node, binding in self._program.imports[importer]:
                target = self.target(node)
                if target is not None:
                    known.setdefault(target[0], []).append((node, binding))
        return known

    def _reading(
        self,
        node: ir.Import,
        binding: Binding | None,
        importer: str,
        imported: str | None,
        export: Export,
        hops: int,
    ) -> Iterator[tuple[Binding, Access]]:
        name = export.name
        if imported == "*":
            if node.alias == "*":
                yield from self._starred(importer, name)
            if name != "default":
                yield from self._find_readers(importer, export, hops - 1)
        elif binding is None:
            return
        elif imported == name:
            yield binding, ()
            if self._program.modules[importer].language == "python":
                yield from self._find_readers(importer, export._replace(name=node.alias), hops - 1)
        elif imported is None:
            prefix = tuple(node.module.split(".")[1:]) if node.module.startswith(node.alias + ".") else ()
            yield binding, (*prefix, name) if name != WHOLE else prefix
        elif imported == "default" and self.namespace(node) is not None:
            yield binding, (name,) if name != WHOLE else ()

    def _starred(self, importer: str, name: str) -> Iterator[tuple[Binding, Access]]:
        """Yield the name of a star import as if it were declared there."""
        reads = self._program.unresolved_reads(importer, name)
        if reads:
            yield Binding(name, self._program.scope[self._program.modules[importer]], [], [*reads]), ()


def settings_home(path: str) -> str | None:
    """Return the directory ("" or with a final slash) of the Django project whose settings a file holds."""
    *directories, name = path.split("/")
    if directories and directories[-1] == "settings":
        directories.pop()
    elif name != "settings.py":
        return None
    return "".join(f"{directory}/" for directory in directories[:-1])
