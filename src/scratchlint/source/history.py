"""The files of a project as they were at an earlier commit, read from git's objects alone."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Origin, Skipped
from scratchlint.errors import UsageError
from scratchlint.source.git import ask, is_repository, names
from scratchlint.source.read import MAXIMUM_BYTES, read_bytes

# So many bytes of contents are asked of git at once.
_TOGETHER = 32 << 20
_REGULAR = (b"100644", b"100755")

# `https://user@host:port/path.git`, `ssh://git@host/path` and `git@host:path`.
_REMOTE = re.compile(
    r"(?:(?P<scheme>https?|ssh|git)://)?(?:[^/@\s]*@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*)"
    r"(?P<port>:[0-9]+)?(?(scheme)/|:/?)(?P<path>[\w~-][\w./~+-]*?)(?:\.git)?/?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier state: which regular files there were, each with the name of its content in git.

    `renamed` leads from the present path of a file that was moved to its earlier one; `note` tells of a
    comparison that is not quite the one that was asked for, for people.
    """

    revision: str
    files: Mapping[str, str]
    renamed: Mapping[str, str]
    note: str | None

    def path(self, present: str) -> str:
        """Return the path that a present file had then."""
        return self.renamed.get(present, present)


def earlier(root: Path, revision: str) -> Earlier:
    """Return the state from which the work tree at `root` went away from `revision`.

    This is the last commit that HEAD and the revision have in common, so that what others changed since
    does not count. Raises UsageError where `root` is no work tree and for a revision that is not there.
    """
    if not os.path.lexists(root / ".git"):
        raise UsageError(f"--diff {revision}: {root} is not a git work tree")
    commit = _commit(root, revision)
    base, note = _common(root, revision, commit)
    # Neither command looks at the files of the work tree, whose filters could be programs.
    listed = _answer(root, revision, "ls-tree", "-r", "-z", "--full-tree", base)
    moved = _answer(
        root,
        revision,
        *("diff-index", "--cached", "-M", "--diff-filter=R", "--name-status", "-z"),
        *("--no-ext-diff", "--no-textconv", base, "--"),
    )
    return Earlier(revision, dict(regular_files(listed)), dict(_moves(moved)), note)


