"""Who imports whom, told from the files' bytes before they are parsed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Protocol

from scratchlint.core.shape import Hole, Part, Template, template
from scratchlint.dataflow.links import Resolution
from scratchlint.dataflow.literals import Literals
from scratchlint.dataflow.mentions import may_export
from scratchlint.dataflow.modules_javascript import JavaScriptModules
from scratchlint.dataflow.modules_python import PythonModules
from scratchlint.dataflow.modules_repository import ancestors, join
from scratchlint.dataflow.modules_shell import ShellModules

Reader = Callable[[str], bytes | None]

# What imports, begun by one of a few words: these are looked for first, many times faster than an expression.
_JAVASCRIPT_WORDS = Literals((b"from", b"import", b"require"))
_JAVASCRIPT = re.compile(rb"(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*[\"']([^\"'\n]{1,300})[\"']")
_PYTHON_WORDS = Literals((b"import",))
_PYTHON = re.compile(
    rb"[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]*)|import[ \t]+([\w., \t]+))"
)
_SHELL_WORDS = Literals((b"source ", b"source\t", b". ", b".\t"))
_SHELL_BEFORE = re.compile(rb"(?:^|[;&|{(]|\bthen|\bdo)\Z", re.MULTILINE)
_SHELL = re.compile(rb"(?:source|\.)[ \t]+([^\n;&|]{1,300})")
_EXPANSION = re.compile(r"\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|\$\w+|`[^`]*`")
_IMPORTING = frozenset({"python", "typescript", "javascript", "shell"})
_WORD = re.compile(r"[\w]+")
_LONGEST_BEFORE = len("then")


class OnEach(Protocol):
    """Does work on each file; the last argument stands in for what cannot be had."""

    def __call__(
        self, work: Callable[[str], Sequence[str]], paths: Sequence[str], lost: Sequence[str], /
    ) -> Sequence[Sequence[str]]:
        """Return what the work gives for each file."""


def _on_each(
    work: Callable[[str], Sequence[str]], paths: Sequence[str], lost: Sequence[str]
) -> Sequence[Sequence[str]]:
    return list(map(work, paths))


class ImportGraph:
    """The imports between the files of a project; nothing is parsed, and each file is read at most once.

    `on_each` does the same work on each of many files, maybe in several processes.
    """

    def __init__(self, languages: Mapping[str, str], read: Reader, on_each: OnEach = _on_each) -> None:
        files = tuple(languages)
        self._languages = languages
        self._javascript = JavaScriptModules(files, read)
        self._python = PythonModules(files, read)
        self._shell = ShellModules(files, read)
        self._read = read
        self._on_each = on_each
        self._dependents: dict[str, Set[str]] = {}
        self._may_export: dict[tuple[str, str], bool] = {}

    @property
    def resolution(self) -> Resolution:
        """What links the files of the project."""
        return Resolution(
            self.target, self.member, self.may_export, self.importers, self.dependents, self.program
        )

    def may_export(self, path: str, name: str) -> bool:
        """Whether a file may export something under a name."""
        known = self._may_export.get((path, name))
        if known is None:
            data = self._read(path) or b""
            known = self._may_export[path, name] = may_export(self._languages.get(path, ""), data, name)
        return known

    def importers(self, path: str) -> Sequence[str]:
        """Return the files that may import a file."""
        return self._importers.get(path, ())

    @cached_property
    def _importers(self) -> Mapping[str, Sequence[str]]:
        """Who may import each file; all programs are searched for it when the first is asked for."""
        programs = [path for path, language in self._languages.items() if language in _IMPORTING]
        importers: dict[str, list[str]] = {}
        for path, targets in zip(programs, self._on_each(self._targets, programs, ()), strict=True):
            for target in targets:
                importers.setdefault(target, []).append(path)
        return importers

    def dependents(self, path: str) -> Set[str]:
        """Return the files that may see something of a file: itself, its importers, theirs, and so on."""
        known = self._dependents.get(path)
        if known is None:
            found, waiting = {path}, [path]
            while waiting:
                new = [one for one in self._importers.get(waiting.pop(), ()) if one not in found]
                found.update(new)
                waiting.extend(new)
            known = self._dependents[path] = found
        return known

    def target(self, importer: str, module: str) -> str | None:
        """Return the file that an import loads, or None when it is foreign."""
        match self._languages.get(importer):
            case "python":
                return self._python.resolve(importer, module)
            case "typescript" | "javascript":
                return self._javascript.resolve(importer, module)
            case "shell":
                return self._shell.resolve(importer, _path_template(module))
        return None

    def member(self, importer: str, module: str, name: str) -> str | None:
        """Return the submodule that `from module import name` loads, or None."""
        if self._languages.get(importer) != "python":
            return None
        return self._python.resolve_member(importer, module, name)

    def program(self, script: str, word: str, is_module: bool) -> str | None:
        """Return the file that a word of a command starts: a path, or the name of a Python module."""
        if is_module:
            name = word.partition(":")[0]
            return self._python.resolve(script, f"{name}.__main__") or self._python.resolve(script, name)
        path = _path_template(word)
        return self._shell.resolve(script, path) or self._built(script, path)

    def _built(self, script: str, path: Template) -> str | None:
        """Return the source of a program that is started where it is built."""
        ending = path[-1] if path else ""
        if not isinstance(ending, str):
            return None
        for directory in ancestors(posixpath.dirname(script)):
            place = join(directory, ending.lstrip("/"))
            found = self._javascript.script(place) if place is not None else None
            if found is not None:
                return found
        return None

    def _targets(self, path: str) -> Sequence[str]:
        data = self._read(path)
        return sorted(set(self._imported(path, data)) - {path}) if data is not None else ()

    def _imported(self, path: str, data: bytes) -> Iterator[str]:
        """Yield the files of the project that a file may import."""
        match self._languages[path]:
            case "python":
                yield from _known(self._python_targets(path, data))
            case "typescript" | "javascript":
                for module in _javascript_modules(data):
                    yield from _known([self._javascript.resolve(path, module.removeprefix("node:"))])
            case "shell":
                for word in _sourced(data):
                    yield from _known([self._shell.resolve(path, _path_template(word))])

    def _python_targets(self, path: str, data: bytes) -> Iterator[str | None]:
        for module, names in _python_imports(data):
            if not self._python.may_hold(module):
                continue
            yield self._python.resolve(path, module)
            for name in names:
                yield self._python.resolve_member(path, module, name)


def _javascript_modules(data: bytes) -> Iterator[str]:
    """Yield the modules that a script imports."""
    end = 0
    for place in _JAVASCRIPT_WORDS.places(data):
        found = _JAVASCRIPT.match(data, place) if place >= end else None
        if found is not None:
            end = found.end()
            yield _text(found[1])


def _python_imports(data: bytes) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the modules that a file imports, and the names that it takes from each."""
    line = 0
    for place in _PYTHON_WORDS.places(data):
        if place < line:
            continue
        found = _PYTHON.match(data, data.rfind(b"\n", line, place) + 1 or line)
        line = data.find(b"\n", place if found is None else found.end()) + 1 or len(data)
        if found is not None and found[3]:
            yield from ((words[0], ()) for name in _text(found[3]).split(",") if (words := name.split()))
        elif found is not None:
            yield _text(found[1]), _WORD.findall(_text(found[2]))


def _sourced(data: bytes) -> Iterator[str]:
    """Yield the words that a script sources."""
    end = 0
    for place in _SHELL_WORDS.places(data):
        before = place
        while before > end and data[before - 1] in b" \t":
            before -= 1
        if _SHELL_BEFORE.search(data, max(before - _LONGEST_BEFORE, end), before):
            found = _SHELL.match(data, place)
            if found is not None:
                end = found.end()
                yield _text(found[1])


def _known(targets: Iterable[str | None]) -> Iterator[str]:
    return (target for target in targets if target is not None)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _path_template(word: str) -> Template:
    """Return the template of a shell word: every expansion is a hole."""
    word = word.strip().replace('"', "").replace("'", "")
    word = re.split(r"\s(?!\()", word, maxsplit=1)[0] if "$(" not in word else word
    parts: list[Part] = []
    place = 0
    for match in _EXPANSION.finditer(word):
        parts.extend((word[place : match.start()], Hole("name", match[0].strip("${}()`"))))
        place = match.end()
    parts.append(word[place:].split(" ")[0])
    return template(parts)
