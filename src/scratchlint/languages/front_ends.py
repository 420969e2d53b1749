"""Which front end lowers a language; each is loaded when a file needs it."""

from __future__ import annotations

from importlib import import_module

from scratchlint.core.ir import MayWait, Module
from scratchlint.source.settings_files import produced

_FRONT_ENDS = {
    "python": "python",
    "typescript": "typescript",
    "javascript": "typescript",
    "shell": "shell",
    "shell template": "shell_templates",
    "dotenv": "dotenv",
    "dockerfile": "dockerfile",
    "yaml": "yaml",
    "json": "json",
    "toml": "toml",
    "ini": "ini",
    "systemd": "systemd",
    "tmpfiles": "tmpfiles",
    "crontab": "crontab",
    "properties": "properties",
    "keyvalue": "keyvalue",
    "nginx": "nginx",
}

# The languages in which something can wait: bodies of functions, long data.
WAITING = frozenset({"python", "json"})
_PROGRAMS = frozenset({"python", "typescript", "javascript", "shell"})


def lower_file(language: str, path: str, data: bytes, may_wait: MayWait | None = None) -> Module:
    """Lower one file in a language that discovery names.

    `may_wait` tells of bytes that no way begins in them: what they spell may wait until it is asked for.
    """
    if language in _PROGRAMS and produced(path) != path:
        if language == "shell":
            language = "shell template"
        else:
            from scratchlint.languages.placeholders import without_statements

            data = without_statements(path, data)
    front_end = import_module(f"scratchlint.languages.{_FRONT_ENDS[language]}")
    waiting = (may_wait,) if language in WAITING else ()
    module: Module = front_end.lower(path, data, *waiting)
    return module
