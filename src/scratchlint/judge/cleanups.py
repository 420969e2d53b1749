"""Clean-ups that take away what another file uses as production: `rm -rf /tmp/*`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from fnmatch import fnmatchcase

from scratchlint.core.finding import Evidence, Judgement
from scratchlint.core.flow import Flow, Use
from scratchlint.core.phrases import NOUNS, deed
from scratchlint.core.shape import PathShape, show
from scratchlint.judge.parties import MAKES, is_definite
from scratchlint.knowledge.lifetimes import recurring_commands, recurring_words

_BUILDING = frozenset({"layer", "stage"})


def conflicts(judgements: Sequence[Judgement], languages: Mapping[str, str]) -> Iterator[Judgement]:
    """Yield the clean-ups that clear, among other things, what another file uses as production.

    Only those that name no single path count, since a service clears its own socket before it listens;
    none that are done while an image is built, where nothing runs yet; none of what the same file
    makes anew; and none of what another image keeps. The evidence of such a judgement tells what is lost,
    the surest first. `languages` are the files of the program.
    """
    images = {posixpath.dirname(file) for file, language in languages.items() if language == "dockerfile"}
    production = [
        judgement
        for judgement in judgements
        if judgement.verdict.kind == "production"
        and is_definite(judgement.flows[0].path)
        and judgement.flows[0].use.action != "removes"
    ]
    production.sort(key=lambda judgement: -judgement.verdict.score)
    made = {
        (flow.use.span.file, str(flow.path))
        for judgement in judgements
        for flow in judgement.flows
        if flow.use.action in MAKES
    }
    for judgement in judgements:
        for flow in judgement.flows:
            if flow.use.action != "removes" or not _is_broad(flow.path):
                continue
            if _BUILDING & set(flow.use.blocks) or not _recurs(flow.use):
                continue
            lost = [
                other
                for other in production
                if other.site.span.file != flow.use.span.file
                and _clears(flow.path, other.flows[0].path)
                and (flow.use.span.file, str(other.flows[0].path)) not in made
                and not _apart(flow.use.span.file, other.site.span.file, images)
            ]
            if lost:
                yield _conflict(judgement, flow, lost)
                break


def _recurs(use: Use) -> bool:
    """Whether a clean-up happens again while services run: what only sets a machine up does not."""
    if use.api in recurring_commands() or "loop" in use.blocks:
        return True
    file = use.span.file.lower()
    return any(word in file for word in recurring_words())


def _apart(file: str, other: str, images: Set[str]) -> bool:
    """Whether two files belong to images that are built from directories side by side."""
    own, theirs = (_image(path, images) for path in (file, other))
    return bool(own and theirs) and own != theirs and posixpath.commonpath((own, theirs)) not in (own, theirs)


def _image(file: str, images: Set[str]) -> str:
    """Return the nearest directory around a file that an image is built from, "" for none below the root."""
    directory = posixpath.dirname(file)
    while directory and directory not in images:
        directory = posixpath.dirname(directory)
    return directory


def _is_broad(path: PathShape) -> bool:
    """Whether a path stands for whatever is there: the scratch directory itself, `*`, `*.log`."""
    return not path.components or show(path.name).startswith("*")


def _clears(cleared: PathShape, path: PathShape) -> bool:
    """Whether what a clean-up removes holds a path."""
    if cleared.root != path.root or len(cleared.components) > len(path.components):
        return False
    return all(
        fnmatchcase(show(own), show(pattern))
        for pattern, own in zip(cleared.components, path.components, strict=False)
    )


def _conflict(judgement: Judgement, removal: Flow, lost: Sequence[Judgement]) -> Judgement:
    evidence = tuple(
        Evidence("clears-production", _note(other), 0.0, other.flows[0].use.span) for other in lost
    )
    verdict = replace(lost[0].verdict, evidence=evidence)
    flows = (removal, *(flow for flow in judgement.flows if flow is not removal))
    return replace(judgement, site=removal.site, verdict=verdict, flows=flows)


def _note(lost: Judgement) -> str:
    flow = lost.flows[0]
    return f"the {NOUNS[lost.verdict.role]} {flow.path} ({deed(flow.use)} in {flow.use.span.file})"
