"""How long a path lives: who removes it, moves it away, made it, and how it is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from scratchlint.core.flow import Flow, Site, Use
from scratchlint.core.shape import PathShape, show
from scratchlint.core.span import Span
from scratchlint.judge.order import is_at_end, is_followed, precedes
from scratchlint.policy.roots import find_roots

Observation = tuple[str, str, Span | None]

_RUN = frozenset({"executes", "runs", "loads", "sources"})
_MADE = frozenset({"downloads", "writes", "copies-to", "extracts-to", "builds", "moves-to", "appends"})
_NEEDED = frozenset({"reads", "loads", "executes", "sources"})
_TAKEN = frozenset({"moves-from", "copies-from", "linked"})
_INSTALLED = ("/etc/", "/usr/", "/opt/", "/lib/")
_START_FILES = (".bashrc", ".bash_profile", ".profile", ".zshrc", ".zprofile", ".zshenv", "/config.fish")
_LASTING = frozenset({"setting", "environment"})
_RECALLED = frozenset({"reads", "loads"})
_GIVEN = frozenset({"writes", "moves-to", "copies-to", "appends", "downloads", "creates"})
_IMAGE = frozenset({"COPY", "ADD"})
# Memory that the processes of containers share: https://docs.docker.com/reference/cli/docker/container/run/
_MEMORY = "/dev/shm"
_MADE_UP = frozenset({"random", "process"})
_RENDEZVOUS = frozenset({"listens", "connects", "locks", "watches", "logs"})


def observe(
    site: Site, path: PathShape, flows: Sequence[Flow], around: Sequence[Flow], rendezvous: bool
) -> Iterator[Observation]:
    """Yield (claim, note, place) for what the lifetime of a path tells.

    `flows` are those of the path itself and of what lies above and below it, `around` those of the
    other paths of the same file, of which clean-ups of a directory above the path count.
    `rendezvous` tells that the path is one that services clear when they start or stop, so that its
    removal says nothing.
    """
    if site.scoped:
        yield "scoped", f"`{site.text}` removes the path itself when its block ends", site.span
    if flows and all("job" in flow.use.blocks for flow in flows):
        yield "job-step", "only developers and continuous integration run it", flows[0].use.span
    yield from _named(site, path)
    actions = {flow.use.action for flow in flows}
    between = list(_between_commands(path, flows))
    yield from between or _carried_over(path, flows)
    if not rendezvous and not between and not actions & _RENDEZVOUS:
        own = [flow for flow in flows if not _below(flow, path)]
        removals = (flow for flow in around if flow.use.action == "removes")
        yield from _removed(own, [flow for flow in removals if _above(flow.path, path)])
    yield from _staged(site, flows, around)
    made = [flow for flow in flows if flow.use.action in _MADE]
    runs = [flow for flow in flows if flow.use.action in _RUN]
    if runs and made and not (all(map(_in_build, made)) and not all(map(_in_build, runs))):
        yield "made-here-and-run", "it is made here right before it runs", made[0].use.span
    if (
        made == []
        and actions & _NEEDED
        and not actions & {"removes", "creates"}
        and path.components
        and not path.holes()
    ):
        yield "not-made-here", "the file needs it and does not make it", None
    for action, claim, note in (
        ("moves-from", "moved-away", "it is moved to its real place"),
        ("downloads", "downloaded", "it holds a download"),
        ("extracts-to", "extracted", "an archive is unpacked there"),
        ("extracts-from", "downloaded", "an archive is unpacked from it"),
        ("builds", "built", "a build works in it"),
    ):
        for flow in flows:
            if flow.use.action == action:
                yield claim, note, flow.use.span
                break
    shared = "mounts" in actions and path.root != _MEMORY
    if not path.components and site.kind != "fresh" and not shared:
        yield "bare-root", "it names the scratch directory itself", site.span


def _in_build(flow: Flow) -> bool:
    """Whether a path is used while an image is built, and not by what runs in it."""
    return "layer" in flow.use.blocks or flow.use.api in _IMAGE


def _staged(site: Site, flows: Sequence[Flow], around: Sequence[Flow]) -> Iterator[Observation]:
    """Yield what the files tell that a program writes the path into: installed, or scratch themselves."""
    files = {flow.use.written for flow in flows}
    if any(_is_installed(flow.use.written) and set(flow.held) & _LASTING for flow in flows):
        installed = min(filter(_is_installed, files))
        yield "installed", f"it stands in `{installed}`, which is installed", site.span
    if files and all(map(_is_scratch, files)):
        taken = {str(flow.path) for flow in around if flow.use.action in _TAKEN}
        if not files & taken:
            yield "in-scratch-file", f"it stands in `{min(files)}`, which is scratch itself", site.span


def _is_installed(file: str) -> bool:
    """Whether a file that a program writes is there for good: the system's, or what shells begin with."""
    return file.startswith(_INSTALLED) or file.endswith(_START_FILES)


