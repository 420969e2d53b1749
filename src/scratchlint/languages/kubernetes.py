"""Kubernetes manifests (https://kubernetes.io/docs/reference/kubernetes-api/): pods and their storage.

Each container of a pod is a Block of its own: its variables are exported Binds, its command and
arguments one Call, each of its volume mounts a mount of the kind that the pod's volume has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.container_words import check, mount, run
from scratchlint.languages.interpolation import expression
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, around, binding, variable
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, items, mapping, scalars

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_OWN_FORM = frozenset({"env", "command", "args", "volumeMounts", "name", "image"})
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
MAXIMUM_DEPTH = 60


def is_manifest(document: Value) -> bool:
    """Whether a document is a Kubernetes object."""
    top = mapping(document)
    return top.find("apiVersion") is not None and top.find("kind") is not None


def lower_manifest(document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    """Lower one object, or the objects of a List."""
    yield from _Manifest(budget).statements("", mapping(document), 0)


class _Manifest:
    """Lowers one document."""

    def __init__(self, budget: Budget) -> None:
        self._settings = Settings(budget, "kubernetes")

    def statements(self, prefix: str, value: Mapping, depth: int) -> Iterator[ir.Stmt]:
        """Lower a mapping; a pod's specification may stand anywhere, as in custom resources."""
        if depth > MAXIMUM_DEPTH or not self._settings.spend():
            return
        own = frozenset[str]()
        if isinstance(value.get("containers"), Sequence):
            own = frozenset({*_CONTAINERS, "volumes"})
            yield from self._pod(value)
        for pair in value.pairs:
            if pair.key.text not in own:
                yield from self._entry(prefix, value, pair, depth)

    def _entry(self, prefix: str, owner: Mapping, pair: Pair, depth: int) -> Iterator[ir.Stmt]:
        key = pair.key.text
        name = f"{prefix}.{key}" if prefix else key
        if key == "data" and isinstance(kind := owner.get("kind"), Scalar) and kind.text == "ConfigMap":
            yield from self._data(pair.value)
        elif key in ("hostPath", "local") and isinstance(mapping(pair.value).get("path"), Scalar):
            yield from self._host_path(name, pair)
        elif isinstance(pair.value, Mapping):
            yield from self.statements(name, pair.value, depth + 1)
        elif isinstance(pair.value, Sequence):
            for item in pair.value.items:
                if isinstance(item, Mapping):
                    yield from self.statements(name, item, depth + 1)
                elif isinstance(item, Scalar) and self._settings.spend():
                    yield binding(ir.Ref(pair.key.span, name), self._value(item))
        else:
            yield from self._settings.bind(name, pair)

    def _data(self, value: Value) -> Iterator[ir.Stmt]:
        """Lower a ConfigMap: variables for `envFrom`, and files."""
        for pair in mapping(value).pairs:
            if isinstance(pair.value, Scalar) and _VARIABLE.fullmatch(pair.key.text):
                yield variable(pair.key, pair.value, "none")
            else:
                yield from self._settings.document(f"data.{pair.key.text}", pair, pair.key.text, "none")

    def _host_path(self, name: str, pair: Pair) -> Iterator[ir.Stmt]:
        path = mapping(pair.value).get("path")
        if isinstance(path, Scalar):
            yield mount(name, pair.span, "hostPath", self._value(path), None)

    # Pods

    def _pod(self, pod: Mapping) -> Iterator[ir.Stmt]:
        kinds: dict[str, str] = {}
        for volume in items(pod.get("volumes")):
            name = mapping(volume).get("name")
            for pair in mapping(volume).pairs:
                if pair.key.text == "name" or not isinstance(name, Scalar):
                    continue
                kinds[name.text] = pair.key.text
                if pair.key.text == "hostPath":
                    yield from self._host_path(f"volumes.{name.text}.hostPath", pair)
                else:
                    yield from self._settings.bind(f"volumes.{name.text}.{pair.key.text}", pair)
        for key in _CONTAINERS:
            for container in items(pod.get(key)):
                if isinstance(container, Mapping):
                    body = tuple(self._container(key, container, kinds))
                    yield ir.Block(around(body, container.span), "scope", None, body)

    def _container(self, key: str, container: Mapping, kinds: dict[str, str]) -> Iterator[ir.Stmt]:
        name = container.get("name")
        title = f"{key}.{name.text if isinstance(name, Scalar) else '?'}"
        place = name.span if isinstance(name, Scalar) else container.span
        yield binding(ir.Ref(place, title), ir.Other(place, "service", ()))
        image = container.find("image")
        if image is not None:
            yield from self._settings.bind(f"{title}.image", image)
        for entry in items(container.get("env")):
            variable_name, value = mapping(entry).get("name"), mapping(entry).get("value")
            if isinstance(variable_name, Scalar) and isinstance(value, Scalar) and self._settings.spend():
                yield variable(variable_name, value, "kubernetes")
        words = [*scalars(container.get("command")), *scalars(container.get("args"))]
        yield from self._run(words, "CMD")
        for probe in _PROBES:
            words = [*scalars(mapping(container.get(probe)).get("exec", "command"))]
            if words:
                place = Span(words[0].span.file, words[0].span.start, words[-1].span.end)
                yield from check(self._run(words, "HEALTHCHECK"), place)
        for mounted in items(container.get("volumeMounts")):
            yield from self._mount(f"{title}.volumeMounts", mounted, kinds)
        yield from self._settings.binds(title, container, without={*_OWN_FORM, *_PROBES})

    def _run(self, words: list[Scalar], name: str) -> Iterator[ir.Stmt]:
        if words:
            values = [self._settings.word(word) for word in words]
            span = around([word.value for word in values], values[0].value.span)
            yield from run(values, span, name)

    def _mount(self, owner: str, mounted: Value, kinds: dict[str, str]) -> Iterator[ir.Stmt]:
        name, target = mapping(mounted).get("name"), mapping(mounted).get("mountPath")
        if isinstance(mounted, Mapping) and isinstance(name, Scalar) and isinstance(target, Scalar):
            # A volume that the pod does not list is one of a StatefulSet's claim templates.
            kind = kinds.get(name.text, "persistentVolumeClaim")
            yield mount(owner, mounted.span, kind, ir.Lit(name.span, name.text), self._value(target))

    def _value(self, scalar: Scalar) -> ir.Expr:
        return expression(scalar, "kubernetes")
