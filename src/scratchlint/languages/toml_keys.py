"""On which line each key of a TOML document stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from scratchlint.languages.escapes import unescape

Key = tuple[str | int, ...]

_HEADERS = frozenset({"table", "table_array_element"})
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


def key_lines(data: bytes) -> Mapping[Key, int]:
    """Return the 1-based line of every key and item, by its path from the top of a sound document.

    The entries of `[[name]]` and the items of lists count from 0.
    """
    root = Parser(Language(tree_sitter_toml.language())).parse(data).root_node
    lines: dict[Key, int] = {}
    entries: dict[Key, int] = {}
    for node in root.named_children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in _HEADERS:
            key = _header(node, entries)
            _note(key, node, lines)
            for child in node.named_children:
                if child.type == "pair":
                    _pair(child, key, lines)
    return lines


def _header(node: Node, entries: dict[Key, int]) -> Key:
    """Return the path of a table: below an array of tables it belongs to the last entry."""
    names = list(_names(node.named_children[0]))
    key: Key = ()
    for number, name in enumerate(names, start=1):
        key = (*key, name)
        if node.type == "table_array_element" and number == len(names):
            entries[key] = entries.get(key, -1) + 1
        if key in entries:
            key = (*key, entries[key])
    return key


def _pair(node: Node, above: Key, lines: dict[Key, int]) -> None:
    parts = [child for child in node.named_children if child.type != "comment"]
    key = (*above, *_names(parts[0]))
    _note(key, node, lines)
    _value(parts[-1], key, lines)


def _value(node: Node, key: Key, lines: dict[Key, int]) -> None:
    if node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                _pair(child, key, lines)
    elif node.type == "array":
        items = [child for child in node.named_children if child.type != "comment"]
        for number, item in enumerate(items):
            _note((*key, number), item, lines)
            _value(item, (*key, number), lines)


def _note(key: Key, node: Node, lines: dict[Key, int]) -> None:
    """Keep the line of a key, and of the tables above it that have no line of their own."""
    for length in range(1, len(key) + 1):
        lines.setdefault(key[:length], node.start_point[0] + 1)


def _names(node: Node) -> Iterator[str]:
    """Yield the names of a key: `a."b c"` has two."""
    if node.type == "dotted_key":
        for child in node.named_children:
            if child.type in _KEYS:
                yield from _names(child)
        return
    text = (node.text or b"").decode("utf-8", "replace")
    if node.type == "quoted_key":
        text = unescape(text[1:-1]) if text.startswith('"') else text[1:-1]
    yield text
