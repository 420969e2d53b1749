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
    line = report.excerpts[span].region.start.line
    return line_address(report.origin.repository, report.origin.commit, span.file, line)


def line_address(repository: str, commit: str, file: str, line: int) -> str:
    """Return the address of a line of a file at a commit; `repository` is a web address."""
    view = "-/blob" if "gitlab" in (urlsplit(repository).hostname or "") else "blob"
    name = quote(file.encode("utf-8", "surrogateescape"), safe="/")
    return f"{repository}/{view}/{commit}/{name}#L{line}"
