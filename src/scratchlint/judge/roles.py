"""What a path holds: told by its use, its names and its own last component."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scratchlint.core.flow import Flow, Role
from scratchlint.core.shape import PathShape, Template, show
from scratchlint.knowledge.names import RENDEZVOUS, Hint, names

_ENVIRONMENT = re.compile(r"(^|[-_.])v?env(s|ironment)?([-_.]|$)|virtualenv|conda")
_SOCKET_SCHEMES = frozenset({"ipc", "unix", "http+unix", "npipe"})
_DATABASE_SCHEMES = re.compile(r"sqlite|duckdb|jdbc")


@dataclass(frozen=True, slots=True)
class NamedRole:
    """A role and what told it: "use", "scheme", "suffix", "name" or "path".

    `rendezvous` tells that other processes surely find a service by it.
    """

    role: Role
    told_by: str
    hint: str
    strong: bool
    rendezvous: bool = False


def named_role(flow: Flow) -> NamedRole | None:
    """Return the role of the path in one flow, the surest teller first; None when nothing tells."""
    told = _told(flow)
    if told is not None and told.role == "executable" and is_environment(flow.path):
        return replace(told, role="venv")
    return told


def _told(flow: Flow) -> NamedRole | None:
    use = flow.use
    if use.role is not None and use.role not in ("other", "data"):
        return NamedRole(use.role, "use", use.api, strong=True, rendezvous=use.role in RENDEZVOUS)
    scheme = flow.site.scheme
    if scheme in _SOCKET_SCHEMES:
        return NamedRole("socket", "scheme", scheme, strong=True, rendezvous=True)
    if scheme and _DATABASE_SCHEMES.match(scheme):
        return NamedRole("database", "scheme", scheme, strong=True)
    suffix = suffix_hint(flow.path)
    if suffix is not None and suffix.role is not None:
        return NamedRole(
            suffix.role, "suffix", suffix.word, suffix.strong, suffix.strong and suffix.rendezvous
        )
    hinted = _from_names(flow.names)
    if hinted is not None:
        return hinted
    if is_environment(flow.path):
        return NamedRole("venv", "path", "env", strong=True)
    for component in reversed(flow.path.components):
        for hint in names().of_name(_spelled(component)):
            if hint.role is not None:
                return NamedRole(hint.role, "path", hint.word, strong=False)
    return NamedRole("data", "use", use.api, strong=False) if use.role == "data" else None


def _from_names(held_by: Sequence[str]) -> NamedRole | None:
    for name in reversed(held_by):
        for hint in names().of_name(name):
            if hint.role is not None:
                return NamedRole(hint.role, "name", name, hint.strong, hint.strong and hint.rendezvous)
    return None


def api_hints(flow: Flow) -> list[Hint]:
    """Return what the words of a callable that no table knows say of the path that it is given."""
    return [hint for name in flow.use.api.split(".") for hint in names().of_name(name)]


def suffix_hint(path: PathShape) -> Hint | None:
    """Return what the suffix of a path's last component says, or None."""
    return names().of_file(_spelled(path.name)) if path.components else None


def is_fixed(path: PathShape) -> bool:
    """Whether a path is called something: `/tmp/{name}.pid` is only called a pid file."""
    hint = suffix_hint(path)
    name = _spelled(path.name).lower().removesuffix(hint.word if hint is not None else "")
    spelled = "".join([*map(_spelled, path.components[:-1]), name])
    return not path.components or any(character.isalnum() for character in spelled)


def scratch_name(flow: Flow) -> tuple[str, Hint] | None:
    """Return the name that says the path is scratch (tmp, download, build), or None."""
    for name in reversed(flow.names):
        for hint in names().of_name(name):
            if hint.role is None:
                return name, hint
    return None


def scratch_component(path: PathShape) -> tuple[str, Hint] | None:
    """Return the component that says the path is scratch, or None."""
    for component in path.components:
        text = _spelled(component)
        hints: Sequence[Hint] = names().of_name(text)
        if hints and hints[0].role is None:
            return text, hints[0]
    return None


def is_environment(path: PathShape) -> bool:
    """Whether a path lies in a virtual environment: `.../whisper-env/bin/python3`."""
    texts = [show(component) for component in path.components]
    if texts[-2:-1] == ["bin"] and texts[-1].startswith("activate"):
        return True
    if "bin" in texts[1:]:
        return bool(_ENVIRONMENT.search(texts[texts.index("bin") - 1]))
    return bool(texts) and bool(re.search(r"(^|[-_.])v?env$|^venv|virtualenv", texts[-1]))


def _spelled(component: Template) -> str:
    """Return what is written of a component; the names of its holes say nothing of the path."""
    return "".join(part if isinstance(part, str) else " " for part in component)
