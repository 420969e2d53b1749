"""Which files of a project are copied into images: they run in containers.

https://docs.docker.com/reference/dockerfile/#copy, https://docs.docker.com/build/concepts/context/
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import accumulate

from scratchlint.core import ir
from scratchlint.judge.containers import Container, known_text
from scratchlint.judge.shipped import Shipped, ignoring

_CODE = frozenset({"python", "typescript", "javascript"})


@dataclass(frozen=True, slots=True)
class _Copying:
    """What one Dockerfile copies from its context, which is "" or a directory with a final slash."""

    context: str
    sources: tuple[tuple[str, ...], ...]
    left_out: Shipped

    def copies(self, path: str) -> bool:
        below = path[len(self.context) :]
        parts = below.split("/")
        return (
            path.startswith(self.context)
            and any(_covers(source, parts) for source in self.sources)
            and self.left_out.ships(below) is not False
        )


def copied(
    modules: Iterable[ir.Module],
    containers: Sequence[Container],
    languages: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> frozenset[str]:
    """Return which of the analysed files the Dockerfiles among the modules copy into their images.

    `read` gives what a file holds, None when there is none. What a build takes out of another stage or image
    is no file of the project, and what `.dockerignore` names never comes in.
    """
    places = {"", *languages}.union(*(accumulate(file.split("/")[:-1], posixpath.join) for file in languages))
    copying: list[_Copying] = []
    for module in modules:
        sources = tuple(_sources(module)) if module.language == "dockerfile" else ()
        if sources:
            for context in _contexts(module.path, sources, containers, languages, places):
                copying.append(_Copying(context, sources, _left_out(module.path, context, read)))
    return frozenset(file for file in languages if any(one.copies(file) for one in copying))


def _sources(module: ir.Module) -> Iterator[tuple[str, ...]]:
    """Yield the parts of what a Dockerfile copies from its context."""
    for block in module.body:
        for statement in block.body if isinstance(block, ir.Block) else ():
            match statement:
                case ir.Do(value=ir.Call(function=ir.Lit(text="COPY" | "ADD"), arguments=[*words, _])):
                    texts = [known_text(word.value) for word in words]
                    if not any(text.startswith("--from=") for text in texts):
                        yield from (_parts(text) for text in texts if text and not text.startswith("--"))


def _parts(source: str) -> tuple[str, ...]:
    return tuple(part for part in source.split("/") if part not in ("", "."))


def _covers(source: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a source is a file, or a directory around it."""
    return len(source) <= len(parts) and all(map(fnmatchcase, parts, source))


def _contexts(
    dockerfile: str,
    sources: Sequence[Sequence[str]],
    containers: Sequence[Container],
    languages: Mapping[str, str],
    places: Collection[str],
) -> list[str]:
    """Return the directories that an image is built from: those that compose files name, else the likely one.

    That is the Dockerfile's own or the root: where more of the sources are, or else where there is code.
    """
    told = [one.context for one in containers if one.name and one.built == dockerfile]
    found = [context for context in told if context is not None]
    if not found:
        own = posixpath.dirname(dockerfile)
        has_code = any(
            file.startswith(own + "/") and language in _CODE for file, language in languages.items()
        )
        ranked = (own, "") if has_code else ("", own)
        found = [max(ranked, key=lambda place: sum(_join(place, source) in places for source in sources))]
    return list(dict.fromkeys(f"{context}/" if context else "" for context in found))


def _join(context: str, source: Sequence[str]) -> str:
    return posixpath.join(context, *source)


def _left_out(dockerfile: str, context: str, read: Callable[[str], bytes | None]) -> Shipped:
    """Return the rules for a build: a file beside the Dockerfile stands before that of the context.

    https://docs.docker.com/build/concepts/context/#dockerignore-files
    """
    data = read(f"{dockerfile}.dockerignore")
    data = data if data is not None else read(f"{context}.dockerignore")
    return ignoring(data or b"", anchored=True)
