"""`scratchlint init`: a policy file with every key, fitted to the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import get_args

from scratchlint.core.flow import Role
from scratchlint.errors import UsageError
from scratchlint.fix.owner import app_name
from scratchlint.judge.context import context_of
from scratchlint.judge.profile import project_profile
from scratchlint.policies import NAME, PROJECT_NAME, policy_in
from scratchlint.policy.homes import home
from scratchlint.policy.keys import KEYS, Key, Profile
from scratchlint.policy.policy import Policy
from scratchlint.report.interface import PROJECT
from scratchlint.rules import RULES
from scratchlint.source.discover import discover
from scratchlint.source.read import Source, read

# Directories that outlive reboots, of which those are proposed that this machine has.
_PERMANENT = ("/home", "/mnt", "/opt", "/srv", "/var/lib", "/var/log", "/var/cache", "/var/spool")
_MOUNTED = ("/mnt", "/media", "/data", "/srv")


def policy_text(directory: Path) -> str:
    """Return the text of a policy file for a directory. Raises UsageError when it has a policy."""
    if os.path.lexists(directory / NAME):
        raise UsageError(f"{directory / NAME} exists already")
    if policy_in(directory, "") is not None:
        raise UsageError(f"{directory / PROJECT_NAME} has the table [tool.scratchlint] already")
    return "\n".join(_lines(directory)) + "\n"


def _lines(directory: Path) -> Iterator[str]:
    app = app_name(lambda file: _read(directory, file), NAME, directory.resolve().name)
    found = discover(directory, ("",)).languages
    languages = {path: language for path, language in found.items() if _is_shipped(path)}
    profile = project_profile(languages, partial(_read, directory))
    yield "# What this project decides for itself, for scratchlint. What is commented out is the default"
    yield f"# or a proposal. {PROJECT}/blob/main/docs/policy.md"
    for key in KEYS:
        yield ""
        yield f"# {key.summary[0].upper()}{key.summary[1:]}{_choices(key)}."
        match key.name:
            case "app":
                yield _said("app", app)
            case "profile" if profile is not None:
                yield f"{_said('profile', profile[0])}  # {profile[1]} tells"
            case "permanent-roots":
                yield f"# {_said(key.name, [root for root in _PERMANENT if os.path.isdir(root)])}"
            case "data-roots":
                yield f"# {_said(key.name, _mounts() or ['/mnt/data'])}"
            case "select":
                yield f"# {_said(key.name, [rule.id for rule in RULES])}"
            case _:
                yield f"# {_said(key.name, getattr(Policy(), key.field))}"
    yield from _tables(profile[0] if profile is not None else "system", app)


def _tables(profile: Profile, app: str) -> Iterator[str]:
    yield ""
    yield "# The level of each rule: error, warning or note."
    yield "[levels]"
    for rule in RULES:
        yield f"# {_said(rule.id, rule.level)}"
    yield ""
    yield "# The permanent home of each role; {app} and {user} stand for the values above."
    yield "[homes]"
    for role in get_args(Role):
        template = home(role, profile, Policy(app="{app}", user="{user}"))
        yield f"# {_said(role, template)}"
    yield ""
    yield "# What files are for, where names mislead: test, example, benchmark, ci, development, vendored,"
    yield "# documentation, settings, production, or code for ordinary code. Globs as in .gitignore."
    yield "[contexts]"
    yield '# development = ["tools/"]'
    yield ""
    yield "# Other values for some files."
    yield "# [[override]]"
    yield '# paths = ["services/billing/"]'
    yield '# app = "billing"'
    yield ""
    yield "# What the project's own code does with paths, in the form of the knowledge tables."
    yield "# [[knowledge.python.call]]"
    yield '# match = "acme.storage.Vault"'
    yield '# path = ["directory", 0]'
    yield '# action = "stores"'
    yield '# role = "data"'
    yield ""
    yield "# Findings that are left out, where a comment cannot stand beside the path."
    yield "# [[suppress]]"
    yield '# paths = ["deploy/legacy/"]'
    yield '# rules = ["scratch-log"]'
    yield '# reason = "the collector reads it within a minute"'


def _is_shipped(path: str) -> bool:
    """Whether a file is no test, example, development tool or the like."""
    context = context_of(path)
    return context is None or not context.is_scratch


def _choices(key: Key) -> str:
    return f" ({', '.join(key.choices)})" if key.choices else ""


def _said(name: str, value: object) -> str:
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _mounts() -> list[str]:
    """Return the places for data on which this machine mounts something, in order."""
    found: list[str] = []
    for top in _MOUNTED:
        try:
            names = sorted(os.listdir(top))
        except OSError:
            continue
        found += [path for path in (top, *(f"{top}/{name}" for name in names)) if os.path.ismount(path)]
    return found


def _read(directory: Path, file: str) -> bytes | None:
    source = read(directory, file)
    return source.data if isinstance(source, Source) else None
