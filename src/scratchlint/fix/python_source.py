"""Expressions in Python that take the place of a text, and the imports that they need, through libcst."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scratchlint.fix.change import Stretch
from scratchlint.fix.user_directory import UserDirectory

if TYPE_CHECKING:
    import libcst

_PLATFORMDIRS = {
    "XDG_DATA_HOME": "user_data_dir",
    "XDG_CONFIG_HOME": "user_config_dir",
    "XDG_STATE_HOME": "user_state_dir",
    "XDG_CACHE_HOME": "user_cache_dir",
    "XDG_RUNTIME_DIR": "user_runtime_dir",
}
# What is more than names and slashes is kept as it is written.
_NOT_NAMES = re.compile(rb"[\\\s:;,?#%{}]|//")
_USES_PLATFORMDIRS = re.compile(rb"(?m)^[ \t]*import\s+platformdirs\b(?!\s+as)")


def joined(data: bytes, place: Stretch, wanted: UserDirectory | None) -> Mapping[Stretch, bytes] | None:
    """Return the edits that compute a directory where a text begins with the old one.

    A plain text becomes a call of `os.path.join`, whose last arguments are what follows in the text and in
    those that are written behind it; what stands before is added to that. None is a new scratch directory.
    A formatted text gets the
    directory as a field. platformdirs is used where the file imports it. None where Python cannot be read,
    or a comment would be lost.
    """
    text = _text_at(data, place)
    if text is None:
        return None
    piece = text.piece
    if piece.is_formatted:
        other = "'" if piece.quote.startswith('"') else '"'
        directory = _Directory(data, wanted, other)
        edits = {place: f"{{{directory.joined()}}}".encode()}
    else:
        directory = _Directory(data, wanted, piece.quote[0])
        plain = _plain(data, place, text, directory)
        if plain is None:
            return None
        edits = plain
    added = _imports(data, directory.modules)
    return None if added is None else {**edits, **added}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A string literal: `opening` are its prefix and quote, `quote` its quote."""

    start: int
    end: int
    opening: str
    quote: str

    @property
    def is_formatted(self) -> bool:
        return "f" in self.prefix

    @property
    def prefix(self) -> str:
        return self.opening.rstrip("'\"").lower()


@dataclass(frozen=True, slots=True)
class _Text:
    """The literals of one text, and the one of them that the change is about.

    `alone` tells that an expression with an operator can take its place as it is.
    """

    pieces: Sequence[_Piece]
    piece: _Piece
    alone: bool

    @property
    def further(self) -> Iterator[_Piece]:
        """The literals behind the one that the change is about."""
        return (piece for piece in self.pieces if piece.start >= self.piece.end)


class _Directory:
    """A directory as an expression, and the modules that it names."""

    def __init__(self, data: bytes, wanted: UserDirectory | None, quote: str) -> None:
        self._quote = quote
        self._parts = list(wanted.parts) if wanted is not None else []
        self.modules: tuple[str, ...] = ("os",)
        if wanted is None:
            self._base = "tempfile.mkdtemp()"
            self.modules = ("tempfile",)
            return
        if _USES_PLATFORMDIRS.search(data) and wanted.variable and wanted.parts:
            name = self._text(self._parts.pop(0))
            self._base = f"platformdirs.{_PLATFORMDIRS[wanted.variable]}({name})"
            self.modules = ()
            return
        home = self._text(f"~/{wanted.fallback}" if wanted.fallback else "~")
        self._base = f"os.path.expanduser({home})"
        if wanted.variable:
            if not wanted.fallback:
                self._base = f"{self._text('/run/user/%d')} % os.getuid()"
            self._base = f"os.environ.get({self._text(wanted.variable)}) or {self._base}"

    def joined(self, names: Iterable[str] = (), rest: str = "") -> str:
        """Return the directory with names below it and, as it is, a further argument."""
        arguments = [self._base, *map(self._text, [*self._parts, *names]), *([rest] if rest else [])]
        if len(arguments) == 1 and "os" not in self.modules:
            return arguments[0]
        self.modules = ("os", *(one for one in self.modules if one != "os"))
        return f"os.path.join({', '.join(arguments)})"

    def in_bytes(self, rest: str) -> str:
        """Return the same as bytes, with an argument of bytes."""
        encoded = f"os.fsencode({self.joined()})"
        self.modules = ("os", *(one for one in self.modules if one != "os"))
        return f"os.path.join({encoded}, {rest})" if rest else encoded

    def _text(self, text: str) -> str:
        return f"{self._quote}{text}{self._quote}"


