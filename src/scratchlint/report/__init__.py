"""Reports: one module a format, each turning a Report into pieces of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TextIO, cast

from scratchlint.core.finding import Report
from scratchlint.errors import UsageError
from scratchlint.report.interface import Options, Render, Rule

__all__ = ["FORMATS", "Options", "Rule", "write"]

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


def write(
    report: Report,
    format: str,
    stream: TextIO,
    *,
    rules: Sequence[Rule],
    version: str,
    color: bool = False,
    show_scratch: bool = False,
    show_suppressed: bool = False,
    evidence: bool = False,
    verbose: bool = False,
    category: str | None = None,
) -> None:
    """Write `report` to `stream` in one of FORMATS.

    `color`, `show_scratch`, `evidence` and `verbose` shape the text format; JSON and HTML add the
    scratch sites with `show_scratch`; text, JSON and SARIF add what is suppressed with `show_suppressed`;
    `category` is SARIF's alone. JSON, SARIF and HTML are ASCII; for the others the stream decides what
    becomes of characters that its encoding lacks. Raises UsageError for an unknown format, and
    whatever the stream raises.
    """
    if format not in _MODULES:
        raise UsageError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    render = cast(Render, import_module(_MODULES[format]).render)
    options = Options(version, color, show_scratch, show_suppressed, evidence, verbose, category)
    for piece in render(report, rules, options):
        stream.write(piece)
