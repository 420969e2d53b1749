"""What scratch storage is: the roots, and how they are recognised inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

SCRATCH_ROOTS = (
    "/tmp",
    "/var/tmp",
    "/usr/tmp",
    "/dev/shm",
    "/run/shm",
    "/private/tmp",
    "/private/var/tmp",
    "/private/var/folders",
    "/var/folders",
)
PERMANENT = (
    "/run",
    "/var/run",
    "/var/lib",
    "/var/log",
    "/var/cache",
    "/var/spool",
    "/opt",
    "/srv",
    "/home",
    "/log",
)
"""Where files of services belong, FHS 3.0 chapters 3 to 5."""
WINDOWS_ROOTS = (
    "C:\\Windows\\Temp",
    "C:\\Temp",
    "C:\\tmp",
    "%TEMP%",
    "%TMP%",
    "%LOCALAPPDATA%\\Temp",
)
ENVIRONMENT_ROOTS = frozenset({"TMPDIR", "TEMP", "TMP", "TEMPDIR"})
ENVIRONMENT_ROOT = "$TMPDIR"

# A root begins a path only where no path character stands before it: `/srv/tmp`, `./tmp`
# and `~/tmp` are other places. Behind a URL scheme up to three slashes may stand, and a short option
# (`-o/tmp/x`) or the default of an expansion (`${X:-/tmp/x}`) directly before it.
_BEFORE = r"(?:(?<![\w./~$})%*\\\]?-])|(?<=:/)|(?<=://)|(?<=:///)|(?<=:-)|(?<=^-[A-Za-z]))"
_AFTER = r"(?![\w.%-])"
_WINDOWS = "|".join(
    re.escape(root).replace(r"\\", r"[\\/]") for root in sorted(WINDOWS_ROOTS, key=len, reverse=True)
)
_ENCODED = "|".join(re.escape(root.replace("/", "%2F")) for root in SCRATCH_ROOTS[:4])
_OWN = r"/tmp|/shm|/folders|\\temp|\\tmp|%te?mp%|%2Ftmp|%2Fshm|:/temp"
_URL = re.compile(r"(?:jdbc:)?[A-Za-z][\w+.-]*:/{0,3}$")
_OPTION = re.compile(r"(?:(?:[\w.:=-]+,)*-{0,2}[\w.-]*[=:]|-[A-Za-z]|[<>|@]+|[\w.-]+@[\w.-]+:)$")
_LIST = re.compile(r"[\w./~${}*-]*[:,;]$")
_END = re.compile(r"[\s\"'`;,|&<>()\[\]?#:\x00]|\$\(")

# A path that is not scratch: the text itself, or behind a URL scheme that names files. What the kernel
# makes up is no storage.
_ABSOLUTE = re.compile(
    r"(?:(?:file|unix|ipc|http\+unix|sqlite|duckdb)(?:\+\w+)?:/{0,3}|-{0,2}[\w.-]*=)?(?P<path>/[\w.{$-][^\s\"'`;,|&<>()\[\]?#:\x00]*)"
)
_VIRTUAL = frozenset({"dev", "proc", "sys"})
ELSEWHERE = "/"
"""The root of paths that are not below scratch storage."""

Prefix = Literal["none", "url", "option", "list", "text"]


@dataclass(frozen=True, slots=True)
class RootMatch:
    """A scratch root found in a text: where the path starts and ends, and what stands before it.

    `prefix` is "none" when the text begins with the path, "url" behind a scheme, "option" behind
    `--name=` or `-x`, "list" behind other paths (`PATH`, volumes), "text" behind anything else.
    `whole` tells that the path reaches the end of the text; `rest` is the path below the root.
    """

    start: int
    end: int
    root: str
    rest: str
    prefix: Prefix
    whole: bool


@dataclass(frozen=True, slots=True)
class Roots:
    """Which paths are looked at in one part of a project.

    `scratch` are directories that are scratch storage besides the well-known ones; `permanent`
    ones within them are none. `elsewhere` tells to find the other absolute paths too, with the root "/".
    """

    scratch: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()
    elsewhere: bool = False

    def may_find(self, text: str) -> bool:
        """Whether a text holds what a path begins with: most hold nothing of the kind."""
        return self.elsewhere or _patterns(self.scratch)[0].search(text) is not None

    def find(self, text: str) -> Iterator[RootMatch]:
        """Yield every scratch path in a text, in order; the whole text when it is a path elsewhere."""
        found = False
        quick, roots = _patterns(self.scratch)
        if quick.search(text):
            for match in _matches(text, roots):
                if not self._stays(match):
                    found = True
                    yield match
        if self.elsewhere and not found and (path := _ABSOLUTE.fullmatch(text)):
            start, first = path.start("path"), path["path"].split("/")[1]
            if first not in _VIRTUAL:
                rest = path["path"]
                yield RootMatch(start, path.end("path"), ELSEWHERE, rest, _prefix(text[:start]), True)

    def _stays(self, match: RootMatch) -> bool:
        """Whether a permanent directory lies between a scratch root and the path."""
        path = match.root + match.rest
        return any(len(root) > len(match.root) and _is_below(path, root) for root in self.permanent)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


@cache
def _patterns(further: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a text with a root must hold, and the roots, for some further ones."""
    further = tuple(root.rstrip("/\\") for root in further)
    longest = sorted({*SCRATCH_ROOTS, *further}, key=lambda root: (-len(root), root))
    posix = "|".join(map(re.escape, longest))
    quick = "|".join([_OWN, *map(re.escape, further)])
    return re.compile(quick, re.IGNORECASE), re.compile(
        rf"{_BEFORE}(?P<posix>{posix}){_AFTER}"
        rf"|(?<![\w\\/])(?P<windows>(?i:{_WINDOWS}))(?![\w.-])"
        rf"|(?<=://)(?P<encoded>(?i:{_ENCODED}))(?![\w.-])"
    )


def find_roots(text: str) -> Iterator[RootMatch]:
    """Yield every path below a well-known scratch root in a text, in order."""
    return WELL_KNOWN.find(text)


def is_scratch(path: str) -> bool:
    """Whether a path is scratch storage on any machine, by its name."""
    return path == ENVIRONMENT_ROOT or any(match.start == 0 for match in find_roots(path))


def _matches(text: str, roots: re.Pattern[str]) -> Iterator[RootMatch]:
    place = 0
    for match in roots.finditer(text):
        if match.start() < place:
            continue
        ending = _END.search(text, match.end())
        end = ending.start() if ending else len(text)
        rest = text[match.end() : end]
        if "}" in rest and "{" not in rest:
            end = match.end() + rest.index("}")  # the end of an expansion around the path
            rest = text[match.end() : end]
        root = match[0]
        if match["encoded"]:
            root, rest = root.replace("%2F", "/").replace("%2f", "/"), rest.replace("%2F", "/")
        place = end
        yield RootMatch(match.start(), end, root, rest, _prefix(text[: match.start()]), end == len(text))


def _prefix(before: str) -> Prefix:
    if not before:
        return "none"
    if _URL.fullmatch(before):
        return "url"
    if _OPTION.fullmatch(before):
        return "option"
    if _LIST.fullmatch(before):
        return "list"
    return "text"


WELL_KNOWN = Roots()
"""The roots of systems, without any policy."""
