"""INI files: exact spans, the dialects' differences, and no input that breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scratchlint.core import ir
from scratchlint.languages.ini import lower
from setting_rendering import check, shown


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("a = /tmp/x", ["a = '/tmp/x'"]),
        ("a=/tmp/x", ["a = '/tmp/x'"]),
        ("a : /tmp/x", ["a = '/tmp/x'"]),
        ("[s]\na b = /tmp/x", ["s.a b = '/tmp/x'"]),
        ("[s]  ; why\r\na = /tmp/x\r\n", ["s.a = '/tmp/x'"]),
        ("\ufeff[s]\na = x", ["s.a = 'x'"]),
        ("a = x ; why", ["a = 'x'"]),
        ("a = x # why", ["a = 'x'"]),
        ("a = x;y#z", ["a = 'x;y#z'"]),
        ('a = "x ; y"', ["a = 'x ; y'"]),
        ('a = "x" ; y', ["a = 'x'"]),
        ("a = 'x'", ["a = 'x'"]),
        ("a =", ["a = ''"]),
        ("a =\n  /tmp/x\n  /tmp/y\nb = z", ["a = ['/tmp/x', '/tmp/y']", "b = 'z'"]),
        ("[s]\n\ta = x\n\tb = y", ["s.a = 'x'", "s.b = 'y'"]),
        ("a = /tmp/x, /tmp/y", ["a = ['/tmp/x', '/tmp/y']"]),
        ("a = what is in /tmp/x", ["a = 'what is in /tmp/x'"]),
        ("a = ('/tmp/x', 'w')", ["a = ['/tmp/x', 'w']"]),
        ("a[] = x", ["a = 'x'"]),
        ("a\n[s]\nb", []),
        ("; a = x\n# b = y", []),
        ("env[A] = /tmp/x", ["$A = '/tmp/x'"]),
        ("[uwsgi]\nenv = A=/tmp/x", ["$A = '/tmp/x'"]),
        ("[s]\na = %(b)s/x", ["s.a = s.b + '/x'"]),
        ("[s]\na = ${t:b}/x", ["s.a = t.b + '/x'"]),
        ("a = ${B}/x", ["a = $B + '/x'"]),
        ("a = ${B:-/tmp}/x", ["a = $B('/tmp') + '/x'"]),
        ("a = {{ b | default('/tmp') }}/x", ["a = (b | '/tmp') + '/x'"]),
        ("a = @B@/x%%C%%", ["a = B + '/x' + C"]),
        ("{% if b %}\na = x\n{% endif %}", ["a = 'x'"]),
        ("[program:p]\ncommand = /bin/a %(ENV_B)s --c=%%d", ["'/bin/a'(B, '--c=%d')"]),
        (
            "[program:p]\nenvironment = A=\"x y\",B='z',C=%(d)s",
            ["$A = 'x y'", "$B = 'z'", "$C = program:p.d"],
        ),
        ("[supervisord]\nenvironment = A=x", ["$A = 'x'"]),
        ("[other]\ncommand = /bin/a b", ["{{'/bin/a'('b')}}"]),
        (
            "[s]\nreport = rm <file>.x && echo <to>\n[t]\nfile = /tmp/x",
            ["{{file = t.file; 'rm'(file + '.x'); {'echo'(to)}}}", "t.file = '/tmp/x'"],
        ),
        ("[s]\nhook_cmd = a %(b)s %%d\nb = x", ["{{b = s.b; 'a'(b, '%d')}}", "s.b = 'x'"]),
        ("[s]\nhook_cmd = a ${t:b} ${c}\n[t]\nb = x", ["{{t_b = t.b; 'a'(t_b, c)}}", "t.b = 'x'"]),
        (
            "[s]\nrun = a\n[DEFAULT]\nb = x\nc = %(b)s",
            ["s.run = 'a'", "DEFAULT.b = 'x'", "DEFAULT.c = DEFAULT.b"],
        ),
        ("[s]\nc = %(b)s\n[DEFAULT]\nb = x", ["s.c = DEFAULT.b", "DEFAULT.b = 'x'"]),
        ("a = <b>/c\nb = x", ["a = b + '/c'", "b = 'x'"]),
        ("a = <b>/c", ["a = '<b>/c'"]),
        ("a = 1 < 2 && 3 > 2", ["a = '1 < 2 && 3 > 2'"]),
    ],
)
def test_statements(text: str, statements: list[str]) -> None:
    module = lower("a", text.encode())
    assert shown(lower, text) == statements
    assert not module.damaged


def test_spans() -> None:
    data = b"[s]\nkey = /tmp/x ; why\n"
    module = lower("a", data)
    (bind,) = module.body
    assert isinstance(bind, ir.Bind)
    assert data[bind.target.span.start : bind.target.span.end] == b"key"
    assert data[bind.value.span.start : bind.value.span.end] == b"/tmp/x"
    assert [comment.text for comment in module.comments] == ["; why"]


def test_a_command_stands_where_it_is_written() -> None:
    data = b"[program:p]\ncommand = %(here)s/a\n  /tmp/x\n"
    (statement,) = lower("a", data).body
    assert isinstance(statement, ir.Do)
    assert isinstance(statement.value, ir.Call)
    span = statement.value.span
    assert data[span.start : span.end].startswith(b"%(here)s/a")


def test_damaged_lines_do_not_spoil_others() -> None:
    data = b"[open\nno separator\na = x\n"
    module = lower("a", data)
    assert [data[span.start : span.end] for span in module.damaged] == [b"[open", b"no separator"]
    assert len(module.body) == 1


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("a[]=:;#'\"(){}%$@ \n\r\t,/\\")).map(str.encode),
        st.text(st.sampled_from("a=\"'%( \n,")).map(lambda text: f"[program:p]\ncommand={text}".encode()),
    )
)
@example(b"\xef\xbb\xbf\xef\xbb\xbf[a]\nb=\xff")
def test_any_bytes(data: bytes) -> None:
    check(lower, data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b"a = " + b'"\\' * 100_000,
        b"a = ${" + b"a" * 200_000,
        b"a = " + b"{{" * 100_000,
        b"a" * 300_000,
        b" " * 300_000,
        b"a = x\n" + b" b" * 200_000,
        b"{%" * 100_000,
        b"a = " + b"x ; " * 20_000,
    ],
    ids=range(9),
)
def test_input_that_invites_quadratic_time(data: bytes) -> None:
    assert lower("a", data).language == "ini"
