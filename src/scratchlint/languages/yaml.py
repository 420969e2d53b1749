"""YAML files that say how services run: compose files, Kubernetes manifests, settings of services."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages.compose import is_compose, lower_compose
from scratchlint.languages.kubernetes import is_manifest, lower_manifest
from scratchlint.languages.setting_binds import Settings
from scratchlint.languages.value_tree import Value
from scratchlint.languages.yaml_tree import YamlTree


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a YAML file; each of its documents is what its keys tell."""
    tree = YamlTree(path, data)
    body = [statement for document in tree.documents() for statement in _document(document)]
    return ir.Module(
        tree.stretch(0, len(data)), "yaml", tuple(body), tuple(tree.comments()), tuple(tree.damages())
    )


def _document(document: Value) -> Iterator[ir.Stmt]:
    if is_compose(document):
        yield from lower_compose(document)
    elif is_manifest(document):
        yield from lower_manifest(document)
    else:
        yield from Settings().binds("", document)
