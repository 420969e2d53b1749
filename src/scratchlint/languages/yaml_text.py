"""YAML as the grammar can read it: templates hidden, and nothing nested too deep.

A line that holds nothing but a template (Helm, Jinja, ERB) becomes blank, and a template inside a value
one plain word; the number of bytes stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAXIMUM_NESTING = 100
"""Blocks nested deeper are left out: tree-sitter-yaml keeps about 250 levels and then crashes."""

# What is open when another one begins is no template: every byte is looked at once.
_BRACES = rb"\{\{[^{}]*+(?:\}(?!\})[^{}]*+|\{(?!\{)[^{}]*+)*+\}\}"
_PERCENT = rb"\{%[^%{]*+(?:%(?!\})[^%{]*+|\{(?!%)[^%{]*+)*+%\}"
_RUBY = rb"<%[^%<]*+(?:%(?!>)[^%<]*+|<(?!%)[^%<]*+)*+%>"
_ANY = _BRACES + rb"|" + _PERCENT + rb"|" + _RUBY
_TEMPLATE = re.compile(_ANY)
_TEMPLATE_LINE = re.compile(rb"(?m)^[ \t]*+(?:" + _ANY + rb")[ \t\r]*+$")
# Where a block begins within a line: behind `- `, `? ` and `: `.
_COMPACT = re.compile(rb"(?:(?<=[ \t])|(?<![^\n]))[-?:](?=[ \t\r\n]|\Z)")
_TABS = re.compile(rb"(?m)^\t[ \t]*+(?=[^\s#])")
_TABBED_ENTRY = re.compile(rb"(?m)^(?P<tabs>\t[ \t]*+)(?:- |[\w.-]++:(?=[ \t\r]|$))")
_INDENTATION = re.compile(rb"[ \t]*+")
_BETWEEN = re.compile(rb"(?m)(^---.*$)")
_SCHEMA = re.compile(rb"(?m)^kind:[ \t]*+[\"']?CustomResourceDefinition\b")


def hidden(data: bytes, sign: bytes = b"x") -> bytes:
    """Return the same number of bytes with templates made into blanks or into words of one plain sign."""
    if not any(sign in data for sign in (b"{{", b"{%", b"<%")):
        return data
    data = _TEMPLATE_LINE.sub(lambda match: _blank(match[0]), data)
    return _TEMPLATE.sub(lambda match: sign * len(match[0]), data)


def without_schemas(data: bytes) -> bytes:
    """Return the same number of bytes without the documents that define kinds of Kubernetes objects.

    They tell what may be said, at great length: an operator's are most of what its manifests hold.
    """
    if b"CustomResourceDefinition" not in data:
        return data
    documents = _BETWEEN.split(data)
    return b"".join(_blank(part) if _SCHEMA.search(part) else part for part in documents)


def untabbed(data: bytes) -> bytes:
    """Return the same number of bytes with blanks for the tabs that lines are indented with.

    YAML forbids them; each counts as one column, so that its line stays below the one before.
    """
    return _TABS.sub(lambda match: b" " * len(match[0]), data)


def _blank(data: bytes) -> bytes:
    return b"\n".join(b" " * len(line) for line in data.split(b"\n"))


def tabs(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where entries are indented with tabs, which texts of several lines may be."""
    return (match.span("tabs") for match in _TABBED_ENTRY.finditer(data))


def flattened(data: bytes) -> bytes:
    """Return the same number of bytes without the lines that nest deeper than MAXIMUM_NESTING."""
    open_blocks: list[int] = []
    lines = data.split(b"\n")
    # Each block is open at a column of its own: only a long line has so many.
    if not any(_may_nest_too_deep(line) for line in lines if len(line) >= MAXIMUM_NESTING):
        return data
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        columns = _columns(line)
        while open_blocks and open_blocks[-1] >= columns[0]:
            open_blocks.pop()
        if len(open_blocks) + len(columns) > MAXIMUM_NESTING:
            lines[number] = b" " * len(line)
        else:
            open_blocks.extend(columns)
    return b"\n".join(lines)


def _may_nest_too_deep(line: bytes) -> bool:
    """Whether a line may: around it is at most one block a column of its indentation."""
    indentation, *inner = _columns(line)
    return indentation + 1 + len(inner) > MAXIMUM_NESTING


def _columns(line: bytes) -> list[int]:
    """Return the columns at which a line opens blocks; the first is its indentation."""
    indentation = _INDENTATION.match(line)
    return [indentation.end() if indentation else 0, *(match.end() for match in _COMPACT.finditer(line))]
