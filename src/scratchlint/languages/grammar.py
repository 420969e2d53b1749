"""Grammars and the queries that label their nodes with roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

Captures = Mapping[str, list[Node]]
Label = tuple[str, Captures]

UNLABELLED: Label = ("", {})

_PACKAGE = Path(__file__).parent.parent
_COMMENT = re.compile(r"(?m)[ \t]*;.*$")
_CAPTURE = re.compile(rb"@([\w.]+)")
# A pattern that asks for nothing but the kind of a node: `(string) @literal`, `[(list) (tuple)] @list`.
_OF_KINDS = re.compile(r"(?m)^(?:\(\w+\)|\[(?:\s*\(\w+\))+\s*\])\s*@([\w.]+)$")
_NODE = re.compile(rb"\((\w+)")
_KIND = re.compile(r"\((\w+)\)")


class Grammar:
    """A parser together with its compiled role query; made once a process, by `grammar()`.

    What depends on a node's kind alone is looked up in `of_kind`, by its number, when the node is reached,
    instead of being searched for in the whole tree: those are two thirds of all matches. `of_kind_alone` are
    the kinds among these that are not searched for at all.
    """

    def __init__(self, language: Language, query: str) -> None:
        self._language = language
        self._parser = Parser(language)
        self._searches: dict[frozenset[str], Query] = {}
        query = _COMMENT.sub("", query)
        roles = {kind: match[1] for match in _OF_KINDS.finditer(query) for kind in _KIND.findall(match[0])}
        # Several numbers may stand for one kind.
        self.of_kind: Mapping[int, Label] = {
            number: (roles[kind], {})
            for number in range(language.node_kind_count)
            if (kind := language.node_kind_for_id(number)) in roles and language.node_kind_is_named(number)
        }
        query = _OF_KINDS.sub("", query)
        self._query = Query(language, query)
        text = query.encode()
        patterns = [
            text[self._query.start_byte_for_pattern(p) : self._query.end_byte_for_pattern(p)]
            for p in range(self._query.pattern_count)
        ]
        self._roles = [_last_capture(pattern) for pattern in patterns]
        searched = {kind for pattern in patterns for kind in _outermost_kinds(pattern)}
        self.of_kind_alone: Mapping[int, Label] = {
            number: label
            for number, label in self.of_kind.items()
            if language.node_kind_for_id(number) not in searched
        }

    def parse(self, data: bytes) -> Tree:
        """Parse UTF-8 bytes; damaged input gives a tree with error nodes, never an exception."""
        return self._parser.parse(data)

    def find(self, root: Node, kinds: frozenset[str]) -> list[Node]:
        """Return the nodes of some named kinds in source order."""
        search = self._searches.get(kinds)
        if search is None:
            patterns = " ".join(f"({kind})" for kind in sorted(kinds))
            search = self._searches[kinds] = Query(self._language, f"[{patterns}] @found")
        found = QueryCursor(search).captures(root).get("found", [])
        return sorted(found, key=lambda node: node.start_byte)

    def label(self, root: Node, stretches: Iterable[range]) -> dict[int, Label]:
        """Return for each node id that a pattern with captures labels its role and the nodes that fill it.

        Only nodes that reach into one of some stretches of bytes are labelled. Where several patterns fit one
        node, the one that stands first in the query wins.
        """
        if not self._roles:
            return {}
        best: dict[int, tuple[int, bool, Captures]] = {}
        cursor = QueryCursor(self._query)
        for stretch in stretches:
            cursor.set_byte_range(stretch.start, stretch.stop)
            for pattern, captures in cursor.matches(root):
                (anchor,) = captures[self._roles[pattern]]
                filled = _drop_comments(captures)
                known = best.get(anchor.id)
                if known is None or (pattern, not filled) < known[:2]:
                    best[anchor.id] = (pattern, not filled, captures)
        return {node: (self._roles[pattern], captures) for node, (pattern, _, captures) in best.items()}


def _drop_comments(captures: dict[str, list[Node]]) -> bool:
    """Take comments out of captures, since `(_)` matches them; False when that leaves one empty."""
    filled = True
    for name, nodes in captures.items():
        for node in nodes:
            if node.is_extra:
                kept = [node for node in nodes if not node.is_extra]
                filled = filled and bool(kept)
                captures[name] = kept or nodes
                break
    return filled


def _last_capture(pattern: bytes) -> str:
    """Return the capture of a pattern's outermost node, which queries write last."""
    *_, last = _CAPTURE.finditer(pattern)
    return last[1].decode()


def _outermost_kinds(pattern: bytes) -> list[str]:
    """Return the kinds of which a pattern's outermost node may be."""
    kinds = [kind.decode() for kind in _NODE.findall(pattern)]
    return kinds if pattern.lstrip().startswith(b"[") else kinds[:1]


@cache
def grammar(module: str, function: str, query: str) -> Grammar:
    """Load the grammar that `module.function()` gives, with the roles of `grammars/<query>.scm`."""
    return Grammar(Language(getattr(import_module(module), function)()), query_text(query))


def query_text(name: str) -> str:
    """Return the text of a role query: from the installed package, else from the checkout."""
    installed = _PACKAGE / "grammars" / f"{name}.scm"
    checkout = _PACKAGE.parent.parent / "grammars" / f"{name}.scm"
    return (installed if installed.exists() else checkout).read_text(encoding="utf-8")
