"""Shell assignments, arrays and declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages.grammar import Captures
from scratchlint.languages.shell_pieces import Text, cut, end_of
from scratchlint.languages.shell_texts import ShellTexts

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_ELEMENT = re.compile(r"\[([^\]]*)\](\+?)=")
_LOCAL = frozenset({"local", "declare", "typeset"})


class ShellAssignments(ShellTexts):
    """Lowers what gives names their values."""

    def __init__(
        self, path: str, data: bytes, places: Sequence[int] | None = None, embedded: int = 0
    ) -> None:
        super().__init__(path, data, places, embedded)
        self._functions = 0
        self._statements |= {"declaration": self.declaration}

    def make_bind(self, node: Node, captures: Captures, declares: bool) -> ir.Bind:
        """Make the Bind of `X=value`."""
        return self.assignment(node, declares, exported=False)

    def assignment(self, node: Node, declares: bool, exported: bool) -> ir.Bind:
        """Make the Bind of one assignment."""
        name = node.child_by_field_name("name") or node.named_children[0]
        values = [child for child in node.named_children if child.start_byte >= name.end_byte]
        appends = any(child.type == "+=" for child in node.children)
        value: ir.Expr
        if not values:
            value = ir.Lit(self.stretch(node.end_byte, node.end_byte), "")
        elif values[0].type == "array":
            value = self._array(values[0], name if appends else None)
        else:
            value = self.word(values)
            if appends:
                value = ir.Concat(self.span(node), (self.expression(name), value), "")
        return ir.Bind(self.span(node), self.expression(name), value, declares, exported)

    def sequence(self, node: Node, captures: Captures) -> ir.Expr:
        """Lower an array."""
        return self._array(node, None)

    def _array(self, node: Node, appended: Node | None) -> ir.Record:
        """Lower an array, behind the elements that the name `appended` has already."""
        entries: list[ir.Entry] = []
        if appended is not None:
            entries.append(ir.Entry(self.span(appended), None, self.expression(appended), True))
        elements = [child for child in node.named_children if child.type not in self.comment_kinds]
        for number, nodes in enumerate(self.grouped(elements)):
            start, end = self.start(nodes[0]), nodes[-1].end_byte
            span = self.stretch(start, end)
            match = _ELEMENT.match(self.between(start, end))
            if match is None:
                entries.append(ir.Entry(span, str(number), self.word(nodes, braces=True), False))
                continue
            written = start + len(match[0].encode("utf-8", "replace"))
            pieces = [piece for piece in self.pieces_of(nodes) if end_of(piece) > written]
            if pieces and isinstance(pieces[0], Text) and pieces[0].start < written:
                pieces = cut(pieces, written - pieces[0].start)
            constant = "$" not in match[1] and "`" not in match[1]
            key = match[1].strip("\"'") if constant else None
            entries.append(ir.Entry(span, key, self.joined(pieces, written, end), False))
        return ir.Record(self.span(node), tuple(entries))

    def declaration(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower export, local, declare, typeset and readonly: those with a value are Binds."""
        keyword = self.text(node.children[0])
        flags: list[str] = []
        words: list[ir.Argument] = []
        exported = keyword == "export"
        for nodes in self.grouped(node.children[1:]):
            text = self.between(self.start(nodes[0]), nodes[-1].end_byte)
            if nodes[0].type == "word" and text[:1] in "-+" and len(nodes) == 1:
                flags.append(text)
                exported = exported or (text[0] == "-" and "x" in text)
                words.append(self._argument(nodes))
                continue
            declares = keyword in _LOCAL and self._functions > 0 and not any("g" in flag for flag in flags)
            bind = self._declared(nodes, declares, exported and "-n" not in flags)
            if bind is not None:
                yield bind
            else:
                words.append(self._argument(nodes))
        if len(words) > len(flags) and (exported or keyword not in ("export", *_LOCAL, "readonly")):
            function = ir.Lit(self.span(node.children[0]), keyword)
            yield ir.Do(self.span(node), ir.Call(self.span(node), function, tuple(words), words=True))

    def _declared(self, nodes: Sequence[Node], declares: bool, exported: bool) -> ir.Bind | None:
        """Make the Bind of one declared word, quoted or not; None when it has no value."""
        if nodes[0].type == "variable_assignment":
            return self.assignment(nodes[0], declares, exported)
        pieces = self.pieces_of(nodes)
        if not pieces or not isinstance(pieces[0], Text):
            return None
        match = _ASSIGNED.match(pieces[0].text)
        if match is None:
            return None
        start, end = self.start(nodes[0]), nodes[-1].end_byte
        span = self.stretch(start, end)
        name_span = self.stretch(pieces[0].start, min(pieces[0].end, pieces[0].start + len(match[1])))
        value = self.joined(cut(pieces, match.end()), pieces[0].start + match.end(), end)
        if match[2]:
            value = ir.Concat(span, (ir.Ref(name_span, match[1]), value), "")
        return ir.Bind(span, ir.Ref(name_span, match[1]), value, declares, exported)

    def _argument(self, nodes: Sequence[Node]) -> ir.Argument:
        """Lower a word of a declaration; a bare name is a constant here."""
        span = self.stretch(self.start(nodes[0]), nodes[-1].end_byte)
        if len(nodes) == 1 and nodes[0].type == "variable_name":
            return ir.Argument(span, self.literal_of(nodes[0]), None, False)
        return ir.Argument(span, self.word(nodes), None, False)
