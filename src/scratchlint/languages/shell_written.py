"""What commands write into files: here-documents and the words of `echo` and `printf`.

The file is the one that the command's output, or `tee` behind it, goes to. A text that an
interpreter reads is a script that runs at once; a text that goes to nobody but a person stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.documents import Source, document, spelled
from scratchlint.languages.formats import percent_parts

_DOCUMENTS = frozenset({"<<", "<<<"})
_INTO_FILES = frozenset({">", ">>", ">|"})
_PRINTERS = frozenset({"echo", "printf"})
_FLAG = re.compile(r"-[neE]+")
# What reads its standard input as a script, or as a table of jobs.
_INTERPRETERS = {
    **dict.fromkeys(("sh", "bash", "dash", "ash", "ksh", "zsh"), "shell"),
    **dict.fromkeys(("python", "python3"), "python"),
    "node": "javascript",
    "crontab": "crontab",
}
# Options of these whose value is the next word.
_VALUED = {"crontab": "-u"}
_PREFIXES = frozenset({"sudo", "doas", "env", "command", "exec"})
# `sh -c "cat > FILE"`
_INNER = re.compile(r"\b(?:cat[^|;&<>]*>{1,2}|tee(?:\s+-a)?)\s*[\"']?(?P<path>[^\s\"';|&>]+)")
_ESCAPES = {r"\n": "\n", r"\t": "\t"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a text goes: a file, or (with a language) an interpreter."""

    name: str
    language: str | None = None


def written(calls: Sequence[ir.Call], source: Source, output: Target | None = None) -> list[ir.Call]:
    """Return the commands of a pipeline; what they write is read in the format of the file.

    `output` is where the text goes that the last one prints: the group around it is sent there.
    """
    return [
        _with_document(call, target, source)
        if (target := _target(calls[number:], output)) is not None
        else call
        for number, call in enumerate(calls)
    ]


def taken(call: ir.Call) -> Target | None:
    """Return where the text goes that a command is given."""
    return redirected(call) if _program(call) == "cat" else _receiver(call)


def _target(calls: Sequence[ir.Call], output: Target | None) -> Target | None:
    """Return where the text goes that the first of some commands is given or prints."""
    first, *following = calls
    printed = _program(first) in _PRINTERS
    if not printed and not any(argument.name in _DOCUMENTS for argument in first.arguments):
        return None
    own = redirected(first)
    if own is None and not printed:
        own = _receiver(first)
    if own is not None:
        return own
    if not printed and _program(first) != "cat":
        return None
    return taken(following[0]) if following else output


def redirected(call: ir.Call) -> Target | None:
    """Return the file that a command's output is sent to."""
    for argument in call.arguments:
        if argument.name in _INTO_FILES and (name := spelled(argument.value)) != "/dev/null":
            return Target(name)
    return None


def _receiver(call: ir.Call) -> Target | None:
    """Return what a command does with its standard input, as far as that is to keep or to run it."""
    words = list(_words(call))
    program = _program(call)
    valued = _VALUED.get(program)
    operands = [
        word
        for option, word in zip(["", *map(spelled, words)], words, strict=False)
        if not spelled(word).startswith("-") and option != valued
    ]
    if program == "tee":
        return Target(spelled(operands[0])) if operands else None
    if program in _INTERPRETERS and not operands:
        return Target("", _INTERPRETERS[program])
    for word in words:
        if inner := _INNER.search(spelled(word)):
            return Target(inner["path"])
    return None


def _program(call: ir.Call) -> str:
    """Return the base name of the program that a command runs, behind sudo and its like."""
    name = spelled(call.function).rpartition("/")[2]
    if name not in _PREFIXES:
        return name
    words = [spelled(argument.value) for argument in call.arguments if argument.name is None]
    return next((word.rpartition("/")[2] for word in words if not word.startswith("-")), name)


def _words(call: ir.Call) -> Iterator[ir.Expr]:
    """Yield the words behind the name of the program."""
    words = [argument.value for argument in call.arguments if argument.name is None]
    if spelled(call.function).rpartition("/")[2] in _PREFIXES:
        program = _program(call)
        while words and spelled(words[0]).rpartition("/")[2] != program:
            words.pop(0)
        words = words[1:]
    yield from words


def _with_document(call: ir.Call, target: Target, source: Source) -> ir.Call:
    texts = [argument for argument in call.arguments if argument.name in _DOCUMENTS]
    if texts:
        given = texts[-1].value
        inner = given.parts[0] if isinstance(given, ir.Other) and given.parts else given
        kept = [argument for argument in call.arguments if argument is not texts[-1]]
    else:
        flags = [argument for argument in call.arguments if _is_flag(argument)]
        texts = [argument for argument in call.arguments if argument.name is None and argument not in flags]
        if not texts:
            return call
        escaped = _program(call) == "printf" or any("e" in spelled(flag.value) for flag in flags)
        inner = _printed([argument.value for argument in texts], _program(call) == "printf", escaped)
        kept = [argument for argument in call.arguments if argument not in texts]
    read = document(inner, target.name, source, target.language)
    if read is None:
        return call
    last = texts[-1]
    argument = replace(last, value=read, span=last.span if last.name is not None else read.span)
    arguments = sorted([*kept, argument], key=lambda one: one.span.start)
    return replace(call, arguments=tuple(arguments))


def _is_flag(argument: ir.Argument) -> bool:
    return argument.name is None and _FLAG.fullmatch(spelled(argument.value)) is not None


def _printed(words: Sequence[ir.Expr], formatted: bool, escaped: bool) -> ir.Expr:
    """Return the text that some words are printed as."""
    first, *rest = words
    parts: list[ir.Expr] = []
    if formatted and isinstance(first, ir.Lit):
        waiting = list(rest)
        for piece in percent_parts(first.text):
            if isinstance(piece, str):
                parts.append(ir.Lit(first.span, piece))
            elif waiting:
                parts.append(waiting.pop(0))
    else:
        for number, word in enumerate(words):
            blank = [ir.Lit(Span(word.span.file, word.span.start, word.span.start), " ")]
            parts.extend([*(blank if number else []), word])
    if escaped:
        parts = [_unescaped(part) for part in parts]
    if len(parts) == 1:
        return parts[0]
    span = Span(first.span.file, first.span.start, words[-1].span.end)
    return ir.Concat(span, tuple(parts), "")


def _unescaped(part: ir.Expr) -> ir.Expr:
    match part:
        case ir.Lit(span=span, text=text):
            for escape, meaning in _ESCAPES.items():
                text = text.replace(escape, meaning)
            return ir.Lit(span, text)
        case ir.Concat(parts=parts):
            return replace(part, parts=tuple(map(_unescaped, parts)))
    return part
