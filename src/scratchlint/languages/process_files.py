"""JSON that says what a Node.js program runs: the scripts of package.json, the processes of pm2.

https://docs.npmjs.com/cli/using-npm/scripts: `start` and its kin run the program, all others are for who
develops it. https://pm2.keymetrics.io/docs/usage/application-declaration/: each of `apps` is a process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages import shell
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, around
from scratchlint.languages.value_tree import Mapping, Sequence, Value, items, mapping

# What a service manager or a container calls: `start`, `start:prod`, `serve`, `worker`.
_RUNS = re.compile(r"(?:pre|post)?(?:start|serve|server|prod|production|daemon|worker)(?:[:_-](?P<rest>.+))?")
_DEVELOPMENT = re.compile(r"dev|debug|test|local|e2e|watch|mock|storybook|ci\b")
_PROCESS_FILE = re.compile(r"(?:.*[-_.])?(?:ecosystem|pm2|processes|process)(?:[-_.].*)?\.json[5c]?")


def lower_package(document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    """Lower a package.json: its scripts through the shell, all else is for package managers."""
    for pair in mapping(mapping(document).get("scripts")).pairs:
        if not isinstance(pair.value, Scalar):
            continue
        body = shell.lower_at(pair.value.file, *pair.value.encoded()).body
        kind: ir.BlockKind = "scope" if runs_program(pair.key.text) else "job"
        if body:
            yield ir.Block(around(body, pair.span), kind, None, body)
    for pair in mapping(document).pairs:
        if pair.key.text == "config":  # `npm_package_config_port` in the environment of the scripts
            yield from Settings(budget).bind("config", pair)


def runs_program(script: str) -> bool:
    """Whether a script runs the program where it is in use."""
    match = _RUNS.fullmatch(script.lower())
    return match is not None and not _DEVELOPMENT.search(match["rest"] or "")


def declares_programs(name: str) -> bool:
    """Whether a file of this name in lower case may declare scripts or processes."""
    return name == "package.json" or _PROCESS_FILE.fullmatch(name) is not None


def is_process_file(name: str, document: Value) -> bool:
    """Whether a file of this name in lower case declares processes for pm2."""
    return _PROCESS_FILE.fullmatch(name) is not None and any(
        mapping(item).find("script") is not None for item in _processes(document)
    )


def lower_processes(document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    """Lower the processes of pm2: their settings bind `apps.key`, their variables are set for them."""
    settings = Settings(budget)
    for process in _processes(document):
        for pair in mapping(process).pairs:
            if pair.key.text == "env" or pair.key.text.startswith("env_"):
                yield from settings.environment(pair.value)
            else:
                yield from settings.bind(f"apps.{pair.key.text}", pair)


def _processes(document: Value) -> Iterator[Value]:
    listed = mapping(document).get("apps") if isinstance(document, Mapping) else document
    if isinstance(listed, Mapping):
        yield listed
    elif isinstance(listed, Sequence):
        yield from items(listed)
    elif isinstance(document, Mapping) and document.find("script") is not None:
        yield document
