"""Python functions whose bodies can wait until something asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from scratchlint.core.ir import MayWait

# Shorter bodies are lowered sooner than they are put aside.
MINIMUM_BYTES = 200
# Statements that say something outside of their function: they are indexed without being asked for.
_SEEN_OUTSIDE = re.compile(rb"(?m)(?:^|[;:])[ \t]*(?:import|from|global|nonlocal|class)\b")


def waiting(root: Node, data: bytes, may_wait: MayWait) -> Iterator[tuple[Node, Node]]:
    """Yield the functions and methods of a file whose bodies can wait, each with its body."""
    for function, body in _functions(root):
        text = data[function.start_byte : function.end_byte]
        is_long = body.end_byte - body.start_byte >= MINIMUM_BYTES
        if is_long and not _SEEN_OUTSIDE.search(text) and may_wait(text):
            yield function, body


def _functions(block: Node) -> Iterator[tuple[Node, Node]]:
    for child in block.named_children:
        node = child.child_by_field_name("definition") if child.type == "decorated_definition" else child
        body = node.child_by_field_name("body") if node is not None else None
        if node is None or body is None:
            continue
        if node.type == "function_definition":
            yield node, body
        elif node.type == "class_definition":
            yield from _functions(body)
