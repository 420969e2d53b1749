"""Spans as SARIF locations: relative addresses, UTF-16 columns, snippets."""

from __future__ import annotations

from urllib.parse import quote

import sarif_om

from scratchlint.core.finding import Excerpt, Report
from scratchlint.core.span import Span

ROOT = "%SRCROOT%"

# What RFC 3986 allows in a path, but for the colon, which a relative reference cannot have in its
# first segment. Viewers that do not decode addresses still find most files this way.
_PATH_CHARACTERS = "/!$&'()*+,;=@"
# Of a minified file a context would be the whole file.
_LONGEST_CONTEXT = 2000


def location(
    report: Report, span: Span, message: str | None = None, number: int | None = None
) -> sarif_om.Location:
    """Return a span as a location; `number` is its id among related locations, from 1."""
    return sarif_om.Location(
        id=-1 if number is None else number,
        message=None if message is None else sarif_om.Message(text=message),
        physical_location=sarif_om.PhysicalLocation(
            artifact_location=artifact(span.file, report),
            region=_region(report.excerpts[span]),
            context_region=_context(report.excerpts[span]),
        ),
    )


def artifact(file: str, report: Report | None = None) -> sarif_om.ArtifactLocation:
    """Return a file as an address relative to the root, percent-encoded.

    Viewers find the text that a log holds of a file by its index alone.
    """
    text = report.texts.get(file) if report is not None and report.texts is not None else None
    encoded = quote(file.encode("utf-8", "surrogateescape"), safe=_PATH_CHARACTERS)
    return sarif_om.ArtifactLocation(uri=encoded, uri_base_id=ROOT, index=-1 if text is None else text.number)


def _region(excerpt: Excerpt) -> sarif_om.Region:
    start, end = excerpt.region
    return sarif_om.Region(
        start_line=start.line,
        start_column=start.column,
        end_line=end.line,
        end_column=end.column,
        snippet=sarif_om.ArtifactContent(text=excerpt.text),
    )


def _context(excerpt: Excerpt) -> sarif_om.Region | None:
    text = "\n".join(excerpt.lines)
    if len(text) > _LONGEST_CONTEXT or text == excerpt.text:
        return None
    return sarif_om.Region(
        start_line=excerpt.region.start.line,
        end_line=excerpt.region.end.line,
        snippet=sarif_om.ArtifactContent(text=text),
    )
