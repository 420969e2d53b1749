"""Whose paths are moved: the program's name, the account it runs as, and the homes that it wants."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from scratchlint.core.finding import Finding
from scratchlint.core.flow import Role
from scratchlint.policy.homes import home
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Policy
from scratchlint.source.kinds import language_of_name

Read = Callable[[str], bytes | None]

_DIRECTORY = re.compile(r"(?:^|(?<=\s))[/~$][^\s,]*\{app\}[^\s,]*")
_WHOLE = re.compile(r"[/~$].*")
_UNSET = Policy()
_FOREIGN = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Owner:
    """A program; `user` is "" when no policy tells the account that it runs as."""

    app: str
    user: str
    profile: Profile
    policy: Policy

    def home(self, role: Role) -> str | None:
        """Return the directory for files of a role: absolute, or behind `~` or a variable.

        What nothing tells stays in braces: `/home/{user}`. None where files have no home at all.
        """
        text = home(role, self.profile, replace(self.policy, app="{app}", user="{user}"))
        directory = _WHOLE.fullmatch(text) if role in self.policy.homes else _DIRECTORY.search(text)
        if directory is None:
            return None
        known = directory[0].replace("{app}", self.app).replace("{user}", self.user or "{user}")
        return known.rstrip("/") or "/"


def owner(finding: Finding, policy: Policy, read: Read, top: str) -> Owner:
    """Return who owns the path of a finding: as the policy says, else as the manifests of the project tell.

    `read` gives the bytes of a file of the tree or None, `top` is the name of the tree.
    """
    known = policy.app if policy.app != _UNSET.app else ""
    app = known or app_name(read, finding.judgement.site.span.file, top)
    user = policy.user if policy.user != _UNSET.user else ""
    return Owner(app, user, cast(Profile, finding.profile), policy)


def app_name(read: Read, file: str, otherwise: str) -> str:
    """Return the name of the program that a file belongs to, from the manifest nearest above it.

    Where there are two, the one of the file's language counts; what is neither belongs to the Python
    program, whose package.json is most often that of its web pages. `read` gives the bytes of a file of
    the tree or None; without a manifest it is `otherwise`.
    """
    directory = file.rpartition("/")[0]
    manifests = list(_MANIFESTS.items())
    if language_of_name(file) in ("typescript", "javascript"):
        manifests.reverse()
    while True:
        before = f"{directory}/" if directory else ""
        for manifest, named in manifests:
            data = read(before + manifest)
            name = _clean(named(data)) if data is not None else ""
            if name:
                return name
        if not directory:
            return _clean(otherwise) or "app"
        directory = directory.rpartition("/")[0]


def _of_package(data: bytes) -> object:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document.get("name") if isinstance(document, dict) else None


def _of_pyproject(data: bytes) -> object:
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return None
    tool = document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables = [table for table in (document.get("project"), poetry) if isinstance(table, dict)]
    return next(filter(None, (table.get("name") for table in tables)), None)


_MANIFESTS: Mapping[str, Callable[[bytes], object]] = {
    "pyproject.toml": _of_pyproject,
    "package.json": _of_package,
}


def _clean(name: object) -> str:
    """Return a name as directories and systemd units can have it; a scope is left out."""
    if not isinstance(name, str):
        return ""
    return _FOREIGN.sub("-", name.rpartition("/")[2].lower()).strip("-._")
