"""Which files of a project are copied into images: they run in containers.

https://docs.docker.com/reference/dockerfile/#copy, https://docs.docker.com/build/concepts/context/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import accumulate

from scratchlint.core import ir
from scratchlint.judge.containers import Container, known_text
from scratchlint.judge.shipped import Shipped, ignoring

_CODE = frozenset({"python", "typescript", "javascript"})


# What sets services up on a machine.
_HOST_SERVICES = re.compile(
    rb"(?m)^[^#\n]*?(?<![\w./-])(?:systemctl|update-rc\.d|chkconfig|rc-update|launchctl)[ \t]"
    rb"|/etc/(?:systemd/system|init\.d)/"
)


@dataclass(frozen=True, slots=True)
class Images:
    """What the files of a project hold of it in images: `copied` is all of that.

    `named` was not only swept along with the whole project; `on_hosts` tells that the project is run outside
    of containers, too: it has units, or scripts that set services up.
    """

    copied: frozenset[str]
    named: frozenset[str]
    on_hosts: bool

    def run(self, host: Collection[str]) -> frozenset[str]:
        """Return the files that run in containers; `host` are scripts that run outside of them."""
        return (self.named if self.on_hosts else self.copied) - frozenset(host)


@dataclass(frozen=True, slots=True)
class _Copying:
    """What one Dockerfile copies from its context, which is "" or a directory with a final slash.

    `part` tells that a compose file makes a part of the project the context.
    """

    context: str
    part: bool
    sources: tuple[tuple[str, ...], ...]
    left_out: Shipped

    def copies(self, path: str, *, named: bool) -> bool:
        """Whether a path is copied, when `named` other than with the whole project."""
        below = path[len(self.context) :]
        parts = below.split("/")
        return (
            path.startswith(self.context)
            and any(_covers(source, parts) for source in self.sources if source or self.part or not named)
            and self.left_out.ships(below) is not False
        )


def images(
    modules: Iterable[ir.Module],
    containers: Sequence[Container],
    languages: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Images:
    """Return which of the analysed files the Dockerfiles among the modules copy into their images.

    `read` gives what a file holds, None when there is none. What a build takes out of another stage or image
    is no file of the project, and what `.dockerignore` names never comes in. Units run on hosts.
    """
    places = {"", *languages}.union(*(accumulate(file.split("/")[:-1], posixpath.join) for file in languages))
    copying: list[_Copying] = []
    for module in modules:
        sources = tuple(_sources(module)) if module.language == "dockerfile" else ()
        if sources:
            told = [one.context for one in containers if one.name and one.built == module.path]
            found = dict.fromkeys(context for context in told if context is not None)
            for place in found or [_likely_context(module.path, sources, languages, places)]:
                context = f"{place}/" if place else ""
                left_out = _left_out(module.path, context, read)
                copying.append(_Copying(context, bool(found and place), sources, left_out))
    files = [file for file, language in languages.items() if language != "systemd"] if copying else []
    copied = frozenset(file for file in files if any(one.copies(file, named=False) for one in copying))
    named = frozenset(file for file in copied if any(one.copies(file, named=True) for one in copying))
    return Images(copied, named, copied != named and _runs_on_hosts(languages, read))


def _runs_on_hosts(languages: Mapping[str, str], read: Callable[[str], bytes | None]) -> bool:
    scripts = (file for file, language in languages.items() if language == "shell")
    return "systemd" in languages.values() or any(
        _HOST_SERVICES.search(read(file) or b"") for file in scripts
    )


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


def _likely_context(
    dockerfile: str,
    sources: Sequence[Sequence[str]],
    languages: Mapping[str, str],
    places: Collection[str],
) -> str:
    """Return the directory that an image is likely built from: the Dockerfile's own, or the root.

    It is the one in which more of the sources are; when both are as good, its own when there is code.
    """
    own = posixpath.dirname(dockerfile)
    code = (file for file, language in languages.items() if language in _CODE)
    ranked = (own, "") if any(file.startswith(f"{own}/") for file in code) else ("", own)
    return max(ranked, key=lambda place: sum(_join(place, source) in places for source in sources))


def _join(context: str, source: Sequence[str]) -> str:
    return posixpath.join(context, *source)


def _left_out(dockerfile: str, context: str, read: Callable[[str], bytes | None]) -> Shipped:
    """Return the rules for a build: a file beside the Dockerfile stands before that of the context.

    https://docs.docker.com/build/concepts/context/#dockerignore-files
    """
    data = read(f"{dockerfile}.dockerignore")
    data = data if data is not None else read(f"{context}.dockerignore")
    return ignoring(data or b"", anchored=True)
