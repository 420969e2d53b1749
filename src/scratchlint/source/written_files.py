"""In which format a file is that a program writes: told by its name, else by the shape of its text."""

from __future__ import annotations

import re

from scratchlint.source.kinds import language_of_name, language_of_shebang, may_have_shebang

# Files that a login or a service manager reads variables from, whatever their names.
_VARIABLES = re.compile(r"/etc/(?:default|sysconfig|conf\.d|environment\.d)/[^/]+|/etc/environment")
_SCRIPTS = re.compile(r"/etc/(?:init\.d|profile\.d)/[^/.]+|/etc/(?:profile|bash\.bashrc|rc\.local)")
_PROGRAMS = re.compile(r".*/s?bin/[^/.]+", re.DOTALL)
_SUFFIX = re.compile(r"\.[A-Za-z]\w*$")

# https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html and its kin.
_UNIT = re.compile(r"\s*(?:[#;][^\n]*\n\s*)*\[(?:Unit|Service|Socket|Timer|Path|Install)\][ \t]*\n")
_SECTION = re.compile(r"\s*(?:[#;][^\n]*\n\s*)*\[[\w.:@ -]+\][ \t]*\n\s*[\w.-]+[ \t]*[=:]")
_ASSIGNMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*|(?:export[ \t]+)?[A-Z][A-Z0-9_]*=[^\n]*)?(?:\n|\Z))+")


def written_language(name: str, text: str) -> str | None:
    """Return the language of a text that is written to a file, or None when nothing tells.

    `name` is the file's path as far as it is known, "" when it is not.
    """
    base = name.rpartition("/")[2]
    if _VARIABLES.fullmatch(name):
        return "dotenv"
    told = "shell" if _SCRIPTS.fullmatch(name) else language_of_name(name.lstrip("/")) if base else None
    if told is not None:
        return told
    shaped = shaped_language(text)
    if shaped is not None or text.startswith("#!"):
        return shaped
    if _PROGRAMS.fullmatch(name):
        return "shell"
    if _SUFFIX.search(base) and not may_have_shebang(base):
        return None
    if _SECTION.match(text):
        return "ini"
    return "dotenv" if text.strip() and _ASSIGNMENTS.fullmatch(text) else None


def shaped_language(text: str) -> str | None:
    """Return the language of a text that can be nothing but a file: a unit, or a script with its `#!`."""
    if _UNIT.match(text):
        return "systemd"
    if text.startswith("#!"):
        return language_of_shebang(text[:256].encode())
    return None
