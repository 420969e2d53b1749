"""Which files of a project are analysed, and what becomes of the others."""

from __future__ import annotations

import os
import posixpath
import stat
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

from scratchlint.core.finding import Skipped
from scratchlint.errors import UsageError
from scratchlint.source.git import tracked_and_new
from scratchlint.source.kinds import (
    DEPENDENCY_DIRECTORIES,
    INTERNAL_DIRECTORIES,
    SHEBANG_BYTES,
    is_own,
    language_of_name,
    language_of_shebang,
    may_have_shebang,
    unread_kind,
)
from scratchlint.source.links import target_below
from scratchlint.source.read import Reader, link_reason
from scratchlint.source.walk import DEPENDENCIES, MAXIMUM_DEPTH, NESTED, Walk, walk

MAXIMUM_FILES = 200_000
"""Files beyond this number, in the order of their paths, are not looked at."""

_NO_NAMES = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files of a run, as POSIX paths relative to the root.

    `files` are sorted; `languages` gives each one's language: "python", "typescript",
    "javascript", "shell", "dotenv", "dockerfile", one of SETTINGS_LANGUAGES or of
    DOCUMENT_LANGUAGES.
    `unread` counts the files in languages that are not analysed by kind ("Go", "YAML", ...).
    `limits` are the bounds that were reached, for people. `repositories` are the work trees of git side by
    side below a root that is none: what is in them are programs of their own.
    """

    files: tuple[str, ...]
    languages: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    unread: Mapping[str, int]
    limits: tuple[str, ...]
    repositories: tuple[str, ...] = ()


def discover(root: Path, named: Sequence[str], *, force_exclude: bool = False) -> Discovery:
    """Find the files to analyse below the `named` paths, which are relative to `root` ("" is all of it).

    In a git work tree these are the files that git does not ignore, elsewhere those that no
    `.gitignore` excludes; in both, ignored environment, unit and service files too,
    because that is where paths of production are set. A file that is named is analysed even when
    it is ignored. Links are not followed: what they lead to inside the root is found by itself.
    With `force_exclude` naming a path changes nothing of this: what a run over the whole project leaves
    out is left out. Raises UsageError for a named path that does not exist or lies outside the root.
    """
    gathering = _Gathering(root)
    names: set[str] = set()
    wanted = {_resolved(root, path) for path in named or ("",)}
    directories = {path for path in sorted(wanted) if _is_directory(root, path)}
    if force_exclude:
        names.update(path for path in gathering.below("") if _is_below_any(path, wanted))
        gathering.forget(lambda path: not _is_below_any(path, wanted))
    for path in () if force_exclude else sorted(wanted):
        if path in directories:
            names.update(gathering.below(path))
        else:
            gathering.add(path, named=True)
    ordered = sorted(names)
    if len(ordered) > MAXIMUM_FILES:
        gathering.limits.append(f"looked at {MAXIMUM_FILES:,} of {len(ordered):,} files")
    for path in ordered[:MAXIMUM_FILES]:
        gathering.add(path)
    return gathering.result()


class _Gathering:
    """Sorts paths into what is analysed, counted, skipped and not of interest."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reader = Reader(root)
        self._languages: dict[str, str] = {}
        self._unread: Counter[str] = Counter()
        self._skipped: dict[str, Skipped] = {}
        self._seen: set[str] = set()
        self._regular: dict[str, bool] = {}
        self._repositories: set[str] = set()
        self.limits: list[str] = []

    def result(self) -> Discovery:
        """Return what was gathered, in an order that does not depend on the file system's."""
        return Discovery(
            files=tuple(sorted(self._languages)),
            languages=dict(sorted(self._languages.items())),
            skipped=tuple(self._skipped[file] for file in sorted(self._skipped)),
            unread=dict(sorted(self._unread.items())),
            limits=tuple(dict.fromkeys(self.limits)),
            repositories=tuple(sorted(self._repositories)),
        )

    def below(self, directory: str) -> list[str]:
        """Return the paths of the project below a directory: files, links and whatever else there is."""
        top = self._work_tree(directory)
        if top is None:
            return self._walked(walk(self._root, directory))
        if top:
            self._repositories.add(top)
        listed = tracked_and_new(self._root / top, directory.removeprefix(top).lstrip("/"))
        if isinstance(listed, str):
            self.limits.append(f"git could not list the files, so .gitignore was read directly: {listed}")
            return self._walked(walk(self._root, directory))
        if not listed:
            # Nothing is tracked or new in a directory that git ignores, but it was named.
            return self._walked(walk(self._root, directory))
        own = self._without_foreign(directory, [f"{top}/{path}" for path in listed] if top else listed)
        return [*own, *self._walked(walk(self._root, directory, own))]

    def _work_tree(self, directory: str) -> str | None:
        """Return the outermost work tree of git that a directory is in, None when it is in none."""
        around = ["", *accumulate(directory.split("/"), lambda parent, name: f"{parent}/{name}")]
        return next((top for top in around if os.path.lexists(self._root / top / ".git")), None)

    def forget(self, is_other: Callable[[str], bool]) -> None:
        """Say nothing of the paths that were skipped so far and are others."""
        self._skipped = {path: one for path, one in self._skipped.items() if not is_other(path)}

    def add(self, path: str, named: bool = False) -> None:
        """Sort one path; a `named` one is never left without a word."""
        if path in self._seen:
            return
        self._seen.add(path)
        if self._regular.get(path):
            self._add_regular(path, language_of_name(path), named)
            return
        try:
            mode = os.lstat(os.path.join(self._root, path)).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return  # tracked by git, but deleted from the work tree
        except OSError as error:
            self._skip(path, f"unreadable: {error.strerror}")
            return
        language = language_of_name(path)
        if stat.S_ISDIR(mode):
            self._skip(path, NESTED)
        elif stat.S_ISLNK(mode):
            self._link(path, language, named)
        elif not stat.S_ISREG(mode):
            if language or named:
                self._skip(path, "not a regular file")
        else:
            self._add_regular(path, language, named)

    def _add_regular(self, path: str, language: str | None, named: bool) -> None:
        name = path.rpartition("/")[2]
        if is_own(name):
            if named:
                self._skip(path, "scratchlint's own file")
            return
        kind = unread_kind(name) if language is None else None
        if language is None and kind is None and (named or may_have_shebang(name)):
            beginning = self._reader.bytes(path, SHEBANG_BYTES)
            language = None if isinstance(beginning, Skipped) else language_of_shebang(beginning)
        if language is not None:
            self._languages[path] = language
        elif kind is not None:
            self._unread[kind] += 1
            if named:
                self._skip(path, f"{kind} is not analysed")
        elif named:
            self._skip(path, "neither its name nor its first line tells an analysed language")

    def _link(self, path: str, language: str | None, named: bool) -> None:
        """Report a link that leads out; a target whose own name tells no language gets the link's."""
        try:
            target = target_below(self._root, path)
        except OSError:
            target = None
        if target is None:
            if language or named or os.path.isdir(os.path.join(self._root, path)):
                self._skip(path, link_reason(self._root, path))
            return
        if language and language_of_name(posixpath.basename(target)) is None:
            foreign = (DEPENDENCY_DIRECTORIES | INTERNAL_DIRECTORIES) & set(target.split("/"))
            if not foreign and os.path.isfile(os.path.join(self._root, target)):
                self._languages.setdefault(target, language)

    def _skip(self, path: str, reason: str) -> None:
        self._skipped.setdefault(path, Skipped(path, reason))

    def _walked(self, walked: Walk) -> list[str]:
        for skipped in walked.skipped:
            self._skip(skipped.file, skipped.reason)
        self.limits.extend(walked.limits)
        self._regular.update(walked.files)
        return [*walked.files, *(path for inner in sorted(walked.repositories) for path in self.below(inner))]

    def _without_foreign(self, start: str, paths: list[str]) -> set[str]:
        """Leave out what lies in other people's code, and report each such directory once."""
        environments = {posixpath.dirname(path) for path in paths if path.endswith("/pyvenv.cfg")}
        foreign: dict[str, str | None] = {start: None, "": None}

        def outermost(directory: str) -> str | None:
            if directory not in foreign:
                parent, _, name = directory.rpartition("/")
                is_foreign = name in DEPENDENCY_DIRECTORIES | INTERNAL_DIRECTORIES
                own = directory if is_foreign or directory in environments else None
                foreign[directory] = outermost(parent) or own
            return foreign[directory]

        kept: set[str] = set()
        whole = (path.rstrip("/") for path in paths)
        for prefix, together in groupby(whole, lambda path: path[: path.rfind("/") + 1]):
            directory = prefix.removesuffix("/")
            if not _is_below(prefix, start):
                continue
            if prefix.count("/") > MAXIMUM_DEPTH:
                self.limits.append(f"did not look at files deeper than {MAXIMUM_DEPTH} directories")
            elif (found := outermost(directory)) is None:
                kept.update(path for path in together if path[len(prefix) :] not in _NO_NAMES)
            elif posixpath.basename(found) not in INTERNAL_DIRECTORIES:
                self._skip(found, DEPENDENCIES)
        return kept


def _is_below_any(path: str, directories: Set[str]) -> bool:
    """Whether a path is one of the directories or below one of them."""
    return "" in directories or any(
        part in directories for part in accumulate(path.split("/"), lambda parent, name: f"{parent}/{name}")
    )


def _is_below(prefix: str, start: str) -> bool:
    """Whether a directory, with its last slash, is well formed and is `start` or below: an index may lie."""
    if prefix and not _NO_NAMES.isdisjoint(prefix[:-1].split("/")):
        return False
    return not start or prefix.startswith(f"{start}/")


def _resolved(root: Path, path: str) -> str:
    """Return where a named path really is, or the path itself when that is nowhere below the root."""
    normal = posixpath.normpath(path or ".")
    if normal.startswith(("../", "/")) or normal == "..":
        raise UsageError(f"{path} lies outside {root}")
    try:
        target = target_below(root, normal)
    except (OSError, ValueError):
        target = None
    return normal if target is None else target


def _is_directory(root: Path, path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(os.path.join(root, path)).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"no such file or directory: {path or root}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
