"""Fetch one commit of a remote repository through git: shallow, without large files, and without trust.

Nothing that the other end sends is run or checked out: the repository that it is fetched into is bare and
new, without configuration, hooks or filters, and no submodules are asked for. The user's own configuration of
git is read, for credentials and proxies; what the fetch must not do is set over it.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scratchlint.errors import UsageError
from scratchlint.source.git import SECONDS
from scratchlint.source.history import commit_of
from scratchlint.source.read import MAXIMUM_BYTES

FETCH_SECONDS = 600
"""How long one try to fetch may take."""
TRIES = 3
_WAITS = (2.0, 8.0)

_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "credential.interactive=false",
    "fetch.bundleURI=",
    "fetch.fsckObjects=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "maintenance.auto=false",
    "pack.threads=1",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
)
_VARIABLES = {
    "GIT_ASKPASS": "",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
    "SSH_ASKPASS_REQUIRE": "never",
    "LC_ALL": "C",
}
# How the user wants to be connected; everything else that is called GIT_… could lead somewhere else.
_KEPT = ("GIT_SSH", "GIT_SSL_", "GIT_PROXY_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
# Another try would end the same way.
_FINAL = re.compile(
    r"not found|could not read (?:Username|Password)|Authentication failed|Permission denied"
    r"|Host key verification|does not appear to be a git repository|does not exist"
    r"|not allowed|returned error: 40[0-7]"
    r"|(?:couldn't find|no such) remote ref|not our ref|dubious ownership|does not support"
)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"(?!.*(?:\.\.|@\{))[^\s:+^~?*\[\\\x00-\x1f\x7f-][^\s:^~?*\[\\\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a repository is: its URL, the one transport by which it may be reached, and `user:password`."""

    address: str
    protocol: str
    credentials: str = ""


@dataclass(frozen=True, slots=True)
class Tip:
    """A commit of a remote repository, and the full name of the branch or tag that leads there, or ""."""

    commit: str
    ref: str


def find(remote: Remote, revision: str) -> Tip:
    """Return what a branch, tag or full name of a commit stands for there; "" is what HEAD stands for.

    Raises UsageError when it is not there, or nobody answers.
    """
    if _COMMIT.fullmatch(revision):
        return Tip(revision, "")
    if revision and not _REVISION.fullmatch(revision):
        raise UsageError(f"{revision} is neither a branch, a tag nor the full name of a commit")
    refs = [f"{start}{revision}" for start in ("", "refs/tags/", "refs/heads/")] if revision else ["HEAD"]
    told = _tried(
        remote, Path.cwd(), ["ls-remote", "--symref", "--", "source", *refs, *(f"{one}^{{}}" for one in refs)]
    )
    answers = {ref: commit for commit, _, ref in (line.partition("\t") for line in told.splitlines())}
    for ref in refs:
        commit = answers.get(f"{ref}^{{}}") or answers.get(ref, "")
        if _COMMIT.fullmatch(commit):
            return Tip(commit, _target(told) if ref == "HEAD" else ref)
    raise UsageError(f"no branch or tag {revision}" if revision else "the repository is empty")


def fetch(remote: Remote, tip: Tip, place: Path, *, history: bool, mebibytes: int) -> str:
    """Fetch a commit into a new bare repository at `place`, and return its name.

    Contents that are too large to be analysed are not fetched if the other end can leave them out: nothing is
    missing then that would be read later. `history` asks for the commits before it too. Raises UsageError
    when that fails, also by being larger than so many MiB.
    """
    place.mkdir()
    form = "sha256" if len(tip.commit) == 64 else "sha1"
    made = _run(
        remote, place, ["init", "--quiet", "--bare", "--template=", f"--object-format={form}"], SECONDS
    )
    if isinstance(made, str):
        raise UsageError(made)
    depth = [] if history else ["--depth=1"]
    words = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        *depth,
        "--",
        "source",
        tip.ref or tip.commit,
    ]
    with _files_up_to(mebibytes << 20):
        _tried(remote, place, words, mebibytes)
    commit = commit_of(place, "FETCH_HEAD")
    if commit is None:
        raise UsageError(f"{tip.ref or tip.commit} is no commit")
    return commit


def _target(told: str) -> str:
    """Return the branch that HEAD is, as `ls-remote --symref` tells it."""
    match = re.search(r"^ref: (refs/heads/\S+)\tHEAD$", told, re.MULTILINE)
    return "" if match is None else match[1]


def _tried(remote: Remote, place: Path, words: Sequence[str], mebibytes: int = 0) -> str:
    """Return what git answers, at one of a few tries. Raises UsageError when none succeeds."""
    reason = ""
    for number in range(TRIES):
        answer = _run(remote, place, words, FETCH_SECONDS if mebibytes else SECONDS)
        if isinstance(answer, bytes):
            return answer.decode("utf-8", "replace")
        if mebibytes and _largest(place) >= mebibytes << 20:
            raise UsageError(f"what is fetched is larger than {mebibytes} MiB")
        reason = answer
        if _FINAL.search(reason):
            raise UsageError(reason)
        if number < len(_WAITS):
            time.sleep(_WAITS[number])
    raise UsageError(f"{reason} (tried {TRIES} times)")


def _run(remote: Remote, place: Path, words: Sequence[str], seconds: int) -> bytes | str:
    """Return what git answers; a text is the reason why it does not."""
    program = shutil.which("git")
    if program is None:
        return "git is not installed"
    settings = [
        *_SETTINGS,
        f"remote.source.url={remote.address}",
        "remote.source.promisor=true",
        f"remote.source.partialCloneFilter=blob:limit={MAXIMUM_BYTES + 1}",
    ]
    command = [program, *(word for setting in settings for word in ("-c", setting)), *words]
    try:
        answer = subprocess.run(
            command,
            cwd=place,
            env=_environment(remote),
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"git took longer than {seconds} seconds"
    except OSError as error:
        return f"git could not be started: {error.strerror}"
    if answer.returncode == 0:
        return answer.stdout
    lines = answer.stderr.decode(errors="replace").strip().splitlines()
    reasons = [line for line in lines if line.startswith("fatal: ")] or lines[-1:]
    return reasons[0].removeprefix("fatal: ") if reasons else f"git ended with status {answer.returncode}"


def _environment(remote: Remote) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    # Whatever is redirected to: file systems and programs are no transports of it.
    kept |= _VARIABLES | {
        "GIT_ALLOW_PROTOCOL": "http:https" if remote.protocol == "http" else remote.protocol
    }
    if remote.credentials:
        # Neither the list of processes nor what git says shows it here.
        value = b64encode(remote.credentials.encode()).decode()
        kept["GIT_CONFIG_COUNT"] = "1"
        kept["GIT_CONFIG_KEY_0"] = f"http.{remote.address}.extraHeader"
        kept["GIT_CONFIG_VALUE_0"] = f"Authorization: Basic {value}"
    return kept


def _largest(place: Path) -> int:
    packs = place / "objects" / "pack"
    return max((one.stat().st_size for one in packs.iterdir()), default=0) if packs.is_dir() else 0


@contextmanager
def _files_up_to(limit: int) -> Iterator[None]:
    """Let no file of this process and those that it starts grow larger: git has no such limit of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
    )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
