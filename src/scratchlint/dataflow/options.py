"""Command-line options: a declared default comes back as a field of what the parser returns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.program import Program

_DECLARES = frozenset({"add_argument", "add_option", "option", "requiredOption", "define"})
_PARSED = re.compile(
    r"(parse_args|parse_known_args|parse_intermixed_args|opts|parse|argv|parseSync)\(?\)?$|\.argv$"
)
_HOLDERS = frozenset(
    {"args", "arguments", "options", "opts", "opt", "argv", "ns", "namespace", "flags", "cli"}
)
_LONG = re.compile(r"--([A-Za-z][\w-]*)")


class Options:
    """Connects declarations of options with the reads of their values."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self._program = program
        self._calls = calls

    def name(self, call: ir.Call) -> str | None:
        """Return the field under which a declared option's value is read, None for other calls."""
        match call.function:
            case ir.Field(name=str(called)) | ir.Ref(name=called) if called in _DECLARES:
                pass
            case _:
                return None
        for argument in call.arguments:
            if argument.name == "dest" and isinstance(argument.value, ir.Lit):
                return argument.value.text
        texts = [
            argument.value.text
            for argument in call.arguments
            if argument.name is None and isinstance(argument.value, ir.Lit)
        ]
        python = self._program.module_of(call).language == "python"
        for text in texts:
            long = _LONG.search(text)
            if long is not None:
                return long[1].replace("-", "_") if python else _camel(long[1])
        return texts[0] if texts and not texts[0].startswith("-") else None

    def is_default(self, call: ir.Call, argument: ir.Argument, access: tuple[str, ...]) -> bool:
        """Whether an argument of a declaration is the option's default."""
        if argument.name is not None:
            return argument.name == "default"
        if access:
            return access == ("default",)
        positional = [other for other in call.arguments if other.name is None]
        return argument in positional[2:]

    def reads(self, call: ir.Call, name: str) -> Iterator[ir.Field]:
        """Yield the reads of an option in the file that declares it."""
        for field in self._program.fields:
            if field.name == name and field.span.file == call.span.file:
                holder = self._calls.qualified(field.base)
                if holder in _HOLDERS or _PARSED.search(holder):
                    yield field

    def parameters(self, call: ir.Call, name: str) -> Iterator[tuple[ir.Function, ir.Parameter]]:
        """Yield the parameter that an option declared by a decorator fills (click)."""
        function = self._program.parent.get(call)
        if isinstance(function, ir.Function) and call in function.decorators:
            for parameter in function.parameters:
                if parameter.name == name:
                    yield function, parameter


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)
