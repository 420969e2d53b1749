"""Which file of the repository a shell script reads with `source` or `.`."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from scratchlint.core.shape import Hole, Template
from scratchlint.dataflow.modules_repository import Reader, Repository, ancestors, join, parent

_HOMES = frozenset({"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"})
# Directories that tell nothing of what is in them.
_COMMON = frozenset(
    {"bin", "sbin", "lib", "libexec", "etc", "share", "src", "scripts", "local", "usr", "opt"}
)


class ShellModules:
    """Resolves the path after `source`.

    A path is relative to the working directory, which only the caller of a script knows
    (https://www.gnu.org/software/bash/manual/html_node/Bourne-Shell-Builtins.html); scripts
    mostly begin it with their own directory (`$(dirname "$0")`, `${BASH_SOURCE[0]%/*}`,
    `$SCRIPT_DIR`) or that of the project, which is a hole in the template. Both are tried: the
    importer's directory, those around it, and then the only file whose path ends so.
    """

    def __init__(self, files: Collection[str], read: Reader) -> None:
        self._repository = Repository(files, read)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        named: dict[str, list[str]] = {}
        for file in sorted(self._repository.files):
            named.setdefault(file.rpartition("/")[2], []).append(file)
        return named

    def resolve(self, importer: str, path: Template) -> str | None:
        """Return the file that a path means in the file `importer`, None when it is foreign or open.

        An absolute path is where a file is installed: the file whose whole ending it is is meant by
        it (`rootfs/usr/lib/x.sh` for `/usr/lib/x.sh`), else the only one that shares its last
        directory and name (`scripts/helpers/x.sh` for `/usr/local/bin/helpers/x.sh`).
        """
        match path:
            case (str() as text,) if text.startswith("/"):
                return self._installed(importer, posixpath.normpath(text[1:]))
            case (str() as text,) if not text.startswith("~"):
                relative = text
            case (Hole() as hole, str() as text) if text.startswith("/") and _is_place(hole):
                relative = text.lstrip("/")
            case _:
                return None
        for choice in _places(parent(importer), relative):
            if choice in self._repository.files and choice != importer:
                return choice
        return self._ending(importer, _without_steps_up(relative))

    def _installed(self, importer: str, path: str) -> str | None:
        """Return the file of the repository that is installed at a path (without its first slash)."""
        while "/" in path:
            found = self._ending(importer, path)
            if found is not None or path.split("/")[-2] in _COMMON:
                return found
            path = path.partition("/")[2]
        return None

    def _ending(self, importer: str, ending: str) -> str | None:
        """Return the only other file whose path ends so."""
        ending = posixpath.normpath(ending)
        found = [
            file
            for file in self._by_name.get(posixpath.basename(ending), ())
            if file != importer and f"/{file}".endswith(f"/{ending}")
        ]
        return found[0] if len(found) == 1 else None


def _places(directory: str, relative: str) -> Iterator[str]:
    """Yield what a path can mean from a directory and from those around it, nearest first."""
    own = join(directory, relative)
    if own is not None:
        yield own
    for around in ancestors(directory):
        place = join(around, _without_steps_up(relative))
        if place is not None:
            yield place


def _without_steps_up(relative: str) -> str:
    """Return a path without the ".." at its beginning."""
    path = posixpath.normpath(relative)
    while path.startswith("../"):
        path = path[3:]
    return path


def _is_place(hole: Hole) -> bool:
    """Whether a hole can be a directory of the repository."""
    return hole.kind not in ("random", "process") and hole.name not in _HOMES
