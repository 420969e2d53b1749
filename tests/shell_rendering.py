"""Shell IR as one line of text, so that a test shows source and result side by side."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir
from scratchlint.languages import shell


def rendered(source: str) -> str:
    return statements(shell.lower("script.sh", source.encode()).body)


def statements(body: tuple[ir.Stmt, ...]) -> str:
    return "; ".join(map(statement, body))


def statement(node: ir.Stmt) -> str:
    match node:
        case ir.Bind(target=target, value=value, declares=declares, exported=exported):
            marks = ("local " if declares else "") + ("export " if exported else "")
            return f"{marks}{expression(target).lstrip('$')} = {expression(value)}"
        case ir.Do(value=value):
            return expression(value)
        case ir.Block(kind=kind, guard=guard, body=body):
            mark = f"[{expression(guard)}]" if guard is not None else ""
            return f"{kind}{mark} {{ {statements(body)} }}"
        case ir.Function(name=name, body=body):
            return f"function {name} {{ {statements(body)} }}"
    raise AssertionError(node)


def expression(node: ir.Expr) -> str:
    match node:
        case ir.Lit(text=text):
            return repr(text)
        case ir.Ref(name=name):
            return f"${name}"
        case ir.Concat(parts=parts):
            return " + ".join(map(expression, parts))
        case ir.Either(choices=choices):
            return f"({' | '.join(map(expression, choices))})"
        case ir.Field(base=base, name=name):
            return f"{expression(base)}[{'*' if name is None else name}]"
        case ir.Record(entries=entries):
            return f"{{{', '.join(map(_entry, entries))}}}"
        case ir.Call(function=function, arguments=arguments, words=True):
            name = function.text if isinstance(function, ir.Lit) else expression(function)
            return f"{name}({', '.join(map(_argument, arguments))})"
        case ir.Other(kind=kind, parts=parts):
            return f"<{kind}>({', '.join(map(expression, parts))})"
    raise AssertionError(node)


def _entry(entry: ir.Entry) -> str:
    return ("..." if entry.spread else f"{entry.key}: ") + expression(entry.value)


def _argument(argument: ir.Argument) -> str:
    return (f"{argument.name} " if argument.name is not None else "") + expression(argument.value)


def nodes(module: ir.Module) -> Iterator[ir.Node]:
    waiting: list[ir.Node] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(ir.children(node))
