"""Where the files of a source are: in a directory, in the objects of a repository, or behind a URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scratchlint.core.finding import Origin
from scratchlint.errors import UsageError
from scratchlint.source.clone import Tip, fetch, find
from scratchlint.source.git import is_bare, is_repository
from scratchlint.source.history import commit_of, origin_address, ref_of, web_address
from scratchlint.source.state import tree_state
from scratchlint.sweep.addresses import PROTOCOLS, remote
from scratchlint.sweep.sources import Source


@dataclass(frozen=True, slots=True)
class Found:
    """What a source is now; `commit`, `ref` (the full name of branch or tag) are "" where there is none.

    `state` tells it from what it was, None if that cannot be told. `from_objects`: the commit is analysed,
    not what lies in the directory.
    """

    state: str | None
    commit: str
    ref: str
    from_objects: bool


def origin_of(source: Source) -> str:
    """Return the web address that a source, wherever it lies, came from, "" if it is not known."""
    if source.is_url:
        return web_address(source.address) or ""
    return origin_address(Path(source.address))


def look(source: Source) -> Found:
    """Return what a source is. Raises UsageError when there is none."""
    if source.is_url:
        there = remote(source.address, source.credentials)
        if there is None:
            raise UsageError(f"not a URL that is cloned ({', '.join(PROTOCOLS)})")
        tip = find(there, source.revision)
        return Found(tip.commit, tip.commit, tip.ref, True)
    root = Path(source.address)
    if not root.is_dir():
        raise UsageError("no such directory")
    revision = source.revision or ("HEAD" if is_bare(root) else "")
    commit = commit_of(root, revision or "HEAD") if is_repository(root) else None
    if revision and commit is None:
        raise UsageError(f"no commit {revision}")
    ref = "" if commit is None else ref_of(root, revision or "HEAD")
    return Found(commit if revision else tree_state(root), commit or "", ref, bool(revision))


def bring(source: Source, found: Found, place: Path, *, history: bool, mebibytes: int) -> tuple[Path, Found]:
    """Return the directory or repository of a source, and what it is there.

    What is behind a URL is fetched to `place`. Raises UsageError when that fails.
    """
    there = remote(source.address, source.credentials) if source.is_url else None
    if there is None:
        return Path(source.address), found
    commit = fetch(there, Tip(found.commit, found.ref), place, history=history, mebibytes=mebibytes)
    return place, Found(commit, commit, found.ref, True)


def origin_in_report(source: Source, found: Found, address: str) -> Origin | None:
    """Return what a report says of where the files come from."""
    if not address or not found.commit:
        return None
    on_branch = not source.revision and found.ref.startswith("refs/heads/")
    return Origin(address, found.commit, found.ref.removeprefix("refs/heads/") if on_branch else None)
