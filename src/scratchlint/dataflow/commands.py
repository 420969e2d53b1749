"""Shell commands: which word is what, and what the command does with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.knowledge.table import CommandTable, Option, Place, Wrapper, command_table

# `-xzf FILE`: options of one letter behind one dash, of which the last takes the value.
_BUNDLE = re.compile(r"-[A-Za-z]{2,6}")
# python3.11, gcc-12, php-fpm8.2
_VERSION = re.compile(r"(?<=[a-z])-?[0-9.]+$")


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its wrappers (sudo, exec, ...) taken off.

    `places` gives for each argument its option or operand number; `flags` are the words that
    choose what the command does; `long` tells that a wrapper makes it a long-lived process,
    `program` is the word that names the command behind a wrapper. `around` are the wrappers themselves
    with the words that they keep, the outermost first.
    """

    name: str
    operands: tuple[ir.Argument, ...]
    places: Mapping[ir.Argument, Place]
    flags: frozenset[str]
    redirections: Mapping[ir.Argument, str]
    long: bool
    program: ir.Argument | None
    wrapper: str
    around: tuple[Command, ...] = ()

    def effects(self, argument: ir.Argument) -> Iterator[tuple[str, str, Option]]:
        """Yield (command, place, what it does there) for one argument.

        Of the entries that fit, those with the most words decide, and the command's own before "*".
        """
        for command in (*self.around, self):
            place = command.redirections.get(argument, command.places.get(argument))
            if place is not None:
                for option in command._options(argument, place, every=command is self):
                    yield command.name, str(place), option

    def _options(self, argument: ir.Argument, place: Place, *, every: bool) -> Iterator[Option]:
        table = command_table().by_name
        fitting = [
            (len(option.command), option)
            for option in table.get(self.name, ())
            if (shift := self._shift(option)) is not None and self._fits(option, argument, place, shift)
        ]
        if every and not fitting:
            fitting = [(0, option) for option in table.get("*", ()) if self._fits(option, argument, place, 0)]
        best = max((length for length, _ in fitting), default=0)
        for length, option in fitting:
            if length == best:
                yield option

    def _shift(self, option: Option) -> int | None:
        """Return how many operands are subcommands in an entry, or None when its words do not fit."""
        shift = 0
        for word in option.command[1:]:
            if word.startswith("-"):
                if not any(_has_flag(flag, word) for flag in self.flags):
                    return None
            elif shift < len(self.operands) and leading(self.operands[shift].value) == word:
                shift += 1
            else:
                return None
        return shift

    def _fits(self, option: Option, argument: ir.Argument, place: Place, shift: int) -> bool:
        if isinstance(place, str):
            return place in option.places
        number, count = place - shift, len(self.operands) - shift
        if number < 0:
            return False
        for wanted in option.places:
            if wanted == number or (wanted in (-1, "-1") and number == count - 1):
                return True
            if wanted == "operands" or (wanted == "rest" and number < count - 1):
                return True
            if isinstance(wanted, str) and wanted.endswith(("=", ":")):
                text = leading(argument.value)
                if text.startswith(wanted) or f",{wanted}" in text:
                    return True
        return False


def _has_flag(flag: str, wanted: str) -> bool:
    """Whether a word gives an option: alone, with a value, or in a bundle such as `-xzf`."""
    if flag == wanted or flag.startswith(wanted + "="):
        return True
    bundle = not wanted.startswith("--") and len(wanted) == 2 and not flag.startswith("--")
    return bundle and flag.lstrip("-").isalpha() and wanted[1] in flag


def read_command(call: ir.Call) -> Command:
    """Sort the words of a command into options and operands, behind its wrappers."""
    table = command_table()
    words: Sequence[ir.Argument] = [argument for argument in call.arguments if argument.name is None]
    redirections = {argument: argument.name for argument in call.arguments if argument.name is not None}
    name, long = _called(call.function, table), False
    program: ir.Argument | None = None
    around: list[Command] = []
    while (found := _wrapper(name, words, table)) is not None:
        wrapper, words = found
        inner, rest = _inner(words, wrapper, table.values.get(name, frozenset()))
        if inner is None:
            break
        long = long or wrapper.long
        kept = words[: len(words) - len(rest)]
        around.append(_sort(name, [word for word in kept if word is not inner], redirections, table))
        program = inner
        name, words = _base(leading(inner.value), table), rest
    command = _sort(name, words, redirections, table)
    wrapping = around[-1].name if around else ""
    return replace(command, long=long, program=program, wrapper=wrapping, around=tuple(around))


