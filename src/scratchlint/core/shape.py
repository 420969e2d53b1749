"""Path templates: text in which some parts are not known, and the paths they describe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

HoleKind = Literal["env", "name", "random", "process", "unknown", "limit"]


class Hole(NamedTuple):
    """A part of a text that the program decides at run time.

    `kind` says why: an environment variable, a named value, a random part, the process
    id or time, anything else, or a bound of the analysis that was reached.
    """

    kind: HoleKind
    name: str = ""

    def __str__(self) -> str:
        return "{" + (self.name or "…") + "}"


Part = str | Hole
Template = tuple[Part, ...]
MAXIMUM_PARTS = 64


def template(parts: Iterable[Part]) -> Template:
    """Join neighbouring texts and drop empty ones; beyond MAXIMUM_PARTS the rest is one hole.

    A hole that follows itself is one hole: what a loop joins over and over stays one path.
    """
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            if not part:
                continue
            if joined and isinstance(joined[-1], str):
                joined[-1] += part
                continue
        elif joined and joined[-1] == part:
            continue
        if len(joined) >= MAXIMUM_PARTS:
            joined[-1] = Hole("limit")
            break
        joined.append(part)
    return tuple(joined)


def concat(texts: Sequence[Template], separator: str = "") -> Template:
    """Concatenate templates; with separator "/" as path joins do.

    As in `os.path.join` and `pathlib`, an absolute later part does not restart the path
    here: callers decide that, since Node's `path.join` does not restart either.
    """
    if separator != "/":
        parts: list[Part] = []
        for number, text in enumerate(texts):
            if number and separator:
                parts.append(separator)
            parts.extend(text)
        return template(parts)
    joined: list[Part] = []
    for text in texts:
        if not text:
            continue
        if not joined:
            joined.extend(text)
            continue
        if isinstance(joined[-1], str):
            joined[-1] = joined[-1].rstrip("/")
        first = text[0]
        joined.append("/" + (first.lstrip("/") if isinstance(first, str) else ""))
        joined.extend((first,) if not isinstance(first, str) else ())
        joined.extend(text[1:])
    return template(joined)


def show(text: Template) -> str:
    """Write a template for people: holes in braces."""
    if len(text) == 1:
        return str(text[0])
    return "".join(part if isinstance(part, str) else str(part) for part in text)


@dataclass(frozen=True, slots=True)
class PathShape:
    """A path as far as it is known: a scratch root and the components below it.

    A component is a template, because `run-{id}.log` is known in part.
    """

    root: str
    components: tuple[Template, ...]

    def __str__(self) -> str:
        separator = "\\" if "\\" in self.root else "/"
        return separator.join([self.root.rstrip("/\\"), *map(show, self.components)]) or self.root

    @property
    def name(self) -> Template:
        """The last component; empty for the bare root."""
        return self.components[-1] if self.components else ()

    def holes(self) -> list[Hole]:
        """Every hole on the path."""
        return [part for text in self.components for part in text if isinstance(part, Hole)]

    def is_under(self, other: PathShape) -> bool:
        """Whether this path is `other` or lies below it."""
        length = len(other.components)
        return self.root == other.root and self.components[:length] == other.components


def components(text: Template) -> tuple[Template, ...]:
    """Split a template at its slashes and resolve "." and ".." as far as they are known."""
    split: list[list[Part]] = [[]]
    for part in text:
        if isinstance(part, Hole):
            split[-1].append(part)
            continue
        first, *rest = re.split(r"[/\\]", part)
        split[-1].append(first)
        split.extend([piece] for piece in rest)
    result: list[Template] = []
    for pieces in split:
        component = template(pieces)
        if component in ((), (".",)):
            continue
        if component == ("..",) and result:
            result.pop()
            continue
        result.append(component)
    return tuple(result)


def parent_directory(text: Template) -> Template:
    """Return the directory of a path, as far as it is known."""
    parts = list(text)
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("/")
    while parts:
        last = parts.pop()
        if isinstance(last, str) and "/" in last:
            return template([*parts, last.rpartition("/")[0]])
    return text


def until_space(text: Template) -> Template:
    """Return a text up to its first white space or quote: where a path in a longer text ends."""
    parts: list[Part] = []
    for part in text:
        if isinstance(part, str) and (end := re.search(r"[\s\"'`;,|&<>]", part)):
            parts.append(part[: end.start()])
            break
        parts.append(part)
    return template(parts)


def is_absolute(text: Template) -> bool:
    """Whether a text begins with a slash."""
    return bool(text) and isinstance(text[0], str) and text[0].startswith("/")
