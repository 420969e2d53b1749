"""What scratch storage is: the roots, and how they are recognised inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_POSIX = "|".join(re.escape(root) for root in sorted(SCRATCH_ROOTS, key=len, reverse=True))
_WINDOWS = "|".join(
    re.escape(root).replace(r"\\", r"[\\/]") for root in sorted(WINDOWS_ROOTS, key=len, reverse=True)
)
_ENCODED = "|".join(re.escape(root.replace("/", "%2F")) for root in SCRATCH_ROOTS[:4])
_ROOT = re.compile(
    rf"{_BEFORE}(?P<posix>{_POSIX}){_AFTER}"
    rf"|(?<![\w\\/])(?P<windows>(?i:{_WINDOWS}))(?![\w.-])"
    rf"|(?<=://)(?P<encoded>(?i:{_ENCODED}))(?![\w.-])"
)
_QUICK = re.compile(r"/tmp|/shm|/folders|\\temp|\\tmp|%te?mp%|%2Ftmp|%2Fshm|:/temp", re.IGNORECASE)
_URL = re.compile(r"(?:jdbc:)?[A-Za-z][\w+.-]*:/{0,3}$")
_OPTION = re.compile(r"(?:-{0,2}[\w.-]*[=:]|-[A-Za-z]|[<>|@]+|[\w.-]+@[\w.-]+:)$")
_LIST = re.compile(r"[\w./~${}*-]*[:,;]$")
_END = re.compile(r"[\s\"'`;,|&<>()\[\]?#:\x00]|\$\(")

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


def find_roots(text: str) -> Iterator[RootMatch]:
    """Yield every scratch path in a text, in order."""
    if not _QUICK.search(text):
        return
    place = 0
    for match in _ROOT.finditer(text):
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
