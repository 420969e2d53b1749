"""Which JavaScript or TypeScript file a path without its real ending loads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scratchlint.dataflow.modules_repository import JsonObject, Repository, join

# In a tree that holds both, the TypeScript file is the source of the other.
_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs")
_SOURCES = {
    ".js": (".ts", ".tsx", ".js", ".jsx"),
    ".jsx": (".tsx", ".ts", ".jsx"),
    ".mjs": (".mts", ".mjs"),
    ".cjs": (".cts", ".cjs"),
    ".ts": (".ts",),
    ".tsx": (".tsx",),
    ".mts": (".mts",),
    ".cts": (".cts",),
}
_DECLARATION = re.compile(r"\.d\.[cm]?ts$")
_MADE = re.compile(r"(?:\.d\.[cm]?ts|\.[cm]?jsx?)$")
_ENTRIES = ("source", "main", "module", "types", "typings")
_OUTPUT_NAMES = """
    build built bundle cjs commonjs compiled dts es es5 es6 esm esm5 lib module node out output
    release types typings umd
"""
_OUTPUTS = frozenset(_OUTPUT_NAMES.split())


class Scripts:
    """Finds script files by path."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def load(self, path: str) -> str | None:
        """Return the file or the directory's entry that a path loads.

        LOAD_AS_FILE and LOAD_AS_DIRECTORY of Node, https://nodejs.org/api/modules.html#all-together.
        """
        return self.file(path) or self.directory(path)

    def file(self, path: str) -> str | None:
        """Return the file that a path names, with or without its ending.

        TypeScript takes `./x.js` for the `x.ts` that it is made from
        (https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution).
        A declaration file holds nothing at run time and is never loaded.
        """
        for name in _spellings(path):
            if name in self._repository.files and not _DECLARATION.search(name):
                return name
        return None

    def directory(self, path: str) -> str | None:
        """Return what loading a directory loads: the entry of its package.json, or its index."""
        if path not in self._repository.directories:
            return None
        manifest = self._repository.json(posixpath.join(path, "package.json"))
        return self._index(path) if manifest is None else self.entry(path, manifest)

    def entry(self, package: str, manifest: JsonObject) -> str | None:
        """Return the main file of a package without `exports`; at last its index or that of its src."""
        for field in _ENTRIES:
            value = manifest.get(field)
            path = join(package, value) if isinstance(value, str) else None
            found = self.built(package, path) if path is not None else None
            if found is not None:
                return found
        return self._index(package) or self._index(posixpath.join(package, "src"))

    def built(self, package: str, path: str) -> str | None:
        """Return the file at a path, or else the source that a build would put there.

        TypeScript too goes from `outDir` back to `rootDir` when a package names its own output
        (https://www.typescriptlang.org/docs/handbook/modules/reference.html#packagejson-imports-and-self-name-imports);
        here the directories are told by their customary names, since bundlers have other settings.
        """
        found = self.file(path) or self._index(path)
        if found is not None or not path.startswith(f"{package}/" if package else ""):
            return found
        parts = _MADE.sub("", path[len(package) :].strip("/")).split("/")
        while parts and (parts[0] in _OUTPUTS or parts[0].startswith("dist")):
            parts = parts[1:]
            for source in ("src", ""):
                place = posixpath.join(package, source, *parts)
                found = (self.file(place) if parts else None) or self._index(place)
                if found is not None:
                    return found
        return None

    def _index(self, directory: str) -> str | None:
        if directory not in self._repository.directories:
            return None
        return self.file(posixpath.join(directory, "index"))


def _spellings(path: str) -> Iterator[str]:
    """Yield the files that a path can mean, first the likeliest."""
    stem, suffix = posixpath.splitext(path)
    for source in _SOURCES.get(suffix, ()):
        yield stem + source
    for added in _SUFFIXES:
        yield path + added
    yield path
