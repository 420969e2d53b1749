"""The report as one web page that needs nothing else: no network, no server, no script for reading it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scratchlint.core.finding import Report
from scratchlint.report.html_template import rendered
from scratchlint.report.html_view import page
from scratchlint.report.interface import Options, Rule


def render(report: Report, rules: Sequence[Rule], options: Options) -> Iterator[str]:
    """Yield the page in pieces, as ASCII."""
    yield from rendered("page.html", "report.js", page(report, rules, options))
