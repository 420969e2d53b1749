"""Variables and templates inside YAML texts.

Compose interpolates `$NAME`, `${NAME}` and `${NAME:-default}`, `$$` is a dollar
(https://docs.docker.com/reference/compose-file/interpolation/); Kubernetes expands `$(NAME)`
(https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/).
What a template fills in is a read of the value that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from scratchlint.core import ir
from scratchlint.languages.placeholders import template_default, template_name
from scratchlint.languages.scalars import Scalar

Syntax = Literal["compose", "kubernetes", "none"]

MAXIMUM_DEPTH = 8
"""Defaults nested deeper than this in each other are plain text."""

_TEMPLATE = (
    r"(?P<template>\{\{[^{}]*+(?:\}(?!\})[^{}]*+|\{(?!\{)[^{}]*+)*+\}\}"
    r"|\{%[^%{]*+(?:%(?!\})[^%{]*+|\{(?!%)[^%{]*+)*+%\}"
    r"|<%[^%<]*+(?:%(?!>)[^%<]*+|<(?!%)[^%<]*+)*+%>)"
)
_TOKENS = {
    "compose": re.compile(
        _TEMPLATE + r"|(?P<dollar>\$\$)|\$\{(?P<braced>[A-Za-z_]\w*+)(?P<rest>[^{}]|\{)?"
        r"|\$(?P<name>[A-Za-z_]\w*+)",
        re.DOTALL,
    ),
    "kubernetes": re.compile(
        _TEMPLATE + r"|(?P<dollar>\$\$(?=\())|\$\((?P<name>[A-Za-z_][\w.-]*+)\)", re.DOTALL
    ),
    "none": re.compile(_TEMPLATE, re.DOTALL),
}
_OPERATOR = re.compile(r":?(?P<kind>[-+?])")


def expression(scalar: Scalar, syntax: Syntax = "none", depth: int = 0) -> ir.Expr:
    """Return what a text stands for."""
    if _TOKENS[syntax].search(scalar.text) is None:
        return _constant(scalar)
    parts = tuple(_parts(scalar, syntax, depth))
    return parts[0] if len(parts) == 1 else ir.Concat(scalar.span, parts, "")


def _parts(scalar: Scalar, syntax: Syntax, depth: int) -> Iterator[ir.Expr]:
    position = 0
    for start, end, value in _holes(scalar, syntax, depth):
        if start > position:
            yield _constant(scalar.cut(position, start))
        yield value
        position = end
    if position < len(scalar.text):
        yield _constant(scalar.cut(position, len(scalar.text)))


def _constant(scalar: Scalar) -> ir.Lit:
    return ir.Lit(scalar.span, scalar.text)


def _holes(scalar: Scalar, syntax: Syntax, depth: int) -> Iterator[tuple[int, int, ir.Expr]]:
    """Yield (start, end, value) for each variable and template of a text."""
    position = 0
    while match := _TOKENS[syntax].search(scalar.text, position):
        start, position = match.span()
        found = match.groupdict()
        if found["template"]:
            yield start, position, _template(scalar.cut(start, position))
        elif found.get("dollar"):
            yield start, position, ir.Lit(scalar.cut(start, position).span, "$")
        elif found.get("name"):
            yield start, position, ir.Env(scalar.cut(start, position).span, found["name"], None)
        elif found.get("braced"):
            closing = _closing(scalar.text, match.end("braced"))
            if closing is None or depth >= MAXIMUM_DEPTH:
                return
            position = closing + 1
            rest = scalar.cut(match.end("braced"), closing)
            whole = scalar.cut(start, position)
            yield start, position, _variable(whole, found["braced"], rest, syntax, depth)


def _template(whole: Scalar) -> ir.Expr:
    """Return what the expression of a template reads, or its default."""
    reading = ir.Ref(whole.span, template_name(whole.text.strip("{}<>%=- ")))
    default = template_default(whole.text)
    if default is None:
        return reading
    return ir.Either(whole.span, (reading, _constant(whole.cut(*default))))


def _variable(whole: Scalar, name: str, rest: Scalar, syntax: Syntax, depth: int) -> ir.Expr:
    """Return what `${NAME` with an operator and a word stands for."""
    operator = _OPERATOR.match(rest.text)
    if operator is None or operator["kind"] == "?":
        return ir.Env(whole.span, name, None)
    word = expression(rest.cut(operator.end(), len(rest.text)), syntax, depth + 1)
    if operator["kind"] == "-":
        return ir.Env(whole.span, name, word)
    return ir.Either(whole.span, (word, ir.Lit(word.span, "")))


def _closing(text: str, start: int) -> int | None:
    """Return where the brace that is open at `start` closes."""
    depth = 0
    for match in re.compile(r"\$\{|\}").finditer(text, start):
        if match[0] == "}":
            if depth == 0:
                return match.start()
            depth -= 1
        else:
            depth += 1
    return None
