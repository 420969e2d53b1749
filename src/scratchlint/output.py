"""Where reports go: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from scratchlint.errors import UsageError

Writer = Callable[[TextIO], None]


def write_standard(writer: Writer) -> None:
    """Write to standard output; a reader that went away (`| head`) is no error."""
    stream = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    try:
        writer(stream)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise UsageError(f"cannot write to standard output: {error.strerror}") from error


def write_file(path: Path, writer: Writer) -> None:
    """Write a file beside its place and move it there, so that nobody reads half a report."""
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            # A device or pipe must not be replaced by a file; a directory is refused by open().
            with target.open("w", encoding="utf-8", errors="backslashreplace") as stream:
                writer(stream)
            return
        _replace(target, writer)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def write_new_file(path: Path, writer: Writer) -> None:
    """Write a file that is not there yet. Raises UsageError when it is, and when it cannot be written."""
    try:
        with path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            writer(stream)
    except FileExistsError:
        raise UsageError(f"{path} is there already: nothing is overwritten") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _replace(target: Path, writer: Writer) -> None:
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            writer(stream)
        if target.exists():
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _silence(stream: TextIO) -> None:
    """Send what is still buffered nowhere: the interpreter flushes once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def wants_color(choice: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Decide on colour: the option first, then NO_COLOR and FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"
