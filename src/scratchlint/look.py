"""What the bytes of a file tell before it is parsed."""

from __future__ import annotations

import re
from typing import NamedTuple

from scratchlint.core.finding import Skipped
from scratchlint.dataflow.candidates import may_hold_site
from scratchlint.dataflow.literals import Literals
from scratchlint.policy.roots import Roots
from scratchlint.source.minified import is_minified
from scratchlint.source.read import Source
from scratchlint.suppress.comments import MARK

# What a file that tells of storage holds, by its language: in YAML services, or the volumes of a pod.
_STORAGE = {
    "dockerfile": re.compile(rb""),
    "yaml": re.compile(rb"(?m)^services:|\bcontainers:|\bvolumeMounts:"),
    "systemd": re.compile(rb"PrivateTmp"),
    "tmpfiles": re.compile(rb""),
}
_KEYS = Literals((b"services:", b"containers:", b"volumeMounts:"))
# What starts containers and services.
_STARTERS = tuple(b"docker docker-compose podman podman-compose nerdctl kubectl helm systemctl".split())
_STARTER = Literals(_STARTERS)
_STARTING = re.compile(rb"(?m)^[^#\n]*?(?<![\w./-])(?:%b)[ \t]" % b"|".join(_STARTERS))
_MARK = Literals((MARK.encode(),))


class Look(NamedTuple):
    """What a file's bytes tell.

    Whether it may hold a site, whether a comment speaks of suppressions, whether it tells of storage.
    """

    site: bool = False
    speaks: bool = False
    storage: bool = False
    skipped: Skipped | None = None


NOTHING_TOLD = Look()


def look(source: Source, language: str, roots: Roots) -> Look:
    """Return what a file tells; most tell nothing, which is one value."""
    data = source.data
    site = may_hold_site(data, roots)
    if site and is_built(language, data):
        return Look(skipped=Skipped(source.path, "minified: what a build writes is not analysed"))
    told = Look(site, _MARK.stand_in(data), _tells_storage(language, data))
    return told if any(told) else NOTHING_TOLD


def is_built(language: str, data: bytes) -> bool:
    """Whether a build wrote a file: nobody edits it."""
    return language == "javascript" and is_minified(data)


def starts_services(data: bytes) -> bool:
    """Whether a script starts containers or services: it runs outside of them."""
    return _STARTER.stand_in(data) and _STARTING.search(data) is not None


def _tells_storage(language: str, data: bytes) -> bool:
    telling = _STORAGE.get(language)
    if telling is None or (language == "yaml" and not _KEYS.stand_in(data)):
        return False
    return telling.search(data) is not None
