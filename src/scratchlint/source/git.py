"""Ask git about a repository, without running anything that the repository names."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS = 60
"""How long git may take for one answer."""

# Settings of the command line win over those of the repository's own configuration and of what it includes.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.hooksPath=/dev/null",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "core.askPass=true",
    "core.sshCommand=false",
    "protocol.allow=never",
    "safe.directory=*",
)

# A file of grafts changes the history; one that is there, even if empty, makes git speak of it.
# A sparse index of a partial clone would fetch what it lacks, by a command that the repository names.
_VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": f"{os.devnull}/none",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}


def tracked_and_new(root: Path, directory: str) -> list[str] | str:
    """List what git tracks or would add below `directory`, relative to `root`, in git's order.

    Entries may be gone from the disk, be links, or be directories (other repositories). What
    comes back as a text instead is the reason why git could not tell, for people.
    """
    words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    answer = ask(root, [*words, directory] if directory else words)
    return answer if isinstance(answer, str) else names(answer)


def is_bare(root: Path) -> bool:
    """Whether a directory is a git repository without a work tree."""
    parts = (root / "objects", root / "refs")
    return not os.path.lexists(root / ".git") and (root / "HEAD").is_file() and all(map(Path.is_dir, parts))


def is_repository(root: Path) -> bool:
    """Whether a directory is a git repository, with or without a work tree."""
    return os.path.lexists(root / ".git") or is_bare(root)


def names(answer: bytes) -> list[str]:
    """Return the names in an answer that separates them by NUL bytes."""
    return [os.fsdecode(name) for name in answer.split(b"\0") if name]


def ask(root: Path, words: Sequence[str], told: bytes = b"", seconds: float | None = None) -> bytes | str:
    """Run a git command that only reads the repository at `root`, and return what it answers.

    `told` is its standard input, `seconds` how long it may take, SECONDS if not said. A text instead is
    the reason why there is no answer, for people.
    Callers name no command that runs filters, drivers or hooks: of those that compare, only such as leave
    the files of the work tree alone.
    """
    seconds = SECONDS if seconds is None else seconds
    program = shutil.which("git")
    if program is None:
        return "git is not installed"
    # Naming both directories leaves core.worktree, and the search for a repository, without effect.
    directory = "." if is_bare(root) else ".git"
    command = [program, "--no-pager", "--literal-pathspecs", f"--git-dir={directory}", "--work-tree=."]
    for setting in _SETTINGS:
        command += ["-c", setting]
    try:
        answer = subprocess.run(
            [*command, *words],
            cwd=root,
            env=_environment(os.environ),
            input=told,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"git took longer than {seconds:.0f} seconds"
    except OSError as error:
        return f"git could not be started: {error.strerror}"
    if answer.returncode != 0:
        lines = answer.stderr.decode(errors="replace").strip().splitlines()
        return lines[0] if lines else f"git ended with status {answer.returncode}"
    return answer.stdout


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if not name.startswith("GIT_")}
    return kept | _VARIABLES
