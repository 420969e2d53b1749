"""What lies behind a path in a container: volumes that make it durable, memory that makes it volatile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from scratchlint.core.flow import Flow, Step
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.judge.cleaners import NO_CLEANERS, Cleaners
from scratchlint.judge.containers import PRIVATE, Container, Mount, components_of, covers
from scratchlint.judge.lifetime import Observation
from scratchlint.judge.roles import named_role
from scratchlint.judge.verdict import LOOKS, Case

# What a step of a build leaves behind in the image, however it got there.
_LASTING = frozenset({"configures", "links", "linked", "sets"})
# What a later step of a build does with what an earlier one left for it.
_TAKES = frozenset(
    {
        "removes",
        "moves-from",
        "copies-from",
        "extracts-from",
        "reads",
        "loads",
        "sources",
        "executes",
        "runs",
        "builds",
        "enters",
    }
)
# The X server's sockets (man:Xserver) and the keys that are passed on with them.
_SESSION = frozenset({".X11-unix", ".ICE-unix", ".docker.xauth", ".Xauthority"})
_OWN, _LOADED, _CONTEXT = 3, 2, 1
# What is lost for good with storage that is volatile on purpose; all else is made anew.
_KEPT = frozenset({"database", "data", "upload", "queue", "backup", "state"})


class Storage:
    """The mounts of a repository's containers, and which code runs in them.

    `host` are the scripts that run outside of containers, because they start them; `volatile` the roots
    that are scratch only because of a mount; `cleaners` what removes old files.
    """

    def __init__(
        self,
        containers: Sequence[Container],
        host: Collection[str],
        volatile: Collection[str] = (),
        cleaners: Cleaners = NO_CLEANERS,
    ) -> None:
        self._cleaners = cleaners
        self._containers = containers
        self._volatile = frozenset(volatile)
        self._host = frozenset(host)

    @property
    def files(self) -> frozenset[str]:
        """The files that deploy containers, and the files that these are given."""
        own = (container.file for container in self._containers if not container.is_unit)
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
        outside = place.file in self._host or _is_manifest(place.file)
        if mount is not None or outside or (best is not None and best[0] != _CONTEXT):
            return mount
        mount = _over(path, [container for container in self._containers if container.context is None])
        if mount is None or len(mount.path) < 2 or mount.kind == PRIVATE:
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
        if container.context is None or place.file in self._host or _is_manifest(place.file):
            return None
        if container.context and not place.file.startswith(container.context + "/"):
            return None
        return _CONTEXT, len(container.context)

    def place(self, case: Case) -> Case | None:
        """Return a case with what its storage tells; None when the storage is no scratch after all."""
        uses = [flow for flow in case.flows if flow.use.action not in LOOKS]
        mounts = [self._of(flow) for flow in uses]
        durable = [mount for mount in mounts if mount is not None and mount.is_durable]
        if case.sites[0].path.root in self._volatile:
            return _volatile(case, uses, mounts)
        if uses and len(durable) == len(uses):
            flows = tuple(_through(flow, durable[0]) for flow in case.flows)
            return replace(case, flows=flows, mounted=("mounted", durable[0].note, durable[0].span))
        return replace(case, stored=(*_observations(case, uses, mounts), *self._cleaners.observe(case, uses)))

    def _of(self, flow: Flow) -> Mount | None:
        return self.mount_for(flow.path, flow.site.span) or self.mount_for(flow.path, flow.use.span)


def _is_manifest(file: str) -> bool:
    """Whether a file deploys what runs elsewhere: it is no code of the containers that it is beside."""
    return file.lower().endswith((".yaml", ".yml"))


def _over(path: PathShape, among: Sequence[Container]) -> Mount | None:
    """Return the mount nearest to a path."""
    components = components_of(path)
    covering = [mount for container in among for mount in container.mounts if covers(mount.path, components)]
    return max(covering, key=lambda mount: (len(mount.path), mount.is_durable), default=None)


def _through(flow: Flow, mount: Mount) -> Flow:
    """Return a flow with the step through what is mounted over its path."""
    return replace(flow, steps=(*flow.steps[:1], Step(mount.span, "mounted", mount.note), *flow.steps[1:]))


def _volatile(case: Case, uses: Sequence[Flow], mounts: Sequence[Mount | None]) -> Case | None:
    """Return a case whose path a mount makes volatile; None when it keeps nothing that has to last."""
    found = [
        (flow, mount)
        for flow, mount in zip(uses, mounts, strict=True)
        if mount is not None and mount.is_volatile
    ]
    if not any(_has_to_last(flow) for flow, _ in found):
        return None
    mount = found[0][1]
    flows = tuple(_through(flow, mount) for flow, _ in found)
    # Who mounts memory at the very place that a setting names, and not above it, means it.
    claim = "volatile-mount" if case.sites[0].path.components else "volatile"
    return replace(case, flows=flows, stored=((claim, mount.note, mount.span),))


def _has_to_last(flow: Flow) -> bool:
    role = named_role(flow)
    return role is not None and role.role in _KEPT


def _left_behind(case: Case, uses: Sequence[Flow]) -> Span | None:
    """Return where a build moves something to a directory of its own under the path, and leaves it there.

    What it moves into a directory that it made is left in that too.
    """
    made = [flow.path for flow in uses if flow.use.action == "creates" and flow.path.components]
    below = [flow for flow in case.around if any(flow.path.is_under(path) for path in made)]
    for flow in (*uses, *below):
        if flow.use.action == "moves-to" and len(flow.path.components) > 1:
            taken = any(
                other.use.action in _TAKES
                and (other.path.is_under(flow.path) or flow.path.is_under(other.path))
                for other in case.around
            )
            return None if taken else flow.use.span
    return None


def _observations(case: Case, uses: Sequence[Flow], mounts: Sequence[Mount | None]) -> Iterator[Observation]:
    for flow, mount in zip(uses, mounts, strict=True):
        if mount is not None and mount.is_volatile and (mount.kind != PRIVATE or _has_to_last(flow)):
            yield "private-tmp" if mount.kind == PRIVATE else "volatile", mount.note, mount.span
            break
    if uses and all("stage" in flow.use.blocks for flow in uses):
        yield "build-stage", "its build stage is no part of the image", uses[0].use.span
    elif uses and all("layer" in flow.use.blocks and flow.use.action not in _LASTING for flow in uses):
        left = _left_behind(case, uses)
        if left is not None:
            yield (
                "left-in-image",
                "it is put there for what runs in the image: no step of the build needs it",
                left,
            )
        else:
            yield "build-step", "it is used while the image is built", uses[0].use.span
    if any(show(flow.path.name) in _SESSION for flow in uses):
        yield "session", "the desktop session makes it when it starts", uses[0].use.span
    if case.language == "yaml":
        for flow in uses:
            if flow.use.action == "mounts":
                yield "kept-service", "a service keeps its storage there", flow.use.span
                break
