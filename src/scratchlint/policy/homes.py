"""The permanent home of every role: where a file of that kind belongs, by how the program is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scratchlint.core.flow import Role
from scratchlint.core.shape import PathShape, components
from scratchlint.policy.keys import Profile
from scratchlint.policy.permanence import DATA, is_impermanent
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import ELSEWHERE


@dataclass(frozen=True, slots=True)
class Homes:
    """The home of one role for a system service, a user service, a container and a serverless function."""

    system: str
    user: str
    container: str
    serverless: str


_SOFTWARE = Homes(
    system="/opt/{app}",
    user="~/.local/share/{app}",
    container="/opt/{app} in the image, or a volume",
    serverless="the deployment package, a layer or the image",
)
_CONFIGURATION = Homes(
    system="/etc/{app} (systemd ConfigurationDirectory=)",
    user="$XDG_CONFIG_HOME/{app}",
    container="/etc/{app} from a configuration or secret mount",
    serverless="the deployment package, or the function's environment",
)
_DATA = Homes(
    system="/var/lib/{app} (systemd StateDirectory=) or the data mount",
    user="$XDG_DATA_HOME/{app}",
    container="/var/lib/{app} on a named volume",
    serverless="object storage or a database",
)
_STATE = Homes(
    system="/var/lib/{app} (systemd StateDirectory=)",
    user="$XDG_STATE_HOME/{app}",
    container="/var/lib/{app} on a named volume",
    serverless="object storage or a database",
)
_LOG = Homes(
    system="/var/log/{app} (systemd LogsDirectory=) or the journal",
    user="$XDG_STATE_HOME/{app}",
    container="standard output, or /var/log/{app} on a volume",
    serverless="standard output, which the platform collects",
)
_CACHE = Homes(
    system="/var/cache/{app} (systemd CacheDirectory=)",
    user="$XDG_CACHE_HOME/{app}",
    container="/var/cache/{app} on a cache volume",
    serverless="object storage or a shared cache",
)
_RUNTIME = Homes(
    system="/run/{app} (systemd RuntimeDirectory=)",
    user="$XDG_RUNTIME_DIR/{app}",
    container="/run/{app}",
    serverless="a lease in a database: instances share no files",
)

# Of several permanent roots the one for what is added to a system (FHS 3.0, §3.13 and §3.17).
_PREFERRED = ("/opt", "/srv")

HOMES: Mapping[Role, Homes] = {
    "venv": _SOFTWARE,
    "executable": _SOFTWARE,
    "model": _SOFTWARE,
    "config": _CONFIGURATION,
    "cert": _CONFIGURATION,
    "data": _DATA,
    "database": _DATA,
    "upload": _DATA,
    "backup": _DATA,
    "queue": _STATE,
    "state": _STATE,
    "log": _LOG,
    "cache": _CACHE,
    "pid": _RUNTIME,
    "lock": _RUNTIME,
    "socket": _RUNTIME,
    "other": _STATE,
}


def home(role: Role, profile: Profile = "system", policy: Policy | None = None) -> str:
    """Return where a path of this role should live: as the policy says, else by how the program is run.

    Without a template of its own a role lives below the roots that the policy sets.
    """
    policy = policy or Policy()
    homes = HOMES[role]
    match profile:
        case "system":
            place = homes.system
        case "user":
            place = homes.user
        case "container":
            place = homes.container
        case "serverless":
            place = homes.serverless
    own = policy.homes.get(role)
    if own is None and profile in ("system", "user"):
        own = _by_roots(role, place, profile, policy)
    return (own or place).replace("{app}", policy.app).replace("{user}", policy.user)


def _by_roots(role: Role, place: str, profile: Profile, policy: Policy) -> str | None:
    """Return the home that the policy's roots leave, None when the usual one is as good."""
    if role in DATA and policy.data_roots:
        return f"{policy.data_roots[0].rstrip('/')}/{{app}}"
    if not place.startswith("/"):
        return None
    path = PathShape(ELSEWHERE, components((place.split()[0],)))
    if not is_impermanent(path, role, policy, profile):
        return None
    root = next((root for root in _PREFERRED if root in policy.permanent_roots), policy.permanent_roots[0])
    return f"{root.rstrip('/')}/{{app}}"
