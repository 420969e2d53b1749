"""Templates of shell scripts: what a template engine fills in becomes a variable, its statements vanish."""

from __future__ import annotations

import re

from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages.command_lines import command_line
from scratchlint.languages.placeholders import TEMPLATE_HOLE, template_name, without_statements


def lower(path: str, data: bytes) -> ir.Module:
    """Lower the template of a shell script, with its spans in the template."""
    text = without_statements(path, data)
    body, damaged = command_line(path, text, [(0, len(text))], TEMPLATE_HOLE, _as_shell)
    return ir.Module(Span(path, 0, len(data)), "shell", body, (), damaged)


def _as_shell(match: re.Match[bytes]) -> bytes:
    name = template_name(next(filter(None, match.groups())).decode("utf-8", "replace"))
    return b"${" + re.sub(r"\W+", "_", name).encode() + b"}"
