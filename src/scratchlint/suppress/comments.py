"""What comments ask to leave out: `scratchlint: ignore[scratch-log] rotated by the host`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from scratchlint.core.finding import Suppression
from scratchlint.core.ir import Comment
from scratchlint.core.span import Span
from scratchlint.suppress.hints import WORDS, hint

MARK = "scratchlint:"
"""What a comment must hold to be a suppression."""

_SPEAKING = tuple(word.encode() for word in (MARK, *WORDS))
_WORDS = ("ignore", "ignore-next-line", "ignore-file")
_DIRECTIVE = re.compile(r"scratchlint:[ \t]*(?P<word>[\w-]+)(?:\[(?P<rules>[^\]\n]*)\])?(?P<rest>[^\n]*)")
# What ends a comment, and what parts a reason from what stands before and behind it.
_END = re.compile(r"\s*(?:\*+/\}?|--+>)?\s*$|\s+(?:#|//)\s.*$")
_BEFORE = re.compile(r"^[\s:–—-]+")


def may_speak(text: bytes) -> bool:
    """Whether a comment in a text may speak to this linter or to others."""
    small = text.lower()
    return any(word in small for word in _SPEAKING)


def speaks(comment: Comment) -> bool:
    """Whether a comment speaks to this linter or to others."""
    return MARK in comment.text or hint(comment.text) is not None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was meant to be a suppression but is none; `complaint` says why."""

    span: Span
    complaint: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment and the 1-based lines on which it begins and ends; `alone` without code before it."""

    comment: Comment
    first: int
    last: int
    alone: bool


def read_comments(
    placed: Sequence[Placed], blank: frozenset[int], rules: Sequence[str]
) -> Iterator[Suppression | Mistake]:
    """Yield what the comments of one file ask for; `rules` are the names of all rules.

    `ignore-next-line` is about the next line that is neither `blank` nor a comment alone.
    """
    passed = blank.union(*(range(one.first, one.last + 1) for one in placed if one.alone))
    for one in placed:
        for match in _DIRECTIVE.finditer(one.comment.text):
            yield from _read(one, match, passed, rules)


def _read(
    one: Placed, match: re.Match[str], passed: frozenset[int], rules: Sequence[str]
) -> Iterator[Suppression | Mistake]:
    word, listed = match["word"], match["rules"]
    span = _span(one.comment, match)
    if word not in _WORDS:
        near = get_close_matches(word, _WORDS, n=1)
        if near or listed is not None:
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_WORDS)}"
            yield Mistake(span, f"`{word}` is not understood: {hint}")
        return
    names = tuple(filter(None, (name.strip() for name in (listed or "").split(","))))
    unknown = [name for name in names if name not in rules]
    if listed is not None and not names:
        yield Mistake(span, "it names no rule between its brackets")
        return
    if unknown:
        near = get_close_matches(unknown[0], rules, n=1)
        hint = f": did you mean {near[0]}?" if near else ""
        yield Mistake(span, f"there is no rule `{unknown[0]}`{hint}")
        names = tuple(name for name in names if name in rules)
        if not names:
            return
    own = one.first + one.comment.text.count("\n", 0, match.start())
    line = {"ignore": own, "ignore-next-line": _after(one.last, passed), "ignore-file": 0}[word]
    reason = _BEFORE.sub("", _END.sub("", match["rest"]))
    yield Suppression(span, "comment", f"{span.file}:{own}", line, names, reason)


def _span(comment: Comment, match: re.Match[str]) -> Span:
    """Return where a directive stands, when offsets in the comment's text and in the file agree."""
    whole = comment.span
    if len(comment.text.encode()) != whole.end - whole.start:
        return whole
    start = whole.start + len(comment.text[: match.start()].encode())
    return Span(whole.file, start, start + len(match[0].rstrip().encode()))


def _after(line: int, passed: frozenset[int]) -> int:
    line += 1
    while line in passed:
        line += 1
    return line