def _wrapper(
    name: str, words: Sequence[ir.Argument], table: CommandTable
) -> tuple[Wrapper, Sequence[ir.Argument]] | None:
    """Return the wrapper that a command is, and its words behind a subcommand such as that of `uv run`."""
    if name in table.wrappers:
        return table.wrappers[name], words
    wrapper = table.wrappers.get(f"{name} {leading(words[0].value)}") if words else None
    return (wrapper, words[1:]) if wrapper is not None else None


def _inner(
    words: Sequence[ir.Argument], wrapper: Wrapper, valued: frozenset[str]
) -> tuple[ir.Argument | None, Sequence[ir.Argument]]:
    """Return the word that names the command inside a wrapper, None without one, and that command's words."""
    values, operands = wrapper.values | valued, wrapper.skip
    named: ir.Argument | None = None
    index = 0
    while index < len(words):
        text = leading(words[index].value)
        if text == "--" and wrapper.program:
            return named, words[index + 1 :]
        if text.startswith("-") and len(text) > 1:
            if text in wrapper.program and index + 1 < len(words):
                named = words[index + 1]
            index += 2 if text in values else 1
        elif "=" in text and text.split("=")[0].isidentifier():
            index += 1
        elif operands:
            operands -= 1
            index += 1
        elif wrapper.program:
            index += 1
        else:
            return words[index], words[index + 1 :]
    return named, ()


def _sort(
    name: str,
    words: Sequence[ir.Argument],
    redirections: Mapping[ir.Argument, str],
    table: CommandTable,
) -> Command:
    places: dict[ir.Argument, Place] = {}
    flags = {leading(word.value) for word in words if leading(word.value).startswith("-")}
    operands: list[ir.Argument] = []
    takes = table.values.get(name, frozenset())
    generic = table.values.get("*", frozenset())
    waiting: str | None = None
    only_operands = False
    for number, argument in enumerate(words):
        text = leading(argument.value)
        if name == "tar" and number == 0 and text.isalpha():
            text = "-" + text  # tar's oldest form: `tar xzf FILE`
            flags.add(text)
        if waiting is not None:
            places[argument], waiting = waiting, None
            continue
        if only_operands or not text.startswith("-") or text == "-":
            places[argument] = len(operands)
            operands.append(argument)
            continue
        if text == "--":
            only_operands = True
            continue
        option, equals, _ = text.partition("=")
        if equals:
            places[argument] = option
        elif text in takes or (text in generic and isinstance(argument.value, ir.Lit)):
            waiting = text
        elif not text.startswith("--") and text[:2] in takes and len(text) > 2:
            places[argument] = text[:2]
        elif _BUNDLE.fullmatch(text) and "-" + text[-1] in takes:
            waiting = "-" + text[-1]
        elif not isinstance(argument.value, ir.Lit):
            places[argument] = text
    return Command(name, tuple(operands), places, frozenset(flags), redirections, False, None, "")


def leading(expression: ir.Expr) -> str:
    """Return the constant text with which a word begins."""
    match expression:
        case ir.Lit(text=text):
            return text
        case ir.Concat(parts=parts) if parts:
            return leading(parts[0])
    return ""


def variable_of(call: ir.Call, argument: ir.Argument) -> str:
    """Return the variable that a word sets for the command behind it (`env X=1 run`), else ""."""
    name, equals, _ = leading(argument.value).partition("=")
    if not equals or not name.isidentifier() or argument.name is not None:
        return ""
    table = command_table()
    if _called(call.function, table) not in table.wrappers:
        return ""
    command = read_command(call)
    words = [word for word in call.arguments if word.name is None]
    if command.program is None or words.index(argument) > words.index(command.program):
        return ""
    return name


def _called(function: ir.Expr, table: CommandTable) -> str:
    """Return the name of a command; `$SUDO` is the wrapper that it is called after, or nothing at all."""
    if isinstance(function, ir.Ref) and (name := function.name.lower()) in table.wrappers:
        return name if not table.wrappers[name].skip else ""
    return _base(leading(function), table)


def _base(name: str, table: CommandTable) -> str:
    """Return a command's name without its directory, and without a version that the table does not name."""
    base = name.rsplit("/", 1)[-1]
    return base if base in table.by_name or base in table.wrappers else _VERSION.sub("", base)
