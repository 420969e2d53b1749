"""Systemd units: directories that the manager makes, and the variables that name them (man:systemd.exec)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scratchlint.fix.change import Stretch
from scratchlint.fix.destination import Destination


@dataclass(frozen=True, slots=True)
class Managed:
    """A directory below which the manager makes those of services."""

    base: str
    directive: str
    variable: str


_MANAGED = (
    Managed("/run/", "RuntimeDirectory", "RUNTIME_DIRECTORY"),
    Managed("/var/lib/", "StateDirectory", "STATE_DIRECTORY"),
    Managed("/var/cache/", "CacheDirectory", "CACHE_DIRECTORY"),
    Managed("/var/log/", "LogsDirectory", "LOGS_DIRECTORY"),
    Managed("/etc/", "ConfigurationDirectory", "CONFIGURATION_DIRECTORY"),
)
_SERVICE = re.compile(rb"(?m)^[ \t]*\[Service\][ \t]*(?P<end>\r?\n|\Z)")
_SECTION = re.compile(rb"(?m)^[ \t]*\[")
_COMMAND = re.compile(rb"Exec\w+[ \t]*=[ \t]*[-@:+!|]*")


def managed(directory: str) -> Managed | None:
    """Return what the manager calls a directory of a service; None for a place that it does not make."""
    return next((one for one in _MANAGED if directory.startswith(one.base)), None)


def directory(data: bytes, goal: Destination) -> dict[Stretch, bytes] | None:
    """Return the edit that has the home made for a unit's service: {} when it says so already.

    None when that is not for the unit to say, or it has other such directories.
    """
    found = managed(goal.home)
    service = _SERVICE.search(data)
    if found is None or service is None:
        return None
    declared = _declared(data, found)
    if declared is not None:
        return {} if goal.home.removeprefix(found.base) in declared.split() else None
    # A service's own settings end where the next section begins.
    following = _SECTION.search(data, service.end())
    end = following.start() if following else len(data)
    line_end = b"\r\n" if b"\r\n" in service["end"] else b"\n"
    place = len(data[:end].rstrip(b" \t\r\n"))
    name = goal.home.removeprefix(found.base)
    return {(place, place): line_end + f"{found.directive}={name}".encode()}


def _declared(data: bytes, found: Managed) -> str | None:
    """Return the directories that a unit names itself."""
    match = re.search(rf"(?m)^[ \t]*{found.directive}[ \t]*=(.*)".encode(), data)
    return None if match is None else match[1].decode()


def written(data: bytes, place: Stretch, goal: Destination) -> bytes | None:
    """Return the variable that names the new directory where an argument of a command may hold it.

    The program of a command line must be spelled out; where the unit declares such directories
    itself, several of them would be one text.
    """
    found = managed(goal.home)
    if found is None or goal.new != goal.home or _SERVICE.search(data) is None:
        return None
    if _declared(data, found) is not None:
        return None
    line = _logical_line(data, place[0])
    command = _COMMAND.match(data, line)
    if command is None or not re.search(rb"\s", data[command.end() : place[0]].lstrip()):
        return None
    return f"${{{found.variable}}}".encode()


def _logical_line(data: bytes, place: int) -> int:
    """Return where the line of a place begins, with the lines that a backslash joins to it."""
    line = data.rfind(b"\n", 0, place) + 1
    while line and data[: line - 1].rstrip(b"\r").endswith(b"\\"):
        line = data.rfind(b"\n", 0, line - 1) + 1
    return line
