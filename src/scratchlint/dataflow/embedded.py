"""Text inside text: here-documents and command lines that a program builds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.flow import Role
from scratchlint.core.shape import Template
from scratchlint.dataflow.commands import leading, read_command
from scratchlint.languages.front_ends import lower_file

_KEY = re.compile(
    r"^\s*(?:export\s+|-\s+)?[\"']?(?P<key>[A-Za-z_$][\w.$ -]*?)[\"']?\s*[=:]\s*[\"']?(?P<rest>.*)$"
)
_OPTION = re.compile(r"(?:^|\s)(?P<option>--?[A-Za-z][\w-]*)(?:[ =]|$)[\"']?$")
_ARGUMENTS = re.compile(
    r"(?P<program>\w*?)_?(?:EXTRA_|START_|DAEMON_)?(?:ARGS?|ARGUMENTS|OPTS|OPTIONS|FLAGS|PARAMS)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^\s*(?:#|;|//)")


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a document on which a path stands.

    `key` is the setting that holds it, `option` the command option right before it, "" when
    there is none; `comment` tells that the line is commented out.
    """

    key: str
    option: str
    comment: bool


def document_line(document: ir.Expr, node: ir.Expr, at: int | None) -> Line:
    """Return what stands before `node` on its line of a document.

    `at` is the byte offset of the path in the file when `node` is a constant with several lines.
    """
    parts = document.parts if isinstance(document, ir.Concat) else (document,)
    before = ""
    for part in parts:
        if part is node:
            if isinstance(node, ir.Lit) and at is not None:
                before += node.text.encode()[: max(0, at - node.span.start)].decode("utf-8", "replace")
            break
        before += part.text if isinstance(part, ir.Lit) else "{}"
    line = before.rsplit("\n", 1)[-1]
    key = _KEY.match(line)
    if key is not None and " " in key["rest"].strip():
        key = None  # a sentence: `Parameters: the file`
    option = _OPTION.search(line)
    return Line(
        key["key"].strip() if key else "", option["option"] if option else "", bool(_COMMENT.match(line))
    )


def command_line_uses(text: Template, path: str) -> Iterator[tuple[str, str, Role | None]]:
    """Yield (action, name, role) for a path in a command line that is handed to a shell."""
    line = "".join(part if isinstance(part, str) else "${hole}" for part in text)
    module = lower_file("shell", "", line.encode())
    stack: list[ir.Node] = [module]
    while stack:
        node = stack.pop()
        stack.extend(ir.children(node))
        if not isinstance(node, ir.Call) or not node.words:
            continue
        if path in leading(node.function):
            yield "runs", "a command line", "executable"
        command = read_command(node)
        for argument in node.arguments:
            if path in _known(argument.value):
                for name, place, option in command.effects(argument):
                    title = name if place.isdigit() else f"{name} {place}"
                    yield option.action, title, option.role


def argument_uses(variable: str, text: ir.Expr, path: str) -> list[tuple[str, str, Role | None]]:
    """Return (action, name, role) for a path among the arguments that a variable holds for a program.

    `NGINX_OPTS="-p /tmp/nginx.pid"`: the beginning of the variable's name is taken for the program's.
    Empty when the variable's name does not say that it holds arguments.
    """
    named = _ARGUMENTS.fullmatch(variable)
    if named is None:
        return []
    line = f"{named['program'].lower().replace('_', '-') or 'program'} {_known(text)}"
    return list(command_line_uses((line,), path)) or [("sets", variable, None)]


def _known(word: ir.Expr) -> str:
    match word:
        case ir.Lit(text=text):
            return text
        case ir.Concat(parts=parts):
            return "".join(_known(part) for part in parts)
    return "${hole}"
