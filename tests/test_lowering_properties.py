"""What holds for the lowering of any TypeScript, JavaScript and Python."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering import literals, render, rendered, strays
from scratchlint.core import ir
from scratchlint.core.span import Span
from scratchlint.languages import python, typescript

Pair = tuple[str, str]
"""The source of an expression, and the rendering of what it is lowered to."""

LINKS = range(3000)


def typescript_text(source: str, path: str = "a.ts") -> str:
    return rendered(typescript.lower(path, source.encode()))


def python_text(source: str) -> str:
    return rendered(python.lower("a.py", source.encode()))


@pytest.mark.parametrize(
    ("sign", "start"),
    [
        (" + ", "set a = concat(b0, b1, "),
        (" || ", "set a = either(b0, b1, "),
        (" ?? ", "set a = either(b0, b1, "),
        (" && ", "do b0\ndo b1\n"),
        (", ", "set a = b0\ndo b1\n"),
    ],
)
def test_long_chains_stay_flat(sign: str, start: str) -> None:
    assert typescript_text("a = " + sign.join(f"b{link}" for link in LINKS)).startswith(start)


def test_long_chains_of_choices_stay_flat() -> None:
    choices = "".join(f"c{link} ? b{link} : " for link in LINKS)
    assert typescript_text(f"a = {choices} d").endswith("b2998, b2999, d)")
    arms = "".join(f"else if (c{link}) d()\n" for link in LINKS)
    assert typescript_text(f"if (a) b(); {arms}").count("\n  arm ") == 3001


def test_long_chains_of_python_stay_flat() -> None:
    joined = " + ".join(f"b{link}" for link in LINKS)
    assert python_text(f"a = {joined}").startswith("export bind a = concat(b0, b1, ")


@pytest.mark.parametrize(
    "nest",
    [
        "f(@)",
        "[@]",
        "({a: @})",
        "a => @",
        "() => {@}",
        "function f() {@}",
        "if (a) {@}",
        "class A { a = @}",
        "class A { a() {@}}",
        "`${@}`",
        "-@",
        "x[@ = 1]",
        "x[@ += 1]",
        "a || (b = @)",
        "namespace A {@}",
        "export default function () {@}",
        "a?.(@)",
        "@.a()",
        "({a: [@] = b} = c)",
        "<A b={@} />",
        "<A>{@}</A>",
        "try {@} catch {}",
        "switch (a) { case 1: @}",
        "for (;;) @",
        "for (const a of b) @",
        "a: @",
    ],
)
def test_deep_nesting_loses_nothing(nest: str) -> None:
    opening, closing = nest.split("@")
    module = typescript.lower("a.jsx", f'{opening * 1500}b("/tmp/x"){closing * 1500}'.encode())
    assert module.damaged
    assert literals(module).count("/tmp/x") == 1


@pytest.mark.parametrize(
    "nest",
    [
        "f(@)",
        "[@]",
        "{'a': @}",
        "lambda: @",
        "f(lambda: @)",
        "-@",
        "not @",
        "(a := @)",
        "a or (@)",
        "@.a()",
        "x[@]",
        "[a for a in @]",
        "(b if @ else c)",
    ],
)
def test_deep_nesting_of_python_loses_nothing(nest: str) -> None:
    opening, closing = nest.split("@")
    module = python.lower("a.py", f'{opening * 1500}b("/tmp/x"){closing * 1500}'.encode())
    assert module.damaged
    assert literals(module).count("/tmp/x") == 1


@pytest.mark.parametrize(
    "opening", ["def f():", "class A:", "if a:", "for a in b:", "with a:", "try:", "while a:"]
)
def test_deep_blocks_of_python_lose_nothing(opening: str) -> None:
    lines = [f"{' ' * depth}{opening}" for depth in range(300)]
    source = "\n".join([*lines, f'{" " * 300}b("/tmp/x")'])
    assert literals(python.lower("a.py", source.encode())).count("/tmp/x") == 1


def one(source: str, result: str) -> Callable[[Pair], Pair]:
    return lambda pair: (source.replace("@", pair[0]), result.replace("@", pair[1]))


def two(source: str, result: str) -> Callable[[tuple[Pair, Pair]], Pair]:
    def combine(pairs: tuple[Pair, Pair]) -> Pair:
        (first, first_result), (second, second_result) = pairs
        return (
            source.replace("@", first).replace("§", second),
            result.replace("@", first_result).replace("§", second_result),
        )

    return combine


def expressions(ones: list[Pair], twos: list[Pair]) -> st.SearchStrategy[Pair]:
    """Make expressions with their renderings out of templates that have places for one or two others."""
    characters = st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters='"\\`${}@§')
    leaves = st.one_of(
        st.sampled_from(["a", "b", "path"]).map(lambda name: (name, name)),
        st.text(characters, max_size=8).map(lambda text: (f'"{text}"', render(ir.Lit(Span("", 0, 0), text)))),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            *(inner.map(one(source, result)) for source, result in ones),
            *(st.tuples(inner, inner).map(two(source, result)) for source, result in twos),
        ),
        max_leaves=12,
    )


typescript_expressions = expressions(
    [
        ("(@)", "@"),
        ("(@ as T)", "@"),
        ("[@, ...b]", "{0: @, ...b}"),
        ("({a: @})", "{a: @}"),
        ("(a => @)", "((a) => return @)"),
        ("`${@}/x`", 'concat(@, "/x")'),
    ],
    [
        ("f(@, §)", "f(@, §)"),
        ("([@] + §)", "concat({0: @}, §)"),
        ("(f(@) || §)", "either(f(@), §)"),
    ],
)
python_expressions = expressions(
    [
        ("(@)", "@"),
        ("[@, *b]", "{0: @, ...b}"),
        ('{"a": @}', "{a: @}"),
        ("(lambda a: @)", "((a) => return @)"),
    ],
    [
        ("f(@, b=§)", "f(@, b=§)"),
        ("([@] + §)", "concat({0: @}, §)"),
        ("(f(@) / §)", "path(f(@), §)"),
        ("(f(@) or §)", "either(f(@), §)"),
    ],
)


@given(typescript_expressions, st.sampled_from(["a.ts", "a.mts"]))
def test_expressions_are_lowered_by_their_parts(pair: Pair, path: str) -> None:
    source, expected = pair
    assert typescript_text(f"z = {source}", path) == f"set z = {expected}"


@given(python_expressions)
def test_python_expressions_are_lowered_by_their_parts(pair: Pair) -> None:
    source, expected = pair
    assert python_text(f"z = {source}") == f"export bind z = {expected}"


@given(typescript_expressions, st.sampled_from(["a.ts", "a.tsx", "a.js"]))
def test_comments_change_nothing(pair: Pair, path: str) -> None:
    source, expected = pair
    assert typescript_text(f"/* */ z = /* */ ( /* */ {source} /* */ ) // z", path) == f"set z = {expected}"


@given(python_expressions)
def test_comments_of_python_change_nothing(pair: Pair) -> None:
    source, expected = pair
    assert python_text(f"z = (  # a\n  # b\n  {source}  # c\n)  # d") == f"export bind z = {expected}"


@given(st.lists(typescript_expressions, max_size=4))
def test_statements_follow_each_other(pairs: list[Pair]) -> None:
    source = "\n".join(f"const z = {source};" for source, _ in pairs)
    assert typescript_text(source) == "\n".join(f"bind z = {expected}" for _, expected in pairs)


def fragments(words: str) -> st.SearchStrategy[bytes]:
    """Make texts of a language's words in any order."""
    known = [*words.split(), '"/tmp/x"', "\n", "\n ", "\n  "]
    return st.lists(st.sampled_from(known), max_size=40).map(lambda some: " ".join(some).encode())


typescript_fragments = fragments(
    """a b `x ${ } ` ( ) [ ] { } , ; : ? ?. ... + += = => == || ||= && ?? ! < > / * @ # // /* */ const let
    var function class extends get set static async await yield new this super import export from as default
    type enum namespace if else for of in while do switch case try catch finally return throw require
    process.env exports"""
)
python_fragments = fragments(
    """a b f" " f"x{ } % ( ) [ ] { } , : := = += . * ** + / @ -> # def class lambda if elif else for in while
    try except finally with as return yield global import from async await match case and or not is
    os.environ .format("""
)


@given(st.one_of(st.binary(max_size=200), typescript_fragments), st.sampled_from(["a.ts", "a.tsx", "a.cjs"]))
def test_nothing_breaks_the_lowering(data: bytes, path: str) -> None:
    module = typescript.lower(path, data)
    assert strays(module) == []
    render(module)


@given(st.one_of(st.binary(max_size=200), python_fragments))
def test_nothing_breaks_the_lowering_of_python(data: bytes) -> None:
    module = python.lower("a.py", data)
    assert strays(module) == []
    render(module)
