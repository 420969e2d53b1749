"""The intermediate representation: what a program says about values, in any language.

Twelve expressions and seven statements. Nodes compare by identity, so that they can be
keys of the indexes that dataflow builds; a node has exactly one parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Literal, NamedTuple, TypeVar, dataclass_transform

from scratchlint.core.span import Span

_Kind = TypeVar("_Kind")


@dataclass_transform(eq_default=False, frozen_default=True)
def node(kind: type[_Kind]) -> type[_Kind]:
    """Make a class of nodes: a dataclass with slots, frozen for the type checker alone.

    A run makes millions of nodes, and what freezes a dataclass at run time triples the time of making one.
    """
    return dataclass(slots=True, eq=False)(kind)


class Placed:
    """Where a node stands in the program that took it in; nothing of it is known before.

    `parent` is the node around it, `order` its number in program order, `end` that of the last node in it,
    `around` the function and the block around it, which nodes beside each other share.
    """

    __slots__ = ("around", "end", "order", "parent")
    parent: Node | None
    order: int
    end: int
    around: tuple[Function | None, Block | None]


@node
class Node(Placed):
    """Anything lowered from source text."""

    span: Span

    def __reduce__(self) -> tuple[type[Node], tuple[object, ...]]:
        """Take the node apart for another process, faster than a dataclass does by itself."""
        return type(self), _FIELDS[type(self)](self)


# Expressions


@node
class Lit(Node):
    """A constant string (escapes resolved), or the text of another constant."""

    text: str


@node
class Ref(Node):
    """A read of a name, or the name that a Bind writes."""

    name: str


@node
class Env(Node):
    """A read of an environment variable; `default` is what stands in when it is unset."""

    name: str
    default: Expr | None


@node
class Concat(Node):
    """Joined text: `separator` is "" for strings and templates, "/" for path joins."""

    parts: tuple[Expr, ...]
    separator: str


@node
class Either(Node):
    """One of several values: `||`, `??`, `or`, ternaries, defaults.

    `guards` are the conditions of a ternary's choices, of all but the last; they are evaluated
    before it and are no children of it.
    """

    choices: tuple[Expr, ...]
    guards: tuple[Expr, ...] = ()


@node
class Entry(Node):
    """One entry of a Record; `key` is None for a spread and for a computed key."""

    key: str | None
    value: Expr
    spread: bool


@node
class Record(Node):
    """An object, dict, list or tuple; list items have the keys "0", "1", ..."""

    entries: tuple[Entry, ...]


@node
class Field(Node):
    """`base.name` or `base["name"]`; `name` is None when the key is computed."""

    base: Expr
    name: str | None


@node
class Argument(Node):
    """One argument of a Call; `name` for keywords and shell options (`--pid-file`)."""

    value: Expr
    name: str | None
    spread: bool


@node
class Call(Node):
    """A call, a constructor, a shell command; `words` is True for a command."""

    function: Expr
    arguments: tuple[Argument, ...]
    words: bool = False


@node
class Lambda(Node):
    """A function used as a value."""

    function: Function


@node
class Other(Node):
    """Any other expression; its parts are kept so that nothing vanishes.

    `kind` names it where a later layer cares: "compare", "differ" (a comparison or negation that
    holds when things are not so), "text" (a document), "outside" (what a program fills into the
    Document around it), else the node type.
    """

    kind: str
    parts: tuple[Expr, ...]


@node
class Document(Node):
    """The text of a file that the program writes, read in that file's format."""

    module: Module


Expr = Lit | Ref | Env | Concat | Either | Record | Field | Call | Lambda | Other | Document


# Statements


@node
class Bind(Node):
    """`target = value`; the target is a Ref, a Field, or a Record of targets (destructuring).

    `declares` is True when the statement makes the name in its own scope;
    `exported` when it is visible to other files or processes.
    """

    target: Expr
    value: Expr
    declares: bool
    exported: bool


@node
class Do(Node):
    """An expression evaluated for its effect."""

    value: Expr


@node
class Return(Node):
    """The value that a function gives back."""

    value: Expr


@node
class Parameter(Node):
    """A parameter; `kind` tells how arguments reach it, `target` destructures it."""

    name: str
    default: Expr | None
    kind: Literal["plain", "self", "rest", "keywords"]
    annotation: str | None = None
    target: Expr | None = None


