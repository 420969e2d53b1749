"""Whether a production path outside of scratch storage lies where the policy wants it."""

from __future__ import annotations

from collections.abc import Iterable

from scratchlint.core.flow import Role
from scratchlint.core.shape import Hole, PathShape, Template
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Policy

DATA: frozenset[Role] = frozenset({"data", "database", "upload", "queue", "backup"})
"""Roles that belong on a mounted drive when the policy names one."""

# The operating system's own directories: what it installs stays (FHS 3.0, chapters 3 and 4).
_INSTALLED = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc")
_INSTALLED_ROLES: frozenset[Role] = frozenset({"venv", "executable", "config", "cert", "model"})
# Where other installers put programs, on Linux and macOS.
_PROGRAMS = (
    "/snap",
    "/var/lib/snapd",
    "/var/lib/flatpak",
    "/nix",
    "/gnu/store",
    "/opt/homebrew",
    "/home/linuxbrew",
    "/Applications",
    "/Library",
    "/System",
)
_RUNTIME = ("/run", "/var/run")
_RUNTIME_ROLES: frozenset[Role] = frozenset({"pid", "lock", "socket"})


def is_off_mount(path: PathShape, role: Role, policy: Policy) -> bool:
    """Whether a path of data lies below none of the policy's data roots."""
    return bool(policy.data_roots) and role in DATA and not _is_below(path, policy.data_roots)


def is_impermanent(path: PathShape, role: Role, policy: Policy, profile: Profile) -> bool:
    """Whether a path lies below none of the policy's permanent roots, nor where its role always stays.

    An image holds its own programs and configuration.
    """
    if not policy.permanent_roots or (profile == "container" and role in _INSTALLED_ROLES):
        return False
    roots = [*policy.permanent_roots, *policy.data_roots]
    if role in _INSTALLED_ROLES:
        roots += _INSTALLED
    if role in ("executable", "venv"):
        roots += _PROGRAMS
    if role in _RUNTIME_ROLES:
        roots += _RUNTIME
    return not _is_below(path, roots)


def _is_below(path: PathShape, roots: Iterable[str]) -> bool:
    """Whether a path lies below one of some roots, or may do so as far as it is known."""
    return any(_may_be_below(path.components, root.strip("/").split("/")) for root in roots)


def _may_be_below(components: tuple[Template, ...], root: list[str]) -> bool:
    for component, name in zip(components, root, strict=False):
        if any(isinstance(part, Hole) for part in component):
            return True
        if component != (name,):
            return False
    return len(components) >= len(root)
