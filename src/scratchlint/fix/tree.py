"""The files that fixes read: what is on the disk, or stands in its place while a fix is tried."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scratchlint.source.kinds import SHEBANG_BYTES, language_of_name, language_of_shebang
from scratchlint.source.read import Source, read


class Tree:
    """Reads files below a root once; their content is that of the moment when they were first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sources: dict[str, Source | None] = {}

    def changed(self, contents: Mapping[str, bytes]) -> Tree:
        """Return the same tree with other contents, as UTF-8, of some files."""
        other = Tree(self.root)
        other._sources = {
            **self._sources,
            **{path: Source(path, data, "utf-8") for path, data in contents.items()},
        }
        return other

    def source(self, path: str) -> Source | None:
        """Return a file's content, None when it cannot be read."""
        if path not in self._sources:
            source = read(self.root, path)
            self._sources[path] = source if isinstance(source, Source) else None
        return self._sources[path]

    def data(self, path: str) -> bytes | None:
        """Return a file's content as UTF-8, None when it cannot be read."""
        source = self.source(path)
        return None if source is None else source.data

    def language(self, path: str) -> str:
        """Return the language of a file that was analysed."""
        language = language_of_name(path)
        if language is None:
            language = language_of_shebang((self.data(path) or b"")[:SHEBANG_BYTES])
        return language or ""


def edited(data: bytes, edits: Mapping[tuple[int, int], bytes]) -> bytes:
    """Return a text with stretches replaced; they must not overlap."""
    pieces: list[bytes] = []
    place = 0
    for (start, end), replacement in sorted(edits.items()):
        assert place <= start <= end, "edits overlap"
        pieces += [data[place:start], replacement]
        place = end
    return b"".join([*pieces, data[place:]])
