"""Which files say how containers are built and run, by their names."""

from __future__ import annotations

import re

_CONTAINER_FILE = re.compile(r"(?:docker|container)file(?:[-_.].*)?|.+\.(?:docker|container)file", re.DOTALL)
_NOT_CONTAINER_FILES = (".dockerignore", ".md", ".txt", ".rst", ".html", ".lock")
# https://docs.docker.com/compose/intro/compose-application-model/ and what is derived from it.
_COMPOSE = re.compile(r"(?:.+[-_.])?(?:docker-)?compose(?:[-_.].*)?\.ya?ml(?:\.\w+)?", re.DOTALL)


def deployment_language(name: str) -> str | None:
    """Return "dockerfile" or "yaml" for a base name in lower case that tells a deployment, or None."""
    if _CONTAINER_FILE.fullmatch(name) and not name.endswith(_NOT_CONTAINER_FILES):
        return "dockerfile"
    if _COMPOSE.fullmatch(name):
        return "yaml"
    return None
