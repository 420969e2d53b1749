"""Storage outside of scratch that a deploy file makes volatile: further roots for the code of a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scratchlint.judge.containers import Container, Mount
from scratchlint.knowledge.names import names
from scratchlint.policy.roots import is_scratch

# Memory is the right place for what stands here: devices, sockets and pid files, caches, logs.
_FOR_MEMORY = ("/run", "/var/run", "/var/lock", "/dev", "/proc", "/sys", "/var/cache", "/var/log")
_REBUILT = frozenset({"cache", "log", "pid", "lock", "socket", "config", "cert", "model"})


class VolatileRoots:
    """The volatile mounts of containers that may hold what has to last."""

    def __init__(self, containers: Iterable[Container]) -> None:
        self._mounted = [
            (container, "/" + "/".join(mount.path))
            for container in containers
            for mount in container.mounts
            if mount.is_volatile and _may_hold(mount)
        ]

    @property
    def all(self) -> frozenset[str]:
        """The roots of any file."""
        return frozenset(root for _, root in self._mounted)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the roots for one file: those of the containers that it may run in."""
        found = (root for container, root in self._mounted if _may_run(path, container, root))
        return tuple(dict.fromkeys(found))


def _may_hold(mount: Mount) -> bool:
    root = "/" + "/".join(mount.path)
    if is_scratch(root) or any(f"{root}/".startswith(f"{place}/") for place in _FOR_MEMORY):
        return False
    return not any(hint in (None, *_REBUILT) for hint in _hints(mount.path))


def _hints(components: Iterable[str]) -> Iterator[str | None]:
    for component in components:
        yield from (hint.role for hint in names().of_name(component)[:1])


def _may_run(path: str, container: Container, root: str) -> bool:
    if path in (container.file, container.built) or path in container.settings:
        return True
    if container.context is None:  # what its image holds is not known: a path of its own may tell
        return root.count("/") > 1
    return not container.context or path.startswith(container.context + "/")
