"""List a directory tree: without git, and for the environment files that git ignores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from scratchlint.core.finding import Skipped
from scratchlint.source.ignore import Ignore, is_ignored, load
from scratchlint.source.kinds import DEPENDENCY_DIRECTORIES, INTERNAL_DIRECTORIES, is_environment

MAXIMUM_DEPTH = 64
"""Directories deeper than this below the root are not entered."""

MAXIMUM_ENTRIES = 500_000
"""A walk ends after it has seen so many files and directories."""

DEPENDENCIES = "other people's code: name it to have it analysed"
NESTED = "a git repository of its own: name it to have it analysed"

_Kind = Literal["directory", "file", "other"]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found: files in no order, directories it did not enter, bounds it reached.

    Of each file it tells whether it is a regular one: links and devices are none. `repositories` are the
    work trees of git on the way, which it did not enter either.
    """

    files: dict[str, bool]
    skipped: list[Skipped]
    limits: list[str]
    repositories: list[str]


@dataclass(frozen=True, slots=True)
class _Directory:
    path: str
    depth: int
    rules: tuple[Ignore, ...]
    ignored: bool

    @property
    def prefix(self) -> str:
        return f"{self.path}/" if self.path else ""


def walk(root: Path, start: str, listed: Set[str] | None = None) -> Walk:
    """List the files below the directory `start` that no `.gitignore` excludes, breadth first.

    Where git `listed` them, all others are ignored. Environment files are listed even when they are
    ignored. No link is followed, so that no circle is possible; other people's code
    (`node_modules`, virtual environments) is not entered, nor are repositories of git: those inside a
    work tree are reported, the others returned. An ignored `start` is listed as if it were not ignored.
    """
    found = Walk({}, [], [], [])
    is_work_tree = any(os.path.lexists(os.path.join(root, top, ".git")) for top in ("", start))
    rules = _inherited(root, start, found) if listed is None else ()
    pending = deque([_Directory(start, start.count("/") + bool(start), rules, listed is not None)])
    left = MAXIMUM_ENTRIES
    while pending:
        here = pending.popleft()
        try:
            entries = _entries(root, here.path, left + 1)
        except OSError as error:
            found.skipped.append(Skipped(here.path or ".", f"unreadable directory: {error.strerror}"))
            continue
        left -= len(entries)
        if left < 0:
            found.limits.append(f"stopped listing {start or '.'} after {MAXIMUM_ENTRIES:,} entries")
            break
        if here.path != start and (reason := _foreign(entries)):
            if reason == NESTED and not is_work_tree:
                found.repositories.append(here.path)
            elif not here.ignored:
                found.skipped.append(Skipped(here.path, reason))
            continue
        pending.extend(_enter(root, here, entries, listed, found))
    return found


def _enter(
    root: Path, here: _Directory, entries: Mapping[str, _Kind], listed: Set[str] | None, found: Walk
) -> Iterator[_Directory]:
    """Record the files of a directory and yield its subdirectories."""
    rules, prefix = here.rules, here.prefix
    if not here.ignored and ".gitignore" in entries:
        rules = (*rules, *_rules(root, f"{prefix}.gitignore", prefix, found))
    for name, kind in entries.items():
        path = prefix + name
        if kind == "directory":
            if name in INTERNAL_DIRECTORIES:
                continue
            ignored = here.ignored or is_ignored(path, rules, directory=True)
            if name in DEPENDENCY_DIRECTORIES:
                if not ignored:
                    found.skipped.append(Skipped(path, DEPENDENCIES))
            elif here.depth >= MAXIMUM_DEPTH:
                found.limits.append(f"did not enter {path}: deeper than {MAXIMUM_DEPTH} directories")
            else:
                yield _Directory(path, here.depth + 1, rules, ignored)
            continue
        if listed is not None:
            ignored = path not in listed
        else:
            ignored = here.ignored or is_ignored(path, rules, directory=False)
        if not ignored or is_environment(path):
            found.files[path] = kind == "file"


def _entries(root: Path, directory: str, bound: int) -> dict[str, _Kind]:
    """Return the names in a directory, sorted, and what each is; a link is no directory and no file."""
    with os.scandir(os.path.join(root, directory)) as entries:
        return dict(sorted((entry.name, _kind(entry)) for entry in islice(entries, bound)))


def _kind(entry: os.DirEntry[str]) -> _Kind:
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "directory" if entry.is_dir(follow_symlinks=False) else "other"


def _foreign(entries: Mapping[str, _Kind]) -> str | None:
    if "pyvenv.cfg" in entries:
        return DEPENDENCIES
    return NESTED if ".git" in entries else None


def _rules(root: Path, file: str, prefix: str, found: Walk) -> tuple[Ignore, ...]:
    rule = load(root, file, prefix)
    if isinstance(rule, Skipped):
        found.skipped.append(rule)
        return ()
    if rule is not None and rule.left_out:
        found.limits.append(f"{rule.left_out} patterns of {file} were left out")
    return (rule,) if rule is not None else ()


def _inherited(root: Path, start: str, found: Walk) -> tuple[Ignore, ...]:
    """Return the rules of the directories above `start`; none when they ignore it."""
    rules = _rules(root, ".git/info/exclude", "", found) if (root / ".git").is_dir() else ()
    above = ""
    for name in start.split("/") if start else ():
        rules = (*rules, *_rules(root, f"{above}.gitignore", above, found))
        if is_ignored(above + name, rules, directory=True):
            return ()
        above += f"{name}/"
    return rules
