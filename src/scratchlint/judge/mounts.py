"""What lies behind a path in a container: volumes that make it durable, memory that makes it volatile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import replace

from scratchlint.core.flow import Flow, Step
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.judge.cleaners import NO_CLEANERS, Cleaners
from scratchlint.judge.containers import PRIVATE, Container, Mount, components_of
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
        self._mounted: dict[tuple[str, ...], list[tuple[int, Mount]]] = {}
        self._own: dict[str, list[int]] = {}
        self._around: dict[str, tuple[int, Set[int]]] = {}
        for number, container in enumerate(containers):
            for mount in container.mounts:
                self._mounted.setdefault(mount.path, []).append((number, mount))
            if container.name:
                self._own.setdefault(container.file, []).append(number)
        self._unplaced = {number for number, one in enumerate(containers) if one.context is None}

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
        if not self._mounted:
            return None
        mounted = self._over(components_of(path))
        rank, serving = self._serving(place)
        mount = next((mount for number, mount in mounted if number in serving), None)
        if mount is not None or place.file in self._host or _is_manifest(place.file) or rank > _CONTEXT:
            return mount
        mount = next((mount for number, mount in mounted if number in self._unplaced), None)
        if mount is None or len(mount.path) < 2 or mount.kind == PRIVATE:
            return None
        return mount if len({self._containers[number].name for number, _ in mounted}) == 1 else None

    def _over(self, path: tuple[str, ...]) -> list[tuple[int, Mount]]:
        """Return what containers mount at a path or above it, the nearest first, each with its container."""
        found: list[tuple[int, Mount]] = []
        for length in range(len(path), 0, -1):
            here = self._mounted.get(path[:length], ())
            found += sorted(here, key=lambda pair: not pair[1].is_durable)
        return found

    def _serving(self, place: Span) -> tuple[int, Set[int]]:
        """Return the containers that code at a place most surely runs in, and how surely that is."""
        own = {number for number in self._own.get(place.file, ()) if self._holds(number, place)}
        if own:
            return _OWN, own
        if place.file not in self._around:
            ranks = {
                number: rank
                for number, container in enumerate(self._containers)
                if (rank := self._rank(container, place.file)) is not None
            }
            best = max(ranks.values(), default=(0, 0))
            self._around[place.file] = best[0], {number for number, rank in ranks.items() if rank == best}
        return self._around[place.file]

    def _holds(self, number: int, place: Span) -> bool:
        span = self._containers[number].span
        return span.start <= place.start < span.end

    def _rank(self, container: Container, file: str) -> tuple[int, int] | None:
        """Return how surely the code of a file runs in a container, None when it does not."""
        if not container.name and not container.mounts:
            return None
        if file == container.file and container.name:
            return None
        if file in container.settings or file == container.built:
            return _LOADED, 0
        if container.context is None or file in self._host or _is_manifest(file):
            return None
        if container.context and not file.startswith(container.context + "/"):
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
