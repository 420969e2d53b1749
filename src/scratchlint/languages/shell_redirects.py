"""Shell redirections: an argument named after its operator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell_documents
from scratchlint.languages.shell_assignments import ShellAssignments
from scratchlint.languages.shell_steps import REDIRECTS, Step

_DEFAULT_DESCRIPTORS = frozenset({"1>", "1>>", "1>|", "0<"})


class ShellRedirects(ShellAssignments):
    """Lowers redirections."""

    def redirections(self, step: Step) -> ir.Call:
        """Return a call of `{` that holds the redirections of a compound command, or of nothing."""
        node = step.node
        redirects = list(step.redirects)
        if node.type in REDIRECTS:
            redirects.insert(0, node)
        elif node.type in ("redirected_statement", "command"):
            redirects.extend(child for child in node.named_children if child.type in REDIRECTS)
        arguments = sorted(self.redirect_arguments(redirects), key=lambda argument: argument.span.start)
        start = self.start(node)
        brace = ir.Lit(self.stretch(start, min(start + 1, node.end_byte)), "{")
        return ir.Call(self.around([brace, *arguments]), brace, tuple(arguments), words=True)

    def redirect_arguments(self, redirects: Iterable[Node]) -> Iterator[ir.Argument]:
        """Yield the arguments that redirections are, and the words that the grammar takes for theirs."""
        for node in redirects:
            if node.type == "heredoc_redirect":
                yield ir.Argument(self._before_document(node), self._document(node), "<<", False)
            elif node.type == "herestring_redirect":
                if node.named_children:
                    value = self.word(node.named_children[-1:])
                    yield ir.Argument(self.span(node), value, "<<<", False)
            else:
                yield from self._file(node)

    def _file(self, node: Node) -> Iterator[ir.Argument]:
        operator = next((child for child in node.children if not child.is_named), None)
        if operator is None:
            return
        targets = self.grouped(
            child
            for child in node.named_children
            if child.start_byte >= operator.end_byte and child.type not in (*self.comment_kinds, "ERROR")
        )
        for number, words in enumerate(targets):
            value = self.word(words, braces=number > 0)
            name = self._operator(node, self.text(operator), value) if number == 0 else None
            if number == 0 and name is None:
                continue
            start = node.start_byte if number == 0 else self.start(words[0])
            yield ir.Argument(self.stretch(start, words[-1].end_byte), value, name, False)

    def _operator(self, node: Node, operator: str, value: ir.Expr) -> str | None:
        """Return a redirection's name; None for one descriptor that becomes another."""
        descriptor = next((child for child in node.named_children if child.type == "file_descriptor"), None)
        if operator in (">&", "<&"):
            duplicated = isinstance(value, ir.Lit) and (value.text.rstrip("-").isdigit() or value.text == "-")
            return None if duplicated or descriptor is not None or operator == "<&" else "&>"
        if any(child.type == "ERROR" and self.text(child) == ">" for child in node.children):
            operator = "<>"
        name = (self.text(descriptor) if descriptor is not None else "") + operator
        return name[1:] if name in _DEFAULT_DESCRIPTORS else name

    def _before_document(self, node: Node) -> Span:
        """Return where `<<EOF` stands; the text below it belongs to no word's span."""
        delimiter = _child(node, "heredoc_start")
        return self.stretch(node.start_byte, delimiter.end_byte if delimiter is not None else node.end_byte)

    def _document(self, node: Node) -> ir.Other:
        """Lower the text of a here-document."""
        delimiter, body, end = (_child(node, f"heredoc_{part}") for part in ("start", "body", "end"))
        tabs = not any(child.type == "<<-" for child in node.children)
        expands = delimiter is None or not shell_documents.is_quoted(self.text(delimiter))
        if body is None:
            place = self.stretch(node.end_byte, node.end_byte)
            return ir.Other(place, "document", (ir.Lit(place, ""),))
        before = body.prev_sibling
        first = self.data.find(b"\n", before.end_byte if before is not None else node.start_byte) + 1
        last = body.end_byte
        if end is not None and end.end_byte > end.start_byte:
            last = self.data.rfind(b"\n", 0, end.start_byte) + 1
        first = min(first or body.start_byte, body.start_byte)
        text = self.document_text(first, max(first, last), expands, tabs)
        return ir.Other(text.span, "document", (text,))

    def around(self, nodes: Sequence[ir.Node]) -> Span:
        """Return the stretch of the file that some nodes cover together."""
        return Span(
            self.path, min([node.span.start for node in nodes]), max([node.span.end for node in nodes])
        )


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.named_children if child.type == kind), None)
