"""The containers that a repository describes: what they are built from, and what they mount."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.shape import PathShape, components
from scratchlint.core.span import Span
from scratchlint.policy.roots import Roots, find_roots

# What holds its content longer than a container lives. A claim of unknown kind (CSI, NFS) does.
_VOLATILE = frozenset({"tmpfs", "emptyDir", "ephemeral"})
_HOST = frozenset({"bind", "hostPath"})
_TAG = re.compile(r"(?:@[^/]*|:[^/:]*)$")


@dataclass(frozen=True, slots=True)
class Mount:
    """Storage that is mounted at a path of one container.

    `source` names it: a volume, or a path of the host; `kind` is the word of the deploy file.
    """

    file: str
    service: str
    path: PathShape
    kind: str
    source: str
    span: Span

    @property
    def is_volatile(self) -> bool:
        """Whether its content goes with the container, or lies in memory."""
        return self.kind in _VOLATILE

    @property
    def is_durable(self) -> bool:
        """Whether its content outlives the container: a scratch directory of the host does not."""
        return not self.is_volatile and not (self.kind in _HOST and any(find_roots(self.source)))

    @property
    def note(self) -> str:
        """What is mounted here, for people."""
        what = f"`{self.source}`" if self.source else "storage"
        noun = "directory" if self.kind in _HOST else "volume" if self.kind == "volume" else self.kind
        return (
            f"{noun} {what} is mounted here, {self.file}"
            if self.source
            else f"{noun} is mounted here, {self.file}"
        )


@dataclass(frozen=True, slots=True)
class Container:
    """A service, a container of a pod, or (without a name) any container of a Dockerfile's image.

    `context` is the directory that its image is built from, None when that is not known; `built`
    its Dockerfile, `image` its image's name without the tag; `settings` the env files it loads.
    """

    name: str
    span: Span
    context: str | None
    built: str | None
    image: str
    settings: frozenset[str]
    mounts: tuple[Mount, ...]

    @property
    def file(self) -> str:
        """The deploy file."""
        return self.span.file


def containers(modules: Iterable[ir.Module], roots: Roots) -> list[Container]:
    """Return the containers of deploy files; those whose image the repository builds know from what."""
    known = list(modules)
    found = [
        container
        for module in known
        for container in (
            _image(module, roots) if module.language == "dockerfile" else _services(module, roots)
        )
    ]
    builds = _builds(found)
    return [_resolved(container, builds) for container in found]


def _services(module: ir.Module, roots: Roots) -> Iterator[Container]:
    for block in module.body:
        match block:
            case ir.Block(body=[ir.Bind(target=ir.Ref(name=name), value=ir.Other(kind="service")), *body]):
                yield _service(name, block.span, body, roots)


def _service(name: str, span: Span, body: Sequence[ir.Stmt], roots: Roots) -> Container:
    directory = posixpath.dirname(span.file)
    settings: dict[str, list[str]] = {}
    mounts: list[Mount] = []
    for statement in body:
        match statement:
            case ir.Bind(target=ir.Ref(name=key), value=value) if key.startswith(name + "."):
                settings.setdefault(key[len(name) + 1 :], []).append(known_text(value))
            case ir.Do(value=ir.Call(words=True) as call):
                mounts.extend(_mounts(call, name, roots))
    context = settings.get("build.context", [""])[0]
    dockerfile = settings.get("build.dockerfile", ["Dockerfile"])[0]
    place = _below(directory, context) if "build.context" in settings and "://" not in context else None
    env_files = [*settings.get("env_file", ()), *settings.get("env_file.path", ())]
    return Container(
        name,
        span,
        place,
        _below(place, dockerfile) if place is not None else None,
        _TAG.sub("", settings.get("image", [""])[0]),
        frozenset(file for name in env_files if (file := _below(directory, name)) is not None),
        tuple(mounts),
    )


def _mounts(call: ir.Call, service: str, roots: Roots) -> Iterator[Mount]:
    named: Mapping[str | None, ir.Argument] = {argument.name: argument for argument in call.arguments}
    target = named.get("target")
    path = known_path(known_text(target.value), roots) if target is not None else None
    if target is not None and path is not None and "kind" in named:
        source = known_text(named["source"].value) if "source" in named else ""
        kind = known_text(named["kind"].value)
        yield Mount(call.span.file, service, path, kind, source, target.span)


def _image(module: ir.Module, roots: Roots) -> Iterator[Container]:
    """Yield the container that a Dockerfile's `VOLUME`s describe."""
    mounts: list[Mount] = []
    for block in module.body:
        for statement in block.body if isinstance(block, ir.Block) and block.kind == "scope" else ():
            match statement:
                case ir.Do(value=ir.Call(function=ir.Lit(text="VOLUME"), arguments=arguments)):
                    for argument in arguments:
                        path = known_path(known_text(argument.value), roots)
                        if path is not None:
                            mounts.append(Mount(module.path, "", path, "volume", "", argument.span))
    context = posixpath.dirname(module.path)
    image = posixpath.basename(context)
    yield Container("", module.span, context, module.path, image, frozenset(), tuple(mounts))


def _builds(found: Sequence[Container]) -> dict[tuple[str, str], Container]:
    """Return what builds an image, by its name, and a service of several compose files by its own."""
    builds: dict[tuple[str, str], Container] = {}
    for container in found:
        if container.context is None:
            continue
        if container.name:
            builds.setdefault((posixpath.dirname(container.file), container.name), container)
        if container.image:
            builds.setdefault(("", f"image {container.image}"), container)
    return builds


def _resolved(container: Container, builds: Mapping[tuple[str, str], Container]) -> Container:
    if container.context is not None:
        return container
    keys = [(posixpath.dirname(container.file), container.name)]
    if container.image:
        keys += [("", f"image {name}") for name in (container.image, posixpath.basename(container.image))]
    for key in keys:
        if (built := builds.get(key)) is not None:
            return replace(container, context=built.context, built=built.built)
    return container


def known_text(value: ir.Expr) -> str:
    """Return a constant, the default of a variable, or "" when a part is not known."""
    match value:
        case ir.Lit(text=text):
            return text
        case ir.Env(default=default) if default is not None:
            return known_text(default)
        case ir.Concat(parts=parts):
            texts = [known_text(part) for part in parts]
            return "".join(texts) if all(texts) else ""
    return ""


def known_path(text: str, roots: Roots) -> PathShape | None:
    """Return the path that a text is, or None when it matters to nobody."""
    for match in roots.find(text):
        if match.start == 0 and match.whole:
            return PathShape(match.root, components((match.rest,)))
    return None


def _below(directory: str, path: str) -> str | None:
    """Join a path to a directory of the repository; None when it leads out or is not known."""
    if not path or posixpath.isabs(path):
        return None
    joined = posixpath.normpath(posixpath.join(directory, path))
    return None if joined.startswith("..") else "" if joined == "." else joined
