"""When lines were written, and by which commit, as git blame tells from the history alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scratchlint.core.finding import Skipped
from scratchlint.source.git import SECONDS, ask
from scratchlint.source.read import read_bytes

MAXIMUM_BLAMED_FILES = 500
"""Of so many files of one repository git is asked."""

MAXIMUM_BLAME_SECONDS = 300
"""So long git may take for all of them."""

# A command line has room for so many ranges.
_TOGETHER = 1000
# What the repository's configuration would change: programs that convert files, commits that do not count.
_NEUTRAL = ("-c", "diff.algorithm=default", "blame", "--no-textconv", "--no-ignore-revs-file")


@dataclass(frozen=True, slots=True)
class Written:
    """The commit that brought a line, and when its author wrote it, in UTC as ISO 8601 has it.

    `earlier` tells that the history is cut off at that commit: the line may be older.
    """

    commit: str
    date: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class Blame:
    """When lines, each by its file and its number from 1, were written.

    `unknown` tells why others are missing; a reason without a file is a bound that was reached.
    """

    lines: Mapping[tuple[str, int], Written]
    unknown: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """What git says of one line; `is_boundary`: it looked no further, or there was nothing further."""

    number: int
    commit: str
    time: int
    is_boundary: bool
    content: bytes


def blame(repository: Path, commit: str, top: Path, wanted: Mapping[str, Set[int]]) -> Blame:
    """Return when lines of files were written that lie below `top` as in a commit of a repository.

    Files are asked for in the order that they come in. A line that does not stand in the commit as it stands
    in the file is not committed: its age is not known. git does not look at the work tree, whose filters it
    would run.
    """
    told: dict[tuple[str, int], _Line] = {}
    unknown: list[Skipped] = []
    until = time.monotonic() + MAXIMUM_BLAME_SECONDS
    for number, (file, lines) in enumerate(wanted.items()):
        left = until - time.monotonic()
        if number == MAXIMUM_BLAMED_FILES or left <= 0:
            reason = (
                f"git blame is asked of {MAXIMUM_BLAMED_FILES} files"
                if left > 0
                else f"git blame took longer than {MAXIMUM_BLAME_SECONDS} seconds"
            )
            unknown.append(Skipped("", f"no ages in {len(wanted) - number:,} files: {reason}"))
            break
        answer = _asked(repository, commit, file, sorted(lines), min(left, SECONDS))
        if isinstance(answer, str):
            unknown.append(Skipped(file, answer))
            continue
        present = _lines(top, file)
        for line in answer:
            if present[line.number - 1 : line.number] == [line.content.rstrip(b"\r")]:
                told[file, line.number] = line
            else:
                unknown.append(Skipped(file, f"line {line.number} is not committed as it is"))
    cut = _cut_off(repository, {line.commit for line in told.values() if line.is_boundary})
    known: dict[tuple[str, int], Written] = {}
    for place, line in told.items():
        date = _date(line.time)
        if date is None:
            unknown.append(Skipped(place[0], f"commit {line.commit} has no sound date"))
        else:
            known[place] = Written(line.commit, date, line.is_boundary and line.commit in cut)
    return Blame(known, tuple(unknown))


def _asked(
    repository: Path, commit: str, file: str, lines: Sequence[int], seconds: float
) -> list[_Line] | str:
    told: list[_Line] = []
    for start in range(0, len(lines), _TOGETHER):
        ranges = [word for line in lines[start : start + _TOGETHER] for word in ("-L", f"{line},{line}")]
        words = [*_NEUTRAL, "--line-porcelain", *ranges, commit, "--", file]
        answer = ask(repository, words, seconds=seconds)
        if isinstance(answer, str):
            return answer
        told += _read(answer)
    return told


def _read(answer: bytes) -> Iterator[_Line]:
    """Yield the lines of `git blame --line-porcelain`: a head, headers, and the content after a tab."""
    head: list[bytes] = []
    headers: dict[bytes, bytes] = {}
    for text in answer.split(b"\n"):
        if text.startswith(b"\t"):
            moment = headers.get(b"author-time", b"")
            number = int(moment) if moment.lstrip(b"-").isdigit() else -1
            yield _Line(int(head[2]), head[0].decode(), number, b"boundary" in headers, text[1:])
            head, headers = [], {}
        elif not head:
            head = text.split(b" ")
        else:
            key, _, value = text.partition(b" ")
            headers[key] = value


def _cut_off(repository: Path, commits: Set[str]) -> set[str]:
    """Return which of the commits have parents that a shallow clone lacks.

    git takes them for the first ones; what they are is told by their objects.
    """
    if not commits:
        return set()
    asked = "".join(f"{commit}\n" for commit in sorted(commits)).encode()
    answer = ask(repository, ["cat-file", "--batch"], asked)
    if isinstance(answer, str):
        return set(commits)
    cut = set()
    for commit in sorted(commits):
        head, _, rest = answer.partition(b"\n")
        size = int(head.split()[2])
        if b"\nparent " in rest[:size].partition(b"\n\n")[0]:
            cut.add(commit)
        answer = rest[size + 1 :]
    return cut


def _lines(top: Path, file: str) -> list[bytes]:
    data = read_bytes(top, file)
    return [] if isinstance(data, Skipped) else [line.rstrip(b"\r") for line in data.split(b"\n")]


def _date(moment: int) -> str | None:
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment >= 0 else None
    except (ValueError, OverflowError, OSError):
        return None
