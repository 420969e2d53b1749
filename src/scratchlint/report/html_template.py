"""Pages that need nothing else: templates that escape everything, style and script inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scratchlint.report.interface import PROJECT

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, script: str, page: object) -> Iterator[str]:
    """Yield a page in pieces, as ASCII, so that no encoding can spoil it.

    `template` and `script` name files of TEMPLATES. The page's policy lets a browser load and run nothing
    but its own style and script, so that markup in a file name could do nothing even if it were not escaped.
    """
    style, program = (_inline(name) for name in ("report.css", script))
    pieces = (
        environment()
        .get_template(template)
        .generate(
            page=page,
            style=Markup(style),
            script=Markup(program),
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(program)}; "
            "base-uri 'none'; form-action 'none'",
            project=PROJECT,
        )
    )
    for piece in pieces:
        yield ascii_markup(piece)


def ascii_markup(text: str) -> str:
    """Return markup with references for the characters beyond ASCII."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def environment() -> Environment:
    """Return what renders the templates: everything is escaped, an unknown name is an error."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"ticked": ticked, "coded": coded}
    return templates


def coded(text: str, part: str) -> Markup:
    """Return a text as markup, the first place where it holds `part` as code."""
    before, found, after = text.partition(part)
    return Markup("{}<code>{}</code>{}" if found else "{}").format(before, found, after)


def ticked(text: str) -> Markup:
    """Return a text as markup, what stands between backticks as code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def _inline(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return a Content-Security-Policy source that matches exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
