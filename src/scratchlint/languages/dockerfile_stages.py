"""The stages of a Dockerfile, and what of them is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One `FROM`: what it starts from, what it is called, and the stages that it copies from."""

    node: Node
    base: str
    alias: str
    instructions: list[Node]
    uses: set[str] = field(default_factory=set)


def vanished(stages: Sequence[Stage]) -> set[Stage]:
    """Return the stages of which no image keeps more than what other stages copy.

    The last stage is an image, and so is one that nothing else uses: it is built by its name.
    """
    by_name = {str(number): stage for number, stage in enumerate(stages)}
    by_name.update({stage.alias.lower(): stage for stage in stages if stage.alias})
    copied = {by_name[name.lower()] for stage in stages for name in stage.uses if name.lower() in by_name}
    based = {base for stage in stages if (base := by_name.get(stage.base.lower())) is not None}
    kept: set[Stage] = set()
    for number in range(len(stages) - 1, -1, -1):
        stage = stages[number]
        if number == len(stages) - 1 or stage not in copied | based:
            kept.add(stage)
        if stage in kept and (base := by_name.get(stage.base.lower())) is not None:
            kept.add(base)
    return {stage for stage in stages if stage not in kept}
