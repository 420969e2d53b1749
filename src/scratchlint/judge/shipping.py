"""What is developers' material: what the package around a file leaves out, and nothing else deploys."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import accumulate

from scratchlint.judge.lifetime import Observation
from scratchlint.judge.shipped import Shipped
from scratchlint.knowledge.packaging import deploying_languages

_PYTHON = frozenset({"python"})
_SCRIPT = frozenset({"typescript", "javascript"})
# Manifests name what developers run, too.
_MANIFESTS = frozenset({"package.json", "project.json", "tsconfig.json"})


class Shipping:
    """The packages of one run's files.

    `languages` are the analysed files, `read` gives a file's bytes; `hold` tells whether an image holds a
    file, which is deployed then whatever packages ship.
    """

    def __init__(
        self,
        languages: Mapping[str, str],
        read: Callable[[str], bytes | None],
        hold: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._languages = languages
        self._read = read
        self._hold = hold
        self._told: dict[str, str | None] = {}
        self._packages: dict[tuple[str, bool], tuple[str, Shipped] | None] = {}

    def left_out(self, files: Iterable[str]) -> Observation | None:
        """Return that none of some files is shipped or deployed; None when one is, or may be."""
        told = [self._left_out(file) for file in files]
        if None in told or not told:
            return None
        return "not-shipped", f"`{told[0]}` leaves it out, and nothing deploys it", None

    def _left_out(self, file: str) -> str | None:
        """Return the manifest that leaves a file out, None when the file is shipped, or may be."""
        if file not in self._told:
            found = self._package(file)
            left_out = found is not None and not self._is_deployed(file)
            self._told[file] = found if left_out else None
        return self._told[file]

    def _package(self, file: str) -> str | None:
        """Return the manifest of the nearest package of a file's language, when that leaves the file out."""
        language = self._languages.get(file)
        if language not in _PYTHON | _SCRIPT:
            return None
        directory = posixpath.dirname(file)
        while True:
            key = directory, language in _PYTHON
            if key not in self._packages:
                self._packages[key] = self._look(*key)
            package = self._packages[key]
            if package is not None:
                manifest, shipped = package
                below = file[len(directory) :].lstrip("/")
                return manifest if shipped.ships(below) is False else None
            if not directory or self._is_root(directory, language in _PYTHON):
                return None
            directory = posixpath.dirname(directory)

    def _look(self, directory: str, python: bool) -> tuple[str, Shipped] | None:
        if python:
            from scratchlint.judge.packages_python import python_package

            return python_package(directory, self._read)
        from scratchlint.judge.packages_npm import npm_package

        return npm_package(directory, self._read, self._places)

    def _is_root(self, directory: str, python: bool) -> bool:
        """Whether a project begins in a directory: what is above it says nothing of it."""
        names = ("pyproject.toml", "setup.py", "setup.cfg") if python else ("package.json",)
        return any(self._read(posixpath.join(directory, name)) is not None for name in names)

    def _is_deployed(self, file: str) -> bool:
        """Whether an image holds a file, or something that deploys programs names it."""
        return self._hold(file) or self._named.issuperset(_words(_stem(file)))

    @cached_property
    def _places(self) -> frozenset[str]:
        """The files and directories of the project."""
        parents = (accumulate(file.split("/")[:-1], posixpath.join) for file in self._languages)
        return frozenset(self._languages).union(*parents)

    @cached_property
    def _named(self) -> frozenset[bytes]:
        """The words of the names of programs that stand in files that deploy some."""
        programs = (file for file, language in self._languages.items() if language in _PYTHON | _SCRIPT)
        words = frozenset(word for file in programs for word in _words(_stem(file)))
        languages = deploying_languages()
        deploying = (
            path
            for path, language in self._languages.items()
            if language in languages and posixpath.basename(path) not in _MANIFESTS
        )
        texts = (self._read(path) or b"" for path in (*deploying, "Procfile"))
        return frozenset().union(*(words.intersection(_words(text)) for text in texts))


def _stem(file: str) -> bytes:
    return posixpath.splitext(posixpath.basename(file))[0].encode("utf-8", "replace")


def _words(text: bytes) -> list[bytes]:
    return re.findall(rb"[\w-]+", text)
