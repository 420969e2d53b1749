"""The containers that a repository describes: what they are built from, and what they mount."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.policy.roots import ENVIRONMENT_ROOT, find_roots

# What goes with its container. A claim of unknown kind (CSI, NFS) does not.
PRIVATE = "PrivateTmp="
_VOLATILE = frozenset({"tmpfs", "emptyDir", "ephemeral", PRIVATE})
_HOST = frozenset({"bind", "hostPath"})
MAXIMUM_EXTENSIONS = 8
"""Services that extend each other further than this are not followed."""

# https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#PrivateTmp=
_TRUE = frozenset({"yes", "true", "1", "on", "disconnected"})
_TAG = re.compile(r"(?:@[^/]*|:[^/:]*)$")


@dataclass(frozen=True, slots=True)
class Mount:
    """Storage that is mounted at a path of one container.

    `path` are the components of that path from the root on; `source` names the storage: a volume, or a
    path of the host; `kind` is the word of the deploy file.
    """

    file: str
    service: str
    path: tuple[str, ...]
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
        if self.kind == PRIVATE:
            return "`PrivateTmp=` empties it when the service stops"
        noun = "directory" if self.kind in _HOST else self.kind
        named = f"{noun} `{self.source}`" if self.source else noun
        return f"{named} is mounted here"


@dataclass(frozen=True, slots=True)
class Container:
    """A service, a container of a pod, or (without a name) any container of a Dockerfile's image.

    `context` is the directory that its image is built from, None when that is not known; `built`
    its Dockerfile, `image` its image's name without the tag; `settings` the env files it loads and the files
    that are mounted into it; `extends` the file and service that it takes over.
    """

    name: str
    span: Span
    context: str | None
    built: str | None
    image: str
    settings: frozenset[str]
    mounts: tuple[Mount, ...]
    extends: tuple[str, str] | None = None

    @property
    def is_unit(self) -> bool:
        """Whether it is a unit of systemd, which only has temporary directories of its own."""
        return any(mount.kind == PRIVATE for mount in self.mounts)

    @property
    def file(self) -> str:
        """The deploy file."""
        return self.span.file


def containers(modules: Iterable[ir.Module]) -> list[Container]:
    """Return the containers of deploy files; those whose image the repository builds know from what."""
    known = [module for module in modules if module.language in _READERS]
    found = [container for module in known for container in _READERS[module.language](module)]
    services = {(container.file, container.name): container for container in found}
    found = [_extended(container, services) for container in found]
    builds = _builds(found)
    return [_resolved(container, builds) for container in found]


def _extended(
    container: Container, services: Mapping[tuple[str, str], Container], depth: int = MAXIMUM_EXTENSIONS
) -> Container:
    """Return a service with what it takes over from the one that it extends; its own mounts come first."""
    base = services.get(container.extends) if container.extends is not None and depth else None
    if base is None:
        return container
    base = _extended(base, services, depth - 1)
    own = {mount.path for mount in container.mounts}
    return replace(
        container,
        context=container.context if container.context is not None else base.context,
        built=container.built or base.built,
        image=container.image or base.image,
        settings=container.settings | base.settings,
        mounts=(*container.mounts, *(mount for mount in base.mounts if mount.path not in own)),
    )


def _services(module: ir.Module) -> Iterator[Container]:
    for block in module.body:
        match block:
            case ir.Block(body=[ir.Bind(target=ir.Ref(name=name), value=ir.Other(kind="service")), *body]):
                yield _service(name, block.span, body)


def _service(name: str, span: Span, body: Sequence[ir.Stmt]) -> Container:
    directory = posixpath.dirname(span.file)
    settings: dict[str, list[str]] = {}
    mounts: list[Mount] = []
    for statement in body:
        match statement:
            case ir.Bind(target=ir.Ref(name=key), value=value) if key.startswith(name + "."):
                settings.setdefault(key[len(name) + 1 :], []).append(known_text(value))
            case ir.Do(value=ir.Call(words=True) as call):
                mounts.extend(_mounts(call, name))
    context = settings.get("build.context", [""])[0]
    dockerfile = settings.get("build.dockerfile", ["Dockerfile"])[0]
    place = _below(directory, context) if "build.context" in settings and "://" not in context else None
    given = [*settings.get("env_file", ()), *settings.get("env_file.path", ())]
    given += [mount.source for mount in mounts if mount.kind in _HOST]
    return Container(
        name,
        span,
        place,
        _below(place, dockerfile) if place is not None else None,
        _TAG.sub("", settings.get("image", [""])[0]),
        frozenset(file for name in given if (file := _below(directory, name)) is not None),
        tuple(mounts),
        _extends(directory, span.file, settings),
    )


def _extends(directory: str, file: str, settings: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    services = settings.get("extends.service") or settings.get("extends")
    if not services:
        return None
    files = settings.get("extends.file")
    return (_below(directory, files[0]) or file if files else file), f"services.{services[0]}"


def _mounts(call: ir.Call, service: str) -> Iterator[Mount]:
    named: Mapping[str | None, ir.Argument] = {argument.name: argument for argument in call.arguments}
    target = named.get("target")
    path = absolute(known_text(target.value)) if target is not None else None
    if target is not None and path is not None and "kind" in named:
        source = known_text(named["source"].value) if "source" in named else ""
        kind = known_text(named["kind"].value)
        yield Mount(call.span.file, service, path, kind, source, target.span)


def _image(module: ir.Module) -> Iterator[Container]:
    """Yield the container that a Dockerfile's `VOLUME`s describe."""
    mounts: list[Mount] = []
    for block in module.body:
        for statement in block.body if isinstance(block, ir.Block) and block.kind == "scope" else ():
            match statement:
                case ir.Do(value=ir.Call(function=ir.Lit(text="VOLUME"), arguments=arguments)):
                    for argument in arguments:
                        path = absolute(known_text(argument.value))
                        if path is not None:
                            mounts.append(Mount(module.path, "", path, "volume", "", argument.span))
    context = posixpath.dirname(module.path)
    image = posixpath.basename(context)
    yield Container("", module.span, context, module.path, image, frozenset(), tuple(mounts))


