"""The permanent home of every role: where a file of that kind belongs, by how the program is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from scratchlint.core.flow import Role

Profile = Literal["system", "user", "container"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


@dataclass(frozen=True, slots=True)
class Homes:
    """The home of one role for a system service, a user service and a container."""

    system: str
    user: str
    container: str


_SOFTWARE = Homes(
    system="/opt/{app}",
    user="~/.local/share/{app}",
    container="/opt/{app} in the image, or a volume",
)
_CONFIGURATION = Homes(
    system="/etc/{app} (systemd ConfigurationDirectory=)",
    user="$XDG_CONFIG_HOME/{app}",
    container="/etc/{app} from a configuration or secret mount",
)
_DATA = Homes(
    system="/var/lib/{app} (systemd StateDirectory=) or the data mount",
    user="$XDG_DATA_HOME/{app}",
    container="/var/lib/{app} on a named volume",
)
_STATE = Homes(
    system="/var/lib/{app} (systemd StateDirectory=)",
    user="$XDG_STATE_HOME/{app}",
    container="/var/lib/{app} on a named volume",
)
_LOG = Homes(
    system="/var/log/{app} (systemd LogsDirectory=) or the journal",
    user="$XDG_STATE_HOME/{app}",
    container="standard output, or /var/log/{app} on a volume",
)
_CACHE = Homes(
    system="/var/cache/{app} (systemd CacheDirectory=)",
    user="$XDG_CACHE_HOME/{app}",
    container="/var/cache/{app} on a cache volume",
)
_RUNTIME = Homes(
    system="/run/{app} (systemd RuntimeDirectory=)",
    user="$XDG_RUNTIME_DIR/{app}",
    container="/run/{app}",
)

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


def home(role: Role, profile: Profile = "system", app: str = "APP") -> str:
    """Return where a path of this role should live; `app` is the name of the program."""
    homes = HOMES[role]
    match profile:
        case "system":
            place = homes.system
        case "user":
            place = homes.user
        case "container":
            place = homes.container
    return place.replace("{app}", app)
