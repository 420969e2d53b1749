"""Workflows of continuous integration: GitHub and its kin, GitLab, CircleCI, Azure, Travis, Drone.

What their steps run is lowered by the shell front end, in a Block of kind "job": none of it is part of
the running system, and what they set in the environment is seen by their own steps alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages import shell
from scratchlint.languages.interpolation import expression
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import around, binding
from scratchlint.languages.shell_templates import filled
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, items, mapping, scalars

MAXIMUM_DEPTH = 24

_FILE = re.compile(
    r"(?:^|/)(?:\.gitlab-ci|\.travis|\.drone|\.woodpecker|\.?appveyor|azure-pipelines|bitbucket-pipelines|buildspec)"
    r"[\w.-]*\.ya?ml$|(?:^|/)\.(?:github|forgejo|gitea)/workflows/"
)
_SCRIPTS = frozenset(
    {"run", "script", "before_script", "after_script", "commands", "command", "bash", "install"}
    | {"before_install", "after_success", "after_failure"}
)
_VARIABLES = frozenset({"env", "environment", "variables"})
# The keys at the top of a file that only a service of continuous integration reads.
_TELLING = frozenset({"stages", "pipelines", "before_script", "orbs", "workflows", "trigger", "pool"})
_STEPS = ("steps", "script")
_OF_JOB = ("steps", "runs-on", "uses", "template")


def is_workflow(path: str, document: Value) -> bool:
    """Whether a document describes jobs of continuous integration, or one action of them."""
    top = mapping(document)
    if _FILE.search(path) or isinstance(top.get("runs", "steps"), Sequence):
        return True
    jobs = mapping(top.get("jobs")).pairs
    if any(mapping(pair.value).find(key) for pair in jobs for key in _OF_JOB):
        return True
    if any(_is_step(item) for key in ("steps", "jobs") for item in items(top.get(key))):
        return True
    told = any(pair.key.text in _TELLING for pair in top.pairs)
    return told and any(_is_job(pair) for pair in top.pairs)


def _is_step(item: Value) -> bool:
    return any(mapping(item).find(key) is not None for key in (*_SCRIPTS, *_STEPS, "uses", "task"))


def _is_job(pair: Pair) -> bool:
    """Whether an entry at the top holds scripts, by itself or as a job."""
    return pair.key.text in _SCRIPTS or any(mapping(pair.value).find(key) is not None for key in _STEPS)


def lower_workflow(document: Value) -> Iterator[ir.Stmt]:
    """Lower a workflow."""
    yield from _entries(document, 0)


def _entries(value: Value, depth: int) -> Iterator[ir.Stmt]:
    if depth > MAXIMUM_DEPTH:
        return
    match value:
        case Mapping(pairs=pairs):
            for pair in pairs:
                key = pair.key.text
                if key in _SCRIPTS and not isinstance(pair.value, Mapping):
                    yield from _job(pair)
                elif key in _VARIABLES and isinstance(pair.value, Mapping):
                    yield from _variables(pair.value)
                else:
                    yield from _entries(pair.value, depth + 1)
        case Sequence(items=listed):
            for item in listed:
                yield from _entries(item, depth + 1)


def _job(pair: Pair) -> Iterator[ir.Stmt]:
    for script in scalars(pair.value):
        body = shell.lower_at(script.file, *filled(*script.encoded())).body
        if body:
            yield ir.Block(around(body, script.span), "job", None, body)
    for item in items(pair.value):
        if not isinstance(item, Scalar):
            yield from _entries(item, 1)


def _variables(variables: Mapping) -> Iterator[ir.Stmt]:
    for pair in variables.pairs:
        if isinstance(pair.value, Scalar):
            yield binding(ir.Ref(pair.key.span, pair.key.text), expression(pair.value))
