"""What an expression of `sed` does to the file that it edits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scratchlint.core.shape import Template

# https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sed.html: an address or two, then a command.
_ADDRESS = r"(?:\d+|\$|/(?:\\.|[^/\\])*/|\\(?P<{0}>[^\w\s])(?:(?!(?P={0})).)*(?P={0}))"
_BEGINNING = re.compile(
    rf"\s*(?P<address>{_ADDRESS.format('first')}(?:,{_ADDRESS.format('second')})?)?\s*!?\s*\{{?\s*"
    r"(?:s(?P<separator>[^\w\s\\])(?P<pattern>(?:\\.|(?!(?P=separator))[^\\])*)(?P<changed>(?P=separator))?"
    r"|[aci](?P<added>\\?\s*))?"
)
_AROUND_KEYS = "%@{}$^.*\\ /=[]\"'"


@dataclass(frozen=True, slots=True)
class EditedPlace:
    """Where a path stands in an expression: in what is put in, or in what is looked for.

    `key` is the setting that the expression is about, "" when it does not say; `ends` what ends the text
    that is put in, "" for the end of the expression.
    """

    inserted: bool
    key: str
    ends: str

    def inner(self, text: Template) -> Template:
        """Return a text that is put in without what ends it, and the flags behind that."""
        if not self.ends or not isinstance(text[-1], str):
            return text
        last = re.sub(rf"{re.escape(self.ends)}[A-Za-z0-9]*$", "", text[-1])
        return (*text[:-1], last)


def edited_place(before: str) -> EditedPlace | None:
    """Return what the place right behind a part of an expression is, None when it is no such expression."""
    match = _BEGINNING.match(before)
    if match is None or not match[0].strip():
        return None
    rest = before[match.end() :]
    inserted = match["changed"] is not None or match["added"] is not None
    if not inserted and rest:
        return None
    named = (match["pattern"], match["address"], rest) if match["separator"] else (rest, match["address"])
    keys = (text.strip(_AROUND_KEYS) for text in named if text)
    key = next((key for key in keys if any(map(str.isalpha, key))), "")
    return EditedPlace(inserted, key, match["separator"] or "")
