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
    name = quote(file.encode("utf-8", "surrogateescape"), safe="/")
    return f"{_views(repository)}/blob/{commit}/{name}#L{line}"


def commit_address(repository: str, commit: str) -> str:
    """Return the address of what a commit changed; `repository` is a web address."""
    return f"{_views(repository)}/commit/{commit}"


def _views(repository: str) -> str:
    return f"{repository}/-" if "gitlab" in (urlsplit(repository).hostname or "") else repository
