"""A rule's Markdown documentation, cut to what the places that show it can take."""

from __future__ import annotations

import re

from scratchlint.report.interface import PROJECT, Rule

# GitHub documents 1,024 characters for descriptions.
_LONGEST_DESCRIPTION = 1000

_FENCE = re.compile(r"^ *(?:```|~~~).*\n?", re.MULTILINE)
_HEADING = re.compile(r"^#+ +", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")


def address(rule: Rule) -> str:
    """Return the web address of a rule's documentation."""
    return f"{PROJECT}/blob/main/docs/rules/{rule.id}.md"


def markdown(rule: Rule) -> str:
    """Return the whole documentation as Markdown with its title as heading."""
    return f"# {rule.title}\n\n{_body(rule)}\n"


def plain(rule: Rule) -> str:
    """Return the whole documentation as plain text."""
    return f"{sentence(rule.title)}\n\n{_without_marks(_body(rule))}\n"


def description(rule: Rule) -> str:
    """Return what stands before the first heading, as plain text that needs no other to be understood.

    At most 1,000 characters; paragraphs that would exceed them are left out.
    """
    introduction = re.split(r"^(?:#+ |```|~~~)", _body(rule), maxsplit=1, flags=re.MULTILINE)[0]
    text = sentence(rule.title)
    for paragraph in re.split(r"\n\s*\n", _without_marks(introduction)):
        words = " ".join(paragraph.split())
        if not words:
            continue
        if len(text) + 1 + len(words) > _LONGEST_DESCRIPTION:
            break
        text += f" {words}"
    return sentence(text)


def sentence(text: str) -> str:
    """Return `text` with a full stop unless it has an end mark."""
    stripped = text.rstrip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def _body(rule: Rule) -> str:
    _, _, body = rule.documentation.strip().partition("\n")
    return body.strip()


def _without_marks(text: str) -> str:
    text = _HEADING.sub("", _FENCE.sub("", text))
    text = _LINK.sub(r"\1 (\2)", text)
    return _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text)).replace("`", "")
