"""What files import, told from their bytes: words are looked for first, and nothing is lost by that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.dataflow import graph
from scratchlint.dataflow.literals import Literals

# The same without the search for words: an expression over the whole file.
JAVASCRIPT = re.compile(rb"(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*[\"']([^\"'\n]{1,300})[\"']")
PYTHON = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]*)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
SHELL = re.compile(rb"(?:^|[;&|{(]|\bthen|\bdo)[ \t]*(?:source|\.)[ \t]+([^\n;&|]{1,300})", re.MULTILINE)


def pieces(text: str) -> st.SearchStrategy[bytes]:
    """Return texts that are made of some words, and of what stands between words."""
    return st.lists(st.sampled_from([*text.encode().split(), b" ", b"\t", b"\n"]), max_size=14).map(b"".join)


def python_imports(data: bytes) -> Iterable[tuple[str, list[str]]]:
    for found in PYTHON.finditer(data):
        if found[3]:
            yield from ((words[0], []) for name in found[3].decode().split(",") if (words := name.split()))
        else:
            yield found[1].decode(), re.findall(r"\w+", found[2].decode())


@given(pieces("from import require ( \" ' ./x a _"))
def test_javascript(data: bytes) -> None:
    assert list(graph._javascript_modules(data)) == [one[1].decode() for one in JAVASCRIPT.finditer(data)]


@given(pieces("from import ( ) , # ; a .b as x"))
def test_python(data: bytes) -> None:
    told = [(module, list(names)) for module, names in graph._python_imports(data)]
    assert told == list(python_imports(data))


@given(pieces("source . ; & | { ( then do a x/y $z"))
def test_shell(data: bytes) -> None:
    assert list(graph._sourced(data)) == [one[1].decode() for one in SHELL.finditer(data)]


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (graph._javascript_modules, b"import from require(" * 20_000),
        (graph._python_imports, b"import " * 50_000),
        (graph._python_imports, b"x" + b" import" * 150_000),
        (graph._sourced, b". " * 150_000),
        (graph._sourced, b"source" + b" " * 300_000 + b"."),
    ],
)
def test_a_hostile_line_costs_no_more_than_its_length(
    read: Callable[[bytes], Iterable[object]], data: bytes
) -> None:
    assert len(list(read(data))) < 2


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=6), st.binary(max_size=30))
def test_any_text_that_stands_in_a_file_is_found(texts: list[bytes], data: bytes) -> None:
    literals = Literals(texts)
    assert literals.stand_in(data) == any(text in data for text in texts)
    assert all(any(data.startswith(text, place) for text in texts) for place in literals.places(data))


def test_more_texts_than_are_compared_at_once_are_found() -> None:
    literals = Literals(b"name_%d_" % number for number in range(500))
    assert literals.stand_in(b"x" * 1000 + b"name_499_")
    assert not literals.stand_in(b"name_500_")