def _plain(data: bytes, place: Stretch, text: _Text, directory: _Directory) -> dict[Stretch, bytes] | None:
    """Return the edits of a text that is not formatted where the directory begins."""
    piece, first, end = text.piece, text.pieces[0], text.pieces[-1].end
    in_bytes = "b" in piece.prefix
    before = data[piece.start + len(piece.opening) : place[0]]
    rest = data[place[1] : piece.end - len(piece.quote)]
    if not (before or in_bytes or len(text.pieces) > 1 or _NOT_NAMES.search(rest)):
        below = filter(None, rest.decode().split("/"))
        return {(piece.start, end): directory.joined(names=below).encode()}
    kept = _kept(data, place[1], text)
    if kept is None:
        return None
    call = directory.in_bytes(kept) if in_bytes else directory.joined(rest=kept)
    if piece == first and not before:
        return {(piece.start, end): call.encode()}
    opened, closed = ({}, "") if text.alone else ({(first.start, first.start): b"("}, ")")
    if before:
        return {**opened, (place[0], end): f"{piece.quote} + {call}{closed}".encode()}
    return {**opened, (piece.start, end): f"+ {call}{closed}".encode()}


def _kept(data: bytes, place: int, text: _Text) -> str | None:
    """Return the literals that are left of a text behind a place; "" for none.

    The slash before them is left out: it is what `os.path.join` adds. None when a comment would be lost.
    """
    piece, end = text.piece, text.pieces[-1].end
    further = text.further
    start = place
    while True:
        inner = data[start : piece.end - len(piece.quote)]
        if left := inner.lstrip(b"/"):
            return piece.opening + data[start + len(inner) - len(left) : end].decode()
        following = next(further, None)
        if following is None:
            return ""
        if b"#" in data[piece.end : following.start]:
            return None
        piece, start = following, following.start + len(following.opening)


def _text_at(data: bytes, place: Stretch) -> _Text | None:
    """Return the text around a place: the innermost literal, with those that are written beside it."""
    import libcst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, ParentNodeProvider

    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        wrapper = MetadataWrapper(libcst.parse_module(data[mark:]), unsafe_skip_copy=True)
    except (libcst.ParserSyntaxError, RecursionError):
        return None
    spans = wrapper.resolve(ByteSpanPositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)

    def piece(node: libcst.SimpleString | libcst.FormattedString) -> _Piece:
        span = spans[node]
        opening = node.prefix + node.quote if isinstance(node, libcst.SimpleString) else node.start
        quote = node.quote if isinstance(node, libcst.SimpleString) else node.end
        return _Piece(span.start + mark, span.start + span.length + mark, opening, quote)

    around = [
        node
        for node in spans
        if isinstance(node, libcst.SimpleString | libcst.FormattedString)
        and piece(node).start <= place[0]
        and place[1] <= piece(node).end
    ]
    if not around:
        return None
    node = min(around, key=lambda one: piece(one).end - piece(one).start)
    whole: libcst.CSTNode = node
    while isinstance(parents[whole], libcst.ConcatenatedString):
        whole = parents[whole]
    pieces = tuple(map(piece, _leaves(whole)))
    alone = isinstance(
        parents[whole],
        libcst.Arg | libcst.Assign | libcst.AnnAssign | libcst.Return | libcst.DictElement | libcst.Param,
    )
    return _Text(pieces, piece(node), alone)


def _leaves(node: libcst.CSTNode) -> Iterator[libcst.SimpleString | libcst.FormattedString]:
    import libcst

    if isinstance(node, libcst.ConcatenatedString):
        yield from _leaves(node.left)
        yield from _leaves(node.right)
    elif isinstance(node, libcst.SimpleString | libcst.FormattedString):
        yield node


def _imports(data: bytes, modules: tuple[str, ...]) -> dict[Stretch, bytes] | None:
    """Return the edit that adds the imports which a file lacks, where and how libcst would write them.

    None when libcst would change more than that.
    """
    import libcst
    from libcst.codemod import CodemodContext
    from libcst.codemod.visitors import AddImportsVisitor

    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    module = libcst.parse_module(data[mark:])
    context = CodemodContext()
    for name in modules:
        AddImportsVisitor.add_needed_import(context, name)
    changed = AddImportsVisitor(context).transform_module(module).bytes
    return _insertion(data[mark:], changed, mark)


def _insertion(old: bytes, new: bytes, offset: int) -> dict[Stretch, bytes] | None:
    """Return the one insertion, at the beginning of a line, that makes the new text of the old one."""
    added = len(new) - len(old)
    if not added:
        return {}
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    place = old.rfind(b"\n", 0, same) + 1
    if old[:place] + new[place : place + added] + old[place:] != new:
        return None
    return {(place + offset, place + offset): new[place : place + added]}