def _unit(module: ir.Module) -> Iterator[Container]:
    """Yield the service of a unit that has temporary directories of its own."""
    for statement in module.body:
        match statement:
            case ir.Bind(target=ir.Ref(name="Service.PrivateTmp"), value=ir.Lit(text=text), span=span):
                if text.strip().lower() in _TRUE:
                    mounts = (
                        Mount(module.path, module.path, path, PRIVATE, "", span)
                        for path in (("tmp",), ("var", "tmp"))
                    )
                    yield Container(module.path, module.span, None, None, "", frozenset(), tuple(mounts))


_READERS: Mapping[str, Callable[[ir.Module], Iterator[Container]]] = {
    "dockerfile": _image,
    "yaml": _services,
    "systemd": _unit,
}


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


def absolute(text: str) -> tuple[str, ...] | None:
    """Return the components of an absolute path, None when it is none or is the root."""
    return tuple(filter(None, text.split("/"))) or None if text.startswith("/") else None


def components_of(path: PathShape) -> tuple[str, ...]:
    """Return the components of a path from the root of the file system on."""
    root = "/tmp" if path.root == ENVIRONMENT_ROOT else path.root
    return (*filter(None, root.split("/")), *map(show, path.components))


def covers(mounted: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether storage that is mounted at one path lies behind another."""
    return path[: len(mounted)] == mounted


def _below(directory: str, path: str) -> str | None:
    """Join a path to a directory of the repository; None when it leads out or is not known."""
    if not path or posixpath.isabs(path):
        return None
    joined = posixpath.normpath(posixpath.join(directory, path))
    return None if joined.startswith("..") else "" if joined == "." else joined
