"""Compose files: a named volume for what a container must keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass

from scratchlint.core.fix import Task
from scratchlint.core.flow import Role
from scratchlint.fix.change import Stretch
from scratchlint.fix.destination import Destination
from scratchlint.languages.compose import is_compose
from scratchlint.languages.scalars import Scalar
from scratchlint.languages.value_tree import Mapping as Node
from scratchlint.languages.value_tree import Pair, Sequence, Value, items, mapping
from scratchlint.languages.yaml_tree import YamlTree

KEPT: frozenset[Role] = frozenset(
    {"data", "database", "upload", "queue", "backup", "state", "model", "log", "other"}
)
"""What a container must not lose with its writable layer."""


def volume(
    file: str, data: bytes, edits: Mapping[Stretch, bytes], goal: Destination, role: Role, app: str
) -> Mapping[Stretch, bytes] | Task | None:
    """Return the edits that mount a named volume over the new home in the service whose settings change.

    None when nothing must be kept or it is kept already; a Task where people must do it: in other
    kinds of manifests, and where a service is written in one line.
    """
    places = [start for start, _ in edits]
    found = next(_services(YamlTree(file, data), places), None)
    if role not in KEPT or (found is not None and found.is_kept(goal.home, places)):
        return None
    name = f"{app}-{_word(goal.home, app)}"
    if found is None:
        return task(goal.home, file)
    mounted = found.mounted(data, name, goal.home)
    declared = found.declared(data, name)
    if mounted is None or declared is None:
        return task(goal.home, file)
    # At the end of a file both stand in one place.
    return {place: mounted.get(place, b"") + declared.get(place, b"") for place in (*mounted, *declared)}


def task(home: str, where: str) -> Task:
    """Return what people must do where no edit can mount a volume."""
    return Task("volume", f"Mount storage that outlives the container at {home} ({where}).", new=home)


def _word(home: str, app: str) -> str:
    """Return what the home is for: `/var/log/app` is for logs."""
    words = {"log": "logs", "cache": "cache", "lib": "data"}
    return next((words[part] for part in home.split("/") if part in words), "data")


@dataclass(frozen=True, slots=True)
class _Service:
    """A service of a compose file, and the document that it stands in."""

    pair: Pair
    document: Node

    def is_kept(self, home: str, places: Iterable[int]) -> bool:
        """Whether the change is about a mount itself, or storage is mounted over the home already."""
        mounts = mapping(self.pair.value).find("volumes")
        if mounts is None:
            return False
        if any(mounts.span.start <= place < mounts.span.end for place in places):
            return True
        targets = (_target(item) for item in items(mounts.value))
        return any(target and (home + "/").startswith(target.rstrip("/") + "/") for target in targets)

    def mounted(self, data: bytes, name: str, home: str) -> dict[Stretch, bytes] | None:
        """Return the edit that mounts a volume."""
        mounts = mapping(self.pair.value).find("volumes")
        item = f"- {name}:{home}"
        if mounts is None:
            first, last = mapping(self.pair.value).pairs[0], mapping(self.pair.value).pairs[-1]
            depth = _depth(data, first.key.span.start)
            return _inserted(data, last.span.end, depth, ["volumes:", f"  {item}"])
        if not isinstance(mounts.value, Sequence) or data[mounts.value.span.start :][:1] == b"[":
            return None
        return _inserted(data, mounts.value.span.end, _depth(data, mounts.value.span.start), [item])

    def declared(self, data: bytes, name: str) -> dict[Stretch, bytes] | None:
        """Return the edit that declares a volume in the document."""
        volumes = self.document.find("volumes")
        if volumes is None:
            last = self.document.pairs[-1]
            depth = _depth(data, self.document.pairs[0].key.span.start)
            return _inserted(data, last.span.end, depth, ["volumes:", f"  {name}:"])
        pairs = mapping(volumes.value).pairs
        if any(pair.key.text == name for pair in pairs):
            return {}
        if not pairs or data[mapping(volumes.value).span.start :][:1] == b"{":
            return None
        depth = _depth(data, pairs[0].key.span.start)
        return _inserted(data, pairs[-1].span.end, depth, [f"{name}:"])


def _services(tree: YamlTree, places: Sequence_[int]) -> Iterator[_Service]:
    for document in tree.documents():
        if not is_compose(document):
            continue
        for pair in mapping(mapping(document).get("services")).pairs:
            around = any(pair.span.start <= place < pair.span.end for place in places)
            value = mapping(pair.value)
            if around and value.pairs and not tree.data.startswith(b"{", value.span.start):
                yield _Service(pair, mapping(document))


def _target(item: Value) -> str:
    """Return where a mount appears in the container."""
    if isinstance(item, Scalar):
        pieces = item.text.split(":")
        return pieces[1] if len(pieces) > 1 else pieces[0]
    value = mapping(item).get("target")
    return value.text if isinstance(value, Scalar) else ""


def _depth(data: bytes, place: int) -> int:
    return place - (data.rfind(b"\n", 0, place) + 1)


def _inserted(data: bytes, place: int, depth: int, lines: Iterable[str]) -> dict[Stretch, bytes]:
    """Return the edit that adds lines behind the line of a place, indented as told."""
    place = len(data[:place].rstrip())
    ending = re.compile(rb"\r?\n|\Z").search(data, place)
    assert ending is not None
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    text = b"".join(line_end + b" " * depth + line.encode() for line in lines)
    return {(ending.start(), ending.start()): text}
