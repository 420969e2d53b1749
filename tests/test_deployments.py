"""Which files tell how services are deployed."""

from __future__ import annotations

import pytest

from scratchlint.source.deployments import deployment_language, is_deployment


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
        ("loki-config.yaml", "yaml"),
        ("settings.yaml", None),
    ],
)
def test_names(name: str, language: str | None) -> None:
    assert deployment_language(name) == language


@pytest.mark.parametrize(
    ("beginning", "tells"),
    [
        (b"# text\napiVersion: v1\nkind: Pod\n", True),
        (b"apiVersion: v1\n", False),
        (b"services:\n  web:\n    image: a\n", True),
        (b"services: # comment\n\n  web:\n    build: .\n", True),
        (b"image: a\nservices:\n  - postgres\n", False),
        (b"services:\n  web:\n    class: A\n", False),
    ],
)
def test_contents(beginning: bytes, tells: bool) -> None:
    assert is_deployment(beginning) is tells
