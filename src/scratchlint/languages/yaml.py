"""YAML files, each document as its keys tell: how services run, playbooks, workflows, settings."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages.ansible import is_ansible, lower_ansible
from scratchlint.languages.compose import is_compose, lower_compose
from scratchlint.languages.kubernetes import is_manifest, lower_manifest
from scratchlint.languages.setting_binds import Budget, Settings, left_out
from scratchlint.languages.value_tree import Value
from scratchlint.languages.workflow import is_workflow, lower_workflow
from scratchlint.languages.yaml_tree import YamlTree


def lower(path: str, data: bytes) -> ir.Module:
    """Lower a YAML file."""
    tree = YamlTree(path, data)
    budget = Budget()
    body = [statement for document in tree.documents() for statement in _document(path, document, budget)]
    whole = tree.stretch(0, len(data))
    damaged = (*tree.damages(), *left_out(budget, whole))
    return ir.Module(whole, "yaml", tuple(body), tuple(tree.comments()), damaged)


def _document(path: str, document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    if is_manifest(document):
        yield from lower_manifest(document, budget)
    elif is_workflow(path, document):
        yield from lower_workflow(document)
    elif is_compose(document):
        yield from lower_compose(document, budget)
    elif is_ansible(path, document):
        yield from lower_ansible(document, budget)
    else:
        yield from Settings(budget).binds("", document)
