"""Names with one `*`, as keys and targets of package.json and tsconfig.json have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from scratchlint.dataflow.modules_repository import JsonObject

MAXIMUM_PATTERNS = 1_000
"""Patterns of one table beyond this number are not looked at."""

MAXIMUM_DEPTH = 16
"""Conditions nested deeper than this are not followed."""

_LATER = {
    "types": 1,
    **dict.fromkeys(
        ["browser", "deno", "edge-light", "electron", "react-native", "react-server", "worker", "workerd"], 2
    ),
}


def match(keys: Collection[str], name: str) -> tuple[str, str] | None:
    """Return the key that a name means, and the text that stands for its `*`.

    An exact key goes before patterns, and of these the one with the longest text before its
    `*` counts. Both PACKAGE_IMPORTS_EXPORTS_RESOLVE of Node
    (https://nodejs.org/api/esm.html#resolution-algorithm-specification) and the `paths` of
    TypeScript (https://www.typescriptlang.org/docs/handbook/modules/reference.html#paths) say so.
    """
    if name in keys and "*" not in name:
        return name, ""
    best: tuple[str, str] | None = None
    length = (-1, -1)
    for key in islice(keys, MAXIMUM_PATTERNS):
        before, star, after = key.partition("*")
        if not star or "*" in after or not name.startswith(before) or not name.endswith(after):
            continue
        if len(name) > len(before) + len(after) and (len(before), len(key)) > length:
            length = (len(before), len(key))
            best = key, name[len(before) : len(name) - len(after)]
    return best


def targets(table: JsonObject, name: str) -> list[str] | None:
    """Return where an `exports` or `imports` table sends a name, the likeliest first.

    None when no key matches, an empty list when the name is excluded (`null`). The first
    condition that holds counts; which ones hold is not known here, so that all are given in
    order: declarations after code, other runtimes than Node and bundlers last. A key "./a/" is an
    older "./a/*".
    """
    spelled = {key + "*" if key.endswith("/") else key: key for key in table}
    found = match(spelled, name)
    if found is None:
        return None
    pattern, star = found
    key = spelled[pattern]
    return list(dict.fromkeys(_expanded(table[key], star, key.endswith("/"))))


def _expanded(target: object, star: str, folder: bool, depth: int = MAXIMUM_DEPTH) -> Iterator[str]:
    if depth == 0:
        return
    match target:
        case str():
            yield target + star if folder else target.replace("*", star)
        case list():
            for choice in target:
                yield from _expanded(choice, star, folder, depth - 1)
        case dict():
            for condition in sorted(target, key=lambda condition: _LATER.get(condition, 0)):
                yield from _expanded(target[condition], star, folder, depth - 1)
