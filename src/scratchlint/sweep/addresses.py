"""Words that name a source: a path or a git URL, with a revision after an @ if one is wanted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import unquote

from scratchlint.source.clone import Remote

PROTOCOLS = ("https", "http", "ssh", "git", "file")

_PLAIN = r"[^\s\x00-\x1f\x7f]"
_HOST = r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])"
# `https://host:port/path`, `ssh://user@host/path`, `file:///path`.
_URL = re.compile(
    rf"(?P<protocol>https?|git|ssh)://(?:[\w.+-]+@)?{_HOST}(?::\d+)?/{_PLAIN}+|(?P<file>file):///{_PLAIN}+",
    re.ASCII,
)
# `user@host:path`, as ssh and scp have it.
_SHORT = re.compile(rf"[\w.+-]+@{_HOST}:(?:[\w~./]{_PLAIN}*)", re.ASCII)
# A password is taken out of what is no URL, too.
_USER = re.compile(r"(?P<start>.*?(?P<protocol>\w*)://)(?P<user>[^/]*)@(?P<rest>.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """A path or URL, without secrets, which stand in `credentials` as `user:password`; "" is no revision."""

    place: str
    revision: str = ""
    credentials: str = ""


def is_url(word: str) -> bool:
    """Whether a word is meant as a URL, of whatever kind."""
    return "://" in word or (_SHORT.fullmatch(word) is not None and not os.path.lexists(word))


def address(word: str) -> Address:
    """Return what a word names. A directory or path of a URL that itself holds an @ is no revision's start.

    User and password are taken out of a URL, but for the user of ssh, who is no secret.
    """
    if not is_url(word):
        path, mark, revision = word.rpartition("@")
        return Address(path, revision) if mark and path and not os.path.lexists(word) else Address(word)
    credentials = ""
    match = _USER.fullmatch(word)
    if match is not None:
        user = match["user"]
        if match["protocol"] == "ssh":
            user = user.partition(":")[0]
            word = f"{match['start']}{user}@{match['rest']}"
        else:
            credentials = unquote(user) if ":" in user else f"{unquote(user)}:"
            word = f"{match['start']}{match['rest']}"
    start = len(word) - len(re.sub(r"^(?:\w+://[^/]*|[^:]*:)", "", word))
    path, mark, revision = word[start:].rpartition("@")
    if mark and path:
        return Address(word[:start] + path, revision, credentials)
    return Address(word, "", credentials)


def remote(place: str, credentials: str) -> Remote | None:
    """Return the remote repository of a URL; None if it is none of those that are cloned."""
    match = _URL.fullmatch(place)
    if match is not None:
        return Remote(place, match["protocol"] or match["file"], credentials)
    return Remote(place, "ssh") if _SHORT.fullmatch(place) else None
