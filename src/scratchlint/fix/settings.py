"""Environment variables for programs that are configured by them: a path becomes the default of a new one.

What a setting beside the path says is said again, with another name and another default; so the edit
is in the file's own words, and needs no import that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.fix.change import Stretch
from scratchlint.fix.tree import edited
from scratchlint.languages.front_ends import lower_file

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Variable:
    """A new environment variable, and the edit that reads it."""

    name: str
    stretch: Stretch
    replacement: bytes


def variable(language: str, file: str, data: bytes, place: Stretch, new: bytes) -> Variable | None:
    """Return how to read a path from the environment; the bytes at `place` become `new` in its default.

    None where the path is no setting of its own, or those beside it do not come from the environment, or
    not under names that follow from theirs.
    """
    found = _setting_at(lower_file(language, file, data), place)
    if found is None:
        return None
    setting, beside = found
    reads = [(one, read) for one in beside if (read := _read(one)) is not None]
    prefixes = {_prefix(one.name, read.name) for one, read in reads}
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    if prefix is None:
        return None
    name = prefix + _constant(setting.name)
    if re.search(rf"\b{name}\b".encode(), data) and language != "shell":
        return None
    literal = setting.value.span
    default = edited(data[literal.start : literal.end], {_shifted(place, literal.start): new})
    for _, read in reads:
        said = _said(data, read, name, default)
        if said is not None and _is_read(language, file, data, literal, said, setting.name, name):
            return Variable(name, (literal.start, literal.end), said)
    return None


@dataclass(frozen=True, slots=True)
class _Setting:
    """A name and its value; `whole` is the statement or entry."""

    name: str
    value: ir.Expr
    whole: Span


@dataclass(frozen=True, slots=True)
class _Read:
    """A read of the environment with a constant default."""

    name: str
    span: Span
    default: Span


def _setting_at(module: ir.Module, place: Stretch) -> tuple[_Setting, Sequence[_Setting]] | None:
    """Return the setting whose value is the constant at a place, and all that stand beside it."""
    for settings in _groups(module):
        for one in settings:
            span = one.value.span
            if isinstance(one.value, ir.Lit) and span.start <= place[0] and place[1] <= span.end:
                return one, settings
    return None


def _groups(module: ir.Module) -> Iterator[list[_Setting]]:
    """Yield the settings of a module, and of each class and object at its top."""
    bodies: list[Sequence[ir.Node]] = [module.body]
    for node in module.body:
        if isinstance(node, ir.Class):
            bodies.append(node.body)
        elif isinstance(node, ir.Bind) and isinstance(node.value, ir.Record):
            bodies.append(node.value.entries)
    for body in bodies:
        yield [setting for node in body if (setting := _setting(node)) is not None]


def _setting(node: ir.Node) -> _Setting | None:
    match node:
        case ir.Bind(target=ir.Ref(name=name), value=value):
            return _Setting(name, value, node.span)
        case ir.Entry(key=str(key), value=value):
            return _Setting(key, value, node.span)
    return None


def _read(setting: _Setting) -> _Read | None:
    """Return how a setting reads the environment: at once, or inside of a conversion."""
    value = setting.value
    if isinstance(value, ir.Call) and len(value.arguments) == 1:
        value = value.arguments[0].value
    match value:
        case ir.Env(name=name, default=ir.Lit() as default):
            pass
        case ir.Either(choices=(ir.Env(name=name, default=None), ir.Lit() as default)):
            pass
        case ir.Either(choices=(ir.Ref(name=name), ir.Lit() as default)) if name == setting.name:
            pass
        case _:
            return None
    # `const { PORT = '80' } = process.env` and `: "${PORT:=80}"` are read and name in one.
    if value.span == setting.whole:
        return None
    return _Read(name, value.span, default.span)


def _prefix(setting: str, name: str) -> str | None:
    constant = _constant(setting)
    return name.removesuffix(constant) if name.endswith(constant) else None


def _constant(name: str) -> str:
    return _HUMP.sub("_", name).replace("-", "_").upper()


def _said(data: bytes, read: _Read, name: str, default: bytes) -> bytes | None:
    """Return what a read says, with another name and default; None when it says its name twice."""
    start, end = _shifted((read.default.start, read.default.end), read.span.start)
    text = data[read.span.start : read.span.end]
    pattern = re.compile(rf"\b{re.escape(read.name)}\b".encode())
    if len(pattern.findall(text)) != 1 or pattern.search(text[start:end]):
        return None
    return pattern.sub(name.encode(), text[:start]) + default + pattern.sub(name.encode(), text[end:])


def _is_read(
    language: str, file: str, data: bytes, literal: Span, said: bytes, setting: str, name: str
) -> bool:
    """Whether a setting comes from the environment when some bytes stand in the place of its value."""
    changed = edited(data, {(literal.start, literal.end): said})
    place = (literal.start, literal.start + len(said))
    for settings in _groups(lower_file(language, file, changed)):
        for one in settings:
            if one.name == setting and place == (one.value.span.start, one.value.span.end):
                read = _read(one)
                return read is not None and read.name == name
    return False


def _shifted(stretch: Stretch, start: int) -> Stretch:
    return stretch[0] - start, stretch[1] - start