def contents(root: Path, state: Earlier, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the content of files of an earlier state, None for one that is too large to be analysed.

    Files that are still the same on the disk are read there: a partial clone need not hold the others.
    Raises UsageError when the clone lacks an object.
    """
    wanted: list[str] = []
    for path in paths:
        present = _unchanged(root, path, state.files[path])
        if present is None:
            wanted.append(path)
        else:
            yield path, present
    sizes = _sizes(root, state, wanted)
    group: list[str] = []
    total = 0
    for path in wanted:
        if sizes[path] > MAXIMUM_BYTES:
            yield path, None
            continue
        if total + sizes[path] > _TOGETHER:
            yield from _objects(root, state, group)
            group, total = [], 0
        group.append(path)
        total += sizes[path]
    yield from _objects(root, state, group)


def _commit(root: Path, revision: str) -> str:
    commit = commit_of(root, revision)
    if commit is not None:
        return commit
    if _is_shallow(root):
        raise UsageError(
            f"--diff {revision}: this shallow clone does not hold that revision: fetch it first "
            "(in GitHub Actions: `fetch-depth: 0` of actions/checkout)"
        )
    raise UsageError(f"--diff {revision}: no such revision")


def _common(root: Path, revision: str, commit: str) -> tuple[str, str | None]:
    answer = ask(root, ["merge-base", commit, "HEAD"])
    if isinstance(answer, bytes):
        return answer.decode().split()[0], None
    why = "history is missing in this shallow clone" if _is_shallow(root) else "they share no history"
    return commit, f"compared with {revision} itself, not with its last commit in common with HEAD: {why}"


def _is_shallow(root: Path) -> bool:
    return ask(root, ["rev-parse", "--is-shallow-repository"]) == b"true\n"


def _answer(root: Path, revision: str, *words: str) -> bytes:
    answer = ask(root, words)
    if isinstance(answer, str):
        raise UsageError(f"--diff {revision}: {answer}")
    return answer


def regular_files(listed: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the object of each regular file that `git ls-tree -r -z` lists."""
    for entry in listed.split(b"\0"):
        described, _, name = entry.partition(b"\t")
        mode, _, rest = described.partition(b" ")
        path = os.fsdecode(name)
        # A tree can be written that leads out of itself.
        if mode in _REGULAR and not any(part.lower() in ("", ".", "..", ".git") for part in path.split("/")):
            yield path, rest.rpartition(b" ")[2].decode()


def _moves(listed: bytes) -> Iterator[tuple[str, str]]:
    fields = names(listed)
    for number in range(0, len(fields) - 2, 3):
        _, before, after = fields[number : number + 3]
        yield after, before


def _unchanged(root: Path, path: str, name: str) -> bytes | None:
    """Return the bytes on the disk if they are the object of that name."""
    data = read_bytes(root, path)
    if isinstance(data, Skipped):
        return None
    algorithm = hashlib.sha1 if len(name) == 40 else hashlib.sha256
    made = algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return data if made == name else None


def _sizes(root: Path, state: Earlier, paths: list[str]) -> dict[str, int]:
    if not paths:
        return {}
    asked = "".join(f"{state.files[path]}\n" for path in paths).encode()
    answer = ask(root, ["cat-file", "--batch-check=%(objecttype) %(objectsize)"], asked)
    if isinstance(answer, str):
        raise UsageError(f"--diff {state.revision}: {answer}")
    lines = answer.decode().splitlines()
    missing = [path for path, line in zip(paths, lines, strict=True) if not line.startswith("blob ")]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise UsageError(
            f"--diff {state.revision}: this partial clone does not hold {missing[0]}{more} of that "
            "revision: clone without a filter"
        )
    return {path: int(line.split()[1]) for path, line in zip(paths, lines, strict=True)}


def _objects(root: Path, state: Earlier, paths: list[str]) -> Iterator[tuple[str, bytes]]:
    if not paths:
        return
    asked = "".join(f"{state.files[path]}\n" for path in paths).encode()
    answer = ask(root, ["cat-file", "--batch"], asked)
    if isinstance(answer, str):
        raise UsageError(f"--diff {state.revision}: {answer}")
    place = 0
    for path in paths:
        end = answer.index(b"\n", place)
        size = int(answer[place:end].split()[2])
        yield path, answer[end + 1 : end + 1 + size]
        place = end + 1 + size + 1


def origin(root: Path, revision: str = "HEAD") -> Origin | None:
    """Return the repository, commit and branch of a revision, of what is checked out if none is named.

    None without a commit, or when the remote named origin has no web address.
    """
    commit = commit_of(root, revision) if is_repository(root) else None
    repository = origin_address(root)
    if not repository or commit is None:
        return None
    branch = ask(root, ["symbolic-ref", "--quiet", "--short", "HEAD"]) if revision == "HEAD" else ""
    name = None if isinstance(branch, str) else branch.decode("utf-8", "backslashreplace").strip()
    return Origin(repository, commit, name)


def origin_address(root: Path) -> str:
    """Return the web address of the remote named origin, "" if a directory has none."""
    if not is_repository(root):
        return ""
    address = ask(root, ["config", "--get", "remote.origin.url"])
    told = "" if isinstance(address, str) else address.decode("utf-8", "replace").strip()
    return web_address(told) or ""


def commit_of(root: Path, revision: str) -> str | None:
    """Return the name of the commit that a revision of a repository stands for, None if there is none."""
    words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    answer = ask(root, words)
    return None if isinstance(answer, str) else answer.decode().strip()


def ref_of(root: Path, revision: str) -> str:
    """Return the full name of the branch or tag that a revision names or HEAD is on, "" for neither.

    A branch of the remote named origin counts as that branch: the name is the one that it has there.
    """
    words = ["rev-parse", "--symbolic-full-name", "--end-of-options", revision]
    answer = ask(root, words)
    lines = [] if isinstance(answer, str) else answer.decode("utf-8", "replace").split("\n")
    names = [
        line.replace("refs/remotes/origin/", "refs/heads/") for line in lines if line.startswith("refs/")
    ]
    return names[0] if len(names) == 1 and names[0].startswith(("refs/heads/", "refs/tags/")) else ""


def web_address(remote: str) -> str | None:
    """Return where a remote is found by a browser, without user, password and `.git`; None if nowhere."""
    match = _REMOTE.fullmatch(remote)
    if match is None:
        return None
    scheme = "http" if match["scheme"] == "http" else "https"
    port = match["port"] if match["scheme"] in ("http", "https") else None
    return f"{scheme}://{match['host']}{port or ''}/{match['path']}"
