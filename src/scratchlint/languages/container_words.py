"""What the formats of containers share: commands that containers run, and storage that they mount.

A command is a Call whose function is `CMD`, so that the knowledge tables know it for a long-lived
process. A mount is a Call with the named words `source`, `target` and `kind`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import shell
from scratchlint.languages.shell_scripts import script_position


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command: its value, and its text with the place of each byte and of the end."""

    value: ir.Expr
    text: str
    data: bytes
    places: Sequence[int]


def check(statements: Iterable[ir.Stmt], span: Span) -> Iterator[ir.Stmt]:
    """Yield what a health check runs, as one block."""
    body = tuple(statements)
    if body:
        yield ir.Block(span, "health", None, body)


def run(words: Sequence[Word], span: Span, name: str = "CMD") -> Iterator[ir.Stmt]:
    """Yield what running a list of words does; a script among them (`sh -c`) is lowered."""
    if not words:
        return
    script = script_position([word.text for word in words])
    # Arguments of a program that the image names: options, not a command.
    called = "arguments" if words[0].text.startswith("-") else name
    arguments = tuple(
        ir.Argument(word.value.span, word.value, None, False)
        for number, word in enumerate(words)
        if number != script
    )
    function = ir.Lit(Span(span.file, span.start, span.start), called)
    yield ir.Do(span, ir.Call(span, function, arguments, words=True))
    if script is not None:
        yield from run_script(words[script].data, words[script].places, span, name)


def run_script(data: bytes, places: Sequence[int], span: Span, name: str = "CMD") -> Iterator[ir.Stmt]:
    """Yield what a command line does that a shell runs; its last command is the container's process."""
    body = list(shell.lower_at(span.file, data, places).body)
    match body[-1:]:
        case [ir.Do(span=around, value=ir.Call(function=function, arguments=arguments, words=True))]:
            if isinstance(function, ir.Lit | ir.Concat) and function.span.start < function.span.end:
                first = ir.Argument(function.span, function, None, False)
                begin = Span(around.file, around.start, around.start)
                call = ir.Call(around, ir.Lit(begin, name), (first, *arguments), words=True)
                body[-1] = ir.Do(around, call)
    if body:
        yield ir.Block(span, "scope", None, tuple(body))


def mount(owner: str, span: Span, kind: str, source: ir.Expr | None, target: ir.Expr | None) -> ir.Stmt:
    """Return the statement that `owner` ("services.web.volumes") mounts storage of a kind."""
    begin = Span(span.file, span.start, span.start)
    named = (("source", source), ("target", target), ("kind", ir.Lit(begin, kind)))
    arguments = tuple(
        ir.Argument(value.span, value, name, False) for name, value in named if value is not None
    )
    return ir.Do(span, ir.Call(span, ir.Lit(begin, owner), arguments, words=True))
