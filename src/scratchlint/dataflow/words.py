"""What shell commands and functions do with the words that they are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.core.shape import parent_directory
from scratchlint.dataflow.bindings import Bindings
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.commands import variable_of
from scratchlint.dataflow.edits import edited_place
from scratchlint.dataflow.embedded import document_line
from scratchlint.dataflow.fact import Fact
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.uses import Uses
from scratchlint.dataflow.worklist import Worklist
from scratchlint.knowledge.table import command_table

_PRINTERS = frozenset({"echo", "printf"})
_IN_PLACE = ("-i", "--in-place", "-Ei", "-ri", "-ni")
_INTO_FILES = frozenset({">", ">>", ">|"})


class Words:
    """Follows a path that is a word of a command."""

    def __init__(self, program: Program, calls: Calls, uses: Uses, bindings: Bindings) -> None:
        self._program = program
        self._calls = calls
        self._uses = uses
        self._bindings = bindings
        self._positionals: dict[ir.Node, list[ir.Ref]] = {}

    def word(
        self,
        work: Worklist,
        fact: Fact,
        call: ir.Call,
        argument: ir.Argument,
        callees: Sequence[ir.Function | ir.Class],
    ) -> None:
        """Follow a word into a function of the script, or note what the command does with it."""
        if callees and argument.name is None:
            self._positional(work, fact, call, argument, callees)
            return
        name = self._calls.qualified(call.function)
        if name in _PRINTERS and argument.name is None:
            self._printed(work, fact, call, argument)
            return
        if self._substituted(work, fact, call, argument) or self._derived(work, fact, call, argument):
            return
        variable = variable_of(call, argument)
        if variable:
            note = f"set as `{variable}`"
            fact = fact.told(argument.span, "assigned", note, (variable,), ("environment",))
            work.use(fact, call, "sets", variable)
            self._bindings.into_environment(work, fact, variable, call)
            return
        used_at_all = False
        for used in self._uses.command(call, argument):
            used_at_all = True
            work.use(fact, call, used.action, used.api, used.role)
        if not used_at_all and not self._into_script(work, fact, call, argument):
            if self._uses.is_started(call):
                fact = replace(fact, held=(*fact.held, "setting"))
            work.use(fact, call, "passes", name if name != "?" else "a command")

    def _substituted(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> bool:
        """Note a path that `sed -i` writes into a file; return whether the word is such an expression."""
        command = self._uses.read(call)
        if command.name != "sed" or not any(flag.startswith(_IN_PLACE) for flag in command.flags):
            return False
        place = edited_place(_before(argument.value, fact.node, work.site.text))
        if place is None:
            return False
        if place.inserted:
            written = replace(fact, text=place.inner(fact.text))
            work.use(written, fact.node, "configures", place.key or "sed -i")
        else:
            work.use(fact, fact.node, "compares", "sed")
        return True

    def _derived(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> bool:
        """Follow what a command prints of its path, such as `dirname`, out of the substitution around it."""
        around = call.parent
        if not isinstance(around, ir.Other) or around.kind != "substitution" or argument.name is not None:
            return False
        match command_table().derives.get(self._calls.qualified(call.function)):
            case "same":
                work.push(fact.at(call))
            case "parent":
                work.push(fact.at(call, text=parent_directory(fact.text)))
            case "text":
                work.use(fact, call, "shows", self._calls.qualified(call.function))
            case _:
                return False
        return True

    def _into_script(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> bool:
        """Follow a word into a script of the repository that a command runs."""
        started = self._calls.sourcing.program(call)
        if started is None or argument.name is not None:
            return False
        path, named_by = started
        words = [word for word in call.arguments if word.name is None]
        first = words.index(named_by) + 1 if named_by in words else 0
        number = str(words.index(argument) - first + 1)
        reads = self._calls.sourcing.positional(path, frozenset({number, "@", "*"}))
        if not reads:
            return False
        entered = fact.told(argument.span, "passed", f"passed to `{path}` as `${number}`")
        entered = work.enter(entered, call, self._program.modules[path], number)
        work.spread(entered, reads)
        return True

    def _positional(
        self,
        work: Worklist,
        fact: Fact,
        call: ir.Call,
        argument: ir.Argument,
        callees: Sequence[ir.Function | ir.Class],
    ) -> None:
        """Follow a word into the positional parameter of a shell function."""
        words = [word for word in call.arguments if word.name is None]
        number = str(words.index(argument) + 1)
        for callee in callees:
            note = f"passed to `{callee.name}` as `${number}`"
            entered = work.enter(fact.told(argument.span, "passed", note), call, callee, number)
            reads = self._positionals.get(callee)
            if reads is None:
                reads = self._positionals[callee] = list(_positionals(callee))
            for read in reads:
                if read.name in (number, "@", "*"):
                    work.push(entered.at(read))

    def _printed(self, work: Worklist, fact: Fact, call: ir.Call, argument: ir.Argument) -> None:
        """Follow what a command prints: into a file, out of a function or substitution, or to a person."""
        parent = call.parent
        function = self._program.function_of(call)
        if any(other.name in _INTO_FILES for other in call.arguments):
            line = document_line(argument.value, fact.node, None)
            if line.key or line.option:
                work.use(fact, fact.node, "configures", line.option or line.key)
            else:
                work.use(fact, call, "shows", "a file")
        elif isinstance(parent, ir.Other) and parent.kind == "substitution":
            work.push(fact.at(call))
        elif function is not None and not fact.mention and isinstance(parent, ir.Do):
            self._returned(work, fact, call, function)
        else:
            work.use(fact, call, "shows", self._calls.qualified(call.function))

    def _returned(self, work: Worklist, fact: Fact, call: ir.Call, function: ir.Function) -> None:
        """Follow what a function prints to the substitutions that call it."""
        printed = fact.told(call.span, "returned", f"printed by `{function.name}`", (function.name,))
        for back in printed.left(function) or map(printed.at, self._calls.callers(function)):
            if isinstance(back.node.parent, ir.Other):
                work.push(back)
            else:
                work.use(fact, call, "shows", self._calls.qualified(call.function))


def _before(word: ir.Expr, node: ir.Expr, path: str) -> str:
    """Return what of a word stands before a path that a part of it holds, as far as it is constant."""
    before = ""
    for part in word.parts if isinstance(word, ir.Concat) else (word,):
        text = part.text if isinstance(part, ir.Lit) else ""
        if part is node:
            return before + text.rpartition(path)[0]
        before += text
    return before


def _positionals(function: ir.Node) -> Iterator[ir.Ref]:
    """Yield the reads of positional parameters in a shell function, but not in functions inside it."""
    stack: list[ir.Node] = [function]
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Ref) and (node.name in ("@", "*") or node.name.isdigit()):
            yield node
        if not isinstance(node, ir.Function) or node is function:
            stack.extend(reversed(ir.children(node)))
