"""What lies behind a path in a container: volumes that make it durable, memory that makes it volatile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.flow import Flow
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.judge.containers import Container, Mount, containers
from scratchlint.judge.lifetime import Observation
from scratchlint.judge.verdict import LOOKS, Case
from scratchlint.policy.roots import ENVIRONMENT_ROOT, WELL_KNOWN, Roots

# What a step of a build leaves behind in the image, however it got there.
_LASTING = frozenset({"configures", "links", "linked", "sets"})
# The X server's sockets (man:Xserver) and the keys that are passed on with them.
_SESSION = frozenset({".X11-unix", ".ICE-unix", ".docker.xauth", ".Xauthority"})
_OWN, _LOADED, _CONTEXT = 3, 2, 1


class Storage:
    """The mounts of a repository's containers, and which code runs in them.

    `host` are the scripts that run outside of containers, because they start them; `roots` tells
    which paths matter.
    """

    def __init__(
        self, modules: Iterable[ir.Module], host: Collection[str], roots: Roots = WELL_KNOWN
    ) -> None:
        known = list(modules)
        self._containers = containers(known, roots)
        self._manifests = frozenset(module.path for module in known if module.language == "yaml")
        self._host = frozenset(host)

    @property
    def files(self) -> frozenset[str]:
        """The files that deploy containers, and the env files that these load."""
        own = (container.file for container in self._containers)
        return frozenset(own).union(*(container.settings for container in self._containers))

    def mount_for(self, path: PathShape, place: Span) -> Mount | None:
        """Return what is mounted over a path in the container that the code at a place runs in.

        Code belongs to the service that names its file or is built from a directory around it, the
        nearest one; else, by the path alone, to the only service that mounts storage there.
        """
        ranked = [
            (rank, container)
            for container in self._containers
            if (rank := self._rank(container, place)) is not None
        ]
        best = max((rank for rank, _ in ranked), default=None)
        mount = _over(path, [container for rank, container in ranked if rank == best])
        outside = place.file in self._host or place.file in self._manifests
        if mount is not None or outside or (best is not None and best[0] != _CONTEXT):
            return mount
        mount = _over(path, [container for container in self._containers if container.context is None])
        if mount is None or not mount.path.components:
            return None
        mounting = [container for container in self._containers if _over(path, [container]) is not None]
        return mount if len({container.name for container in mounting}) == 1 else None

    def _rank(self, container: Container, place: Span) -> tuple[int, int] | None:
        """Return how surely the code at a place runs in a container, None when it does not."""
        if not container.name and not container.mounts:
            return None
        if place.file == container.file and container.name:
            return (_OWN, 0) if container.span.start <= place.start < container.span.end else None
        if place.file in container.settings or place.file == container.built:
            return _LOADED, 0
        if container.context is None or place.file in self._host or place.file in self._manifests:
            return None
        if container.context and not place.file.startswith(container.context + "/"):
            return None
        return _CONTEXT, len(container.context)

    def place(self, case: Case) -> Case:
        """Return a case with what its storage tells."""
        uses = [flow for flow in case.flows if flow.use.action not in LOOKS]
        mounts = [self._of(flow) for flow in uses]
        durable = [mount for mount in mounts if mount is not None and mount.is_durable]
        if uses and len(durable) == len(uses):
            return replace(case, mounted=("mounted", durable[0].note, durable[0].span))
        return replace(case, stored=tuple(_observations(case, uses, mounts)))

    def _of(self, flow: Flow) -> Mount | None:
        return self.mount_for(flow.path, flow.site.span) or self.mount_for(flow.path, flow.use.span)


def _over(path: PathShape, among: Sequence[Container]) -> Mount | None:
    """Return the mount nearest to a path."""
    if path.root == ENVIRONMENT_ROOT:
        path = PathShape("/tmp", path.components)
    covering = [mount for container in among for mount in container.mounts if path.is_under(mount.path)]
    return max(covering, key=lambda mount: (len(mount.path.components), mount.is_durable), default=None)


def _observations(case: Case, uses: Sequence[Flow], mounts: Sequence[Mount | None]) -> Iterator[Observation]:
    for mount in mounts:
        if mount is not None and mount.is_volatile:
            yield "volatile", mount.note, mount.span
            break
    if uses and all("stage" in flow.use.blocks for flow in uses):
        yield "build-stage", "its build stage is no part of the image", uses[0].use.span
    elif uses and all("layer" in flow.use.blocks and flow.use.action not in _LASTING for flow in uses):
        yield "build-step", "it is used while the image is built", uses[0].use.span
    if any(show(flow.path.name) in _SESSION for flow in uses):
        yield "session", "the desktop session makes it when it starts", uses[0].use.span
    if case.language == "yaml":
        for flow in uses:
            if flow.use.action == "mounts":
                yield "kept-service", "a service keeps its storage there", flow.use.span
                break
