"""Deployable units: which programs see the settings of a file, told by its place and by who loads it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from functools import cached_property

from scratchlint.dataflow.literals import Literals
from scratchlint.dataflow.modules_repository import ancestors, join
from scratchlint.source.document_files import DOCUMENT_LANGUAGES
from scratchlint.source.settings_files import SETTINGS_LANGUAGES

Reader = Callable[[str], bytes | None]

# What stands at the root of a package.
_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "Pipfile",
    "manage.py",
    "deno.json",
    "deno.jsonc",
)
# Languages of files that set variables and run no code of their own directory.
_SETTINGS = SETTINGS_LANGUAGES | DOCUMENT_LANGUAGES | {"dotenv", "dockerfile"}
_LOADED = re.compile(rb"[\w@./${}-]*env[\w.-]*")


class Units:
    """Divides the files of a project by the package roots around them.

    `languages` are the analysed files; `read` gives the bytes of any file below the root.
    """

    def __init__(self, languages: Mapping[str, str], read: Reader) -> None:
        self._languages = languages
        self._read = read
        self._programs = [path for path, language in languages.items() if language not in _SETTINGS]
        self._roots: dict[str, bool] = {}
        self._units: dict[str, str] = {}

    def reaches(self, setter: str, reader: str) -> bool:
        """Whether a program sees what an environment file, or another program, sets."""
        own = self._unit(setter)
        if self._languages.get(setter) != "dotenv":
            return _is_below(reader, own)
        loading = {self._unit(loader) for loader in self._loaders.get(setter, ())}
        if any(_is_below(reader, home) for home in loading):
            return True
        if loading and posixpath.dirname(setter) != own:
            return False
        return _is_below(reader, own) and not self._has_nearer(setter, reader)

    def _unit(self, path: str) -> str:
        """Return the nearest package root around a file, else the nearest directory with programs."""
        if path not in self._units:
            around = list(ancestors(posixpath.dirname(path)))
            rooted = next((place for place in around if self._is_root(place)), None)
            nearest = next((place for place in around if self._others(place, path)), "")
            self._units[path] = rooted if rooted is not None else nearest
        return self._units[path]

    def _is_root(self, directory: str) -> bool:
        if directory not in self._roots:
            names = (posixpath.join(directory, name) for name in _MANIFESTS)
            self._roots[directory] = any(self._read(name) is not None for name in names)
        return self._roots[directory]

    def _others(self, directory: str, path: str) -> bool:
        """Whether a directory holds, at any depth, a program other than a file."""
        count = self._counts.get(directory, 0)
        return count > (1 if self._languages.get(path, "dotenv") not in _SETTINGS else 0)

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for path in self._programs:
            for directory in ancestors(posixpath.dirname(path)):
                counts[directory] = counts.get(directory, 0) + 1
        return counts

    def _has_nearer(self, setter: str, reader: str) -> bool:
        """Whether a program stands beside environment files of its own that have no part in the setter's."""
        home = posixpath.dirname(setter)
        for directory in ancestors(posixpath.dirname(reader)):
            if f"{home}/".startswith(f"{directory}/") or not directory:
                return False
            if directory in self._settled and not directory.startswith(f"{home}/" if home else ""):
                return True
        return False

    @cached_property
    def _settled(self) -> frozenset[str]:
        """The directories that hold environment files."""
        return frozenset(
            posixpath.dirname(path) for path, language in self._languages.items() if language == "dotenv"
        )

    @cached_property
    def _loaders(self) -> Mapping[str, list[str]]:
        """The programs that name an environment file, by that file."""
        settings = {path for path, language in self._languages.items() if language == "dotenv"}
        names = {posixpath.basename(path) for path in settings}
        literals = Literals(name.encode("utf-8", "surrogateescape") for name in names)
        found: dict[str, list[str]] = {}
        for path in self._languages.keys() - settings:
            data = self._read(path) or b""
            for match in _LOADED.finditer(data) if literals.stand_in(data) else ():
                word = re.sub(r"^\$\{?\w*\}?/?", "", match[0].decode("ascii", "replace"))
                if posixpath.basename(word) not in names:
                    continue
                places = (join(place, word.lstrip("/")) for place in ancestors(posixpath.dirname(path)))
                target = next((place for place in places if place in settings), None)
                if target is not None:
                    found.setdefault(target, []).append(path)
        return found


def _is_below(path: str, directory: str) -> bool:
    return not directory or path.startswith(directory + "/")
