"""Files that Python, TypeScript and JavaScript write: by a call that takes the text, or told by its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.languages.documents import Source, document, spelled
from scratchlint.languages.names import dotted
from scratchlint.source.written_files import shaped_language

# Where a call takes the path and the text; the path of "receiver" is what the method is called on.
_WRITERS: Mapping[str, tuple[int | str, int]] = {
    **dict.fromkeys(("write", "write_text"), ("receiver", 0)),
    **dict.fromkeys(
        (
            "writeFile",
            "writeFileSync",
            "appendFile",
            "appendFileSync",
            "outputFile",
            "outputFileSync",
            "writeTextFile",
            "writeTextFileSync",
        ),
        (0, 1),
    ),
}
_STREAMS = ("sys.stdout", "sys.stderr", "process.stdout", "process.stderr", "res", "response", "self.wfile")
# What shows a text to people.
_PRINTERS = frozenset({"print", "echo", "secho", "log", "info", "debug", "warn", "warning", "error", "exit"})
# What gives the same text but for the blanks around its lines.
_TRIMS = frozenset({"dedent", "cleandoc", "stripIndent", "outdent", "strip", "lstrip", "trim", "trimStart"})
_UNREAD = _PRINTERS | _TRIMS


def with_documents(call: ir.Call, files: Mapping[str, str], source: Source) -> ir.Call:
    """Return a call whose text for a file is read in that file's format.

    `files` gives the paths of the files that names hold open.
    """
    name = _last(call.function)
    writer = _WRITERS.get(name)
    read_arguments: dict[int, ir.Argument] = {}
    for number, argument in enumerate(call.arguments):
        read: ir.Expr | None = None
        if writer is not None and number == writer[1] and argument.name is None:
            path = _target(call, writer[0], files)
            read = document(_untrimmed(argument.value), path, source) if path is not None else None
        elif name not in _UNREAD:
            read = shaped(argument.value, source)
        if read is not None:
            read_arguments[number] = replace(argument, value=read)
    if not read_arguments:
        return call
    arguments = (read_arguments.get(number, argument) for number, argument in enumerate(call.arguments))
    return replace(call, arguments=tuple(arguments))


def shaped(value: ir.Expr, source: Source) -> ir.Document | None:
    """Return a text that can be nothing but a file as that file, else None."""
    text = _untrimmed(value)
    if not isinstance(text, ir.Lit | ir.Concat) or "\n" not in (written := spelled(text)):
        return None
    language = shaped_language(written.lstrip())
    return document(text, "?", source, language) if language is not None else None


def opened(value: ir.Expr) -> str | None:
    """Return the path of the file that an expression opens, None when it opens none."""
    if isinstance(value, ir.Call) and _last(value.function) in ("open", "openSync") and value.arguments:
        match value.function:
            case ir.Field(base=path) if not dotted(path):
                return _path(path)
        return _path(value.arguments[0].value)
    return None


def _target(call: ir.Call, place: int | str, files: Mapping[str, str]) -> str | None:
    """Return the path that a call writes to, as far as it is known; None for a stream."""
    if isinstance(place, int):
        return _path(call.arguments[place].value)
    receiver = call.function.base if isinstance(call.function, ir.Field) else call.function
    name = dotted(receiver)
    if name.startswith(_STREAMS):
        return None
    return opened(receiver) or files.get(name) or _path(receiver)


def _path(value: ir.Expr) -> str:
    match value:
        case ir.Concat(parts=parts, separator=separator):
            return separator.join(map(_path, parts))
        case ir.Call(arguments=arguments) if arguments:
            return "/".join(_path(argument.value) for argument in arguments if argument.name is None)
        case ir.Field(name=str(name)):
            return f"${name}"
    return spelled(value)


def _last(function: ir.Expr) -> str:
    match function:
        case ir.Field(name=str(name)) | ir.Ref(name=name):
            return name
    return ""


def _untrimmed(value: ir.Expr) -> ir.Expr:
    while isinstance(value, ir.Call) and _last(value.function) in _TRIMS:
        if isinstance(value.function, ir.Field) and not value.arguments:
            value = value.function.base
        elif value.arguments:
            value = value.arguments[0].value
        else:
            break
    return value
