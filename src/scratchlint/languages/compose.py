"""Compose files (https://docs.docker.com/reference/compose-file/): services and the storage they mount.

Each service is a Block of its own. Its environment becomes exported Binds, its commands Calls, each
of its volumes a mount with the host's side and the container's side; all else dotted Binds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages.container_words import Word, check, mount, run, run_script
from scratchlint.languages.interpolation import expression
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.setting_binds import Budget, Settings, around, binding
from scratchlint.languages.value_tree import Mapping, Pair, Sequence, Value, items, mapping, scalars

_OWN_FORM = frozenset(
    {"environment", "command", "entrypoint", "healthcheck", "volumes", "tmpfs", "build", "configs", "secrets"}
)
# Services that only carry what others take over.
_FRAGMENT = "x-"
# `HOST:CONTAINER:OPTIONS`: a colon in `${NAME:-x}` or behind a drive letter separates nothing.
_SEPARATOR = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|^[A-Za-z]:(?=\\|/[^:]*:/)|(:)")
_WORD = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:\\.|[^\s'\"\\])+", re.DOTALL)
_HOST_PATH = re.compile(r"[./~$\\]|[A-Za-z]:[\\/]")


def is_compose(document: Value) -> bool:
    """Whether a document declares services with an image, a build or a predecessor."""
    services = mapping(document).get("services")
    return any(
        mapping(pair.value).find(key) is not None
        for pair in mapping(services).pairs
        for key in ("image", "build", "extends", "volumes", "environment")
    )


def lower_compose(document: Value, budget: Budget) -> Iterator[ir.Stmt]:
    """Lower one compose document."""
    yield from _Compose(mapping(document), budget).statements()


class _Compose:
    """Lowers one document."""

    def __init__(self, document: Mapping, budget: Budget) -> None:
        self._document = document
        self._settings = Settings(budget, "compose")
        self._volatile = {
            pair.key.text
            for pair in mapping(document.get("volumes")).pairs
            if _text(mapping(pair.value).get("driver_opts", "type")) == "tmpfs"
        }

    def statements(self) -> Iterator[ir.Stmt]:
        """Lower services first, then what they share."""
        for pair in mapping(self._document.get("services")).pairs:
            if isinstance(pair.value, Mapping):
                body = tuple(self._service(f"services.{pair.key.text}", pair))
                yield ir.Block(around(body, pair.span), "scope", None, body)
        for pair in mapping(self._document.get("volumes")).pairs:
            yield from self._named_volume(pair)
        for pair in self._document.pairs:
            key = pair.key.text
            if key == "configs":
                yield from self._configs(pair.value)
            elif key not in ("services", "volumes") and not key.startswith(_FRAGMENT):
                yield from self._settings.bind(key, pair)

    def _configs(self, configs: Value) -> Iterator[ir.Stmt]:
        """Lower the configs that services mount; one that is written out is the file that it becomes."""
        targets: dict[str, str] = {}
        for service in mapping(self._document.get("services")).pairs:
            for item in items(mapping(service.value).get("configs")):
                targets.setdefault(_text(mapping(item).get("source")), _text(mapping(item).get("target")))
        for pair in mapping(configs).pairs:
            name, content = pair.key.text, mapping(pair.value).find("content")
            if content is not None:
                target = targets.get(name) or name
                yield from self._settings.document(f"configs.{name}.content", content, target, "compose")
            yield from self._settings.binds(f"configs.{name}", pair.value, without=("content",))

    def _service(self, name: str, pair: Pair) -> Iterator[ir.Stmt]:
        service = mapping(pair.value)
        # The name alone is a statement, so that a service that only mounts is still one.
        yield binding(ir.Ref(pair.key.span, name), ir.Other(pair.key.span, "service", ()))
        build = service.find("build")
        if build is not None and isinstance(build.value, Scalar):
            yield from self._settings.bind(f"{name}.build.context", build)
        elif build is not None:
            yield from self._settings.bind(f"{name}.build", build)
        yield from self._settings.environment(service.get("environment"))
        yield from self._commands(service)
        for key in ("volumes", "tmpfs"):
            entry = service.find(key)
            for item in items(entry.value) if entry is not None else ():
                if self._settings.spend():
                    yield from self._volume(f"{name}.{key}", item, key == "tmpfs")
        for key in ("configs", "secrets"):
            for item in items(service.get(key)):
                if isinstance(item, Mapping) and self._settings.spend():
                    yield from self._file(f"{name}.{key}", item, key.removesuffix("s"))
        yield from self._settings.binds(name, service, without=_OWN_FORM)

    # Commands

    def _commands(self, service: Mapping) -> Iterator[ir.Stmt]:
        words: list[Word] = []
        for key in ("entrypoint", "command"):
            words += [self._word(scalar) for scalar in _words(service.get(key))]
        if words:
            nodes = [word.value for word in words]
            yield from run(words, around(nodes, nodes[0].span))
        test = mapping(service.get("healthcheck")).find("test")
        if test is None:
            return
        checked = list(scalars(test.value))
        if isinstance(test.value, Scalar) or (checked and checked[0].text == "CMD-SHELL"):
            for script in checked[-1:]:
                place = around((), script.span)
                yield from check(run_script(*_as_shell(script), place, "HEALTHCHECK"), place)
        elif checked and checked[0].text == "CMD":
            words = [self._settings.word(word) for word in checked[1:]]
            yield from check(run(words, test.span, "HEALTHCHECK"), test.span)

    def _word(self, scalar: Scalar) -> Word:
        word = self._settings.word(scalar)
        return Word(word.value, word.text, *_as_shell(scalar))

    # Storage

    def _volume(self, owner: str, item: Value, in_memory: bool) -> Iterator[ir.Stmt]:
        if isinstance(item, Scalar):
            pieces = _pieces(item)
            if in_memory:
                yield mount(owner, item.span, "tmpfs", None, self._value(pieces[0]))
            elif len(pieces) == 1:
                yield mount(owner, item.span, "volume", None, self._value(item))
            else:
                yield mount(
                    owner, item.span, self._kind(pieces[0]), self._value(pieces[0]), self._value(pieces[1])
                )
        elif isinstance(item, Mapping):
            source, target = item.get("source") or item.get("src"), _target(item)
            content = item.find("content")
            if content is not None and isinstance(target, Scalar):
                yield from self._settings.document(f"{owner}.content", content, target.text, "compose")
            kind = _text(item.get("type")) or (self._kind(source) if isinstance(source, Scalar) else "volume")
            if kind == "volume" and isinstance(source, Scalar) and source.text in self._volatile:
                kind = "tmpfs"
            yield mount(owner, item.span, kind, self._optional(source), self._optional(target))

    def _file(self, owner: str, item: Mapping, kind: str) -> Iterator[ir.Stmt]:
        """Lower a config or secret that is put in a place of its own."""
        source, target = item.get("source"), item.get("target")
        if isinstance(target, Scalar) and target.text.startswith("/"):
            yield mount(owner, item.span, kind, self._optional(source), self._value(target))

    def _kind(self, source: Scalar) -> str:
        """Return what kind of storage a short source names: a host's path, else a named volume."""
        if _HOST_PATH.match(source.text):
            return "bind"
        return "tmpfs" if source.text in self._volatile else "volume"

    def _named_volume(self, pair: Pair) -> Iterator[ir.Stmt]:
        """Lower a named volume that keeps its data at a path of the host."""
        name = f"volumes.{pair.key.text}"
        options = mapping(mapping(pair.value).get("driver_opts"))
        device = options.get("device")
        if isinstance(device, Scalar) and _text(options.get("type")) != "tmpfs":
            yield mount(f"{name}.driver_opts", pair.span, "bind", self._value(device), None)
            yield from self._settings.binds(name, pair.value, without=("driver_opts",))
        else:
            yield from self._settings.bind(name, pair)

    def _value(self, scalar: Scalar) -> ir.Expr:
        return expression(scalar, "compose")

    def _optional(self, value: Value) -> ir.Expr | None:
        return self._value(value) if isinstance(value, Scalar) else None


