"""Shell words: quotes, expansions, substitutions."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from tree_sitter import Node, Tree

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell_documents, shell_quotes
from scratchlint.languages.grammar import Captures, Grammar, grammar
from scratchlint.languages.lower import Lowering
from scratchlint.languages.shell_pieces import Hole, Piece, Text, alternatives

MAXIMUM_EMBEDDED = 4
_BLANKS = re.compile(rb"\s*")
_BRACKETS = frozenset({"(", ")"})
_EXPANDING = frozenset(
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
    """Lowers words; commands and control flow are lowered by its subclasses."""

    language = "shell"
    maximum_depth = 60
    _special_names: ClassVar[dict[str, str]] = {"*": "@"}

    def __init__(
        self, path: str, data: bytes, places: Sequence[int] | None = None, embedded: int = 0
    ) -> None:
        super().__init__(path, data, grammar("tree_sitter_bash", "language", "shell"), places)
        self._embedded = embedded
        self._embedded_damages: list[Span] = []
        self._expressions |= {
            "variable": self.variable,
            "expansion": self.expansion,
            "substitution": self.substitution,
            "process": self.process,
            "arithmetic": self.arithmetic,
            "document": self.document,
        }

    def parse(self, grammar: Grammar, data: bytes) -> Tree:
        """Parse a script; the grammar stumbles over some here-documents."""
        tree = grammar.parse(data)
        if b"<<" in data and (tree.root_node.has_error or shell_documents.begins_escaped(data)):
            return grammar.parse(shell_documents.hidden(data))
        return tree

    # Words

    def literal(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a word."""
        return self.word([node])

    def word(self, nodes: Sequence[Node], braces: bool = False) -> ir.Expr:
        """Lower the nodes that make up one word, with its braces multiplied out where that is due."""
        return self.joined(self.pieces_of(nodes), self.start(nodes[0]), nodes[-1].end_byte, braces)

    def pieces_of(self, nodes: Sequence[Node]) -> list[Piece]:
        """Return the pieces of the nodes that make up one word."""
        return [
            piece
            for number, node in enumerate(nodes)
            if not (
                node.type == "$" and [after.type for after in nodes[number + 1 : number + 2]] == ["string"]
            )
            for piece in self.pieces(node)
        ]

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
                return self._region(node.children, start, end)
            case kind if self.label(node)[0] == "literal" or not node.is_named:
                text = self.between(start, end)
                quoted = "\\" in text
                raw = kind in ("regex", "extglob_pattern")
                return [Text(text if raw else shell_quotes.plain(text), start, end, quoted)]
        return [Hole(node, start)]

    def _quoted(self, node: Node, start: int, end: int) -> list[Piece]:
        """Return the pieces between double quotes."""
        opened = self.data.find(b'"', start, end) + 1 or start
        closed = end - 1 if end > opened and self.data[end - 1 : end] == b'"' else end
        if node.type == "translated_string":
            return [piece for child in node.named_children for piece in self.pieces(child)]
        children = [child for child in node.named_children if child.type != "string_content"]
        return self._region(children, opened, closed, quoted=True) or [Text("", opened, opened, True)]

    def _region(self, children: Iterable[Node], start: int, end: int, quoted: bool = False) -> list[Piece]:
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
        if node.type not in _EXPANDING:
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

    # Expansions

    def name(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a variable's name."""
        return ir.Ref(self.span(node), self._variable_name(node))

    def _variable_name(self, node: Node) -> str:
        name = self.text(node)
        return self._special_names.get(name, name)

    def variable(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `$X`."""
        span = self.stretch(self.start(node), node.end_byte)
        return (
            ir.Ref(span, self._variable_name(node.named_children[0]))
            if node.named_children
            else (ir.Lit(span, self.text(node)))
        )

    def expansion(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `${X...}`: its operator says what becomes of the variable."""
        span = self.stretch(self.start(node), node.end_byte)
        children = node.children[1:-1]
        place = next((number for number, child in enumerate(children) if child.is_named), None)
        if place is None:
            return ir.Other(span, "expansion:", ())
        before = self.text(children[0]) if place else ""
        target, rest = children[place], children[place + 1 :]
        operator = next((child for child in rest if not child.is_named), None)
        if target.type not in ("variable_name", "special_variable_name", "subscript"):
            return self.other(node)
        if before:
            kind = "length" if before == "#" else f"expansion:{before}"
            return ir.Other(span, kind, (self.expression(target),))
        if operator is None:
            return self._read(target, span)
        return self._operated(span, target, operator, rest, node)

    def _read(self, target: Node, span: Span) -> ir.Expr:
        if target.type == "subscript":
            return self.expression(target)
        return ir.Ref(span, self._variable_name(target))

    def _operated(
        self, span: Span, target: Node, operator: Node, rest: Sequence[Node], node: Node
    ) -> ir.Expr:
        """Lower a variable with an operator behind it."""
        sign, start, end = self.text(operator), operator.end_byte, node.end_byte - 1
        operands = [child for child in rest if child.start_byte >= start and child.is_named]
        if sign in (":-", "-", ":=", "=", ":+", "+"):
            pieces = self._region(operands, start, max(start, end))
            value = self.joined(pieces, start, max(start, end))
            if sign in (":+", "+"):
                return ir.Either(span, (value,))
            if sign in (":-", "-"):
                return ir.Either(span, (self.expression(target), value))
            default = ir.Either(span, (self.expression(target), value))
            self._pending.append(ir.Bind(span, self.expression(target), default, False, False))
            return self._read(target, span)
        if sign in (":?", "?"):
            return self._read(target, span)
        pattern = self.between(start, end)
        if sign in ("%", "%%", "#", "##"):
            kind = {"%/*": "parent", "##*/": "basename"}.get(sign + pattern, "trimmed")
            return ir.Other(span, kind, (self.expression(target),))
        parts = [self.expression(target)]
        if sign.startswith("/") and len(operands) > 1:
            parts.append(self.word(operands[-1:]))
        return ir.Other(span, f"expansion:{sign}", tuple(parts))

    def index(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an array's element; `@` and `*` are all of them."""
        key = captures["key"][0]
        base = self.expression(captures["base"][0])
        text = self.text(key)
        if text in ("@", "*"):
            return ir.Field(self.span(node), base, None)
        if "$" not in text and "`" not in text:
            return ir.Field(self.span(node), base, text.strip("\"'"))
        self.evaluate(key)
        return ir.Field(self.span(node), base, None)

    def arithmetic(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a calculation to what it reads."""
        parts: list[ir.Expr] = []
        stack = [node]
        while stack:
            current = stack.pop()
            role = self.label(current)[0]
            if current is node or role == "arithmetic" or current.type == "parenthesized_expression":
                stack.extend(reversed(current.named_children))
            elif current.type != "number" and role in self._expressions:
                parts.append(self._counted(current))
        return ir.Other(self.span(node), "arithmetic", tuple(parts))

    def _counted(self, node: Node) -> ir.Expr:
        """Lower an operand of a calculation: a bare word is a variable."""
        text = self.text(node)
        if node.type == "word" and text.isidentifier():
            return ir.Ref(self.span(node), text)
        return self.expression(node)

    # Substitutions

    def substitution(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `$(...)` and backticks: the output of the last command, behind the others."""
        return ir.Other(self._substituted(node), "substitution", self.outputs(node))

    def process(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower `<(...)` and `>(...)`."""
        return ir.Other(self._substituted(node), "process", self.outputs(node))

    def _substituted(self, node: Node) -> Span:
        return self.stretch(self.start(node), node.end_byte)

    @abstractmethod
    def outputs(self, node: Node) -> tuple[ir.Expr, ...]:
        """Return the commands whose output a substitution is; what runs before them is pending."""

    # Texts in the text

    def embed(self, data: bytes, places: Sequence[int]) -> tuple[ir.Stmt, ...]:
        """Lower another script that stands in this file; nothing when it is nested too deep."""
        if self._embedded == MAXIMUM_EMBEDDED:
            return ()
        module = type(self)(self.path, data, places, self._embedded + 1).module()
        self._embedded_damages.extend(module.damaged)
        return module.body

    def damages(self) -> Iterable[Span]:
        """Yield the places that the parser could not read, also those of embedded texts."""
        yield from super().damages()
        yield from self._embedded_damages

    def _expanded(self, start: int, end: int) -> ir.Expr:
        """Lower an expansion that the grammar did not see: on its own, it is a command's name."""
        if self.data[start : start + 1] == b"$" and self.data[start + 1] not in b"({[":
            name = self.between(start + 1, end)
            return ir.Ref(self.stretch(start, end), self._special_names.get(name, name))
        body = self.embed(self.data[start:end], self.places[start : end + 1])
        match body:
            case [*before, ir.Do(value=ir.Call(function=function, arguments=(), words=True))]:
                self._pending.extend(before)
                return function
        self._pending.extend(body)
        return ir.Other(self.stretch(start, end), "expansion", ())

    # Here-documents

    def document(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower a here-document's text that stands apart from its command."""
        return self.document_text(node.start_byte, node.end_byte, expands=True, tabs=True)

    def document_text(self, start: int, end: int, expands: bool, tabs: bool) -> ir.Expr:
        """Lower the text of a here-document; `tabs` tells whether leading tabs are kept."""
        parts: list[ir.Expr] = []
        position = start
        for first, last in shell_documents.expansions(self.data, start, end) if expands else ():
            parts.extend(self._document_constants(position, first, expands, tabs))
            parts.append(self._expanded(first, last))
            position = last
        parts.extend(self._document_constants(position, end, expands, tabs))
        span = self.stretch(start, end)
        if not parts:
            return ir.Lit(span, "")
        return parts[0] if len(parts) == 1 else ir.Concat(span, tuple(parts), "")

    def _document_constants(self, start: int, end: int, expands: bool, tabs: bool) -> Iterable[ir.Lit]:
        """Yield the constant text between two offsets: one piece, or one a line without its tabs."""
        lines = [(start, end)] if tabs else shell_documents.lines_without_tabs(self.data, start, end)
        for first, last in lines:
            if first < last:
                text = self.between(first, last)
                yield ir.Lit(self.stretch(first, last), shell_quotes.document(text) if expands else text)