@node
class Function(Node):
    """A function, method or lambda; `name` is "" when it has none."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    exported: bool
    decorators: tuple[Expr, ...] = ()


@node
class Class(Node):
    """A class; Binds in its body are fields, Functions are methods."""

    name: str
    bases: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    exported: bool
    decorators: tuple[Expr, ...] = ()


@node
class Import(Node):
    """`alias` stands for `name` of `module`; name None is the module itself, "*" every name."""

    module: str
    name: str | None
    alias: str


BlockKind = Literal[
    "branch",
    "arm",
    "loop",
    "with",
    "try",
    "except",
    "finally",
    "trap",
    "scope",
    "guarded",
    "stage",
    "layer",
    "job",
    "health",
    "command",
]


@node
class Block(Node):
    """Statements under one condition.

    A "branch" holds "arm" blocks of which at most one runs; in a "with" block the first
    statement is the resource; a "trap" or "finally" runs at the end whatever happens;
    a "try" may end before its last statement, and the "except" blocks behind it tell what then;
    a "stage" is a part of an image's build of which only what is copied stays, a "layer" one of
    its steps; a "job" is what developers or continuous integration run, a "command" what a service
    runs by itself, at a time of its own.
    """

    kind: BlockKind
    guard: Expr | None
    body: tuple[Stmt, ...]


Stmt = Bind | Do | Return | Function | Class | Import | Block


@node
class Comment(Node):
    """A comment, kept for suppressions."""

    text: str


# Tells of bytes that no way begins in them: what they spell may wait until something asks for it.
MayWait = Callable[[bytes], bool]


class Unread(NamedTuple):
    """A function whose body nothing has asked for: where it stands, and what lowers the body."""

    data: bytes
    start: int
    end: int
    read: Callable[[], tuple[Stmt, ...]]


@node
class Module(Node):
    """One lowered file; `damaged` are the places that its parser could not read.

    `comments` are all of a file in which one may speak to a linter, else none.
    `written` is the path to which a program writes it, as far as that is known, "?" when it is not,
    "" when the text runs at once; None for a file of the project. `unread` are the functions whose bodies are
    not lowered yet: until then they are empty.
    """

    language: str
    body: tuple[Stmt, ...]
    comments: tuple[Comment, ...]
    damaged: tuple[Span, ...]
    written: str | None = None
    unread: dict[Function, Unread] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, relative to the root."""
        return self.span.file


def read_body(module: Module, function: Function) -> bool:
    """Lower the body of a function of a module; whether it was not read before."""
    unread = module.unread.pop(function, None)
    if unread is not None:
        object.__setattr__(function, "body", unread.read())
    return unread is not None


def program_order(node: Node) -> int:
    """Return what sorts nodes by where they stand in the program."""
    return node.order


def children(node: Node) -> Sequence[Node]:
    """Return the direct children of a node in source order."""
    return _CHILDREN[type(node)](node)


def _present(*nodes: Node | None) -> Sequence[Node]:
    return [node for node in nodes if node is not None]


# Every node passes here once: a look-up by its type takes half the time of a match.
_CHILDREN: dict[type[Node], Callable[[Any], Sequence[Node]]] = {
    Lit: lambda node: (),
    Ref: lambda node: (),
    Import: lambda node: (),
    Comment: lambda node: (),
    Env: lambda node: _present(node.default),
    Concat: lambda node: node.parts,
    Other: lambda node: node.parts,
    Either: lambda node: node.choices,
    Entry: lambda node: (node.value,),
    Argument: lambda node: (node.value,),
    Do: lambda node: (node.value,),
    Return: lambda node: (node.value,),
    Record: lambda node: node.entries,
    Field: lambda node: (node.base,),
    Call: lambda node: (node.function, *node.arguments),
    Lambda: lambda node: (node.function,),
    Bind: lambda node: (node.target, node.value),
    Parameter: lambda node: _present(node.default, node.target),
    Function: lambda node: (*node.decorators, *node.parameters, *node.body),
    Class: lambda node: (*node.decorators, *node.bases, *node.body),
    Block: lambda node: (node.guard, *node.body) if node.guard is not None else node.body,
    Document: lambda node: (node.module,),
    Module: lambda node: node.body,
}


def _parts(kind: type[Node]) -> Callable[[Node], tuple[object, ...]]:
    first, *others = (field.name for field in fields(kind))
    return attrgetter(first, *others) if others else lambda node: (getattr(node, first),)


_FIELDS = {kind: _parts(kind) for kind in _CHILDREN}


def targets(target: Expr | None) -> Iterator[Ref]:
    """Yield the names that a Bind's or Parameter's target writes."""
    match target:
        case Ref():
            yield target
        case Record(entries=entries):
            for entry in entries:
                yield from targets(entry.value)
        case Either(choices=choices):
            yield from targets(choices[0])
