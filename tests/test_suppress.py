"""What comments ask for: words, rules, reasons, lines; and comments for other linters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core.finding import Suppression
from scratchlint.core.ir import Comment
from scratchlint.core.span import Span
from scratchlint.suppress.comments import Mistake, Placed, read_comments
from scratchlint.suppress.hints import hint

RULES = ("scratch-data", "scratch-log")


def read(text: str, first: int = 1, blank: frozenset[int] = frozenset()) -> list[Suppression | Mistake]:
    comment = Comment(Span("app.py", 0, len(text.encode())), text)
    return list(read_comments([Placed(comment, first, first + text.count("\n"), True)], blank, RULES))


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("# scratchlint: ignore[scratch-data] rebuilt at start", ("scratch-data",), "rebuilt at start"),
        ("# scratchlint:ignore[scratch-data]", ("scratch-data",), ""),
        ("# scratchlint: ignore[scratch-log, scratch-data]: both", ("scratch-log", "scratch-data"), "both"),
        ("// scratchlint: ignore -- every rule", (), "every rule"),
        ("# noqa: S108 # scratchlint: ignore[scratch-log] why # noqa: E501", ("scratch-log",), "why"),
        ("/* scratchlint: ignore[scratch-log] why */", ("scratch-log",), "why"),
        ("<!-- scratchlint: ignore[scratch-log] why -->", ("scratch-log",), "why"),
        (
            "; scratchlint: ignore[scratch-log] see issue #12 of ours",
            ("scratch-log",),
            "see issue #12 of ours",
        ),
        (
            "// scratchlint: ignore[scratch-log] https://example.org/why",
            ("scratch-log",),
            "https://example.org/why",
        ),
    ],
)
def test_comment_is_read(text: str, rules: tuple[str, ...], reason: str) -> None:
    (said,) = read(text)
    assert isinstance(said, Suppression)
    assert (said.rules, said.reason, said.line) == (rules, reason, 1)


@pytest.mark.parametrize(
    "text", ["# scratchlint finds paths", "# scratchlint: see the guide", "# ignore[scratch-data]", "#"]
)
def test_prose_is_no_suppression(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "# scratchlint: ignore[scratch-dat] x",
            "there is no rule `scratch-dat`: did you mean scratch-data?",
        ),
        ("# scratchlint: ignore[] x", "it names no rule between its brackets"),
        ("# scratchlint: ingore[scratch-data] x", "`ingore` is not understood: did you mean ignore?"),
        ("# scratchlint: disable[scratch-data] x", "`disable` is not understood: there are ignore"),
    ],
)
def test_mistake_is_told(text: str, complaint: str) -> None:
    (said,) = read(text)
    assert isinstance(said, Mistake)
    assert said.complaint.startswith(complaint)


def test_known_rules_beside_an_unknown_one_count() -> None:
    mistake, said = read("# scratchlint: ignore[scratch-dat, scratch-log] x")
    assert isinstance(mistake, Mistake)
    assert isinstance(said, Suppression)
    assert said.rules == ("scratch-log",)


def test_next_line_is_behind_blank_lines_and_comments() -> None:
    first = Comment(Span("app.py", 0, 9), "# scratchlint: ignore-next-line[scratch-data] a")
    second = Comment(Span("app.py", 10, 19), "# a word between")
    behind = Comment(Span("app.py", 30, 39), "# behind code")
    placed = [Placed(first, 1, 1, True), Placed(second, 3, 3, True), Placed(behind, 4, 4, False)]
    (said,) = read_comments(placed, frozenset({2}), RULES)
    assert isinstance(said, Suppression)
    assert said.line == 4


def test_line_within_a_comment_of_many() -> None:
    (said,) = read("/*\n * scratchlint: ignore-next-line why\n */", first=7)
    assert isinstance(said, Suppression)
    assert (said.line, said.origin) == (10, "app.py:8")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for said in read(f"# scratchlint: ignore{text}"):
        assert isinstance(said, Suppression | Mistake)
        if isinstance(said, Suppression):
            assert set(said.rules) <= set(RULES)


@pytest.mark.parametrize(
    ("comment", "linter"),
    [
        ("# nosec", "bandit"),
        ("# nosec B108", "bandit"),
        ("#nosec: B603, B108", "bandit"),
        ("# nosec B603", None),
        ("# noqa", "ruff"),
        ("# NOQA: S603,S108", "ruff"),
        ("# noqa: E501", None),
        ("// NOSONAR the host empties it", "SonarQube"),
        ("# a nosecret", None),
    ],
)
def test_comment_for_another_linter(comment: str, linter: str | None) -> None:
    told = hint(comment)
    assert told is None if linter is None else told is not None and f"silences {linter} here" in told
