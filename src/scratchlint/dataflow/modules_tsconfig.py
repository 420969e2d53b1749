"""What tsconfig.json and jsconfig.json say about names: `paths`, `baseUrl`, `extends`, `references`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scratchlint.dataflow.modules_packages import Packages, split
from scratchlint.dataflow.modules_patterns import match
from scratchlint.dataflow.modules_repository import JsonObject, Repository, join, parent

MAXIMUM_EXTENDS = 16
"""A chain of `extends` longer than this is cut."""

MAXIMUM_REFERENCES = 32
"""Of one file, references beyond this number are not looked at."""

_NAMES = ("tsconfig.json", "jsconfig.json")
_OWN_DIRECTORY = "${configDir}"


@dataclass(frozen=True, slots=True)
class _Options:
    """The options that count for names; None is what nobody set."""

    base: str | None = None
    paths: JsonObject | None = None
    paths_directory: str = ""
    top: str = ""


class Configurations:
    """The TypeScript configurations of a repository.

    Follows https://www.typescriptlang.org/tsconfig/#extends, #paths, #baseUrl and #references.
    """

    def __init__(self, repository: Repository, packages: Packages) -> None:
        self._repository = repository
        self._packages = packages
        self._nearest: dict[str, tuple[_Options, ...]] = {}

    def targets(self, directory: str, module: str) -> Iterator[str]:
        """Yield the paths that a name which is not relative can mean for files of a directory.

        The longest matching pattern of `paths` alone counts; without one, `baseUrl` does.
        """
        for options in self._of(directory):
            paths = options.paths or {}
            found = match(paths, module)
            if found is None:
                path = join(options.base, module) if options.base is not None else None
                if path:
                    yield path
                continue
            key, star = found
            base = options.paths_directory if options.base is None else options.base
            choices = paths[key]
            for choice in choices if isinstance(choices, list) else ():
                if isinstance(choice, str):
                    path = _placed(choice.replace("*", star), base, options.top)
                    if path is not None:
                        yield path

    def _of(self, directory: str) -> tuple[_Options, ...]:
        """Return the options of the nearest configuration upward, and of those it is made of."""
        found = self._nearest.get(directory)
        if found is None:
            own = [posixpath.join(directory, name) for name in _NAMES]
            path = next((path for path in own if self._repository.json(path) is not None), None)
            if path is not None:
                found = tuple(self._with_references(directory, path))
            else:
                found = self._of(parent(directory)) if directory else ()
            self._nearest[directory] = found
        return found

    def _with_references(self, directory: str, path: str) -> Iterator[_Options]:
        """Yield the options of a file and of those beside it that it refers to.

        A file that only refers to others (`tsconfig.app.json`, `tsconfig.node.json`) leaves the
        sources to them. References to other directories do not matter here.
        """
        yield self._options(path, directory, {}, MAXIMUM_EXTENDS)
        references = (self._repository.json(path) or {}).get("references")
        for reference in references[:MAXIMUM_REFERENCES] if isinstance(references, list) else ():
            target = reference.get("path") if isinstance(reference, dict) else None
            other = join(directory, target) if isinstance(target, str) else None
            if other and other != path and parent(other) == directory and other.endswith(".json"):
                yield self._options(other, directory, {}, MAXIMUM_EXTENDS)

    def _options(self, path: str, top: str, known: dict[str, _Options], depth: int) -> _Options:
        """Return the options of a file over those it extends; `top` is the directory of the first file."""
        if path in known:
            return known[path]
        known[path] = options = _Options()  # what a cycle sees
        settings = self._repository.json(path)
        if settings is None or depth == 0:
            return options
        extended = settings.get("extends")
        for name in extended if isinstance(extended, list) else [extended]:
            other = self._extended(path, name) if isinstance(name, str) else None
            if other is not None:
                options = _over(self._options(other, top, known, depth - 1), options)
        known[path] = options = _over(_own(settings, parent(path), top), options)
        return options

    def _extended(self, path: str, name: str) -> str | None:
        """Return the file that `extends` names: a relative path, or a file of a workspace package."""
        directory = parent(path)
        base: str | None
        if name in (".", "..") or name.startswith(("./", "../")):
            base = join(directory, name)
        else:
            package, subpath = split(name)
            found = self._packages.directory(package, directory)
            base = join(found, subpath[1:] or "tsconfig.json") if found is not None else None
        if base is None:
            return None
        names = (base, f"{base}.json", posixpath.join(base, "tsconfig.json"))
        return next((choice for choice in names if self._repository.json(choice) is not None), None)


def _over(upper: _Options, lower: _Options) -> _Options:
    """Return the options in which `upper` replaces what `lower` says too."""
    base = lower.base if upper.base is None else upper.base
    return replace(lower if upper.paths is None else upper, base=base, top=upper.top)


def _own(settings: JsonObject, directory: str, top: str) -> _Options:
    """Return the options that a file sets itself."""
    options = settings.get("compilerOptions")
    if not isinstance(options, dict):
        return _Options(top=top)
    base, paths = options.get("baseUrl"), options.get("paths")
    return _Options(
        base=_placed(base, directory, top) if isinstance(base, str) else None,
        paths=paths if isinstance(paths, dict) else None,
        paths_directory=directory,
        top=top,
    )


def _placed(path: str, directory: str, top: str) -> str | None:
    """Return where a path of a configuration leads; `${configDir}` is the directory of the first file."""
    if path.startswith(_OWN_DIRECTORY):
        return join(top, path[len(_OWN_DIRECTORY) :].lstrip("/"))
    return join(directory, path)
