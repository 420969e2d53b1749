"""Shell words: from the nodes that touch each other to one expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node, Tree

from scratchlint.core import ir
from scratchlint.languages import shell_documents, shell_quotes
from scratchlint.languages.grammar import Captures, Grammar, grammar
from scratchlint.languages.lower import Lowering
from scratchlint.languages.shell_pieces import Piece, Text, alternatives, may_multiply, with_texts_merged

_BLANKS = re.compile(rb"\s*")
_BRACKETS = frozenset({"(", ")"})
_WORDS = ("pattern", "raw", "ansi", "quoted", "translated", "joined")
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
        self._expressions |= {f"literal.{kind}": self.literal for kind in _WORDS}

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
        pieces = self.pieces_of(nodes)
        if len(pieces) == 1 and not (braces and may_multiply(pieces[0])):
            return self._part(pieces[0])
        return self.joined(pieces, self.start(nodes[0]), nodes[-1].end_byte, braces)

    def pieces_of(self, nodes: Sequence[Node]) -> list[Piece]:
        """Return the pieces of the nodes that make up one word."""
        if len(nodes) == 1:
            return self.pieces(nodes[0])
        result: list[Piece] = []
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            opens_translated = node.type == "$" and following is not None and following.type == "string"
            if not opens_translated:
                result += self.pieces(node)
        return result

    def joined(self, pieces: Sequence[Piece], start: int, end: int, braces: bool = False) -> ir.Expr:
        """Join the pieces of one word that stands between two offsets."""
        words = [self._joined(word, start, end) for word in (alternatives(pieces) if braces else [pieces])]
        return words[0] if len(words) == 1 else ir.Either(self.stretch(start, end), tuple(words))

    def _joined(self, pieces: Sequence[Piece], start: int, end: int) -> ir.Expr:
        merged = with_texts_merged(pieces)
        if len(merged) == 1:
            return self._part(merged[0])
        parts = [self._part(piece) for piece in merged if not isinstance(piece, Text) or piece.text]
        if not parts:
            return ir.Lit(self.stretch(start, end), "")
        return parts[0] if len(parts) == 1 else ir.Concat(self.stretch(start, end), tuple(parts), "")

    def _part(self, piece: Piece) -> ir.Expr:
        if isinstance(piece, Text):
            return ir.Lit(self.stretch(piece.start, piece.end), piece.text)
        return self.expression(piece)

    def pieces(self, node: Node) -> list[Piece]:
        """Return the pieces of one node."""
        role = self.label(node)[0]
        if role == "literal" or not (role or node.is_named):
            start, end = node.start_byte, node.end_byte
            text = self.between(start, end)
            return [Text(shell_quotes.plain(text), start, end, "\\" in text)]
        match role:
            case "literal.quoted":
                return self._quoted(node)
            case "literal.joined":
                return self.region(node.children, node.start_byte, node.end_byte)
            case "literal.raw":
                start, end = self.start(node) + 1, node.end_byte - 1
                return [Text(self.between(start, end), start, end, True)]
            case "literal.pattern":
                text = self.text(node)
                return [Text(text, node.start_byte, node.end_byte, "\\" in text)]
            case "literal.ansi":
                start, end = self.start(node) + 2, node.end_byte - 1
                return [Text(shell_quotes.ansi(self.between(start, end)), start, end, True)]
            case "literal.translated":
                return [piece for child in node.named_children for piece in self.pieces(child)]
        return [node]

    def _quoted(self, node: Node) -> list[Piece]:
        """Return the pieces between double quotes."""
        start, end = self.start(node), node.end_byte
        opened = self.data.find(b'"', start, end) + 1 or start
        closed = end - 1 if end > opened and self.data[end - 1 : end] == b'"' else end
        children = [child for child in node.named_children if child.type != "string_content"]
        return self.region(children, opened, closed, quoted=True) or [Text("", opened, opened, True)]

    def region(self, children: Iterable[Node], start: int, end: int, quoted: bool = False) -> list[Piece]:
        """Return the pieces between two offsets: the children's own and the text around them.

        The grammar leaves blanks in front of an expansion out of every node or counts them in.
        """
        result: list[Piece] = []
        position = start
        for child in children:
            first, last = self.start(child), child.end_byte
            if first < position or last > end:
                continue
            if position < first:
                result.append(self._text(position, first, quoted))
            result += self.pieces(child)
            position = last
        if position < end:
            result.append(self._text(position, end, quoted))
        return result

    def _text(self, start: int, end: int, quoted: bool) -> Text:
        text = self.between(start, end)
        return Text(shell_quotes.quoted(text) if quoted else shell_quotes.plain(text), start, end, quoted)

    def between(self, start: int, end: int) -> str:
        """Return the parsed text between two offsets."""
        return self.data[start:end].decode("utf-8", "replace")

    def start(self, node: Node) -> int:
        """Return where a node begins, behind the blanks that the grammar counts in."""
        start = node.start_byte
        if not self.data[start : start + 1].isspace() or node.type not in _AFTER_BLANKS:
            return start
        match = _BLANKS.match(self.data, start, node.end_byte)
        return match.end() if match else start

    def grouped(self, nodes: Iterable[Node]) -> list[list[Node]]:
        """Put together the nodes that touch each other: they are one word."""
        groups: list[list[Node]] = []
        end = -1
        for node in nodes:
            touches = end == self.start(node)
            if touches and node.type not in _BRACKETS and groups[-1][-1].type not in _BRACKETS:
                groups[-1].append(node)
            else:
                groups.append([node])
            end = node.end_byte
        return groups
