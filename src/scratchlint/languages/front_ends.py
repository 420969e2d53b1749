"""Which front end lowers a language; each is loaded when a file needs it."""

from __future__ import annotations

from importlib import import_module

from scratchlint.core.ir import Module
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

_PROGRAMS = frozenset({"python", "typescript", "javascript", "shell"})


def lower_file(language: str, path: str, data: bytes) -> Module:
    """Lower one file in a language that discovery names."""
    if language in _PROGRAMS and produced(path) != path:
        if language == "shell":
            language = "shell template"
        else:
            from scratchlint.languages.placeholders import without_statements

            data = without_statements(path, data)
    module: Module = import_module(f"scratchlint.languages.{_FRONT_ENDS[language]}").lower(path, data)
    return module
