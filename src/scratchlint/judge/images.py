"""Which files of a project are copied into images: they run in containers.

https://docs.docker.com/reference/dockerfile/#copy, https://docs.docker.com/build/concepts/context/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
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


class Images:
    """What the Dockerfiles among some modules copy into their images.

    `languages` are the analysed files, `read` gives what a file holds, None when there is none. What a build
    takes out of another stage or image is no file of the project; what `.dockerignore` names never comes in.
    """

    def __init__(
        self,
        modules: Iterable[ir.Module],
        containers: Sequence[Container],
        languages: Mapping[str, str],
        read: Callable[[str], bytes | None],
    ) -> None:
        self._languages = languages
        self._read = read
        self._copying = list(_copying(modules, containers, languages, read))

    def hold(self, path: str) -> bool:
        """Whether an image holds a file."""
        return any(one.copies(path, named=False) for one in self._copying)

    def run(self, path: str) -> bool:
        """Whether a file runs in a container because an image holds it.

        A project that is run on hosts too, since it has units or scripts that set services up, is not run in
        containers just because all of it is copied; and units never are.
        """
        if self._languages.get(path) == "systemd" or not self.hold(path):
            return False
        return any(one.copies(path, named=True) for one in self._copying) or not self._on_hosts

    @cached_property
    def _on_hosts(self) -> bool:
        scripts = (file for file, language in self._languages.items() if language == "shell")
        return "systemd" in self._languages.values() or any(
            _HOST_SERVICES.search(self._read(file) or b"") for file in scripts
        )


def _copying(
    modules: Iterable[ir.Module],
    containers: Sequence[Container],
    languages: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Iterator[_Copying]:
    parents = (accumulate(file.split("/")[:-1], posixpath.join) for file in languages)
    places: set[str] = set()
    for module in modules:
        sources = tuple(_sources(module)) if module.language == "dockerfile" else ()
        if sources:
            places = places or {"", *languages}.union(*parents)
            told = [one.context for one in containers if one.name and one.built == module.path]
            found = dict.fromkeys(context for context in told if context is not None)
            for place in found or [_likely_context(module.path, sources, languages, places)]:
                context = f"{place}/" if place else ""
                yield _Copying(context, bool(found and place), sources, _left_out(module.path, context, read))


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
