"""The files of a commit, written down from git's objects: no checkout, no filters, no hooks, no links."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Skipped
from scratchlint.errors import UsageError
from scratchlint.source.discover import MAXIMUM_FILES
from scratchlint.source.git import ask
from scratchlint.source.history import regular_files
from scratchlint.source.kinds import language_of_name
from scratchlint.source.read import MAXIMUM_BYTES
from scratchlint.source.walk import MAXIMUM_DEPTH

MAXIMUM_TREE_BYTES = 4 << 30
"""So many bytes of one commit are written down."""

# So many bytes of contents are asked of git at once, and so many objects.
_TOGETHER = 16 << 20
_MANY = 10_000
# Ignore rules are about what is not tracked; everything in a commit is.
_IGNORE_FILES = frozenset({".gitignore", ".ignore"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What of a commit could not be written down, and the bounds that were reached."""

    skipped: tuple[Skipped, ...]
    limits: tuple[str, ...]


def write_snapshot(repository: Path, commit: str, top: Path, *, filtered: bool = False) -> Snapshot:
    """Write the regular files of a commit below the empty directory `top`.

    A file that is too large to be read becomes a hole of its size, so that it is told as in a work tree.
    What a `filtered` repository lacks was left out because it is so large.
    Raises UsageError when git cannot list the commit.
    """
    listed = ask(repository, ["ls-tree", "-r", "-z", "--full-tree", commit])
    if isinstance(listed, str):
        raise UsageError(f"git cannot list {commit}: {listed}")
    files = [one for one in regular_files(listed) if one[0].rpartition("/")[2] not in _IGNORE_FILES]
    limits: list[str] = []
    if len(files) > MAXIMUM_FILES:
        limits.append(f"looked at {MAXIMUM_FILES:,} of {len(files):,} files")
    shallow = [one for one in files[:MAXIMUM_FILES] if one[0].count("/") <= MAXIMUM_DEPTH]
    if len(shallow) < len(files[:MAXIMUM_FILES]):
        left = len(files[:MAXIMUM_FILES]) - len(shallow)
        limits.append(f"left out {left:,} files deeper than {MAXIMUM_DEPTH} directories")
    skipped: list[Skipped] = []
    left_bytes = MAXIMUM_TREE_BYTES
    for start in range(0, len(shallow), _MANY):
        for path, content in _contents(repository, shallow[start : start + _MANY], filtered):
            if isinstance(content, str):
                skipped.append(Skipped(path, content))
                continue
            left_bytes -= len(content) if isinstance(content, bytes) else 0
            if left_bytes < 0:
                limits.append(f"wrote down {MAXIMUM_TREE_BYTES >> 30} GiB and left out the files after that")
                return Snapshot(tuple(skipped), tuple(limits))
            reason = _written(top, path, content)
            if reason is not None:
                skipped.append(Skipped(path, reason))
    return Snapshot(tuple(skipped), tuple(limits))


def _contents(
    repository: Path, files: Sequence[tuple[str, str]], filtered: bool
) -> Iterator[tuple[str, bytes | int | str]]:
    """Yield the content of each file, its size if it is too large, or the reason why there is none."""
    asked = "".join(f"{name}\n" for _, name in files).encode()
    answer = ask(repository, ["cat-file", "--batch-check=%(objecttype) %(objectsize)"], asked)
    if isinstance(answer, str):
        yield from ((path, f"unreadable: {answer}") for path, _ in files)
        return
    group: list[tuple[str, str]] = []
    total = 0
    for (path, name), line in zip(files, answer.decode("utf-8", "replace").splitlines(), strict=True):
        kind, _, rest = line.partition(" ")
        if filtered and rest == "missing":
            if language_of_name(path) is not None:
                yield path, f"larger than {MAXIMUM_BYTES >> 20} MiB"
            continue
        if kind != "blob" or not rest.isdigit():
            yield path, "unreadable: the repository lacks its content"
            continue
        if int(rest) > MAXIMUM_BYTES:
            yield path, int(rest)
            continue
        if total + int(rest) > _TOGETHER:
            yield from _objects(repository, group)
            group, total = [], 0
        group.append((path, name))
        total += int(rest)
    yield from _objects(repository, group)


def _objects(repository: Path, files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, bytes | str]]:
    if not files:
        return
    asked = "".join(f"{name}\n" for _, name in files).encode()
    answer = ask(repository, ["cat-file", "--batch"], asked)
    if isinstance(answer, str):
        # One broken object ends the whole answer: the others are asked for by themselves.
        if len(files) == 1:
            yield files[0][0], f"unreadable: {answer}"
            return
        middle = len(files) // 2
        yield from _objects(repository, files[:middle])
        yield from _objects(repository, files[middle:])
        return
    place = 0
    for path, _ in files:
        end = answer.index(b"\n", place)
        size = int(answer[place:end].split()[2])
        yield path, answer[end + 1 : end + 1 + size]
        place = end + 1 + size + 1


def _written(top: Path, path: str, content: bytes | int) -> str | None:
    """Write a file, or a hole of that size; return why it could not be written."""
    place = top / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                os.truncate(stream.fileno(), content)
    except (OSError, OverflowError) as error:
        return f"unreadable: {getattr(error, 'strerror', None) or error}"
    return None
