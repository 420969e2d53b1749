"""Environment files: exact spans, agreement with python-dotenv, and no input that breaks the scanner."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from hypothesis import example, given
from hypothesis import strategies as st

from scratchlint.core import ir
from scratchlint.languages.dotenv import lower


def binds(text: str | bytes) -> list[ir.Bind]:
    data = text.encode() if isinstance(text, str) else text
    body = lower(".env", data).body
    assert all(isinstance(statement, ir.Bind) for statement in body)
    return [statement for statement in body if isinstance(statement, ir.Bind)]


def show(node: ir.Expr) -> str:
    """Write an expression on one line: literals quoted, the rest named."""
    match node:
        case ir.Lit(text=text):
            return repr(text)
        case ir.Env(name=name, default=None):
            return f"${name}"
        case ir.Env(name=name, default=default):
            assert default is not None
            return f"${name}({show(default)})"
        case ir.Concat(parts=parts, separator=""):
            return " + ".join(map(show, parts))
        case ir.Either(choices=choices):
            return " | ".join(map(show, choices))
        case ir.Other(kind=kind, parts=parts):
            return f"{kind}[{', '.join(map(show, parts))}]"
    raise AssertionError(node)


def values(text: str | bytes) -> dict[str, str]:
    found = {}
    for bind in binds(text):
        assert isinstance(bind.target, ir.Ref)
        assert bind.declares
        assert bind.exported
        found[bind.target.name] = show(bind.value)
    return found


def constant(node: ir.Expr) -> str:
    """The text of a value without expansions."""
    parts = node.parts if isinstance(node, ir.Concat) else (node,)
    assert all(isinstance(part, ir.Lit) for part in parts)
    return "".join(part.text for part in parts if isinstance(part, ir.Lit))


def constants(text: str) -> dict[str, str]:
    return {bind.target.name: constant(bind.value) for bind in binds(text) if isinstance(bind.target, ir.Ref)}


def theirs(text: str) -> dict[str, str | None]:
    return dict(dotenv_values(stream=io.StringIO(text), interpolate=False))


def nodes(node: ir.Node) -> Iterator[ir.Node]:
    yield node
    for child in ir.children(node):
        yield from nodes(child)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=/tmp/x", "'/tmp/x'"),
        ("export A=/tmp/x", "'/tmp/x'"),
        ("A = /tmp/x ", "'/tmp/x'"),
        ("A: /tmp/x", "'/tmp/x'"),
        ("A:\t'/tmp/x'", "'/tmp/x'"),
        ("A=`/tmp/x` # c", "'/tmp/x'"),
        ("A=`/tmp\n/x`", r"'/tmp\n/x'"),
        ("A=`/tmp", "'`/tmp'"),
        ("A=", "''"),
        ("A=''", "''"),
        ('A=""', "''"),
        ("A= # c", "''"),
        ("A: # c", "''"),
        ("A=/tmp/${B}/c", "'/tmp/' + $B + '/c'"),
        ("A=$B", "$B"),
        ("A=$B/c$D", "$B + '/c' + $D"),
        ("A=${B:-/tmp}", "$B('/tmp')"),
        ("A=${B-/tmp}", "$B('/tmp')"),
        ("A=${B:=/tmp}/x", "$B('/tmp') + '/x'"),
        ("A=${B:-}", "$B('')"),
        ("A=${B:?must be set}", "$B"),
        ("A=${B?}", "$B"),
        ("A=${B:+/tmp/x}", "'/tmp/x' | ''"),
        ("A=${B:-${C:-/tmp}/c}/d", "$B($C('/tmp') + '/c') + '/d'"),
        ("A=${B%/}/c", "expansion[$B] + '/c'"),
        ("A=${B", "'${B'"),
        ("A=${}", "'${}'"),
        ("A=$", "'$'"),
        ("A=5$", "'5$'"),
        ("A=$$B", "'$B'"),
        (r"A=\$B", "'$B'"),
        (r'A="\$B/\"q\""', "'$B/\"q\"'"),
        (r'A="\\$B"', r"'\\' + $B"),
        ("A='$B ${C}'", "'$B ${C}'"),
        (r"A='it\'s'", '"it\'s"'),
        ('A="$B/c"', "$B + '/c'"),
        ("A=`$B/c`", "$B + '/c'"),
        ('A="$B"/c', "$B + '/c'"),
        ("A='/tmp/'\"$B\"`c`d # e", "'/tmp/' + $B + 'c' + 'd'"),
        ('A="one\ntwo"', r"'one\ntwo'"),
        ("A='one\r\n#two'", r"'one\r\n#two'"),
        (r'A="one\ntwo"', r"'one\ntwo'"),
        (r"A='one\ntwo'", r"'one\\ntwo'"),
        (r"A=C:\new\tmp", r"'C:\\new\\tmp'"),
        ("A=a#b", "'a#b'"),
        ("A=#b", "'#b'"),
        ("A=a b #c", "'a b'"),
        ("A=a  # b # c", "'a'"),
        ('A={"k": "/tmp"}', '\'{"k": "/tmp"}\''),
        ('A=/x/"y z"', "'/x/\"y z\"'"),
        ("'A'=b", "'b'"),
        ("A=b=c", "'b=c'"),
        ("A=ünï", "'ünï'"),
        ("\ufeffA=b", "'b'"),
        ("\r\n\r\n  A=b\r", "'b'"),
        ("A=a\0b", r"'a\x00b'"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert values(text) == {"A": value}
    assert not lower(".env", text.encode()).damaged


@pytest.mark.parametrize(
    "text",
    ["A", "export A", "A # c", "export A#c", "#A=b", "  # export A=b", "##", "", "\n\n", "\ufeff", " \t"],
)
def test_lines_that_bind_nothing(text: str) -> None:
    module = lower(".env", text.encode())
    assert module.body == ()
    assert module.damaged == ()


@pytest.mark.parametrize(
    ("line", "spoilt"),
    [
        ("=b", "=b"),
        ("no assignment", "no assignment"),
        ("  A='b", "A='b"),
        ('A="b # c', 'A="b # c'),
        ("A='b' c", "A='b' c"),
        ('A="b"c d', 'A="b"c d'),
        ("A='b'\"c", "A='b'\"c"),
        ("A:b", "A:b"),
        ('if [ "$A" = "b" ]; then', 'if [ "$A" = "b" ]; then'),
        ("'A=b", "'A=b"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_damaged_lines_do_not_spoil_others(line: str, spoilt: str, end: str) -> None:
    data = f"X=1{end}{line}{end}Y=`2`{end}".encode()
    module = lower(".env", data)
    assert [data[span.start : span.end].decode() for span in module.damaged] == [spoilt]
    assert values(data) == {"X": "'1'", "Y": "'2'"}


def test_a_forgotten_quote_does_not_swallow_the_next_lines() -> None:
    text = 'A="/tmp/a\nB=/tmp/b\nC="/tmp/c"\n'
    assert values(text) == {"B": "'/tmp/b'", "C": "'/tmp/c'"}
    assert len(lower(".env", text.encode()).damaged) == 1


def test_comments() -> None:
    text = "# one\r\nA=b # two\nC='d'#three\nE#four\n  # A=c"
    module = lower(".env", text.encode())
    assert [comment.text for comment in module.comments] == ["# one", "# two", "#three", "#four", "# A=c"]
    for comment in module.comments:
        assert text.encode()[comment.span.start : comment.span.end].decode() == comment.text


def test_module() -> None:
    module = lower("deploy/.env", b"A=b\n")
    assert (module.language, module.path) == ("dotenv", "deploy/.env")
    assert (module.span.start, module.span.end) == (0, 4)


def test_spans() -> None:
    data = '\ufeffexport Ä="ü${B:-/t}\\"ö" # c\n'.encode()
    (bind,) = binds(data)

    def raw(node: ir.Node) -> str:
        return data[node.span.start : node.span.end].decode()

    assert raw(bind) == 'export Ä="ü${B:-/t}\\"ö"'
    assert raw(bind.target) == "Ä"
    assert raw(bind.value) == 'ü${B:-/t}\\"ö'
    assert isinstance(bind.value, ir.Concat)
    first, variable, last = bind.value.parts
    assert [raw(first), raw(variable), raw(last)] == ["ü", "${B:-/t}", '\\"ö']
    assert isinstance(variable, ir.Env)
    assert variable.default is not None
    assert raw(variable.default) == "/t"


def test_the_founding_incident() -> None:
    data = b"NODE_ENV=production\nWHISPER_BINARY_PATH=/tmp/whisper-env/bin/python3\n"
    bind = binds(data)[1]
    assert isinstance(bind.value, ir.Lit)
    assert data[bind.value.span.start : bind.value.span.end] == b"/tmp/whisper-env/bin/python3"


# Agreement with python-dotenv

AGREED = [
    "A=b",
    "A=b\nC=d\r\nE=f\rG=h",
    "export A=b",
    "export=b",
    " A = b ",
    "A=",
    "A= ",
    "A= # c",
    "A=#c",
    "A=b#c",
    "A=b #c",
    "A=b\t# c",
    "A='b # c' # d",
    'A="b # c"#d',
    "A='b\nc'\nD=e",
    'A="b\r\nc"\nD=e',
    r'A="b\tc\n\\d\"e\'"',
    r"A='b\tc\\d\'e'",
    r"A=b\tc\\d",
    'A="\\x41\\u0041"',
    "'A'=b",
    "A.B-C=d",
    "1A=b",
    "A=b\nA=c",
    "A=b'c'",
    'A={"b": 1}',
    "A=b c  d",
    "A=é€😀",
    'A="é\n€"',
    "A=$B",
    "# A=b\nC=d",
    "A='$B'",
    "\n\n\nA=b\n\n",
    "A=''",
    'A=""',
    "A=postgres://u:p@h:1/d?x=y&z=#f",
    "A=b\nno assignment\nC=d",
    "A='b\nC=d",
    "=b\nC=d",
    "\ufeffA=b",
]


@pytest.mark.parametrize("text", [text for text in AGREED if "$B" not in text or "'$B'" in text])
def test_agreement(text: str) -> None:
    assert constants(text) == theirs(text)


INTENDED_DIFFERENCES = {
    "A": ({}, {"A": None}),  # binds nothing here, None there
    "A: b": ({"A": "b"}, {}),  # npm's dotenv
    "A=`b`": ({"A": "b"}, {"A": "`b`"}),  # npm's dotenv
    "A='b'/c": ({"A": "b/c"}, {}),  # shells
    'A="b\nC="d"': ({"C": "d"}, {}),  # a forgotten quote costs one line only
    r'A="\$b"': ({"A": "$b"}, {"A": r"\$b"}),  # compose and shells
    "A=b$$c": ({"A": "b$c"}, {"A": "b$$c"}),  # compose
    '"A"=b': ({}, {'"A"': "b"}),  # no reader means quotes in a name
    "A=b\u00a0#c": ({"A": "b\u00a0#c"}, {"A": "b"}),  # blanks are ASCII
}


@pytest.mark.parametrize("text", INTENDED_DIFFERENCES)
def test_intended_differences(text: str) -> None:
    assert (constants(text), theirs(text)) == INTENDED_DIFFERENCES[text]


@pytest.mark.parametrize("text", AGREED)
def test_assignments_lie_where_python_dotenv_finds_them(text: str) -> None:
    data = text.removeprefix("\ufeff")
    originals = [binding.original.string for binding in parse_stream(io.StringIO(data)) if binding.key]
    assert len(originals) == len(binds(data))
    for bind, original in zip(binds(data), originals, strict=True):
        assert data.encode()[bind.span.start : bind.span.end].decode() in original


KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True).filter(lambda key: key != "export")
TEXT = st.text(st.sampled_from("ab/.-_:=,;@&#'\"\\ \t{}ü€😀[]()|~*?!<>"), max_size=20)
MULTILINE = st.text(st.sampled_from("ab/#='\"\\ ntr\n\rü😀"), max_size=20)


def quoted(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


VALUES = st.one_of(
    TEXT.map(str.strip).filter(lambda text: text[:1] not in ("'", '"')),
    MULTILINE.map(lambda text: quoted(text, "'")),
    MULTILINE.map(lambda text: quoted(text, '"')),
)
LINES = st.one_of(
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(["", "  ", "export "]),
        KEYS,
        st.sampled_from(["=", " = ", "=\t"]),
        VALUES,
        st.sampled_from(["", " ", " # comment", "\t#A=b"]),
    ),
    st.sampled_from(["", "# comment", "  # A=b", "\t"]),
)
FILES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n"]))).map(
    lambda lines: "".join(line + end for line, end in lines)
)


@given(FILES)
def test_agreement_on_generated_files(text: str) -> None:
    assert constants(text) == theirs(text)


@given(st.dictionaries(KEYS, MULTILINE, max_size=5), st.sampled_from("'\""))
def test_what_is_quoted_comes_back(expected: dict[str, str], quote: str) -> None:
    text = "\n".join(f"{key}={quoted(value, quote)}" for key, value in expected.items())
    assert constants(text) == expected


# Any bytes


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("A='\"`$${}:-?+#\\ \n\r\t\0ü\ufeff")).map(str.encode),
    )
)
@example(b"A=\xff\xfe${\xff}")
@example(b"\xef\xbb\xbf\xef\xbb\xbfA=b")
def test_any_bytes_give_spans_in_order(data: bytes) -> None:
    module = lower(".env", data)
    top = [*module.body, *module.comments]
    spans = sorted([*(node.span for node in top), *module.damaged])
    for before, after in pairwise(spans):
        assert before.end <= after.start
    for statement in module.body:
        assert isinstance(statement, ir.Bind)
        seen = list(nodes(statement))
        assert len({id(node) for node in seen}) == len(seen)
        for node in seen:
            assert statement.span.start <= node.span.start <= node.span.end <= statement.span.end
            raw = data[node.span.start : node.span.end]
            if isinstance(node, ir.Lit) and not set(raw) & set(b"\\$"):
                assert node.text == raw.decode(errors="replace")


@pytest.mark.parametrize(
    "data",
    [
        b"A=" + b"${A" * 200_000,
        b"A=" + b"${A:-" * 100_000 + b"}" * 100_000,
        b"A=" + b" " * 500_000 + b"x",
        b"A=x" + b" " * 500_000 + b"y",
        b"A='" + b"\\'" * 300_000,
        b'A="x\n' * 150_000,
        b"A=`x\n" * 150_000,
        b"A=''" * 150_000,
        b"A=" + b"''" * 300_000 + b" x",
        b"A" * 500_000,
        b"\n" * 500_000,
        b"export " * 100_000,
        b"A=$" + b"$" * 500_000,
    ],
    ids=range(13),
)
def test_input_that_invites_quadratic_time(data: bytes) -> None:
    """Would take minutes if any pattern or loop went over the rest of the file at every step."""
    assert lower(".env", data).language == "dotenv"
