"""Directories of the user that runs a program: `~` and the variables of the XDG Base Directory Specification.

Each language says them in its own way; what cannot expand a variable needs to know the user.
"""

from __future__ import annotations

from collections.abc import Mapping

from scratchlint.fix import javascript_source, python_source
from scratchlint.fix.change import Stretch
from scratchlint.fix.spelling import reads, respell
from scratchlint.fix.tree import edited
from scratchlint.fix.user_directory import UserDirectory, user_directory


def written(
    language: str, file: str, data: bytes, place: Stretch, new: str, user: str
) -> Mapping[Stretch, bytes] | str:
    """Return the edits that write a directory of the user at a place, or why that is not possible."""
    wanted = user_directory(new)
    if wanted is None:
        return f"{new} cannot be written in {file}: its first part is not known"
    match language:
        case "python":
            made = python_source.joined(data, place, wanted)
        case "typescript" | "javascript":
            made = javascript_source.joined(data, place, wanted)
        case "shell" | "crontab":
            made = _of_shell(language, file, data, place, wanted)
        case "systemd":
            made = {place: (wanted.specifier + wanted.rest).encode()}
        case _:
            made = _absolute(language, file, data, place, wanted, user)
    if made is None:
        if language in ("python", "typescript", "javascript"):
            return f"{file} spells it within a longer text, where {new} cannot be computed"
        return f"{file} cannot compute {new} there: it expands no variables, and no policy tells the user"
    return made


def _of_shell(
    language: str, file: str, data: bytes, place: Stretch, wanted: UserDirectory
) -> Mapping[Stretch, bytes] | None:
    return in_shell(language, file, data, place, wanted.in_shell, wanted.rest)


def in_shell(
    language: str, file: str, data: bytes, place: Stretch, base: str, rest: str
) -> Mapping[Stretch, bytes] | None:
    """Return the edit that writes what the shell expands, and a path below it, with the quotes of a place.

    None where nothing is expanded and no quote can be closed: in a document.
    """
    if not _holds(language, file, data, place, "x y"):
        text = f'"{base}"{rest}'  # unquoted: a home with blanks would be two words
    elif _holds(language, file, data, place, "$x"):
        if _holds(language, file, data, place, "x''y"):
            return None
        if data[: place[0]].endswith(b"'"):
            return {(place[0] - 1, place[1]): f'"{base}"\'{rest}'.encode()}
        text = f"'\"{base}\"'{rest}"  # between single quotes nothing is expanded
    else:
        text = base + rest
    return {place: text.encode()}


def _holds(language: str, file: str, data: bytes, place: Stretch, text: str) -> bool:
    """Whether a text at a place stays as it is, within one word."""
    changed = edited(data, {place: text.encode()})
    return reads(file, language, changed, place[0], place[0] + len(text.encode()), text)


def _absolute(
    language: str, file: str, data: bytes, place: Stretch, wanted: UserDirectory, user: str
) -> Mapping[Stretch, bytes] | None:
    if not user or (wanted.variable and not wanted.fallback):
        return None
    below = f"/{wanted.fallback}" if wanted.fallback else ""
    text = respell(file, language, data, place, f"/home/{user}{below}{wanted.rest}")
    return None if text is None else {place: text}
