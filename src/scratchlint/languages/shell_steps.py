"""The steps of a command line: `a | b && c > f` as a flat list, however the grammar nests it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tree_sitter import Node

CONNECTORS = frozenset({"|", "|&", "&&", "||"})
_TRANSPARENT = frozenset({"list", "pipeline", "negated_command"})
_NAMED_BY_THEMSELVES = frozenset({"test_command", "unset_command"})
REDIRECTS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})


class Step(NamedTuple):
    """One command of a line.

    `connector` stands in front of it ("" for the first); `name` is the first word of a single command, None
    for a compound one and for mere assignments and redirections. The redirections and the words behind them
    are the grammar's siblings of `node`.
    """

    connector: str
    node: Node
    name: Node | None = None
    redirects: tuple[Node, ...] = ()
    words: tuple[Node, ...] = ()


def steps(node: Node) -> list[Step]:
    """Return the commands of a line in order, each with its own redirections."""
    result: list[Step] = []
    connector = ""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        kind = current.type
        if not current.is_named:
            connector = kind if kind in CONNECTORS else connector
        elif kind in _TRANSPARENT or _wraps_command(current):
            waiting.extend(reversed(current.children))
        elif kind == "heredoc_redirect" and result:
            words, following = _behind_document(current)
            result[-1] = _with_redirect(result[-1], current, words)
            waiting.extend(reversed(following))
        elif kind in REDIRECTS and result:
            result[-1] = _with_redirect(result[-1], current)
        elif kind != "comment":
            result.append(Step(connector, current, _name(current)))
            connector = ""
    return result


def _name(node: Node) -> Node | None:
    if node.type == "command":
        name = node.child_by_field_name("name")
        # The grammar takes assignments and redirections for a command with an empty name.
        return name if name is not None and name.start_byte < name.end_byte else None
    return node.child(0) if node.type in _NAMED_BY_THEMSELVES else None


def _wraps_command(node: Node) -> bool:
    return node.type == "redirected_statement" and node.named_children[0].type not in REDIRECTS


def _with_redirect(step: Step, redirect: Node, words: Sequence[Node] = ()) -> Step:
    return step._replace(redirects=(*step.redirects, redirect), words=(*step.words, *words))


def _behind_document(node: Node) -> tuple[list[Node], list[Node]]:
    """Return what follows `<<EOF` on its line: words, then redirections and further commands."""
    words: list[Node] = []
    following: list[Node] = []
    for number, child in enumerate(node.children):
        role = node.field_name_for_child(number)
        if role == "argument":
            words.append(child)
        elif role in ("redirect", "operator", "right") or child.type == "pipeline":
            following.append(child)
    return words, following


def pipelines(chain: Sequence[Step]) -> list[list[Step]]:
    """Cut a line at `&&` and `||`: each part is one pipeline."""
    groups: list[list[Step]] = []
    for step in chain:
        if step.connector.startswith("|") and step.connector != "||" and groups:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups
