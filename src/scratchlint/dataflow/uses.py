"""What a call does with a path that it is given, according to the knowledge tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.flow import Role
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.commands import Command, leading, read_command
from scratchlint.dataflow.program import Program
from scratchlint.knowledge.table import CallTable, Effect, call_table
from scratchlint.source.settings_files import SETTINGS_LANGUAGES

# What is done with the path of a file and with the open file alike.
_THROUGH = frozenset({"reads", "writes", "appends", "loads", "stores", "logs", "locks"})


@dataclass(frozen=True, slots=True)
class Effected:
    """An action on a path: `api` is the name that people know it by."""

    action: str
    api: str
    role: Role | None


class Uses:
    """Classifies calls of one program."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls
        self._commands: dict[ir.Call, Command] = {}
        self._done: dict[ir.Argument, list[Effected]] = {}

    def table(self, node: ir.Node) -> CallTable:
        """Return the API table of the language that a node is written in."""
        python = self._program.module_of(node).language == "python"
        return call_table("python" if python else "javascript")

    def read(self, call: ir.Call) -> Command:
        """Return a shell command with its words sorted."""
        command = self._commands.get(call)
        if command is None:
            command = self._commands[call] = read_command(call)
        return command

    def command(self, call: ir.Call, argument: ir.Argument) -> Sequence[Effected]:
        """Return what a shell command does with one of its words."""
        done = self._done.get(argument)
        if done is None:
            done = self._done[argument] = list(self._done_by(call, argument))
        return done

    def _done_by(self, call: ir.Call, argument: ir.Argument) -> Iterator[Effected]:
        command = self.read(call)
        if argument is command.program:
            yield Effected("executes" if command.long else "runs", command.wrapper, "executable")
        for name, place, option in command.effects(argument):
            action = option.action
            started = command.long or self.is_started(call)
            if action == "executes" and place.isdigit() and not started:
                action = "runs"
            yield Effected(action, _title(name, place), option.role)

    def executed(self, call: ir.Call) -> Effected:
        """Return the use of a path that stands where a command's name does."""
        if self.is_started(call):
            return Effected("executes", "the service manager", "executable")
        return Effected("runs", "a script", "executable")

    def is_started(self, call: ir.Call) -> bool:
        """Whether a service manager or cron starts a command, today and after every boot."""
        return self._program.module_of(call).language in SETTINGS_LANGUAGES

    def effects(
        self, call: ir.Call, argument: ir.Argument | None, access: Sequence[str]
    ) -> list[tuple[Effect, tuple[str, ...]]]:
        """Return the effects on an argument, or on the receiver when `argument` is None.

        Each comes with what is left of `access` when the place names a key of an options object.
        """
        name = self._calls.qualified(call.function)
        found: list[tuple[Effect, tuple[str, ...]]] = []
        for effect in self.table(call).find(name, ("call", "derive", "root", "shell", "argv")):
            if not self._applies(call, effect):
                continue
            rest = self._place(call, argument, effect, tuple(access))
            if rest is not None:
                found.append((effect, rest))
        # Which word of a command line a path is decides what is done with it.
        if any(effect.kind == "argv" and _is_item(rest) for effect, rest in found):
            found = [(effect, rest) for effect, rest in found if effect.kind == "argv" or rest]
        return found

    def handled(
        self, call: ir.Call, argument: ir.Argument | None, access: tuple[str, ...]
    ) -> Iterator[Effected]:
        """Yield what a call does with an open file: by its own entries, or as with the path of one."""
        name = self._calls.qualified(call.function)
        for effect in self.table(call).find(name, ("handle", "call")):
            if effect.kind == "call" and (effect.role is None or effect.action not in _THROUGH):
                continue
            if self._applies(call, effect) and self._place(call, argument, effect, access) == ():
                yield Effected(effect.action, self.title(call), effect.role)

    def _applies(self, call: ir.Call, effect: Effect) -> bool:
        """Whether the keywords that an entry asks for have their values."""
        for keyword, wanted in effect.when:
            values = [argument.value for argument in call.arguments if argument.name == keyword]
            values += [
                entry.value
                for argument in call.arguments
                if isinstance(argument.value, ir.Record)
                for entry in argument.value.entries
                if entry.key == keyword
            ]
            if not any(_constant(value) == str(wanted).lower() for value in values):
                return False
        return True

    def _place(
        self, call: ir.Call, argument: ir.Argument | None, effect: Effect, access: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        """Return the rest of `access` when an entry means this argument, else None."""
        if argument is None:
            return access if "receiver" in effect.places else None
        number = self._number(call, argument)
        joins = effect.kind == "derive" and effect.how in ("join", "concat") and not effect.places
        listed = not access or _is_item(access)
        keeps = effect.kind in ("derive", "argv")
        for place in effect.places:
            if place == "*":
                return access
            if isinstance(place, int):
                if argument.name is None and place == number and (listed or keeps):
                    return access if keeps else access[1:]
                continue
            position, dot, keys = place.partition(".")
            if dot and position.isdigit() and int(position) == number:
                rest = _below(access, keys.split("."))
                if rest is not None:
                    return rest
            elif argument.name is not None and place == argument.name:
                return access
            elif argument.name is not None and place.startswith(argument.name + "."):
                rest = _below(access, keys.split("."))
                if rest is not None:
                    return rest
        return access if joins else None

    def _number(self, call: ir.Call, argument: ir.Argument) -> int:
        positional = [other for other in call.arguments if other.name is None]
        return positional.index(argument) if argument in positional else -1

    def opened(self, call: ir.Call, effect: Effect) -> str:
        """Return "reads", "writes" or "appends" for a call that opens a file, from its mode."""
        mode = effect.default
        for place in effect.mode:
            number, _, key = str(place).partition(".")
            for argument in call.arguments:
                placed = (
                    argument.name is None and number.isdigit() and self._number(call, argument) == int(number)
                )
                if argument.name == place or placed:
                    for value in self._entries(argument.value, key) if key else (argument.value,):
                        mode = _constant(value) or self._calls.qualified(value) or mode
        if "O_APPEND" in mode or ("a" in mode and len(mode) <= 4):
            return "appends"
        if any(flag in mode for flag in ("O_CREAT", "O_WRONLY", "O_RDWR")):
            return "writes"
        return "writes" if len(mode) <= 4 and set(mode) & set("wx+") else "reads"

    def _entries(self, options: ir.Expr, key: str) -> list[ir.Expr]:
        """Return what an object of options holds under a key."""
        known = self._calls.value_of(options)
        return (
            [entry.value for entry in known.entries if entry.key == key]
            if isinstance(known, ir.Record)
            else []
        )

    def argv(
        self, call: ir.Call, argument: ir.Argument, effect: Effect, access: Sequence[str]
    ) -> list[Effected]:
        """Return what a program started with a list of arguments does with one of them."""
        passed = [Effected("passes", self.title(call), None)]
        if not access or not access[0].isdigit():
            return passed if access else []
        number = self._number(call, argument)
        listed = self._calls.value_of(argument.value)
        inside = [str(place).split(".")[1] for place in effect.places if str(place).startswith(f"{number}.")]
        for entry in listed.entries if isinstance(listed, ir.Record) else ():
            if entry.key in inside:
                listed = self._calls.value_of(entry.value)
        follows = argument.name is None and not inside and number not in effect.places
        words = self._listed(listed)
        index = int(access[0])
        if follows:
            positional = [other.value for other in call.arguments if other.name is None]
            words, index = [*positional[:1], *words], index + 1
        if index == 0:
            return [Effected("executes", self.title(call), "executable")]
        return list(self._words(call, words, index)) or passed if index < len(words) else passed

    def _listed(self, value: ir.Expr | None) -> list[ir.Expr]:
        """Return the words of a list, of lists that are joined those up to the first unknown one."""
        if isinstance(value, ir.Record):
            return [entry.value for entry in value.entries]
        words: list[ir.Expr] = []
        for part in value.parts if isinstance(value, ir.Concat) else ():
            known = self._calls.value_of(part)
            if not isinstance(known, ir.Record):
                break
            words.extend(entry.value for entry in known.entries)
        return words

    def _words(self, call: ir.Call, words: Sequence[ir.Expr], index: int) -> Iterator[Effected]:
        """Classify word `index` of a command line that is given as a list."""
        arguments = tuple(ir.Argument(word.span, self._known(word), None, False) for word in words[1:])
        inner = ir.Call(call.span, self._known(words[0]), arguments, True)
        command = read_command(inner)
        argument = arguments[index - 1]
        if argument is command.program:
            yield Effected("executes", command.wrapper, "executable")
        for name, place, option in command.effects(argument):
            yield Effected(option.action, _title(name, place), option.role)

    def _known(self, word: ir.Expr) -> ir.Expr:
        return self._calls.value_of(word) or word

    def title(self, call: ir.Call) -> str:
        """Return the name of a callable for people."""
        name = self._calls.qualified(call.function).replace("()", "").replace(".default", "")
        return name.replace("?.", "").strip("?.") or "a call"


def _is_item(access: Sequence[str]) -> bool:
    """Whether an access path leads into a list."""
    return bool(access) and (access[0].isdigit() or access[0] == "*")


def _below(access: tuple[str, ...], keys: Sequence[str]) -> tuple[str, ...] | None:
    """Return what is left of an access path below some keys, "*" standing for any; None when it differs."""
    if len(access) < len(keys):
        return None
    for key, wanted in zip(access, keys, strict=False):
        if wanted != "*" and key not in (wanted, "*"):
            return None
    return access[len(keys) :]


def _title(command: str, place: str) -> str:
    if not place or place.isdigit():
        return command
    if command == "{":
        return f"a redirection {place}"
    return f"{command} {place}" if command else place


def _constant(expression: ir.Expr) -> str:
    match expression:
        case ir.Lit(text=text):
            return text
        case ir.Ref(name=name) if name in ("True", "False", "true", "false"):
            return name.lower()
        case ir.Other(kind=kind) if kind in ("true", "false"):
            return kind
    return leading(expression) if isinstance(expression, ir.Concat) else ""
