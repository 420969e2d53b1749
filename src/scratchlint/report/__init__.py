"""Reports: one module a format, each turning a Report into pieces of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TextIO, cast

from scratchlint.core.finding import Report
from scratchlint.errors import UsageError
from scratchlint.report.interface import Options, Render, Rule

__all__ = ["FORMATS", "LINKED", "Options", "Rule", "write"]

# Modules are named, not imported: SARIF alone would double the time that a start takes.
_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "text": "scratchlint.report.text",
        "json": "scratchlint.report.json_report",
        "sarif": "scratchlint.report.sarif",
        "github": "scratchlint.report.github",
        "markdown": "scratchlint.report.markdown",
        "html": "scratchlint.report.html_report",
    }
)
FORMATS: tuple[str, ...] = tuple(_MODULES)
LINKED = frozenset({"sarif", "markdown"})
"""The formats that lead to the source on the web, and so tell where it comes from."""


def write(report: Report, format: str, stream: TextIO, rules: Sequence[Rule], options: Options) -> None:
    """Write `report` to `stream` in one of FORMATS.

    JSON, SARIF and HTML are ASCII; for the others the stream decides what becomes of characters that its
    encoding lacks. Raises UsageError for an unknown format, and whatever the stream raises.
    """
    if format not in _MODULES:
        raise UsageError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    render = cast(Render, import_module(_MODULES[format]).render)
    for piece in render(report, rules, options):
        stream.write(piece)
