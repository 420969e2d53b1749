"""Which files say how services are deployed: by their names, and YAML by its first bytes."""

from __future__ import annotations

import re

CONTENT_BYTES = 16_384
"""How much of a YAML file is looked at for the keys that tell what it is."""

_CONTAINER_FILE = re.compile(r"(?:docker|container)file(?:[-_.].*)?|.+\.(?:docker|container)file", re.DOTALL)
_NOT_CONTAINER_FILES = (".dockerignore", ".md", ".txt", ".rst", ".html", ".lock")
# https://docs.docker.com/compose/intro/compose-application-model/ and what is derived from it.
_COMPOSE = re.compile(r"(?:.+[-_.])?(?:docker-)?compose(?:[-_.].*)?\.ya?ml(?:\.\w+)?", re.DOTALL)
# Services that take their own settings from YAML, by the names of their files.
_SERVICE = re.compile(
    r"(?:.+[-_.])?(?:loki|promtail|prometheus|tempo|mongod|mongos)(?:[-_.].*)?\.ya?ml", re.DOTALL
)
_YAML = re.compile(r".+\.ya?ml(?:\.(?:j2|tmpl|tpl|template|dist|sample|example))?", re.DOTALL)

_API_VERSION = re.compile(rb"(?m)^[\"']?apiVersion[\"']?:")
_KIND = re.compile(rb"(?m)^[\"']?kind[\"']?:")
# `services:` as a mapping; GitLab's CI has a list there.
_SERVICES = re.compile(rb"(?m)^services:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*(?=[ \t]+[\w.\"'-]+:)")
_SERVICE_KEYS = re.compile(rb"(?m)^[ \t]+(?:image|build):")


def deployment_language(name: str) -> str | None:
    """Return "dockerfile" or "yaml" for a base name in lower case that tells a deployment, or None."""
    if _CONTAINER_FILE.fullmatch(name) and not name.endswith(_NOT_CONTAINER_FILES):
        return "dockerfile"
    if _COMPOSE.fullmatch(name) or _SERVICE.fullmatch(name):
        return "yaml"
    return None


def is_yaml(name: str) -> bool:
    """Whether a base name in lower case is that of a YAML file, whose content tells what it is."""
    return _YAML.fullmatch(name) is not None


def is_deployment(beginning: bytes) -> bool:
    """Whether a YAML file is a compose file or a Kubernetes manifest."""
    if _API_VERSION.search(beginning):
        return _KIND.search(beginning) is not None
    services = _SERVICES.search(beginning)
    return services is not None and _SERVICE_KEYS.search(beginning, services.end()) is not None
