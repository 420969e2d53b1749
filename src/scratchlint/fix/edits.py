"""Changes as edits, whose places people and editors can find."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core.fix import Edit
from scratchlint.core.span import Span
from scratchlint.fix.change import Change
from scratchlint.fix.tree import Tree
from scratchlint.source.lines import LineIndex


def located(change: Change, tree: Tree) -> Iterator[Edit]:
    """Yield the edits of a change, in order."""
    for file, stretches in sorted(change.edits.items()):
        lines = LineIndex(tree.data(file) or b"")
        for (start, end), replacement in sorted(stretches.items()):
            span = Span(file, start, end)
            yield Edit(span, lines.region(span), replacement.decode())
