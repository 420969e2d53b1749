"""Configuration as the tests write it: every Bind and command on one line, and checks of any input."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scratchlint.core import ir

Lower = Callable[[str, bytes], ir.Module]


def show(node: ir.Node) -> str:
    """Write a statement or expression on one line: constants quoted, the rest named."""
    match node:
        case ir.Lit(text=text):
            return repr(text)
        case ir.Ref(name=name):
            return name
        case ir.Env(name=name, default=default):
            return f"${name}" if default is None else f"${name}({show(default)})"
        case ir.Concat(parts=parts):
            return " + ".join(map(show, parts))
        case ir.Either(choices=choices):
            return "(" + " | ".join(map(show, choices)) + ")"
        case ir.Record(entries=entries):
            return "[" + ", ".join(show(entry.value) for entry in entries) + "]"
        case ir.Call(function=function, arguments=arguments):
            words = (f"{item.name or ''} {show(item.value)}".strip() for item in arguments)
            return f"{show(function)}({', '.join(words)})"
        case ir.Do(value=value):
            return show(value)
        case ir.Bind(target=target, value=value):
            return f"{show(target)} = {show(value)}"
        case ir.Function(body=body) | ir.Block(body=body):
            return f"{{{'; '.join(map(show, body))}}}"
    return type(node).__name__.lower()


def shown(lower: Lower, text: str, path: str = "a") -> list[str]:
    """Return the statements of a text."""
    return [show(statement) for statement in lower(path, text.encode()).body]


def nodes(node: ir.Node) -> Iterator[ir.Node]:
    yield node
    for child in ir.children(node):
        yield from nodes(child)


def check(lower: Lower, data: bytes) -> None:
    """Check what holds for any bytes: no node twice, spans inside the file, constants that stand there."""
    module = lower("a", data)
    seen = list(nodes(module))
    commands = any(isinstance(node, ir.Call) for node in seen) or b"command" in data or b"Exec" in data
    assert len({id(node) for node in seen}) == len(seen)
    for node in seen:
        assert 0 <= node.span.start <= node.span.end <= len(data)
        if isinstance(node, ir.Bind) and not commands and isinstance(node.value, ir.Lit):
            raw = data[node.value.span.start : node.value.span.end]
            assert node.value.text in (raw.decode("utf-8", "replace"), "%", "/tmp", "/var/tmp") or (
                b"{" in data or b"<%" in data
            )
    for span in module.damaged:
        assert 0 <= span.start <= span.end <= len(data)
