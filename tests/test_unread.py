"""Bodies of functions wait until something asks for them; what is found is the same as if none did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scratchlint.analyze import analyze
from scratchlint.core import ir
from scratchlint.dataflow.program import Program
from scratchlint.languages import python
from scratchlint.project import Effort
from test_exhaustive import found

FIXTURES = Path(__file__).parent.parent / "fixtures"
FILES = sorted(path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.py"))
SCENARIOS = sorted({file.split("/")[0] for file in FILES})

PROGRAM = b"""
def first(place):
    keep(place)


class Store:
    def second(self):
        keep(self.place)

    def third(self):
        self.place = other


def fourth():
    keep(fourth)
    import store
"""


@pytest.fixture(autouse=True)
def _short_bodies_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scratchlint.languages.python_waiting.MINIMUM_BYTES", 0)


def nodes(node: ir.Node) -> Iterator[tuple[type[ir.Node], object]]:
    yield type(node), node.span
    for child in ir.children(node):
        yield from nodes(child)


def program() -> Program:
    indexed = Program()
    indexed.add([python.lower("store.py", PROGRAM, lambda _: True)])
    return indexed


def unread(indexed: Program) -> list[str]:
    return [function.name for function in indexed.modules["store.py"].unread]


@pytest.mark.parametrize("file", FILES)
def test_a_body_is_lowered_the_same_when_it_waits(file: str) -> None:
    data = (FIXTURES / file).read_bytes()
    module = python.lower(file, data, lambda _: True)
    for function in list(module.unread):
        assert ir.read_body(module, function)
    assert list(nodes(module)) == list(nodes(python.lower(file, data)))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_is_found_when_bodies_wait(scenario: str) -> None:
    every = analyze(FIXTURES / scenario, ("",), effort=Effort(exhaustive=True))
    assert list(found(analyze(FIXTURES / scenario, ("",)))) == list(found(every))


def test_a_body_waits_until_it_is_asked_for() -> None:
    indexed = program()
    assert unread(indexed) == ["first", "second", "third"]
    assert [call.span.start for call in indexed.called.known("keep")] == [PROGRAM.index(b"keep(fourth)")]
    places = [PROGRAM.index(b"keep(" + argument) for argument in (b"place", b"self", b"fourth")]
    assert [call.span.start for call in indexed.called.get("keep")] == places
    assert unread(indexed) == ["third"]
    (store,) = indexed.classes
    (written,) = indexed.written_in(store, "place")
    assert (written.span.start, unread(indexed)) == (PROGRAM.index(b"self.place = "), [])


def test_a_name_is_read_where_it_stands() -> None:
    indexed = program()
    (first, *_) = indexed.modules["store.py"].unread
    (read,) = indexed.reads_of(indexed.scope[first].declare("place"))
    assert read.span.start == PROGRAM.index(b"place)\n\n\nclass")
    assert unread(indexed) == ["second", "third"]


def test_a_word_of_a_call_says_nothing_of_a_field() -> None:
    indexed = program()
    assert not indexed.written.get("keep")
    assert unread(indexed) == ["first", "second", "third"]


def test_what_stands_in_a_body_is_around_it() -> None:
    indexed = program()
    (_, second, _) = indexed.modules["store.py"].unread
    (statement,) = indexed.body(second)
    assert indexed.function_of(statement) is second
    assert indexed.inside(statement, second)
    assert not indexed.inside(second, statement)
    (store,) = indexed.classes
    assert indexed.class_of(statement) is store
