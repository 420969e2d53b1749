"""The algebra of path templates."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core.shape import (
    MAXIMUM_PARTS,
    Hole,
    Part,
    PathShape,
    Template,
    components,
    concat,
    is_absolute,
    parent_directory,
    show,
    template,
    until_space,
)

HOLES = st.builds(Hole, st.sampled_from(["env", "name", "random"]), st.text("ab", max_size=1))
PARTS = st.one_of(st.text("ab./ ", max_size=6), HOLES)
TEMPLATES = st.lists(PARTS, max_size=5).map(template)
# Joins drop slashes where two texts meet: what follows begins with a name or a hole.
NAMES = st.lists(st.one_of(st.text("ab.", min_size=1, max_size=3), HOLES), min_size=1, max_size=3).map(
    template
)
SHAPES = st.lists(NAMES, max_size=4).map(lambda names: PathShape("/tmp", tuple(names)))
X = Hole("name", "x")


def path(*texts: Part) -> PathShape:
    return PathShape("/tmp", components(template(texts)))


class TestTemplate:
    @given(st.lists(PARTS, max_size=8))
    def test_shows_what_its_parts_show(self, parts: list[Part]) -> None:
        shown = [part for part in parts if part]
        once = [part for before, part in pairwise([None, *shown]) if part != before or isinstance(part, str)]
        assert show(template(parts)) == "".join(map(str, once))

    @given(TEMPLATES)
    def test_is_normal_already(self, text: Template) -> None:
        assert template(text) == text
        assert all(text)
        assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(text))

    def test_is_bounded(self) -> None:
        text = template(piece for _ in range(MAXIMUM_PARTS) for piece in ("a", X))
        assert len(text) == MAXIMUM_PARTS
        assert text[-1] == Hole("limit")


class TestConcat:
    @given(TEMPLATES, TEMPLATES, TEMPLATES)
    def test_is_associative(self, a: Template, b: Template, c: Template) -> None:
        assert concat([concat([a, b]), c]) == concat([a, concat([b, c])]) == concat([a, b, c])

    @given(TEMPLATES)
    def test_empty_text_changes_nothing(self, text: Template) -> None:
        assert concat([text, ()]) == concat([(), text]) == text

    @given(NAMES, NAMES, NAMES)
    def test_joining_names_is_associative(self, a: Template, b: Template, c: Template) -> None:
        assert concat([concat([a, b], "/"), c], "/") == concat([a, concat([b, c], "/")], "/")

    @given(NAMES, NAMES)
    def test_joined_names_are_the_components(self, a: Template, b: Template) -> None:
        assert components(concat([a, b], "/")) == components(concat([(*a, "/"), b]))

    @pytest.mark.parametrize(
        ("texts", "joined"),
        [
            ((("/tmp",), ("a",)), "/tmp/a"),
            ((("/tmp/",), ("/a",)), "/tmp/a"),
            ((("/tmp",), (), ("a",)), "/tmp/a"),
            ((("/tmp",), (X,)), "/tmp/{x}"),
            (((X,), ("a",)), "{x}/a"),
            ((("/",), ("a",)), "/a"),
        ],
    )
    def test_joins_with_one_slash(self, texts: tuple[Template, ...], joined: str) -> None:
        assert show(concat(texts, "/")) == joined


class TestComponents:
    @given(TEMPLATES)
    def test_normalising_twice_is_normalising_once(self, text: Template) -> None:
        once = components(text)
        assert components(concat(once, "/")) == once

    @given(TEMPLATES)
    def test_no_component_is_empty_or_here(self, text: Template) -> None:
        assert not {(), (".",)} & set(components(text))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (("/a//b/./c/",), "/tmp/a/b/c"),
            (("a/../b",), "/tmp/b"),
            (("a/", X, "/../b"), "/tmp/a/b"),
            (("run-", X, ".log"), "/tmp/run-{x}.log"),
            (("a\\b",), "/tmp/a/b"),
            (("",), "/tmp"),
        ],
    )
    def test_resolves_dots_and_slashes(self, text: Template, expected: str) -> None:
        assert str(path(*text)) == expected


class TestIsUnder:
    @given(SHAPES)
    def test_is_reflexive(self, shape: PathShape) -> None:
        assert shape.is_under(shape)

    @given(SHAPES, st.integers(0, 4), st.integers(0, 4))
    def test_is_transitive(self, shape: PathShape, one: int, other: int) -> None:
        longer, shorter = sorted((one, other), reverse=True)
        middle = PathShape(shape.root, shape.components[:longer])
        top = PathShape(shape.root, shape.components[:shorter])
        assert shape.is_under(middle)
        assert middle.is_under(top)
        assert shape.is_under(top)

    @given(SHAPES, SHAPES)
    def test_both_ways_is_equality(self, a: PathShape, b: PathShape) -> None:
        assert (a.is_under(b) and b.is_under(a)) == (a == b)

    def test_a_longer_name_is_another_path(self) -> None:
        assert not path("ab").is_under(path("a"))
        assert not PathShape("/var/tmp", (("a",),)).is_under(PathShape("/tmp", ()))


class TestParentDirectory:
    @given(NAMES, NAMES)
    def test_undoes_a_join(self, directory: Template, name: Template) -> None:
        absolute = concat([("/",), directory])
        assert parent_directory(concat([absolute, name], "/")) == absolute

    @pytest.mark.parametrize(
        ("text", "directory"),
        [
            (("/tmp/a/b",), "/tmp/a"),
            (("/tmp/a/",), "/tmp"),
            (("/tmp/", X), "/tmp"),
            (("/tmp/", X, "/"), "/tmp"),
            (("/tmp/run-", X), "/tmp"),
            (("a",), "a"),
        ],
    )
    def test_is_what_stands_before_the_last_slash(self, text: Template, directory: str) -> None:
        assert show(parent_directory(text)) == directory


class TestUntilSpace:
    @given(TEMPLATES)
    def test_is_a_beginning_without_space(self, text: Template) -> None:
        cut = until_space(text)
        assert show(text).startswith(show(cut))
        assert not any(" " in part for part in cut if isinstance(part, str))
        assert until_space(cut) == cut

    def test_ends_at_quotes_and_separators(self) -> None:
        for mark in " \t\n\"'`;,|&<>":
            assert until_space(("/tmp/", X, f"/a{mark}b", X)) == ("/tmp/", X, "/a")


@given(TEMPLATES)
def test_absolute_texts_begin_with_a_slash(text: Template) -> None:
    assert is_absolute(text) == show(text).startswith("/")
