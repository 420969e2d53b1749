"""The files of one run: read and lowered when they are asked for."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, compress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from scratchlint.core import ir
from scratchlint.core.finding import Skipped
from scratchlint.dataflow.candidates import may_hold_site
from scratchlint.dataflow.literals import Literals
from scratchlint.languages.front_ends import WAITING, lower_file
from scratchlint.look import NOTHING_TOLD, Look, is_built, look, starts_services
from scratchlint.policy.roots import WELL_KNOWN, Roots
from scratchlint.source.read import Reader, Source
from scratchlint.suppress.comments import speaks
from scratchlint.workers import Lost, Workers

if TYPE_CHECKING:  # where nothing is found they are not needed: each is loaded by what asks for it
    from scratchlint.dataflow.graph import ImportGraph
    from scratchlint.dataflow.mentions import Export
    from scratchlint.dataflow.units import Units
    from scratchlint.judge.cleaners import Cleaners
    from scratchlint.judge.containers import Container
    from scratchlint.judge.images import Images
    from scratchlint.judge.volatile import VolatileRoots

NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Effort:
    """How a run goes about it: by how many processes at most, and whether every file is parsed."""

    jobs: int = 1
    exhaustive: bool = False


ALONE = Effort()

KEPT_BYTES = 48 << 20
"""So much of what was read first is kept in memory: most files are looked at more than once."""

# Measured (benchmarks/results): what one process takes to look at a file, and to lower a byte.
_SECONDS_A_LOOK = 1e-4
_SECONDS_A_BYTE = 5e-7
_SECONDS_A_FILE = 1e-3
_MAXIMUM_SECONDS_A_PROGRAM = 900
# Objects that programs may leave in circles before these are searched for.
_MAXIMUM_LEFT = 200_000

_Result = TypeVar("_Result")


class Project:
    """What can be analysed, what has been read of it, and what could not be.

    `languages` gives the analysed files with their languages, in order; `roots` which paths are
    sites in a file; `changed` contents stand in for those on the disk. `effort` tells whether every
    file is parsed at first, whatever its bytes tell, and how many processes may share the work.
    """

    def __init__(
        self,
        root: Path,
        languages: Mapping[str, str],
        roots: Callable[[str], Roots] = lambda _: WELL_KNOWN,
        changed: Mapping[str, bytes] = NOTHING,
        effort: Effort = ALONE,
    ) -> None:
        self._root = root
        self._reader = Reader(root)
        self._changed = changed
        self._known_roots = roots
        self._effort = effort
        self._workers = Workers(effort.jobs)
        self.languages = languages
        self.sources: dict[str, Source] = {}
        self._loaded: set[str] = set()
        self._modules: dict[str, ir.Module] = {}
        self._sought: set[str] = set()
        self._programs = sorted(path for path, language in languages.items() if language != "dotenv")
        self._skipped: dict[str, Skipped] = {}
        self._roots: dict[str, Roots] = {}
        self._comments: dict[str, Sequence[ir.Comment]] = {}
        self._kept: dict[str, Source] = {}
        self._room = KEPT_BYTES

    def texts(self, others: Mapping[str, Source]) -> Mapping[str, Source]:
        """Return the files by their paths, each read when it is asked for, and others."""
        return _Texts(self.languages, lambda path: self.sources.get(path) or self._read(path), others)

    def each_program(self, repositories: Sequence[str], work: Callable[[Project], _Result]) -> list[_Result]:
        """Return what some work gives for each program: each of some repositories, and what is in none.

        Without repositories that is the project itself. Of several, only what the work returns is kept, and
        several processes work on one each; at one that is lost, this process works again, file by file.
        """
        parts = _parts(self.languages, repositories)
        if len(parts) < 2:
            return [work(self)]

        def alone(languages: Mapping[str, str], effort: Effort) -> _Result:
            changed = {path: data for path, data in self._changed.items() if path in languages}
            project = Project(self._root, languages, self._known_roots, changed, effort)
            result = work(project)
            vars(project).clear()  # most is let go of at once, not searched for by the collector
            if gc.get_count()[0] > _MAXIMUM_LEFT:
                gc.collect()
                gc.freeze()  # what is kept of this program is not searched again
            return result

        effort = Effort(1, self._effort.exhaustive)
        costs = [len(languages) * _SECONDS_A_FILE for languages in parts]
        workers = Workers(self._effort.jobs, _MAXIMUM_SECONDS_A_PROGRAM)
        gc.freeze()
        try:
            results = workers.map(lambda languages: alone(languages, effort), parts, costs)
            return [
                alone(languages, self._effort) if isinstance(result, Lost) else result
                for languages, result in zip(parts, results, strict=True)
            ]
        finally:
            gc.unfreeze()

    @cached_property
    def graph(self) -> ImportGraph:
        """Who imports whom among the files."""
        from scratchlint.dataflow.graph import ImportGraph

        return ImportGraph(self.languages, self.content, self._on_each)

    @property
    def skipped(self) -> list[Skipped]:
        """The files that could not be read, or not wholly."""
        return [self._skipped[path] for path in sorted(self._skipped)]

    def candidates(self) -> list[str]:
        """Return the files whose bytes hold the name of a scratch root; all that can be read, if so asked."""
        if self._effort.exhaustive:
            return [path for path, look in self._looks.items() if look.skipped is None]
        mounted = bool(self.containers and self.volatile.all)
        return [
            path for path, look in self._looks.items() if look.site or (mounted and self._is_volatile(path))
        ]

    @cached_property
    def _looks(self) -> Mapping[str, Look]:
        """What the bytes of each file tell; those that cannot be read are noted."""
        found = self._on_each(self._look, list(self.languages), NOTHING_TOLD)
        looks = dict(zip(self.languages, found, strict=True))
        self._skipped.update((path, look.skipped) for path, look in looks.items() if look.skipped)
        return looks

    def _look(self, path: str) -> Look:
        source = self.sources.get(path) or self._read(path)
        if isinstance(source, Skipped):
            return Look(skipped=source)
        return look(source, self.languages[path], self._known_roots(path))

    def _is_volatile(self, path: str) -> bool:
        """Whether a file may hold a site below what deploy files make volatile for it."""
        return bool(self.volatile.of(path)) and may_hold_site(self.content(path) or b"", self.roots(path))

    def comments(self) -> Mapping[str, Sequence[ir.Comment]]:
        """Return the comments of the files in which one speaks to linters; sites need not stand there."""
        self.load(path for path, look in self._looks.items() if look.speaks)
        return self._comments

    def load(self, paths: Iterable[str]) -> list[ir.Module]:
        """Lower files; return those that are new. What cannot be read is noted in `skipped`."""
        new = [path for path in dict.fromkeys(paths) if path in self.languages and path not in self._loaded]
        self._loaded.update(new)
        modules = self._lowered(new)
        for module in modules:
            path = module.path
            if any(map(speaks, module.comments)):
                self._comments[path] = module.comments
            note = self.sources[path].note or _damage(module)
            if note is not None:
                self._skipped.setdefault(path, note)
        return modules

    def _lowered(self, paths: Sequence[str]) -> list[ir.Module]:
        """Return files as they are lowered, once; one that cannot be is empty."""
        for path in paths:
            source = self.sources.get(path) or self._read(path)
            if isinstance(source, Skipped):
                self._skipped[path] = source
                source = Source(path, b"", "utf-8")
            self.sources[path] = source
        missing = [path for path in paths if path not in self._modules]
        costs = [len(self.sources[path].data) * _SECONDS_A_BYTE for path in missing]
        for path, module in zip(missing, self._workers.map(self._lower, missing, costs), strict=True):
            if isinstance(module, Lost):
                self._lose(path, module)
                module = lower_file(self.languages[path], path, b"")
            self._modules[path] = module
        return [self._modules[path] for path in paths]

    def _lower(self, path: str) -> ir.Module:
        data = b"" if self._is_built(path) else self.sources[path].data
        language, may_wait = self.languages[path], None
        if language in WAITING and not self._effort.exhaustive:
            roots = self.roots(path)
            may_wait = lambda text: not may_hold_site(text, roots)  # noqa: E731
        return lower_file(language, path, data, may_wait)

    def _is_built(self, path: str) -> bool:
        return is_built(self.languages[path], self.content(path) or b"")

    def _on_each(self, work: Callable[[str], _Result], paths: Sequence[str], lost: _Result) -> list[_Result]:
        """Return what some quick work gives for each file; `lost` for a file at which a process was lost."""
        costs = [_SECONDS_A_LOOK] * len(paths)
        room, self._room = self._room, 0 if self._workers.pay_for(costs) else self._room
        results = self._workers.map(work, paths, costs)
        self._room = room
        for path, result in zip(paths, results, strict=True):
            if isinstance(result, Lost):
                self._lose(path, result)
        return [lost if isinstance(result, Lost) else result for result in results]

    def _lose(self, path: str, lost: Lost) -> None:
        self._skipped[path] = Skipped(path, f"not read: {lost.reason}")

    def with_contents(self, changed: Mapping[str, bytes]) -> Project:
        """Return the project with other contents, as UTF-8, of some files; the others are not read again."""
        other = Project(self._root, self.languages, self._known_roots, changed, self._effort)
        same = self.languages.keys() - self._changed.keys() - changed.keys()
        read = {**self._kept, **self.sources}
        other._kept = {path: source for path, source in read.items() if path in same}
        other._modules = {path: module for path, module in self._modules.items() if path in same}
        return other

    @cached_property
    def _units(self) -> Units:
        from scratchlint.dataflow.units import Units

        return Units(self.languages, self.content)

    def reaches(self, setter: str, reader: str) -> bool:
        """Whether the programs of a file see what another one sets."""
        return self._units.reaches(setter, reader)

    def roots(self, path: str) -> Roots:
        """Return which paths are sites in a file: also those that a deploy file makes volatile for it."""
        roots = self._roots.get(path)
        if roots is None:
            roots, volatile = self._known_roots(path), self.volatile.of(path) if self.containers else ()
            if volatile:
                roots = replace(roots, scratch=(*roots.scratch, *volatile))
            self._roots[path] = roots
        return roots

    @cached_property
    def volatile(self) -> VolatileRoots:
        """The directories that deploy files make volatile."""
        from scratchlint.judge.volatile import VolatileRoots

        return VolatileRoots(self.containers)

    @cached_property
    def containers(self) -> list[Container]:
        """The containers of the project, told by the files that deploy it."""
        if not self._deployments:
            return []
        from scratchlint.judge.containers import containers

        return containers(self._deployments)

    @cached_property
    def images(self) -> Images:
        """What the Dockerfiles of the project copy into images."""
        from scratchlint.judge.images import Images

        return Images(self._deployments, self.containers, self.languages, self.content)

    @cached_property
    def cleaners(self) -> Cleaners:
        """What removes old files on the machines of the project."""
        from scratchlint.judge.cleaners import Cleaners

        return Cleaners(self._deployments)

    @cached_property
    def _deployments(self) -> list[ir.Module]:
        """The files that say what lies behind a path; a Dockerfile tells what a service is built from."""
        return self._lowered([path for path, look in self._looks.items() if look.storage])

    def host_scripts(self) -> set[str]:
        """Return the scripts read so far that start containers or services: they run on the host."""
        return {
            path
            for path, source in self.sources.items()
            if self.languages[path] == "shell" and starts_services(source.data)
        }

    def may_use(self, path: str, exports: Set[Export]) -> bool:
        """Whether a file that imports another may use any of some of its exports."""
        from scratchlint.dataflow.mentions import may_use

        data, language = self.content(path) or b"", self.languages[path]
        return any(may_use(language, data, export) for export in exports)

    def mentioning(self, names: Set[str]) -> set[str]:
        """Return the programs whose bytes hold any of some names; each name is looked for once.

        So is, with the first ones, what reads variables without spelling their names.
        """
        from scratchlint.dataflow.unspelled import unspelled

        new = sorted(names - self._sought)
        if not new:
            return set()
        first = not self._sought
        self._sought.update(new)
        literals = Literals(name.encode("utf-8", "replace") for name in new)
        further = [path for path in self._programs if path not in self._loaded]

        def mentions(path: str) -> bool:
            data = self.content(path)
            if not data:
                return False
            return literals.stand_in(data) or (first and unspelled(self.languages[path]).stand_in(data))

        return set(compress(further, self._on_each(mentions, further, False)))

    def _read(self, path: str) -> Source | Skipped:
        if path in self._changed:
            return Source(path, self._changed[path], "utf-8")
        known = self._kept.get(path)
        if known is not None:
            return known
        source = self._reader.read(path)
        if isinstance(source, Source) and len(source.data) <= self._room:
            self._room -= len(source.data)
            self._kept[path] = source
        return source

    def exists(self, path: str) -> bool:
        """Whether there is a file at a path, analysed or not."""
        return os.path.isfile(os.path.join(self._root, path))

    def content(self, path: str) -> bytes | None:
        """Return what a file holds, None when it cannot be read."""
        source = self.sources.get(path) or self._read(path)
        return source.data if isinstance(source, Source) else None


class _Texts(Mapping[str, Source]):
    def __init__(
        self,
        languages: Mapping[str, str],
        read: Callable[[str], Source | Skipped],
        others: Mapping[str, Source],
    ) -> None:
        self._languages = languages
        self._read = read
        self._others = others

    def __getitem__(self, path: str) -> Source:
        source = self._others.get(path) or (self._read(path) if path in self._languages else None)
        if not isinstance(source, Source):
            raise KeyError(path)
        return source

    def __iter__(self) -> Iterator[str]:
        return iter({**self._languages, **self._others})

    def __len__(self) -> int:
        return len({**self._languages, **self._others})


def _parts(languages: Mapping[str, str], repositories: Sequence[str]) -> list[Mapping[str, str]]:
    """Split files by the repositories that they are in; those in none are the first part."""
    parts: dict[str, dict[str, str]] = {"": {}, **{one: {} for one in repositories}}
    for path, language in languages.items():
        places = accumulate(path.split("/"), lambda parent, name: f"{parent}/{name}")
        parts[next((place for place in places if place in parts), "")][path] = language
    return [part for part in parts.values() if part]


def _damage(module: ir.Module) -> Skipped | None:
    places = len(module.damaged)
    if not places:
        return None
    noun = "place" if places == 1 else "places"
    return Skipped(module.path, f"not fully parsed: {places} unreadable {noun}", partly=True)
