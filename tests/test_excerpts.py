"""Source lines in reports: secrets masked, paths shown, columns kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import judgement
from scratchlint.core.finding import Excerpt
from scratchlint.core.flow import Site, Use
from scratchlint.core.shape import PathShape, components
from scratchlint.core.span import Span
from scratchlint.excerpts import MASK, MAXIMUM_LINES, excerpts, mask
from scratchlint.source.read import Source


def shown(text: str, path: str, *, language: str = "python", around: str | None = None) -> Excerpt:
    """Return the excerpt of a path's place, or of the text around it."""
    spans = [_span(text, piece) for piece in (path, around or path)]
    site = Site(spans[0], "literal", path, PathShape("/tmp", components((path.removeprefix("/tmp"),))))
    judged = judgement(site, Use(spans[1], "reads", "open", None))
    found, _ = excerpts((), [judged], {"file": Source("file", text.encode(), "utf-8")}, {"file": language})
    return found[spans[1]]


def _span(text: str, piece: str) -> Span:
    begin = text.index(piece)
    return Span("file", len(text[:begin].encode()), len(text[: begin + len(piece)].encode()))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class TestEnvironmentFile:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("DB=/tmp/x", "DB=/tmp/x"),
            ("export DB=/tmp/x", "export DB=/tmp/x"),
            ('DB="/tmp/x"', 'DB="/tmp/x"'),
            ("DB=sqlite:///tmp/x?key=abc", "DB=*********/tmp/x********"),
            ("TOKEN=s3cret:/tmp/x:more", "TOKEN=*******/tmp/x*****"),
            ("DB=/tmp/x # the old password was abc", "DB=/tmp/x # *** *** ******** *** ***"),
            ("# DB=/tmp/x s3cret", "# ********* ******"),
        ],
    )
    def test_shows_names_and_paths_only(self, line: str, expected: str) -> None:
        whole = shown(f"{line}\n", "/tmp/x", language="dotenv", around=line)
        assert whole.lines == (expected,)

    def test_masks_the_lines_around_a_path(self) -> None:
        text = "A='\nhunter2\n/tmp/x'\n"
        excerpt = shown(text, "/tmp/x", language="dotenv", around=text.strip())
        assert excerpt.lines == ("A='", "*******", "/tmp/x'")

    def test_keeps_columns_behind_wide_characters(self) -> None:
        line = "DB=𝔘é日:/tmp/x"
        excerpt = shown(f"{line}\n", "/tmp/x", language="dotenv")
        assert excerpt.text == "/tmp/x"
        assert excerpt.lines == ("DB=*****/tmp/x",)
        assert excerpt.region.start.column == 1 + units("DB=𝔘é日:")
        assert units(excerpt.lines[0]) == units(line)


class TestProgram:
    @pytest.mark.parametrize(
        ("line", "secret"),
        [
            ("url = 'postgres://user:hunter2@host/db'", "hunter2"),
            ("redis://:hunter2@host:6379", "hunter2"),
            ("password = 'hunter2'", "hunter2"),
            ('"api_key": "hunter2-hunter2"', "hunter2-hunter2"),
            ("--token hunter2", "hunter2"),
            ("AWS = 'AKIAABCDEFGHIJKLMNOP'", "AKIAABCDEFGHIJKLMNOP"),
            ("gh = ghp_abcdefghijklmnopqrstuvwx", "ghp_abcdefghijklmnopqrstuvwx"),
            ("jwt = eyJhbGciOiJIUzI1.eyJzdWIi.c2ln", "eyJhbGciOiJIUzI1.eyJzdWIi.c2ln"),
            ("key = sk-abcdefghijklmnopqrstuvwx", "sk-abcdefghijklmnopqrstuvwx"),
        ],
    )
    def test_secrets_are_masked_in_their_length(self, line: str, secret: str) -> None:
        assert mask(line) == line.replace(secret, MASK * len(secret))

    @pytest.mark.parametrize(
        "line",
        [
            'open("/tmp/x")',
            'TOKEN_FILE = "/tmp/token"',
            "secret: /run/secrets/key",
            "https://example.org/tmp",
        ],
    )
    def test_paths_and_code_stay(self, line: str) -> None:
        assert mask(line) == line

    def test_a_masked_line_still_shows_the_path(self) -> None:
        line = "connect('postgres://u:hunter2@h', '/tmp/x')"
        excerpt = shown(f"{line}\n", "/tmp/x")
        assert excerpt.text == "/tmp/x"
        assert "hunter2" not in excerpt.lines[0]
        assert len(excerpt.lines[0]) == len(line)

    def test_long_spans_are_cut(self) -> None:
        text = "\n".join(f"line {number}" for number in range(100)) + "\n/tmp/x"
        excerpt = shown(text, "/tmp/x", around=text)
        assert len(excerpt.lines) == MAXIMUM_LINES
        assert excerpt.region.end.line == 101

    @given(st.text(max_size=60))
    def test_masking_keeps_the_length(self, line: str) -> None:
        assert units(mask(line)) == units(line)
        assert units(mask(f"password='{line}'")) == units(f"password='{line}'")
