"""The report over all repositories of a sweep as one web page that needs no network and no server."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint import __version__
from scratchlint.report.html_template import rendered
from scratchlint.rules import RULES
from scratchlint.sweep.database import Database
from scratchlint.sweep.html_view import page


def render(database: Database) -> Iterator[str]:
    """Yield the page in pieces, as ASCII. The same findings give the same bytes."""
    yield from rendered("sweep.html", "sweep.js", page(database, RULES, __version__))
