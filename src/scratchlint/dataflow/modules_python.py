"""Which file of the repository a Python import loads."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from scratchlint.dataflow.modules_repository import Reader, Repository, ancestors, join, parent, remoteness

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


class PythonModules:
    """Resolves `import a.b`, `from a import b` and `from .a import b`.

    `sys.path` is not known before the program runs. Its entries are taken to be, nearest to the
    importer first: the directories around it, every project (a directory with pyproject.toml,
    setup.py or setup.cfg, and the repository) and the `src` of every project
    (https://packaging.python.org/en/latest/discussions/src-layout-vs-flat-layout/). The directory
    of a script is an entry too (https://docs.python.org/3/library/sys.html#sys.path); when it is
    itself a package that is unlikely, so that the importer's own then comes last, and neither an
    inner package nor those around count: `graphql` is not `product/graphql`. A module named
    like one of the standard library's is found only beside a script. A package may lack its
    `__init__.py` (PEP 420). `files` are all analysed files, of whatever language.
    """

    def __init__(self, files: Collection[str], read: Reader) -> None:
        self._repository = Repository([file for file in files if file.endswith(".py")], read)
        self._entries: dict[tuple[str, str], tuple[list[str], list[list[str]]]] = {}

    def may_hold(self, module: str) -> bool:
        """Whether some directory holds what an import names first; all other modules are foreign."""
        return module.startswith(".") or module.partition(".")[0] in self._holders

    def resolve(self, importer: str, module: str) -> str | None:
        """Return the `a/b.py` or `a/b/__init__.py` that a module's name means, None when foreign.

        A package without `__init__.py` has no file: its modules are found by `resolve_member`.
        """
        name = module.lstrip(".")
        if name != module:
            package = _package(importer, len(module) - len(name))
            return None if package is None else self._below(package, name)
        own, others = self._places(importer, name.partition(".")[0])
        for entry in own:
            found = self._below(entry, name)
            # A file does not mean itself: `celery.py` that imports celery wants the library.
            if found is not None and (found != importer or entry != parent(importer)):
                return found
        for equals in others:
            choices = [found for entry in equals if (found := self._below(entry, name)) is not None]
            if choices:
                return choices[0] if len(choices) == 1 else None
        return None

    def resolve_member(self, importer: str, module: str, name: str) -> str | None:
        """Return the file of the submodule that `from module import name` loads, None when it is none.

        A value that the package itself calls so goes first
        (https://docs.python.org/3/reference/simple_stmts.html#the-import-statement).
        """
        package = self.resolve(importer, module)
        if package is None:
            return self.resolve(importer, module + name if module.endswith(".") else f"{module}.{name}")
        if posixpath.basename(package) != "__init__.py":
            return None
        return self._below(parent(package), name)

    def _below(self, entry: str, name: str) -> str | None:
        """Return the file of a dotted name below a directory; a package goes before a module.

        So does the path-based finder, https://docs.python.org/3/reference/import.html.
        """
        path = join(entry, name.replace(".", "/"))
        if path is None:
            return None
        choices = [posixpath.join(path, "__init__.py"), *([f"{path}.py"] if name else ())]
        return next((choice for choice in choices if choice in self._repository.files), None)

    def _places(self, importer: str, name: str) -> tuple[list[str], list[list[str]]]:
        """Return the entries that hold a top-level name, the importer's own and those of other projects.

        Of other projects those that are equally near stand together: which one is meant is open.
        """
        key = parent(importer), name
        if key not in self._entries:
            self._entries[key] = self._sorted(*key)
        return self._entries[key]

    def _sorted(self, directory: str, name: str) -> tuple[list[str], list[list[str]]]:
        holders = self._holders.get(name, ())
        if name in sys.stdlib_module_names:
            return [directory] if directory in holders and not self._is_package(directory) else [], []
        if not holders:
            return [], []
        projects = self._projects
        around = set(ancestors(directory))
        inner = self._is_package(parent(directory))
        own = [
            holder
            for holder in holders
            if (holder in around and (holder in projects or not self._is_package(holder)))
            or (holder == directory and not inner)
            or (_is_source(holder) and parent(holder) in around and holder in projects)
        ]
        own.sort(key=lambda holder: (self._is_package(holder), remoteness(holder, directory)))
        others: dict[tuple[int, int], list[str]] = {}
        # A name that is a whole module or package here is not looked for elsewhere.
        if not any(self._below(holder, name) is not None for holder in own):
            for holder in sorted(projects.intersection(holders).difference(own)):
                others.setdefault(remoteness(holder, directory), []).append(holder)
        return own, [others[distance] for distance in sorted(others)]

    @cached_property
    def _projects(self) -> frozenset[str]:
        """The directories of the projects and their src directories."""
        known = self._repository.directories
        found = {"", *(directory for directory in known if self._is_project(directory))}
        sources = {posixpath.join(directory, "src") for directory in found}
        return frozenset(found | sources & known)

    def _is_project(self, directory: str) -> bool:
        return any(self._repository.exists(posixpath.join(directory, name)) for name in _PROJECT_FILES)

    @cached_property
    def _holders(self) -> Mapping[str, Sequence[str]]:
        """The directories that hold a module or a directory of each name."""
        holders: dict[str, set[str]] = {}
        for path in self._repository.files | self._repository.directories - {""}:
            directory, _, name = path.rpartition("/")
            holders.setdefault(name.removesuffix(".py"), set()).add(directory)
        return {name: sorted(directories) for name, directories in holders.items()}

    def _is_package(self, directory: str) -> bool:
        return posixpath.join(directory, "__init__.py") in self._repository.files


def _is_source(directory: str) -> bool:
    return posixpath.basename(directory) == "src"


def _package(importer: str, dots: int) -> str | None:
    """Return the directory that the dots of a relative import mean: one is the importer's own."""
    directory = parent(importer)
    for _ in range(dots - 1):
        if not directory:
            return None
        directory = parent(directory)
    return directory
