"""What a fix is: edits that belong together, how sure they are, and what must happen beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scratchlint.core.flow import Role
from scratchlint.core.span import Region, Span

Applicability = Literal["safe", "unsafe", "display"]
"""As in ruff: "safe" keeps value and meaning, "unsafe" needs a look, "display" is never applied."""

TaskKind = Literal["directory", "move", "rebuild", "restart", "volume", "mention", "look"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file and the text that takes its place.

    `span` counts the bytes of the content as UTF-8, `region` lines and UTF-16 columns; an empty span
    inserts.
    """

    span: Span
    region: Region
    replacement: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that people must do or know beside the edits; `text` is a sentence.

    `kind`: "directory" makes `new`; "move" brings what is in `old` to `new`; "rebuild" makes a virtual
    environment anew; "restart" loads the new settings; "volume" gives a container storage; "mention"
    is a place that spells the old path and is left alone; "look" is what else to look at.
    """

    kind: TaskKind
    text: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """One path moved to its permanent home, everywhere the program spells it.

    `sites` are the places of the findings that it mends; `because` says why it is no safer;
    `old` and `new` are the path before and after, with `{name}` for what is decided at run time.
    """

    title: str
    applicability: Applicability
    because: str
    role: Role
    old: str
    new: str
    sites: tuple[Span, ...]
    edits: tuple[Edit, ...]
    tasks: tuple[Task, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it changes, in order."""
        return tuple(sorted({edit.span.file for edit in self.edits}))


@dataclass(frozen=True, slots=True)
class Unfixed:
    """A finding that gets no fix, and why."""

    site: Span
    old: str
    because: str
