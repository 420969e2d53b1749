"""What the settings of services do with a path: recognised by file, section and neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from scratchlint.core.flow import Role
from scratchlint.knowledge.added import per_run
from scratchlint.knowledge.table import load, one_or_more

LEAST_NEIGHBOURS = 2
"""So many keys of a service in one file tell that the file is its configuration."""

# Their files hold data as often as settings.
_DOCUMENTS = frozenset({"json", "toml", "yaml"})


@dataclass(frozen=True, slots=True)
class KeyEffect:
    """What a service does with the path of a setting; the action "scratch" keeps nothing in it."""

    service: str
    action: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class _Service:
    """How a service's configuration is recognised, and its keys by their last part."""

    name: str
    languages: frozenset[str]
    formats: frozenset[str]
    files: tuple[re.Pattern[str], ...]
    sections: tuple[str, ...]
    neighbours: frozenset[str]
    keys: Mapping[str, KeyEffect]

    def reads(self, language: str, path: str, keys: frozenset[str]) -> bool:
        """Whether a file is configuration of this service.

        Of a document only the base name counts: whole charts, and much that is no configuration,
        lie in directories named after a service.
        """
        if language in _DOCUMENTS:
            if language not in self.formats:
                return False
            path = path.rpartition("/")[2]
        if language in self.languages or any(pattern.search(path) for pattern in self.files):
            return True
        if any(key.startswith(section) for section in self.sections for key in keys):
            return True
        endings = {ending for key in keys for ending in _endings(key)}
        return len(endings & self.neighbours) >= LEAST_NEIGHBOURS

    def effect(self, key: str) -> KeyEffect | None:
        """Return what the service does with a setting, the longest fitting entry first."""
        for ending in _endings(key):
            found = self.keys.get(ending)
            if found is not None:
                return found
        return None


def key_effect(language: str, path: str, keys_of_file: frozenset[str], key: str) -> KeyEffect | None:
    """Return what the setting `key` of a file does with a path, None when no table knows.

    `keys_of_file` are the full dotted names of all its settings: a service is not told by a
    key's bare name alone.
    """
    for service in _services_of(language, path.lower(), keys_of_file):
        found = service.effect(key)
        if found is not None:
            return found
    return None


def is_recognised(language: str, path: str, keys_of_file: frozenset[str]) -> bool:
    """Whether a file is the configuration of a service that the table knows."""
    return bool(_services_of(language, path.lower(), keys_of_file))


@per_run
def _services_of(language: str, path: str, keys: frozenset[str]) -> tuple[_Service, ...]:
    normal = frozenset(map(_normal, keys))
    return tuple(service for service in _services() if service.reads(language, path, normal))


def _endings(key: str) -> list[str]:
    """Return a dotted name, then what is left of it without its first parts; at last the first word alone."""
    normal = _normal(key)
    parts = normal.split(".")
    endings = [".".join(parts[number:]) for number in range(len(parts))]
    last = parts[-1].split(" ")
    return [*endings, last[0]] if len(last) > 1 else endings


def _normal(key: str) -> str:
    return key.lower().replace("-", "_")


@per_run
def _services() -> tuple[_Service, ...]:
    raw = load("keys")
    keys: dict[str, dict[str, KeyEffect]] = {}
    for row in raw["key"]:
        for match in one_or_more(row["match"]):
            effect = KeyEffect(row["service"], row["action"], cast("Role | None", row.get("role")))
            keys.setdefault(row["service"], {})[_normal(match)] = effect
    return tuple(
        _Service(
            row["match"],
            frozenset(row.get("languages", ())),
            frozenset(row.get("formats", ())),
            tuple(re.compile(pattern) for pattern in row.get("files", ())),
            tuple(map(_normal, row.get("sections", ()))),
            frozenset(map(_normal, row.get("neighbours", ()))),
            keys.get(row["match"], {}),
        )
        for row in raw["service"]
    )
