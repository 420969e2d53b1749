"""Shell text inside shell text: here-documents, and scripts in quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell_documents, shell_quotes
from scratchlint.languages.grammar import Captures
from scratchlint.languages.shell_expansions import ShellExpansions

MAXIMUM_EMBEDDED_DEPTH = 24


class ShellTexts(ShellExpansions):
    """Lowers texts that are parsed on their own; `embedded` is how deep this one stands in others."""

    def __init__(
        self, path: str, data: bytes, places: Sequence[int] | None = None, embedded: int = 0
    ) -> None:
        super().__init__(path, data, places)
        self._embedded = embedded
        self._embedded_damages: list[Span] = []
        self._expressions |= {"document": self.document}

    def embed(self, data: bytes, places: Sequence[int]) -> tuple[ir.Stmt, ...]:
        """Lower another script that stands in this file; one that is nested too deep is a damage."""
        depth = self._embedded + self._depth
        if depth > MAXIMUM_EMBEDDED_DEPTH:
            self._embedded_damages.append(Span(self.path, places[0], places[-1]))
            return ()
        module = type(self)(self.path, data, places, depth).module()
        self._embedded_damages.extend(module.damaged)
        return module.body

    def damages(self) -> Iterable[Span]:
        """Yield the places that the parser could not read, also those of embedded texts."""
        yield from super().damages()
        yield from self._embedded_damages

    def _expanded(self, start: int, end: int) -> ir.Expr:
        """Lower an expansion that the grammar did not see: on its own, it is a command's name."""
        if self.data[start : start + 1] == b"$" and self.data[start + 1] not in b"({[":
            return self.reference(self.stretch(start, end), self.between(start + 1, end))
        body = self.embed(self.data[start:end], self.places[start : end + 1])
        match body:
            case [*before, ir.Do(value=ir.Call(function=function, arguments=(), words=True))]:
                self._pending.extend(before)
                return function
        self._pending.extend(body)
        return ir.Other(self.stretch(start, end), "expansion", ())

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
        """Yield the constant text between two offsets: one piece, or one a line where that differs."""
        lines: Iterable[tuple[int, int]] = [(start, end)]
        if not tabs:
            lines = shell_documents.lines_without_tabs(self.data, start, end)
        elif expands and b"\\" in self.data[start:end]:
            lines = shell_documents.lines(self.data, start, end)
        for first, last in lines:
            if first < last:
                text = self.between(first, last)
                yield ir.Lit(self.stretch(first, last), shell_quotes.document(text) if expands else text)
