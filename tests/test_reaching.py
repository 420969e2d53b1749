"""Which writes reach which reads, held against every way that small programs can run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core import ir
from scratchlint.dataflow.program import Program
from scratchlint.languages import python

Body = list["str | tuple[str, Body, Body]"]
Numbered = list["tuple[str, int] | tuple[str, Numbered, Numbered]"]
Pair = tuple[int, int]
"""The numbers of a write and of a read, in source order."""

ROUNDS = 2
_TWO = frozenset({"else", "try"})

bodies: st.SearchStrategy[Body] = st.recursive(
    st.lists(st.sampled_from(["write", "read"]), max_size=4),
    lambda inner: st.lists(
        st.one_of(
            st.sampled_from(["write", "read"]),
            st.tuples(st.sampled_from(["if", "else", "while", "try"]), inner, inner),
        ),
        max_size=4,
    ),
    max_leaves=12,
)


class Source:
    """A body as Python; every write and read gets a number."""

    def __init__(self, body: Body) -> None:
        self._writes, self._reads = count(), count()
        self.numbered: Numbered = self._number(body)
        self.text = "def run():\n" + "".join(f"{line}\n" for line in self._lines(self.numbered, 1))

    def _number(self, body: Body) -> Numbered:
        return [
            (
                statement[0],
                self._number(statement[1]),
                self._number(statement[2] if statement[0] in _TWO else []),
            )
            if isinstance(statement, tuple)
            else (statement, next(self._writes if statement == "write" else self._reads))
            for statement in body
        ]

    def _lines(self, body: Numbered, depth: int) -> Iterator[str]:
        indentation = "    " * depth
        for statement in body:
            match statement:
                case ("write", number):
                    yield f"{indentation}x = {number}"
                case ("read", number):
                    yield f"{indentation}see{number}(x)"
                case ("if", first, _):
                    yield f"{indentation}if c():"
                    yield from self._lines(first, depth + 1)
                case ("while", first, _):
                    yield f"{indentation}while c():"
                    yield from self._lines(first, depth + 1)
                case (kind, first, second):
                    opening, closing = (
                        ("if c():", "else:") if kind == "else" else ("try:", "except Exception:")
                    )
                    yield f"{indentation}{opening}"
                    yield from self._lines(first, depth + 1)
                    yield f"{indentation}{closing}"
                    yield from self._lines(second, depth + 1)
        yield f"{indentation}pass"


def runs(body: Numbered, seen: int | None) -> Iterator[tuple[int | None, frozenset[Pair]]]:
    """Yield for every way through a body the write that is there at its end, and who saw which write."""
    if not body:
        yield seen, frozenset()
        return
    first, *others = body
    for then, pairs in run(first, seen):
        for end, further in runs(others, then):
            yield end, pairs | further


def run(
    statement: tuple[str, int] | tuple[str, Numbered, Numbered], seen: int | None
) -> Iterator[tuple[int | None, frozenset[Pair]]]:
    match statement:
        case ("write", number):
            yield number, frozenset()
        case ("read", number):
            yield seen, frozenset() if seen is None else frozenset({(seen, number)})
        case ("if", first, _):
            yield from set(chain([(seen, frozenset[Pair]())], runs(first, seen)))
        case ("else", first, second):
            yield from set(chain(runs(first, seen), runs(second, seen)))
        case ("while", first, _):
            for rounds in range(ROUNDS + 1):
                yield from set(runs(first * rounds, seen))
        case ("try", first, second):
            yield from set(runs(first, seen))
            for length in range(len(first) + 1):
                for end, pairs in set(runs(first[:length], seen)):
                    yield from ((last, pairs | further) for last, further in set(runs(second, end)))


def found(source: str) -> set[Pair]:
    """Return the pairs that the program's indexes tell of."""
    program = Program()
    module = python.lower("a.py", source.encode())
    program.add([module])
    (function,) = (statement for statement in module.body if isinstance(statement, ir.Function))
    binding = program.scope[function].bindings.get("x")
    writes = [write for write in binding.writes if isinstance(write, ir.Bind)] if binding is not None else []
    reads = {read: number for number, read in enumerate(binding.reads)} if binding is not None else {}
    return {
        (int(write.value.text), reads[read])
        for write in writes
        if isinstance(write.value, ir.Lit) and binding is not None
        for read in program.reached(write, binding)
    }


@given(bodies)
def test_every_write_that_a_run_can_show_reaches(body: Body) -> None:
    source = Source(body)
    shown = frozenset().union(*(pairs for _, pairs in runs(source.numbered, None)))
    assert shown <= found(source.text)


@given(st.lists(st.sampled_from(["write", "read"])))
def test_in_a_row_only_the_nearest_write_reaches(body: Body) -> None:
    source = Source(body)
    ((_, shown),) = runs(source.numbered, None)
    assert shown == found(source.text)


@given(bodies)
def test_one_question_is_answered_like_all_at_once(body: Body) -> None:
    program = Program()
    module = python.lower("a.py", Source(body).text.encode())
    program.add([module])
    for binding in {program.binding[ref]: None for ref in program.binding if ref.name == "x"}:
        for write in binding.writes:
            asked = [read for read in binding.reads if program.reaches(write, read, binding)]
            assert asked == list(program.reached(write, binding))


def test_a_function_in_between_may_never_run() -> None:
    source = (
        "def run():\n    x = 0\n    def later():\n        nonlocal x\n        x = 1\n"
        "    see(x)\n    return later\n"
    )
    assert found(source) == {(0, 0), (1, 0)}
