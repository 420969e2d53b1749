"""Packages of a JavaScript repository: whose package.json holds, and what it offers under which name."""

from __future__ import annotations

import posixpath

from scratchlint.dataflow.modules_patterns import targets
from scratchlint.dataflow.modules_repository import JsonObject, Repository, join, parent, remoteness
from scratchlint.dataflow.modules_scripts import Scripts


class Packages:
    """Every package.json of the tree.

    In a monorepo npm, pnpm, yarn and bun link each workspace package into `node_modules` by its
    name (https://docs.npmjs.com/cli/using-npm/workspaces), so that the name alone finds it. A
    package that imports itself by name finds itself, as PACKAGE_SELF_RESOLVE of Node has it.
    """

    def __init__(self, repository: Repository, scripts: Scripts) -> None:
        self._repository = repository
        self._scripts = scripts
        self._roots: dict[str, str] = {}
        self._names: dict[str, list[str]] | None = None

    def root(self, directory: str) -> str:
        """Return the nearest directory upward that has a package.json: Node's LOOKUP_PACKAGE_SCOPE."""
        found = self._roots.get(directory)
        if found is None:
            if not directory or self._manifest(directory) is not None:
                found = directory
            else:
                found = self.root(parent(directory))
            self._roots[directory] = found
        return found

    def directory(self, name: str, importer: str) -> str | None:
        """Return where the package of a name lies; of several, the one nearest to the importer."""
        if self._names is None:
            self._names = {}
            for directory in sorted(self._repository.directories):
                own = (self._manifest(directory) or {}).get("name")
                if isinstance(own, str) and "node_modules" not in directory.split("/"):
                    self._names.setdefault(own, []).append(directory)
        found = self._names.get(name, ())
        return min(found, key=lambda directory: (remoteness(directory, importer), directory), default=None)

    def resolve(self, directory: str, module: str) -> str | None:
        """Return the file that `package` or `package/subpath` loads: PACKAGE_RESOLVE of Node."""
        name, subpath = split(module)
        package = self.directory(name, directory)
        if package is None:
            return None
        manifest = self._manifest(package) or {}
        offered = targets(_exports(manifest), f".{subpath}")
        if offered == []:
            return None
        found = self._first(package, offered or [])
        if found is not None:
            return found
        if not subpath:
            return self._scripts.entry(package, manifest)
        for source in (package, posixpath.join(package, "src")):
            path = join(source, subpath[1:])
            found = self._scripts.load(path) if path else None
            if found is not None:
                return found
        return None

    def imported(self, directory: str, module: str) -> str | None:
        """Return the file that `#name` loads: PACKAGE_IMPORTS_RESOLVE of Node."""
        package = self.root(directory)
        table = (self._manifest(package) or {}).get("imports")
        if not isinstance(table, dict):
            return None
        for target in targets(table, module) or ():
            if target.startswith("./"):
                found = self._first(package, [target])
            else:
                found = None if target.startswith(("#", "/", "../")) else self.resolve(package, target)
            if found is not None:
                return found
        return None

    def _first(self, package: str, choices: list[str]) -> str | None:
        for target in choices:
            path = join(package, target) if target.startswith("./") else None
            found = self._scripts.built(package, path) if path is not None else None
            if found is not None:
                return found
        return None

    def _manifest(self, directory: str) -> JsonObject | None:
        return self._repository.json(posixpath.join(directory, "package.json"))


def split(module: str) -> tuple[str, str]:
    """Split `@scope/package/subpath` into the package's name and "/subpath" or ""."""
    parts = module.split("/")
    length = 2 if module.startswith("@") else 1
    rest = "/".join(parts[length:])
    return "/".join(parts[:length]), f"/{rest}" if rest else ""


def _exports(manifest: JsonObject) -> JsonObject:
    """Return `exports` as a table of subpaths; a lone target or lone conditions stand for "."."""
    exports = manifest.get("exports")
    if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
        return exports
    return {".": exports} if isinstance(exports, str | list | dict) else {}
