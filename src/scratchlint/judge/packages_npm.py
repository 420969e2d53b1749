"""What an npm package ships of its directory, read from package.json and .npmignore.

https://docs.npmjs.com/cli/configuring-npm/package-json#files
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from scratchlint.judge.shipped import MAXIMUM_RULES, Shipped, ignoring, rule, top

Read = Callable[[str], bytes | None]


def npm_package(directory: str, read: Read, places: Collection[str]) -> tuple[str, Shipped] | None:
    """Return what the package of a directory ships, with the file that says so; None when nothing is said.

    `places` are the files and directories of the project. A private package is never published; of one that
    names what is not there, a build makes what is shipped out of what is not known.
    """
    manifest = posixpath.join(directory, "package.json")
    document = _parsed(read(manifest))
    if document is None or document.get("private") is True:
        return None
    files, ignored = document.get("files"), posixpath.join(directory, ".npmignore")
    named = [name for name in files if isinstance(name, str)] if isinstance(files, list) else []
    always = list(_always(document))
    if any(_is_built(directory, name, places) for name in (*named, *always)):
        return None
    data = read(ignored) if not named else None
    if data is not None:
        return ignored, ignoring(data, anchored=False)
    named = named[:MAXIMUM_RULES]
    rules = [rule(not name.startswith("!"), [top(name.removeprefix("!"))]) for name in named]
    return (manifest, Shipped((*rules, rule(True, map(top, always))), False)) if named else None


def _parsed(data: bytes | None) -> Mapping[str, Any] | None:
    try:
        document = json.loads(data or b"null")
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _is_built(directory: str, name: str, places: Collection[str]) -> bool:
    """Whether what a package names is not in the repository: a build makes it."""
    literal = name.removeprefix("./").partition("*")[0].strip("/")
    place = posixpath.normpath(posixpath.join(directory, literal))
    return not name.startswith("!") and place not in places and f"{place}.js" not in places


def _always(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is shipped whatever `files` says."""
    for key in ("main", "bin"):
        value = document.get(key)
        for one in value.values() if isinstance(value, dict) else [value]:
            if isinstance(one, str):
                yield one