def _is_scratch(file: str) -> bool:
    return any(match.start == 0 for match in find_roots(file))


def _carried_over(path: PathShape, flows: Sequence[Flow]) -> Iterator[Observation]:
    """Yield that a function reads what only an earlier run of it can have written.

    Where reading and writing exclude each other, or a run clears up, the file is a cache or its own.
    """
    own = [flow.use for flow in flows if flow.path == path]
    if any(hole.kind in _MADE_UP for hole in path.holes()) or any(
        use.action in ("removes", "moves-from") for use in own
    ):
        return
    tested = {use.function for use in own if use.action == "tests"}
    for read in own:
        handed_on = read.action == "passes" and read.function in tested
        if read.action not in _RECALLED and not handed_on:
            continue
        makers = [use for use in own if use.action in _GIVEN and use.function == read.function]
        before = any(use.span.start < read.span.start for use in makers)
        after = [use for use in makers if use.span.start > read.span.start and not read.excludes(use)]
        if after and not before and all(use.span.file == read.span.file for use in makers):
            yield "carried-over", "it is read before it is written: an earlier run left it", read.span
            return
    if is_named(path):
        yield from _recalled(own, tested)


def is_named(path: PathShape) -> bool:
    """Whether anything of a path's last component is written out: `{name}` stands for whatever is given."""
    return any(isinstance(part, str) for part in path.name)


def _recalled(own: Sequence[Use], tested: Set[Span | None]) -> Iterator[Observation]:
    """Yield that a function reads what another one may have written, and goes on when it is not there."""
    makers = {use.function for use in own if use.action in _GIVEN}
    for read in own:
        apart = read.action in _RECALLED and read.function not in makers
        if apart and makers and (read.function in tested or "try" in read.blocks):
            yield "recalled", "it is read where it may be missing, and written at another time", read.span
            return


def _between_commands(path: PathShape, flows: Sequence[Flow]) -> Iterator[Observation]:
    """Yield that one command of a service needs what another one leaves: each runs at a time of its own.

    That the one which takes it removes it then says nothing.
    """
    own = [flow.use for flow in flows if flow.path == path and "command" in flow.use.blocks]
    makers = {use.function for use in own if use.action in _GIVEN}
    for use in own:
        if use.action in _RECALLED and makers - {use.function}:
            yield "carried-over", "another command of the service left it, at another time", use.span
            return


def _named(site: Site, path: PathShape) -> Iterator[Observation]:
    holes = path.holes()
    if site.kind == "fresh" or any(hole.kind == "random" for hole in holes):
        yield "random-name", "its name is made up anew each time", site.span
    elif "*" in show(path.name):
        yield "pattern-name", "a wildcard names many files", site.span
    elif any(hole.kind == "process" for hole in holes):
        yield "process-name", "its name belongs to one process or moment", site.span


def _removed(own: Sequence[Flow], above: Sequence[Flow]) -> Iterator[Observation]:
    """Yield the strongest clean-up: one that comes after the path was made or used.

    A call counts as the moment of what it leads to: a caller may clear up what it had made.
    """
    uses = [
        flow.use
        for flow in own
        if flow.use.action not in ("removes", "tests", "sets", "shows", "compares", "passes", "returns")
    ]
    removals = sorted((flow.use for flow in (*own, *above) if flow.use.action == "removes"), key=_place)
    for removal in removals:
        if is_at_end(removal):
            yield "removed-at-end", "it is removed when the work ends", removal.span
            return
    cleared = [use for use in uses if is_followed(use, removals)]
    for removal in removals:
        if any(precedes(use, removal) for use in cleared):
            yield "removed-same-function", "it is removed where it was used", removal.span
            return
    for removal in removals:
        known = {precedes(use, removal) for use in uses}
        # What is only cleared before it is made anew stays.
        if (uses or own) and (True in known or known <= {None}):
            yield "removed-same-file", "the same file removes it", removal.span
            return


def _place(use: Use) -> Span:
    return use.span


def _below(flow: Flow, path: PathShape) -> bool:
    """Whether a flow removes only something inside the directory that is judged: a queue's item."""
    removes = flow.use.action == "removes"
    return removes and bool(path.components) and flow.path != path and flow.path.is_under(path)


def _above(cleared: PathShape, path: PathShape) -> bool:
    """Whether clearing one path clears another; the bare root clears nothing in particular."""
    return bool(cleared.components) and cleared != path and path.is_under(cleared)
