"""Which writes of a name reach which reads of it, as far as the blocks around them tell."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from scratchlint.core import ir
from scratchlint.dataflow.indexes import Indexes
from scratchlint.dataflow.scopes import Binding

# Blocks whose statements may be left out at run time.
_UNCERTAIN = frozenset({"arm", "loop", "except", "guarded", "trap"})
# Files of settings that name each other wherever they stand.
_UNORDERED = frozenset({"ini", "properties"})
# Commands and functions that do not come back: `exit 1`, `sys.exit()`, `process.exit()`, `exec "$@"`.
_COMMANDS = frozenset({"exit", "return", "break", "continue", "exec"})
_CALLS = frozenset({"exit", "_exit", "abort"})
_NEVER = -1
_ALWAYS = float("inf")


class _Stretch(NamedTuple):
    """The nodes from one number to another, both included."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        """Whether a node is one of them."""
        return self.first <= number <= self.last


class _Write(NamedTuple):
    """That from `end` to `stop` a name certainly holds what was written at `start`, or later."""

    end: int
    start: int
    stop: float


class _Writes:
    """What one function certainly writes of a name, by where it ends."""

    def __init__(self, writes: Sequence[_Write]) -> None:
        self._writes = writes
        self._ends = [write.end for write in writes]
        self.last = max((write.start for write in writes if write.stop == _ALWAYS), default=_NEVER)

    def between(self, end: int, read: int) -> bool:
        """Whether one of them stands on every way from the end of a write to a read."""
        for number in range(bisect_left(self._ends, read) - 1, -1, -1):
            write = self._writes[number]
            if write.end <= end:
                return False
            if write.start > end and read <= write.stop:
                return True
        return False


class _Place(NamedTuple):
    """Where a write stands: the outermost loop around it, and the branches with the arm that it is in."""

    loop: _Stretch | None
    arms: tuple[tuple[_Stretch, _Stretch], ...]


_NOTHING = _Writes(())


class Reaching(Indexes):
    """The indexes with the order in which a program runs.

    A read sees the nearest certain write before it: what is said of a name is worked out once, so that a
    question costs about the same however often the name is written.
    """

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[Binding, dict[ir.Function | None, _Writes]] = {}
        self._places: dict[ir.Node, _Place] = {}
        self._caught: dict[ir.Block, list[ir.Block]] = {}

    def function_of(self, node: ir.Node) -> ir.Function | None:
        """Return the function around a node, or None at module level."""
        return node.around[0]

    def precedes(self, node: ir.Node, then: ir.Node) -> bool:
        """Whether a node comes before another of its function on every way, as far as blocks tell."""
        same = self.function_of(node) is self.function_of(then)
        return same and node.end < then.order <= self._stop(node)

    def reached(self, write: ir.Node, binding: Binding) -> Iterator[ir.Ref]:
        """Yield the reads of a name that may see what a write gives, as `reaches` tells, in order."""
        if not isinstance(write, ir.Bind | ir.Parameter | ir.Import):
            return
        yield from (read for read in self.reads_of(binding) if not self.killed(write, read, binding))

    def reaches(self, write: ir.Node, read: ir.Ref, binding: Binding) -> bool:
        """Whether the value that `write` gives may still be there when `read` happens.

        A write in an exclusive arm, or one that is certainly overwritten on the way, does not reach. Reads in
        other functions may happen at any time, so that only a write which its own function overwrites stays
        unseen.
        """
        gives = isinstance(write, ir.Bind | ir.Parameter | ir.Import)
        return gives and not self.killed(write, read, binding)

    def survives(self, write: ir.Node, binding: Binding) -> bool:
        """Whether the value that `write` gives is still there when its file has run."""
        return self._writes(binding, self.function_of(write)).last <= write.end

    def killed(self, write: ir.Node, read: ir.Node, binding: Binding) -> bool:
        """Whether what a name holds after one place of a file is gone at another."""
        home = self.function_of(write)
        if home is not self.function_of(read) or _is_unordered(binding) or self._runs_later(read, write):
            return not self.survives(write, binding)
        end, number = write.end, read.order
        place = self._places.get(write) or self._place(write)
        if place.loop is not None and place.loop.holds(number):
            return False
        if end > number or _are_exclusive(place, number):
            return True
        return self._writes(binding, home).between(end, number)

    def _runs_later(self, read: ir.Node, write: ir.Node) -> bool:
        """Whether a read stands in a trap that a write does not stand in: it runs when the script ends."""
        return any(
            block.kind == "trap" and not self.inside(write, block) for block in self._blocks_around(read)
        )

    def _stretch(self, node: ir.Node) -> _Stretch:
        return _Stretch(node.order, node.end)

    def _blocks_around(self, node: ir.Node) -> Iterator[ir.Block]:
        """Yield the blocks around a node, innermost first."""
        _, block = node.around
        while block is not None:
            yield block
            _, block = block.around

    def _uncertain(self, node: ir.Node) -> ir.Block | None:
        """Return the innermost block around a node that may be left out."""
        return next((block for block in self._blocks_around(node) if self._is_uncertain(block)), None)

    def _is_uncertain(self, block: ir.Block) -> bool:
        """Whether a program may go on behind a block without having run all of it."""
        return block.kind in _UNCERTAIN or (block.kind == "try" and bool(self._handlers(block)))

    def _handlers(self, block: ir.Block) -> list[ir.Block]:
        """Return the blocks that catch the errors of a "try"."""
        known = self._caught.get(block)
        if known is None:
            around = block.parent
            body = around.body if isinstance(around, ir.Block | ir.Function | ir.Module | ir.Class) else ()
            behind = dropwhile(lambda statement: statement is not block, body)
            caught = takewhile(lambda block: block.kind == "except", _blocks(islice(behind, 1, None)))
            known = self._caught[block] = list(caught)
        return known

    def _stop(self, node: ir.Node) -> float:
        """Return the number of the last node to which every way may lead past this one."""
        block = self._uncertain(node)
        return block.end if block is not None else _ALWAYS

    def _place(self, write: ir.Node) -> _Place:
        loop: _Stretch | None = None
        arms: list[tuple[_Stretch, _Stretch]] = []
        inner = write
        for block in self._blocks_around(write):
            if block.kind == "loop":
                loop = self._stretch(block)
            elif block.kind == "branch":
                arms.append((self._stretch(block), self._stretch(inner)))
            inner = block
        place = self._places[write] = _Place(loop, tuple(arms))
        return place

    def _writes(self, binding: Binding, home: ir.Function | None) -> _Writes:
        known = self._written.get(binding)
        if known is None:
            known = self._written[binding] = self._work_out(binding)
        return known.get(home, _NOTHING)

    def _work_out(self, binding: Binding) -> dict[ir.Function | None, _Writes]:
        """Return what each function certainly writes of a name: by a Bind, or in every arm of a branch."""
        binds: list[ir.Node] = [write for write in binding.writes if isinstance(write, ir.Bind)]
        in_arms: dict[ir.Block, set[ir.Block]] = {}
        for bind in binds:
            arm = self._uncertain(bind)
            branch = arm.parent if arm is not None else None
            same = arm is not None and self.function_of(arm) is self.function_of(bind)
            if arm is not None and isinstance(branch, ir.Block) and branch.kind == "branch" and same:
                in_arms.setdefault(branch, set()).add(arm)
        whole = [branch for branch, arms in in_arms.items() if _is_whole(branch, arms)]
        found: dict[ir.Function | None, list[_Write]] = {}
        for node in [*binds, *whole]:
            found.setdefault(self.function_of(node), []).extend(self._certain(node))
        return {home: _Writes(sorted(writes)) for home, writes in found.items()}

    def _certain(self, node: ir.Node) -> Iterator[_Write]:
        """Yield where a value that a node gives is certainly there: behind a "try" if no handler goes on."""
        first, end = node.order, node.end
        while True:
            block = self._uncertain(node)
            if block is None:
                yield _Write(end, first, _ALWAYS)
                return
            yield _Write(end, first, block.end)
            handlers = self._handlers(block) if block.kind == "try" else []
            if not handlers or not all(map(leaves, handlers)):
                return
            node, end = block, handlers[-1].end


def leaves(arm: ir.Block) -> bool:
    """Whether nothing behind the branch of an arm runs after it."""
    last = arm.body[-1] if arm.body else None
    match last:
        case ir.Return() | ir.Do(value=ir.Other(kind="leave")):
            return True
        case ir.Do(value=ir.Call(function=ir.Lit(text=name), words=True)):
            return name in _COMMANDS
        case ir.Do(value=ir.Call(function=ir.Ref(name=name) | ir.Field(name=str(name)))):
            return name in _CALLS
        case ir.Block(kind="scope") as block:
            return leaves(block)
    return False


def _blocks(statements: Iterable[ir.Stmt]) -> Iterator[ir.Block]:
    """Yield the statements as long as they are blocks."""
    for statement in statements:
        if not isinstance(statement, ir.Block):
            return
        yield statement


def _is_whole(branch: ir.Block, written: set[ir.Block]) -> bool:
    """Whether one of some arms of a branch certainly runs: they are all, and the last has no condition."""
    last = branch.body[-1]
    is_complete = isinstance(last, ir.Block) and last.guard is None and len(branch.body) > 1
    return is_complete and written.issuperset(branch.body)


def _is_unordered(binding: Binding) -> bool:
    """Whether a name is a setting that others of its file may name before it is given."""
    return binding.scope.module.language in _UNORDERED and isinstance(binding.scope.node, ir.Module)


def _are_exclusive(place: _Place, number: int) -> bool:
    """Whether a node stands in another arm of a branch than a write does."""
    for branch, arm in place.arms:
        if branch.holds(number):
            return not arm.holds(number)
    return False
