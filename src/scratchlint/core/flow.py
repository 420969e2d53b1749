"""The way of a path: where it enters, how it travels, what it is used for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scratchlint.core.shape import PathShape
from scratchlint.core.span import Span

Role = Literal[
    "venv",
    "executable",
    "config",
    "log",
    "data",
    "database",
    "upload",
    "queue",
    "backup",
    "model",
    "cache",
    "pid",
    "lock",
    "socket",
    "state",
    "cert",
    "other",
]

SiteKind = Literal["literal", "mention", "root", "fresh"]


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a scratch path enters the program.

    `kind`: "literal" is written out; "mention" stands inside a longer prose text; "root" comes
    from an API or variable (`gettempdir()`, `$TMPDIR`); "fresh" is made new with a random
    name (`mkdtemp()`). `text` is the source text; `function` the function around it, None
    at module level; `scoped` tells that the path removes itself when its block ends;
    `scheme` is the URL scheme before it ("ipc", "sqlite").
    """

    span: Span
    kind: SiteKind
    text: str
    path: PathShape
    function: Span | None = None
    scoped: bool = False
    scheme: str = ""


StepKind = Literal[
    "source",
    "assigned",
    "joined",
    "defaulted",
    "passed",
    "returned",
    "imported",
    "env",
    "field",
    "used",
    "removed",
    "mounted",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a flow: what happened to the path there."""

    span: Span
    kind: StepKind
    note: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a branch; `leaves` tells that nothing behind the branch runs after it."""

    branch: Span
    span: Span
    leaves: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A call that leads to a use, as a moment of the function around it: None stands for a file itself.

    `ends` tells that it runs at the end whatever happens, `fails` that it does after a failure only;
    `goes_on` that the call is given a function which runs after it, so that only the call itself comes
    before; `callers` are the calls that lead to it.
    """

    span: Span
    function: Span | None
    ends: bool
    fails: bool = False
    goes_on: bool = False
    callers: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What is done with the path at the end of a flow.

    `action` is a key of the knowledge tables' actions (reads, writes, executes, listens, ...);
    `api` names the callable, option, key or variable; `role` is what it says the path holds.
    `function` is the function around the use; `blocks` are the kinds of the blocks around it,
    innermost first ("trap", "finally", "loop", "background", ...), `arms` the arms among them.
    `written` is the file into which the program writes what uses the path, as far as its path is known.
    `callers` are the calls that lead to it, known where something removes the path.
    """

    span: Span
    action: str
    api: str
    role: Role | None
    function: Span | None = None
    blocks: tuple[str, ...] = ()
    written: str = ""
    arms: tuple[Arm, ...] = ()
    callers: tuple[Moment, ...] = ()

    def excludes(self, later: Use) -> bool:
        """Whether a use further down the same function is not reached in the run that reached this one."""
        there = {arm.branch: arm.span for arm in later.arms}
        return any(
            arm.leaves if arm.branch not in there else arm.span != there[arm.branch] for arm in self.arms
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """A site, the path as the use sees it, the way there, and the use.

    `names` are the variables, fields, parameters and keys that held the path, in order;
    `held` the kinds of places that kept it: "module", "field", "class", "default", "exported",
    "setting"; or "last-resort", a list in which permanent directories stand before it.
    `guard` is a condition on the way that holds outside production only.
    """

    site: Site
    path: PathShape
    steps: tuple[Step, ...]
    use: Use
    names: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    guard: Span | None = None