def _target(item: Mapping) -> Value:
    for key in ("target", "dst", "destination"):
        value = item.get(key)
        if value is not None:
            return value
    return None


def _text(value: Value) -> str:
    return value.text if isinstance(value, Scalar) else ""


def _pieces(scalar: Scalar) -> list[Scalar]:
    """Split `HOST:CONTAINER:OPTIONS` at its separators."""
    places = [match.start(1) for match in _SEPARATOR.finditer(scalar.text) if match[1]]
    starts = [0, *(place + 1 for place in places)]
    return [scalar.cut(start, end) for start, end in zip(starts, [*places, len(scalar.text)], strict=True)]


def _as_shell(scalar: Scalar) -> tuple[bytes, list[int]]:
    """Return a command as the container's shell gets it: `$$` is a dollar that compose leaves alone."""
    data, places = scalar.encoded()
    kept: list[int] = []
    position = 0
    for match in re.finditer(rb"\$\$", data):
        kept.extend(range(position, match.end() - 1))
        position = match.end()
    kept.extend(range(position, len(data)))
    return bytes(data[place] for place in kept), [*(places[place] for place in kept), places[-1]]


def _words(value: Value) -> Iterator[Scalar]:
    """Yield the words of a command, which a text separates by blanks as a shell does."""
    if isinstance(value, Sequence):
        yield from scalars(value)
    elif isinstance(value, Scalar):
        for match in _WORD.finditer(value.text):
            quote = match[0][0] in "'\"" and len(match[0]) > 1
            yield value.cut(match.start() + quote, match.end() - quote)
