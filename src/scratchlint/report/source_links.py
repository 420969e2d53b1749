"""Where a web browser shows the lines that a report names."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from scratchlint.core.finding import Report
from scratchlint.core.span import Span


def source_link(report: Report, span: Span) -> str | None:
    """Return the address of a span's first line at the analysed commit, None where the origin is unknown.

    It has the form that GitHub and most others use, and GitLab's on hosts that are named so. It holds only
    characters that need no escape in Markdown and HTML.
    """
    if report.origin is None:
        return None
    host = urlsplit(report.origin.repository).hostname or ""
    view = "-/blob" if "gitlab" in host else "blob"
    file = quote(span.file.encode("utf-8", "surrogateescape"), safe="/")
    line = report.excerpts[span].region.start.line
    return f"{report.origin.repository}/{view}/{report.origin.commit}/{file}#L{line}"
