"""Which files tell how services are deployed."""

from __future__ import annotations

import pytest

from scratchlint.source.deployments import deployment_language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("dockerfile", "dockerfile"),
        ("dockerfile.dev", "dockerfile"),
        ("api.dockerfile", "dockerfile"),
        ("containerfile", "dockerfile"),
        ("dockerfile.dockerignore", None),
        ("dockerfile.md", None),
        ("compose.yaml", "yaml"),
        ("docker-compose.prod.yml", "yaml"),
        ("decompose.yaml", None),
        ("settings.yaml", None),
    ],
)
def test_names(name: str, language: str | None) -> None:
    assert deployment_language(name) == language
