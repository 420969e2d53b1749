"""The files of one run: read and lowered when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from scratchlint.core import ir
from scratchlint.core.finding import Skipped
from scratchlint.dataflow.candidates import may_hold_site
from scratchlint.dataflow.graph import ImportGraph
from scratchlint.dataflow.literals import Literals
from scratchlint.dataflow.units import Units
from scratchlint.judge.cleaners import Cleaners
from scratchlint.judge.containers import Container, containers
from scratchlint.judge.volatile import VolatileRoots
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.settings import settings_table
from scratchlint.languages.front_ends import lower_file
from scratchlint.policy.roots import WELL_KNOWN, Roots
from scratchlint.source.read import Source, read
from scratchlint.suppress.comments import MARK, speaks

# A script that starts containers or services runs outside of them.
_HOST_COMMAND = re.compile(
    rb"(?m)^[^#\n]*?(?<![\w./-])"
    rb"(?:docker|docker-compose|podman|podman-compose|nerdctl|kubectl|helm|systemctl)[ \t]"
)
# What a file that tells of storage holds, by its language: in YAML services, or the volumes of a pod.
_STORAGE = {
    "dockerfile": re.compile(rb""),
    "yaml": re.compile(rb"(?m)^services:|\bcontainers:|\bvolumeMounts:"),
    "systemd": re.compile(rb"PrivateTmp"),
    "tmpfiles": re.compile(rb""),
}
# Reads of the environment that do not spell the variables' names.
_WHOLE_ENVIRONMENT = re.compile(rb"(?:process|Bun|meta)\.env\s*[),;}\n]|\bos\.environ\s*[),]")


NOTHING: Mapping[str, bytes] = MappingProxyType({})

# Exports that importers give names of their own.
_NAMELESS = frozenset({"default", "exports"})
# Imports and exports that need not spell what they hand on.
_EVERYTHING = re.compile(rb"\bimport\s*\*|\bexport\s*\*|from\s+\S+\s+import\s*\*")


KEPT_BYTES = 48 << 20
"""So much of what was read first is kept in memory: most files are looked at more than once."""


class Project:
    """What can be analysed, what has been read of it, and what could not be.

    `languages` gives the analysed files with their languages, in order; `roots` which paths are
    sites in a file; `changed` contents stand in for those on the disk.
    """

    def __init__(
        self,
        root: Path,
        languages: Mapping[str, str],
        roots: Callable[[str], Roots] = lambda _: WELL_KNOWN,
        changed: Mapping[str, bytes] = NOTHING,
    ) -> None:
        self._root = root
        self._changed = changed
        self._known_roots = roots
        self.languages = languages
        self.sources: dict[str, Source] = {}
        self._loaded: set[str] = set()
        self._modules: dict[str, ir.Module] = {}
        self._sought: set[str] = set()
        self._programs = sorted(path for path, language in languages.items() if language != "dotenv")
        self._skipped: dict[str, Skipped] = {}
        self._roots: dict[str, Roots] = {}
        self._comments: dict[str, Sequence[ir.Comment]] = {}
        self._spoken: list[str] = []
        self._kept: dict[str, Source] = {}
        self._room = KEPT_BYTES

    @cached_property
    def graph(self) -> ImportGraph:
        """Who imports whom among the files."""
        return ImportGraph(self.languages, self.content)

    @property
    def skipped(self) -> list[Skipped]:
        """The files that could not be read, or not wholly."""
        return [self._skipped[path] for path in sorted(self._skipped)]

    def candidates(self) -> list[str]:
        """Return the files whose bytes hold the name of a scratch root."""
        found: list[str] = []
        for path in self.languages:
            source = self.sources.get(path) or self._read(path)
            if isinstance(source, Skipped):
                self._skipped[path] = source
            elif may_hold_site(source.data, self.roots(path)):
                self.sources[path] = source
                found.append(path)
            elif MARK.encode() in source.data:
                self._spoken.append(path)
        return found

    def comments(self) -> Mapping[str, Sequence[ir.Comment]]:
        """Return the comments of the files in which one speaks to linters; sites need not stand there."""
        self.load(self._spoken)
        return self._comments

    def load(self, paths: Iterable[str]) -> list[ir.Module]:
        """Lower files; return those that are new. What cannot be read is noted in `skipped`."""
        new: list[ir.Module] = []
        for path in paths:
            if path not in self.languages or path in self._loaded:
                continue
            self._loaded.add(path)
            source = self.sources.get(path) or self._read(path)
            if isinstance(source, Skipped):
                self._skipped[path] = source
                source = Source(path, b"", "utf-8")
            self.sources[path] = source
            module = self._module(path, source.data)
            new.append(module)
            if any(map(speaks, module.comments)):
                self._comments[path] = module.comments
            note = source.note or _damage(module)
            if note is not None:
                self._skipped[path] = note
        return new

    def _module(self, path: str, data: bytes) -> ir.Module:
        """Return a file as it is lowered, once."""
        if path not in self._modules:
            self._modules[path] = lower_file(self.languages[path], path, data)
        return self._modules[path]

    def with_contents(self, changed: Mapping[str, bytes]) -> Project:
        """Return the project with other contents, as UTF-8, of some files; the others are not read again."""
        other = Project(self._root, self.languages, self._known_roots, changed)
        same = self.languages.keys() - self._changed.keys() - changed.keys()
        read = {**self._kept, **self.sources}
        other._kept = {path: source for path, source in read.items() if path in same}
        other._modules = {path: module for path, module in self._modules.items() if path in same}
        return other

    @cached_property
    def _units(self) -> Units:
        return Units(self.languages, self.content)

    def reaches(self, setter: str, reader: str) -> bool:
        """Whether the programs of a file see what another one sets."""
        return self._units.reaches(setter, reader)

    def roots(self, path: str) -> Roots:
        """Return which paths are sites in a file: also those that a deploy file makes volatile for it."""
        roots = self._roots.get(path)
        if roots is None:
            roots, volatile = self._known_roots(path), self.volatile.of(path)
            if volatile:
                roots = replace(roots, scratch=(*roots.scratch, *volatile))
            self._roots[path] = roots
        return roots

    @cached_property
    def volatile(self) -> VolatileRoots:
        """The directories that deploy files make volatile."""
        return VolatileRoots(self.containers)

    @cached_property
    def containers(self) -> list[Container]:
        """The containers of the project, told by the files that deploy it."""
        return containers(self._deployments)

    @cached_property
    def cleaners(self) -> Cleaners:
        """What removes old files on the machines of the project."""
        return Cleaners(self._deployments)

    @cached_property
    def _deployments(self) -> list[ir.Module]:
        """The files that say what lies behind a path; a Dockerfile tells what a service is built from."""
        found: list[ir.Module] = []
        for path, language in self.languages.items():
            telling = _STORAGE.get(language)
            source = self.sources.get(path) or self._read(path) if telling is not None else None
            if telling is not None and isinstance(source, Source) and telling.search(source.data):
                self.sources[path] = source
                found.append(self._module(path, source.data))
        return found

    def host_scripts(self) -> set[str]:
        """Return the scripts read so far that start containers or services: they run on the host."""
        return {
            path
            for path, source in self.sources.items()
            if self.languages[path] == "shell" and _HOST_COMMAND.search(source.data)
        }

    def mentions(self, path: str, names: Set[str]) -> bool:
        """Whether a file may use any of some exported names: it holds one, or takes all of them."""
        data = self.content(path) or b""
        return any(name in _NAMELESS or name.encode("utf-8", "replace") in data for name in names) or (
            b"*" in data and _EVERYTHING.search(data) is not None
        )

    def mentioning(self, names: Set[str]) -> set[str]:
        """Return the programs whose bytes hold any of some names; each name is looked for once."""
        new = sorted(names - self._sought)
        if not new:
            return set()
        self._sought.update(new)
        names_in_bytes = Literals(name.encode("utf-8", "replace") for name in new)
        return {
            path
            for path in self._programs
            if path not in self._loaded
            and (data := self.content(path))
            and (names_in_bytes.stand_in(data) or _unspelled(self.languages[path]).stand_in(data))
        }

    def _read(self, path: str) -> Source | Skipped:
        if path in self._changed:
            return Source(path, self._changed[path], "utf-8")
        known = self._kept.get(path)
        if known is not None:
            return known
        source = read(self._root, path)
        if isinstance(source, Source) and len(source.data) <= self._room:
            self._room -= len(source.data)
            self._kept[path] = source
        return source

    def exists(self, path: str) -> bool:
        """Whether there is a file at a path, analysed or not."""
        return (self._root / path).is_file()

    def content(self, path: str) -> bytes | None:
        """Return what a file holds, None when it cannot be read."""
        source = self.sources.get(path) or self._read(path)
        return source.data if isinstance(source, Source) else None


class _Unspelled:
    """What reads variables without spelling their whole names, in one language."""

    def __init__(self, language: str) -> None:
        table = "javascript" if language == "typescript" else language
        ways = set(settings_table(table).unspelled()) if table in ("python", "javascript") else set()
        names = {way: [re.compile(rb"\b%b\b" % re.escape(name.encode())) for name in way] for way in ways}
        self._ways = list(names.values())
        self._literals = Literals([*(max(way, key=len).encode() for way in ways), b".env", b"os.environ"])

    def stand_in(self, data: bytes) -> bool:
        """Whether a file's bytes hold all names that some way takes, or the whole environment."""
        return self._literals.stand_in(data) and (
            _WHOLE_ENVIRONMENT.search(data) is not None
            or any(all(name.search(data) for name in names) for names in self._ways)
        )


@per_run
def _unspelled(language: str) -> _Unspelled:
    return _Unspelled(language)


def _damage(module: ir.Module) -> Skipped | None:
    places = len(module.damaged)
    if not places:
        return None
    noun = "place" if places == 1 else "places"
    return Skipped(module.path, f"not fully parsed: {places} unreadable {noun}", partly=True)
