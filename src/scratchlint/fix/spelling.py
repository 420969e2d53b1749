"""How a path is written in one place of a source: which bytes spell it, and the quoting that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from scratchlint.core import ir
from scratchlint.core.flow import Site
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.fix.tree import edited
from scratchlint.languages.front_ends import lower_file

# What means itself in every language, inside and outside of quotes.
_PLAIN = re.compile(r"[A-Za-z0-9_./@+:,-]*")
_SEPARATOR = rb"(?:/|%2[Ff])+"


def stretch(data: bytes, site: Site, old: PathShape) -> tuple[int, int] | None:
    """Return where a place spells the beginning of a path; None when it does so in another way.

    The span of a text with quotes or escapes is the whole text, which may hold the path anywhere.
    """
    span = _narrowed(data, site)
    if any(not all(isinstance(part, str) for part in component) for component in old.components):
        return None
    names = [name for name in old.root.encode().split(b"/") if name]
    names += [show(component).encode() for component in old.components]
    pattern = rb"(?:(?<=/)|(?<![\w.~}/]))(?:/|%2[Ff])"
    pattern += _SEPARATOR.join(re.escape(name) for name in names) + rb"(?![\w.-])"
    found = [match.span() for match in re.finditer(pattern, data[span.start : span.end])]
    if not found or (len(found) > 1 and found[0][0] != 0):
        return None
    start, end = found[0]
    return span.start + start, span.start + end


def _narrowed(data: bytes, site: Site) -> Span:
    """Return the span of a site's own text, where it stands in the source once and as it is."""
    span, text = site.span, site.text.encode("utf-8", "surrogateescape")
    within = data[span.start : span.end]
    if not text or within.count(text) != 1:
        return span
    start = span.start + within.index(text)
    return Span(span.file, start, start + len(text))


def respell(path: str, language: str, data: bytes, place: tuple[int, int], new: str) -> bytes | None:
    """Return the bytes that spell `new` at a place; None when the place cannot hold it.

    What is not plain is tried in the ways that the language has of quoting: the first one that is
    read back as the path is it.
    """
    start, end = place
    if b"%" in data[start:end]:
        return quote(new, safe="").encode()
    if _PLAIN.fullmatch(new):
        return new.encode()
    for candidate in dict.fromkeys(_candidates(language, new)):
        changed = edited(data, {place: candidate.encode()})
        if reads(path, language, changed, start, start + len(candidate.encode()), new):
            return candidate.encode()
    return None


def _candidates(language: str, text: str) -> Iterator[str]:
    yield text
    if language in ("shell", "dockerfile", "crontab"):
        yield re.sub(r"([\"$`\\])", r"\\\1", text)
        yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
        yield text.replace("'", "'\\''")
    else:
        yield re.sub(r"([\"'`\\])", r"\\\1", text).replace("${", "\\${")
        yield text.replace("{", "{{").replace("}", "}}")
        yield text.replace("'", "''")
        yield text.replace("%", "%%")
        yield text.replace(" ", "\\x20")


def reads(path: str, language: str, data: bytes, start: int, end: int, text: str) -> bool:
    """Whether a constant that covers a place of a file holds a text."""
    stack: list[ir.Node] = [lower_file(language, path, data)]
    while stack:
        node = stack.pop()
        covers = node.span.start <= start and end <= node.span.end
        if covers and isinstance(node, ir.Lit) and text in node.text:
            return True
        stack.extend(ir.children(node))
    return False
