"""Lowered modules as text, so that a test shows source and result side by side.

A statement is a line, what stands in it is indented. `bind` declares a name, `set` writes to one
that is there; `export` marks what other files see. `env(A)` reads the environment, `concat(…)` and
`path(…)` join, `either(…)` is one of several values, `?` a computed key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest

from scratchlint.core import ir

_JOINS = {"": "concat", "/": "path"}


def cases(*rows: tuple[str, ...]) -> pytest.MarkDecorator:
    """Take rows of a source and the lines that it is lowered to."""
    pairs = [(source, "\n".join(lines)) for source, *lines in rows]
    return pytest.mark.parametrize(("source", "expected"), pairs, ids=[source for source, _ in pairs])


def render(node: ir.Module | ir.Stmt | ir.Expr) -> str:
    """Return the text of a module, statement or expression."""
    match node:
        case ir.Module(body=body):
            return "\n".join(_lines(body))
        case ir.Bind() | ir.Do() | ir.Return() | ir.Function() | ir.Class() | ir.Import() | ir.Block():
            return "\n".join(_lines([node]))
        case _:
            return _value(node)


def rendered(module: ir.Module) -> str:
    """Return the text of a module that was read without damage and whose spans nest."""
    assert module.damaged == ()
    assert strays(module) == []
    return render(module)


def literals(module: ir.Module) -> list[str]:
    """Return the constants of a module."""
    found: list[str] = []
    waiting: list[ir.Node] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Lit):
            found.append(node.text)
        waiting.extend(ir.children(node))
    return found


def strays(module: ir.Module) -> list[str]:
    """Return the nodes whose span leaves the span of the node around them."""
    found: list[str] = []
    waiting: list[ir.Node] = [module]
    while waiting:
        node = waiting.pop()
        for child in ir.children(node):
            if not node.span.start <= child.span.start <= child.span.end <= node.span.end:
                found.append(f"{child} in {node}")
            waiting.append(child)
    return found


def _lines(statements: Iterable[ir.Stmt]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case ir.Bind(target=target, value=value, declares=declares, exported=exported):
                verb = "bind" if declares else "set"
                yield f"{_export(exported)}{verb} {_value(target)} = {_value(value)}"
            case ir.Do(value=value):
                yield f"do {_value(value)}"
            case ir.Return(value=value):
                yield f"return {_value(value)}"
            case ir.Import(module=module, name=None, alias=alias):
                yield f"import {module} as {alias}" if alias else f"import {module}"
            case ir.Import(module=module, name=name, alias=alias):
                yield f"from {module} import {name}" + (f" as {alias}" if alias != name else "")
            case ir.Function(decorators=decorators, exported=exported, body=body):
                yield from _decorators(decorators)
                yield f"{_export(exported)}function {_head(statement)}:"
                yield from _indented(body)
            case ir.Class(name=name, bases=bases, decorators=decorators, exported=exported, body=body):
                yield from _decorators(decorators)
                extends = f"({_values(bases)})" if bases else ""
                yield f"{_export(exported)}class {name}{extends}:"
                yield from _indented(body)
            case ir.Block(kind=kind, guard=guard, body=body):
                yield f"{kind} {_value(guard)}:" if guard is not None else f"{kind}:"
                yield from _indented(body)


def _indented(statements: Iterable[ir.Stmt]) -> Iterator[str]:
    return (f"  {line}" for line in _lines(statements))


def _inline(statements: Iterable[ir.Stmt]) -> str:
    return "; ".join(line.strip() for line in _lines(statements)) or "{}"


def _export(exported: bool) -> str:
    return "export " if exported else ""


def _decorators(decorators: Iterable[ir.Expr]) -> Iterator[str]:
    return (f"@{_value(decorator)}" for decorator in decorators)


def _head(function: ir.Function) -> str:
    return f"{function.name}({', '.join(map(_parameter, function.parameters))})"


def _parameter(parameter: ir.Parameter) -> str:
    marks = {"plain": "", "self": "self ", "rest": "...", "keywords": "**"}
    text = marks[parameter.kind] + parameter.name
    if parameter.target is not None:
        text += _value(parameter.target)
    if parameter.annotation is not None:
        text += f": {parameter.annotation.removeprefix(': ')}"
    return text + (f" = {_value(parameter.default)}" if parameter.default is not None else "")


def _values(values: Iterable[ir.Expr]) -> str:
    return ", ".join(map(_value, values))


def _value(expression: ir.Expr) -> str:
    match expression:
        case ir.Lit(text=text):
            return json.dumps(text, ensure_ascii=False)
        case ir.Ref(name=name):
            return name
        case ir.Env(name=name, default=default):
            return f"env({name})" if default is None else f"env({name}, {_value(default)})"
        case ir.Concat(parts=parts, separator=separator):
            return f"{_JOINS.get(separator, repr(separator))}({_values(parts)})"
        case ir.Either(choices=choices):
            return f"either({_values(choices)})"
        case ir.Record(entries=entries):
            return f"{{{', '.join(map(_entry, entries))}}}"
        case ir.Field(base=base, name=name):
            return f"{_value(base)}[?]" if name is None else f"{_value(base)}.{_key(name)}"
        case ir.Call(function=function, arguments=arguments, words=words):
            head = f"command {_value(function)}" if words else _value(function)
            return f"{head}({', '.join(map(_argument, arguments))})"
        case ir.Lambda(function=function):
            return f"({_head(function)} => {_inline(function.body)})"
        case ir.Other(kind=kind, parts=parts):
            return f"<{kind}>" if not parts else f"<{kind} {_values(parts)}>"
        case ir.Document(module=module):
            return f"<{module.language} {module.written}: {_inline(module.body)}>"


def _key(name: str) -> str:
    return name if name.replace("#", "").replace("-", "").replace("_", "").isalnum() else json.dumps(name)


def _entry(entry: ir.Entry) -> str:
    if entry.spread:
        return f"...{_value(entry.value)}"
    return f"{'?' if entry.key is None else _key(entry.key)}: {_value(entry.value)}"


def _argument(argument: ir.Argument) -> str:
    name = f"{argument.name}=" if argument.name is not None else ""
    return f"{name}{'...' if argument.spread else ''}{_value(argument.value)}"
