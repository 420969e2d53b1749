"""Holes in configuration: what a template engine, the environment or the format itself fills in.

Read are the expressions of Jinja, Helm and Mustache (`{{ x }}`), ERB (`<%= x %>`), autoconf and
CMake (`@X@`), `%%X%%`, the interpolation of Python's configparser (`%(x)s`), and `${X}` with the
defaults of shells (`${X:-d}`) and of Spring (`${x:d}`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scratchlint.core import ir
from scratchlint.core.span import Span

_TEMPLATE_HOLES = (
    rb"\{\{-?(?P<mustache>[^{}\r\n]{1,300})\}\}"
    rb"|<%[-=]=?(?P<erb>[^%\r\n]{1,300})%>"
    rb"|%%(?P<percent>\w{1,80})%%"
    rb"|(?<![\w.])@(?P<at>[A-Za-z_]\w{0,80})@"
)
_HOLES = (
    _TEMPLATE_HOLES + rb"|\$\{(?P<braced>[^{}\s$]{1,300})\}"
    rb"|%\((?P<python>[\w.:-]{1,80})\)s?"
)
TEMPLATE_HOLE = re.compile(_TEMPLATE_HOLES)
"""What template engines alone fill in."""
HOLE = re.compile(_HOLES)
VARIABLE = re.compile(_HOLES + rb"|\$(?P<plain>[A-Za-z_]\w*+)")
"""As HOLE, and `$name`."""
SPECIFIER = re.compile(_HOLES + rb"|%(?P<specifier>[A-Za-z%])|\$(?P<plain>[A-Za-z_]\w*+)")
"""As VARIABLE, and `%i` of systemd."""

# Jinja's `x | default('y')`, Helm's `.Values.x | default "y"` and `default "y" .Values.x`.
_DEFAULT = re.compile(
    r"\|\s*(?:default|d)\b\s*\(?\s*([\"'])(?P<piped>[^\"'\r\n]*)\1"
    r"|\bdefault\s+([\"'])(?P<called>[^\"'\r\n]*)\3"
)
_CHART_VALUE = re.compile(r"\.(Values(?:\.[\w-]+)+)")
_NAME = re.compile(r"[\w.$@:-]+")
_BRACED = re.compile(rb"(?P<name>[\w.]+)(?::?[-=]|:(?=[/~.\\]))(?P<default>.*)", re.DOTALL)

# https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers
_SPECIFIED = {"%": "%", "T": "/tmp", "V": "/var/tmp"}

# A statement of a template says nothing of its own: `{% if %}`, `{{- end }}`, `{# note #}`.
_STATEMENT = re.compile(
    rb"\{%[^%]{0,2000}%\}|\{#[^#\r\n]{0,500}#\}"
    rb"|\{\{-?\s*(?:[#/!>^]|(?:if|else|end|range|with|define|template|include|block|tpl)\b)[^{}]{0,500}\}\}"
)
_RUBY = re.compile(rb"<%(?![-=]?=)[^%]{0,2000}%>")
_VISIBLE = re.compile(rb"[^\r\n]")


def without_statements(path: str, data: bytes) -> bytes:
    """Return bytes of the same length in which the statements of templates are blank."""
    if b"{%" in data or b"{#" in data or b"{{" in data:
        data = _STATEMENT.sub(_blank, data)
    return _RUBY.sub(_blank, data) if path.lower().endswith((".erb", ".epp")) else data


def _blank(match: re.Match[bytes]) -> bytes:
    return _VISIBLE.sub(b" ", match[0])


def text_of(raw: bytes) -> str:
    """Return the text of bytes, whatever they are."""
    return raw.decode("utf-8", "replace")


class Placeholders:
    """Reads texts with holes between two offsets of a file.

    `resolve` gives the full name of a setting that `%(x)s` or `${x}` names.
    """

    def __init__(
        self, path: str, data: bytes, pattern: re.Pattern[bytes] = HOLE, resolve: Callable[[str], str] = str
    ) -> None:
        self._path = path
        self._data = data
        self._pattern = pattern
        self._resolve = resolve

    def span(self, start: int, end: int) -> Span:
        """Return a span of this file."""
        return Span(self._path, start, end)

    def literal(self, start: int, end: int) -> ir.Lit:
        """Return a text as it stands there."""
        return ir.Lit(self.span(start, end), text_of(self._data[start:end]))

    def expression(self, start: int, end: int) -> ir.Expr:
        """Return a text with its holes."""
        parts: list[ir.Expr] = []
        place = start
        for hole in self._pattern.finditer(self._data, start, end):
            if place < hole.start():
                parts.append(self.literal(place, hole.start()))
            parts.append(self._hole(hole))
            place = hole.end()
        if place < end or not parts:
            parts.append(self.literal(place, end))
        return parts[0] if len(parts) == 1 else ir.Concat(self.span(start, end), tuple(parts), "")

    def _hole(self, hole: re.Match[bytes]) -> ir.Expr:
        kind = hole.lastgroup or ""
        span = self.span(*hole.span())
        name = text_of(hole[kind]).strip(" \t-")
        if kind == "specifier" and name in _SPECIFIED:
            return ir.Lit(span, _SPECIFIED[name])
        if kind in ("mustache", "erb"):
            reading = ir.Ref(span, template_name(name))
            # In Latin-1 a character is a byte.
            default = template_default(hole[kind].decode("latin-1"))
            if default is None:
                return reading
            start, end = (hole.start(kind) + place for place in default)
            return ir.Either(span, (reading, self.literal(start, end)))
        if kind == "python":
            if name.startswith("ENV_"):  # http://supervisord.org/configuration.html#environment-variables
                return ir.Env(span, name.removeprefix("ENV_"), None)
            return ir.Ref(span, self._resolve(name))
        if kind == "braced":
            return self._braced(span, hole)
        if kind == "angle":
            return ir.Ref(span, self._resolve(name))
        return ir.Ref(span, name)

    def _braced(self, span: Span, hole: re.Match[bytes]) -> ir.Expr:
        """Return `${X}`: a variable of the environment when its name is written like one."""
        match = _BRACED.fullmatch(self._data, *hole.span("braced"))
        name = text_of(match["name"] if match else hole["braced"])
        default = self.literal(*match.span("default")) if match else None
        if name.isupper() and "." not in name:
            return ir.Env(span, name, default)
        reading = ir.Ref(span, self._resolve(name))
        return reading if default is None else ir.Either(span, (reading, default))


def template_name(text: str) -> str:
    """Return the name of the value that the expression of a template reads: `app_dir`, `Values.app.dir`."""
    match = _CHART_VALUE.search(text)
    if match is not None:
        return match[1]
    match = _NAME.search(text)
    return match[0].lstrip(".$") or text if match else text


def template_default(text: str) -> tuple[int, int] | None:
    """Return where the text stands that fills the expression of a template when its value is not set."""
    match = _DEFAULT.search(text)
    return match.span(match.lastgroup or 0) if match else None
