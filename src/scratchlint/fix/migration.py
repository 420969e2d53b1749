"""The steps beside the edits as a shell script: it is there to be read, then run, and overwrites nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from scratchlint.core.fix import Fix, Task
from scratchlint.fix.user_directory import user_directory

_HEAD = """\
#!/bin/sh
# What must happen beside the changes of `scratchlint fix`. Read it before you run it, as an account that may
# make these directories; set OWNER to the account that the program runs as.
set -eu

owner=${OWNER:?set OWNER to the account that the program runs as}

# Refuses what is there already.
absent() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    echo "$1 is there already: nothing is overwritten" >&2
    exit 1
  fi
}

directory() {
  [ -d "$1" ] || install -d -o "$owner" -m "$2" "$1"
}

move() {
  if [ -e "$1" ]; then
    absent "$2"
    directory "$(dirname "$2")" "$3"
    cp -a "$1" "$2"
    echo "copied $1 to $2: remove $1 when all is well"
  fi
}

environment() {
  absent "$2"
  directory "$(dirname "$2")" 0755
  python3 -m venv "$2"
  if [ -x "$1/bin/python" ]; then
    "$1/bin/python" -m pip freeze | "$2/bin/python" -m pip install -r /dev/stdin
  else
    echo "$1 is gone: install into $2 what the program needs" >&2
  fi
}
"""
_SECRET = frozenset({"cert", "config", "data", "database", "state", "queue", "backup", "upload"})


def script(fixes: Sequence[Fix]) -> str:
    """Return a script for some fixes; what cannot be a command is a comment."""
    return "\n".join([_HEAD, *(line for fix in fixes for line in _section(fix))]) + "\n"


def _section(fix: Fix) -> Iterator[str]:
    yield f"# {_comment(fix.title)}"
    for task in fix.tasks:
        yield f"# - {_comment(task.text)}"
        command = _command(task, "0750" if fix.role in _SECRET else "0755")
        if command and ("{" in task.old + task.new or not command.isprintable()):
            yield f"#   {_comment(command)}    # fill in what is in braces"
        elif command:
            yield command
    yield ""


def _command(task: Task, mode: str) -> str:
    match task.kind:
        case "directory":
            return f"directory {_word(task.new)} {mode}"
        case "move":
            return f"move {_word(task.old)} {_word(task.new)} {mode}"
        case "rebuild":
            return f"environment {_word(task.old)} {_word(task.new)}"
    return ""


def _word(path: str) -> str:
    """Write a path as a word of the shell; a directory of the user stays what it is."""
    directory = user_directory(path)
    if directory is None:
        return shlex.quote(path)
    rest = directory.rest[1:]
    return f'"{directory.in_shell}"' + (f"/{shlex.quote(rest)}" if rest else "")


def _comment(text: str) -> str:
    return " ".join(text.split())
