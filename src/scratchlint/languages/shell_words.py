"""Shell words: from the nodes that touch each other to one expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node, Tree

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell_documents, shell_quotes
from scratchlint.languages.grammar import Captures, Grammar, grammar
from scratchlint.languages.lower import Lowering
from scratchlint.languages.shell_pieces import Hole, Piece, Text, alternatives

_BLANKS = re.compile(rb"\s*")
_BRACKETS = frozenset({"(", ")"})
_PATTERNS = frozenset({"regex", "extglob_pattern"})
_AFTER_BLANKS = frozenset(
    {
        "simple_expansion",
        "expansion",
        "command_substitution",
        "arithmetic_expansion",
        "process_substitution",
        "string",
        "translated_string",
        "raw_string",
        "ansi_c_string",
    }
)


class ShellWords(Lowering):
    """Lowers words; what stands in them and around them is lowered by its subclasses."""

    language = "shell"
    maximum_depth = 60

    def __init__(self, path: str, data: bytes, places: Sequence[int] | None = None) -> None:
        super().__init__(path, data, grammar("tree_sitter_bash", "language", "shell"), places)

    def parse(self, grammar: Grammar, data: bytes) -> Tree:
        """Parse a script; the grammar stumbles over some here-documents."""
        data = shell_documents.unterminated(data)
        tree = grammar.parse(data)
        if b"<<" in data and (tree.root_node.has_error or shell_documents.begins_escaped(data)):
            return grammar.parse(shell_documents.hidden(data))
        return tree

    def literal(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a word."""
        return self.word([node])

    def word(self, nodes: Sequence[Node], braces: bool = False) -> ir.Expr:
        """Lower the nodes that make up one word, with its braces multiplied out where that is due."""
        return self.joined(self.pieces_of(nodes), self.start(nodes[0]), nodes[-1].end_byte, braces)

    def pieces_of(self, nodes: Sequence[Node]) -> list[Piece]:
        """Return the pieces of the nodes that make up one word."""
        result: list[Piece] = []
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            opens_translated = node.type == "$" and following is not None and following.type == "string"
            if not opens_translated:
                result.extend(self.pieces(node))
        return result

    def joined(self, pieces: Sequence[Piece], start: int, end: int, braces: bool = False) -> ir.Expr:
        """Join the pieces of one word that stands between two offsets."""
        span = self.stretch(start, end)
        words = alternatives(pieces) if braces else [list(pieces)]
        if len(words) > 1:
            return ir.Either(span, tuple(self._join(word, span) for word in words))
        return self._join(words[0], span)

    def _join(self, pieces: Sequence[Piece], span: Span) -> ir.Expr:
        parts: list[ir.Expr] = []
        texts: list[Text] = []
        for piece in pieces:
            if isinstance(piece, Text):
                texts.append(piece)
                continue
            parts.extend(self._constant(texts))
            texts = []
            parts.append(self.expression(piece.node))
        if not parts:
            return self._constant(texts, whole=True)[0] if texts else ir.Lit(span, "")
        parts.extend(self._constant(texts))
        return parts[0] if len(parts) == 1 else ir.Concat(span, tuple(parts), "")

    def _constant(self, texts: Sequence[Text], whole: bool = False) -> list[ir.Lit]:
        """Return adjacent constant pieces as one; nothing for an empty part of a longer word."""
        text = "".join(piece.text for piece in texts)
        if not texts or not (text or whole):
            return []
        return [ir.Lit(self.stretch(texts[0].start, max(texts[0].start, texts[-1].end)), text)]

    def pieces(self, node: Node) -> list[Piece]:
        """Return the pieces of one node."""
        start, end = self.start(node), node.end_byte
        match node.type:
            case "raw_string":
                return [Text(self.between(start + 1, end - 1), start + 1, max(start + 1, end - 1), True)]
            case "ansi_c_string":
                text = shell_quotes.ansi(self.between(start + 2, end - 1))
                return [Text(text, start + 2, max(start + 2, end - 1), True)]
            case "string" | "translated_string":
                return self._quoted(node, start, end)
            case "concatenation" | "command_name":
                return self.region(node.children, start, end)
            case kind if self.label(node)[0] == "literal" or not node.is_named:
                written = self.between(start, end)
                text = written if kind in _PATTERNS else shell_quotes.plain(written)
                return [Text(text, start, end, quoted="\\" in written)]
        return [Hole(node, start)]

    def _quoted(self, node: Node, start: int, end: int) -> list[Piece]:
        """Return the pieces between double quotes."""
        opened = self.data.find(b'"', start, end) + 1 or start
        closed = end - 1 if end > opened and self.data[end - 1 : end] == b'"' else end
        if node.type == "translated_string":
            return [piece for child in node.named_children for piece in self.pieces(child)]
        children = [child for child in node.named_children if child.type != "string_content"]
        return self.region(children, opened, closed, quoted=True) or [Text("", opened, opened, True)]

    def region(self, children: Iterable[Node], start: int, end: int, quoted: bool = False) -> list[Piece]:
        """Return the pieces between two offsets: the children's own and the text around them.

        The grammar leaves blanks in front of an expansion out of every node or counts them in.
        """
        result: list[Piece] = []
        position = start
        for child in children:
            first = self.start(child)
            if first < position or child.end_byte > end:
                continue
            result.extend(self._text(position, first, quoted))
            result.extend(self.pieces(child))
            position = child.end_byte
        result.extend(self._text(position, end, quoted))
        return result

    def _text(self, start: int, end: int, quoted: bool) -> list[Text]:
        if start >= end:
            return []
        text = self.between(start, end)
        return [Text(shell_quotes.quoted(text) if quoted else shell_quotes.plain(text), start, end, quoted)]

    def between(self, start: int, end: int) -> str:
        """Return the parsed text between two offsets."""
        return self.data[start:end].decode("utf-8", "replace")

    def start(self, node: Node) -> int:
        """Return where a node begins, behind the blanks that the grammar counts in."""
        if node.type not in _AFTER_BLANKS:
            return node.start_byte
        match = _BLANKS.match(self.data, node.start_byte, node.end_byte)
        return match.end() if match else node.start_byte

    def grouped(self, nodes: Iterable[Node]) -> list[list[Node]]:
        """Put together the nodes that touch each other: they are one word."""
        groups: list[list[Node]] = []
        for node in nodes:
            touches = bool(groups) and groups[-1][-1].end_byte == self.start(node)
            if touches and node.type not in _BRACKETS and groups[-1][-1].type not in _BRACKETS:
                groups[-1].append(node)
            else:
                groups.append([node])
        return groups
