"""Shell command lines: pipelines, `&&` and `||`, and the scripts that commands are given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from scratchlint.core import ir
from scratchlint.languages import shell_quotes
from scratchlint.languages.grammar import Captures
from scratchlint.languages.shell_pieces import Text
from scratchlint.languages.shell_redirects import ShellRedirects
from scratchlint.languages.shell_scripts import may_take_script, runs_at_end, script_position
from scratchlint.languages.shell_steps import REDIRECTS, Step, pipelines, steps
from scratchlint.languages.shell_written import Target, redirected, taken, written

_AMPERSAND = re.compile(rb"(?:\\\n|\s)*+&")
_OPERATIONS = frozenset(
    {"binary_expression", "unary_expression", "parenthesized_expression", "postfix_expression"}
)


class ShellCommands(ShellRedirects):
    """Lowers command lines."""

    def __init__(
        self, path: str, data: bytes, places: Sequence[int] | None = None, embedded: int = 0
    ) -> None:
        super().__init__(path, data, places, embedded)
        self._environment: list[ir.Stmt] = []
        self._output: Target | None = None
        self._statements |= {"run": self.run, "redirect": self.run}

    # Lines

    def run(self, node: Node, captures: Captures) -> Iterable[ir.Stmt]:
        """Lower a command line; what follows `&&` and `||` is guarded."""
        background = self._is_in_background(node)
        guarded: list[ir.Stmt] = []
        previous = ""
        for group in pipelines(steps(node)):
            connector = group[0].connector
            if guarded and not (connector == previous == "&&"):
                yield self._guarded(guarded)
                guarded = []
            lowered = self._pipeline(group, background)
            if connector:
                guarded.extend(lowered)
            else:
                yield from lowered
            previous = connector
        if guarded:
            yield self._guarded(guarded)

    def _is_in_background(self, node: Node) -> bool:
        if _AMPERSAND.match(self.data, node.end_byte) is None:
            return False
        # A sibling is looked for among all that stand beside it: few lines need that.
        after = node.next_sibling
        return after is not None and after.type == "&"

    def _guarded(self, body: Sequence[ir.Stmt]) -> ir.Block:
        return ir.Block(self.around(body), "guarded", None, tuple(body))

    def _pipeline(self, group: Sequence[Step], background: bool) -> list[ir.Stmt]:
        """Lower one pipeline, behind what its words do on the way."""
        outer, self._pending = self._pending, []
        environment, self._environment = self._environment, []
        lowered = self._own_statements(group[0]) if len(group) == 1 else None
        if lowered is None:
            value = self._value(group)
            if background:
                value = ir.Other(value.span, "background", (value,))
            lowered = [ir.Do(value.span, value)]
        if self._environment:
            scoped = (*self._environment, *lowered)
            lowered = [ir.Block(self.around(scoped), "scope", None, scoped)]
        lowered = [*self._pending, *lowered]
        self._pending, self._environment = outer, environment
        return lowered

    def _own_statements(self, step: Step) -> list[ir.Stmt] | None:
        """Lower what is more, or less, than a call; None for an ordinary command."""
        node = step.node
        if step.name is not None:
            match self.text(step.name):
                case "return":
                    return []
                case "trap":
                    return self._trap(node)
            return None
        if self._is_bare(node):
            return None
        opened = self.redirections(step)
        lowered = self._compound(node, redirected(opened))
        return [ir.Do(opened.span, opened), *lowered] if opened.arguments else lowered

    def _compound(self, node: Node, output: Target | None) -> list[ir.Stmt]:
        """Lower what is no single command: control flow, and assignments with a redirection.

        `output` is where goes what its commands print, when they do not say so themselves.
        """
        if node.type == "command":
            return [
                bind
                for child in node.named_children
                if child.type == "variable_assignment"
                for bind in self.statement(child)
            ]
        around, self._output = self._output, output or self._output
        lowered = self.statement(node)
        self._output = around
        return lowered

    def _value(self, group: Sequence[Step]) -> ir.Expr:
        """Lower a pipeline to a value: its command, or all of them in order."""
        calls = [self._call(step, group[number + 1 :]) for number, step in enumerate(group)]
        calls = written(calls, self.source, self._output)
        return calls[0] if len(calls) == 1 else ir.Other(self.around(calls), "pipeline", tuple(calls))

    def outputs(self, node: Node) -> tuple[ir.Expr, ...]:
        """Return the commands whose output a substitution is; what runs before them is pending."""
        nodes = [child for child in node.named_children if child.type not in self.comment_kinds]
        if not nodes:
            return ()
        output, self._output = self._output, None
        values = self._outputs(nodes)
        self._output = output
        return values

    def _outputs(self, nodes: Sequence[Node]) -> tuple[ir.Expr, ...]:
        self._pending.extend(self.statements(nodes[:-1]))
        if self.label(nodes[-1])[0] not in ("run", "redirect"):
            self._pending.extend(self.statement(nodes[-1]))
            return ()
        environment, self._environment = self._environment, []
        values: list[ir.Expr] = []
        groups = pipelines(steps(nodes[-1]))
        for group, following in zip(groups, [*groups[1:], None], strict=True):
            if following is not None and following[0].connector == "&&":
                self._pending.extend(self._pipeline(group, background=False))
            else:
                values.append(self._value(group))
        if self._environment:
            scoped = tuple(self._environment)
            self._pending.append(ir.Block(self.around(scoped), "scope", None, scoped))
        self._environment = environment
        return tuple(values)

    # Commands

    def _call(self, step: Step, following: Sequence[Step] = ()) -> ir.Call:
        """Lower one command of a line; a compound one stands before it, and `{` in its place."""
        node = step.node
        if step.name is None:
            opened = self.redirections(step)
            if not self._is_bare(node):
                self._pending.extend(self._compound(node, redirected(opened) or self._taken(following)))
            return opened
        braces = node.type == "command"
        redirects = [child for child in node.children if child.type in REDIRECTS]
        if braces:
            groups = self.grouped(self._command_words(node))
        elif node.type == "test_command":
            groups = [[step.name], *self.grouped(self._operands(node))]
        else:
            groups = self.grouped(node.children)
        function = self.word(groups[0])
        arguments = [self._word_argument(words, braces) for words in groups[1:] + self.grouped(step.words)]
        arguments += self.redirect_arguments([*redirects, *step.redirects])
        arguments.sort(key=lambda argument: argument.span.start)
        self._pending += self._script_statements(groups)
        return ir.Call(self.around([function, *arguments]), function, tuple(arguments), words=True)

    def _taken(self, following: Sequence[Step]) -> Target | None:
        """Return where the next command of a pipeline puts what it is given."""
        if not following:
            return None
        outer, environment = self._pending, self._environment
        self._pending, self._environment = [], []
        call = self._call(following[0], following[1:])
        self._pending, self._environment = outer, environment
        return taken(call)

    def _command_words(self, node: Node) -> Iterator[Node]:
        """Yield the word nodes of a command; note its own environment."""
        for child in node.children:
            kind = child.type
            if kind == "variable_assignment":
                self._environment.append(self.assignment(child, declares=True, exported=True))
            elif kind not in REDIRECTS and kind not in self.comment_kinds:
                yield child

    def _operands(self, node: Node) -> Iterator[Node]:
        """Yield the words between `[` and `]`, without recursion: `-o` chains can be long."""
        waiting = list(reversed(node.children[1:-1]))
        while waiting:
            current = waiting.pop()
            if current.type in _OPERATIONS:
                waiting.extend(reversed(current.children))
            elif current.type not in self.comment_kinds:
                yield current

    def _word_argument(self, words: Sequence[Node], braces: bool) -> ir.Argument:
        first = words[0]
        value = self.literal_of(first) if first.type == "variable_name" else self.word(words, braces)
        return ir.Argument(self.stretch(self.start(first), words[-1].end_byte), value, None, False)

    # Scripts

    def _trap(self, node: Node) -> list[ir.Stmt] | None:
        """Lower a trap that runs when the script ends; None for any other."""
        words = [group for group in self.grouped(node.children) if not self._is_word(group, "--")][1:]
        if words and self._is_word(words[0], "-"):
            return []
        if len(words) < 2 or not runs_at_end([self._source(word) for word in words[1:]]):
            return None
        body = self._script(words[0])
        return [ir.Block(self.span(node), "trap", None, body)] if body else []

    def _script_statements(self, groups: Sequence[Sequence[Node]]) -> tuple[ir.Stmt, ...]:
        """Lower the script that a command is given, unless most of it is known only when it runs."""
        if not may_take_script(self._source(groups[0])):
            return ()
        position = script_position([self._source(words) for words in groups])
        if position is None:
            return ()
        pieces = self.pieces_of(groups[position])
        holes = [self.text(piece) for piece in pieces if not isinstance(piece, Text)]
        substituted = any("$(" in hole or "`" in hole for hole in holes)
        return () if substituted or (holes and len(holes) == len(pieces)) else self._script(groups[position])

    def _script(self, words: Sequence[Node]) -> tuple[ir.Stmt, ...]:
        """Lower a word's text as shell commands, in place."""
        data = bytearray()
        places: list[int] = []
        for node in words:
            for piece in node.children if node.type == "concatenation" else [node]:
                text, positions = self._script_piece(piece)
                data.extend(text)
                places.extend(positions)
        places.append(words[-1].end_byte)
        return self.embed(bytes(data), [self.places[position] for position in places])

    def _script_piece(self, node: Node) -> tuple[bytes, Sequence[int]]:
        start, end = self.start(node), node.end_byte
        if node.type == "string":
            return shell_quotes.script_in_quotes(self.data, start + 1, end - 1)
        if node.type == "raw_string":
            start, end = start + 1, end - 1
        return self.data[start:end], range(start, end)

    def _source(self, words: Sequence[Node]) -> str:
        """Return a word as it is written, without the quotes around it."""
        return self.between(self.start(words[0]), words[-1].end_byte).strip("\"'")

    def _is_word(self, words: Sequence[Node], text: str) -> bool:
        return self.between(words[0].start_byte, words[-1].end_byte) == text

    def _is_bare(self, node: Node) -> bool:
        """Tell whether a step is only redirections."""
        return node.type in REDIRECTS or node.type == "redirected_statement"
