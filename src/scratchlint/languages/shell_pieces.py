"""The pieces that a shell word is made of, and what braces multiply them to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tree_sitter import Node

MAXIMUM_ALTERNATIVES = 32
MAXIMUM_BRACE_PIECES = 256
MAXIMUM_NESTED_BRACES = 16
_MARKS = re.compile(r"([{},])")
_RANGE = re.compile(r"(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?")


class Text(NamedTuple):
    """A constant piece: what it says and where it stands in the parsed text."""

    text: str
    start: int
    end: int
    quoted: bool


Piece = Text | Node
"""A constant, or what the shell fills in."""


def end_of(piece: Piece) -> int:
    """Return where a piece ends."""
    return piece.end if isinstance(piece, Text) else piece.end_byte


def with_texts_merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Return a word's pieces with constants beside each other as one."""
    result: list[Piece] = []
    texts: list[Text] = []
    for piece in [*pieces, None]:
        if isinstance(piece, Text):
            texts.append(piece)
            continue
        if texts:
            text = "".join([beside.text for beside in texts])
            result.append(Text(text, texts[0].start, texts[-1].end, False))
            texts = []
        if piece is not None:
            result.append(piece)
    return result


def cut(pieces: Sequence[Piece], length: int) -> list[Piece]:
    """Return a word's pieces without the first `length` characters of its first, unquoted piece."""
    first, *rest = pieces
    if not isinstance(first, Text):
        return list(pieces)
    left = first.text[length:]
    start = first.end - len(left.encode("utf-8", "replace"))
    return [Text(left, max(start, first.start), first.end, first.quoted), *rest] if left else rest


def may_multiply(piece: Piece) -> bool:
    """Tell whether a piece may hold braces that stand for several words."""
    return isinstance(piece, Text) and "{" in piece.text and not piece.quoted


def alternatives(pieces: Sequence[Piece]) -> Sequence[Sequence[Piece]]:
    """Return the words that a word with braces stands for; the word itself when it has none."""
    if not any(map(may_multiply, pieces)):
        return [pieces]
    split = _split(pieces)
    words = _expanded(split, 0) if len(split) <= MAXIMUM_BRACE_PIECES else None
    return words or [pieces]


def _split(pieces: Sequence[Piece]) -> list[Piece]:
    """Cut unquoted text so that each brace and comma is a piece of its own."""
    result: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, Text) or piece.quoted:
            result.append(piece)
            continue
        position = piece.start
        for text in _MARKS.split(piece.text):
            if text:
                end = position + len(text.encode("utf-8", "replace"))
                result.append(Text(text, position, end, False))
                position = end
    return result


def _is_mark(piece: Piece, mark: str) -> bool:
    return isinstance(piece, Text) and not piece.quoted and piece.text == mark


def _expanded(pieces: list[Piece], depth: int) -> list[list[Piece]] | None:
    """Multiply out every brace group; None when that gives too many words."""
    words: list[list[Piece]] = [[]]
    position = 0
    while position < len(pieces):
        group = _group(pieces, position) if _is_mark(pieces[position], "{") else None
        if group is None:
            choices: list[list[Piece]] | None = [[pieces[position]]]
            position += 1
        else:
            items, position = group
            choices = _choices(items, depth)
        if choices is None or len(words) * len(choices) > MAXIMUM_ALTERNATIVES:
            return None
        words = [[*word, *choice] for word in words for choice in choices]
    return words


def _choices(items: list[list[Piece]], depth: int) -> list[list[Piece]] | None:
    """Return the words of one brace group."""
    if len(items) == 1:
        return _counted(items[0])
    if depth == MAXIMUM_NESTED_BRACES:
        return None
    result: list[list[Piece]] = []
    for item in items:
        words = _expanded(item, depth + 1)
        if words is None:
            return None
        result.extend(words)
    return result


def _group(pieces: list[Piece], start: int) -> tuple[list[list[Piece]], int] | None:
    """Return the items of the brace group that opens at `start`, and where it ends."""
    depth = 0
    items: list[list[Piece]] = [[]]
    for position in range(start, len(pieces)):
        piece = pieces[position]
        if _is_mark(piece, "{"):
            depth += 1
            if depth == 1:
                continue
        elif _is_mark(piece, "}"):
            depth -= 1
            if depth == 0:
                return (items, position + 1) if len(items) > 1 or _counted(items[0]) else None
        elif depth == 1 and _is_mark(piece, ","):
            items.append([])
            continue
        items[-1].append(piece)
    return None


def _counted(item: list[Piece]) -> list[list[Piece]] | None:
    """Return the words of `{1..3}`."""
    if len(item) != 1 or not isinstance(item[0], Text) or item[0].quoted:
        return None
    piece = item[0]
    match = _RANGE.fullmatch(piece.text)
    if match is None or match[1].isalpha() != match[2].isalpha():
        return None
    letters = match[1].isalpha()
    first, last = (ord(match[1]), ord(match[2])) if letters else (int(match[1]), int(match[2]))
    step = abs(int(match[3] or 1)) or 1
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    if len(numbers) > MAXIMUM_ALTERNATIVES:
        return None
    texts = [chr(number) if letters else str(number) for number in numbers]
    return [[Text(text, piece.start, piece.end, False)] for text in texts]
