"""nginx: exact spans, blocks and words as nginx reads them, and no input that breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scratchlint.languages import keyvalue
from scratchlint.languages.nginx import lower
from setting_rendering import check, shown


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("pid /tmp/x;", ["pid = '/tmp/x'"]),
        ('pid "/tmp/x";# c\nuser a;', ["pid = '/tmp/x'", "user = 'a'"]),
        ("http { server { root /a; } pid b; }", ["http.server.root = '/a'", "http.pid = 'b'"]),
        ("access_log /tmp/x\n  main;", ["access_log = ['/tmp/x', 'main']"]),
        ("location ~ ^/a{2,3}/ { root /x; }", ["location = ['~', '^/a{2,3}/']", "location.root = '/x'"]),
        ("proxy_pass http://unix:/tmp/x.sock:/a;", ["proxy_pass = 'unix:/tmp/x.sock'"]),
        ("server unix:/tmp/x.sock weight=2;", ["server = ['unix:/tmp/x.sock', 'weight=2']"]),
        ("set $base /tmp/x; root $base/y;", ["base = '/tmp/x'", "root = base + '/y'"]),
        ("root ${base}/y;", ["root = base + '/y'"]),
        ("root {{ base }}/y;", ["root = base + '/y'"]),
        ("env A=/tmp/x; env B;", ["$A = '/tmp/x'"]),
        ("map $a $b { default /tmp/x; ~/y /tmp/z; }\nroot c;", ["map = [a, b]", "root = 'c'"]),
        ("content_by_lua_block { if a then { '/tmp/x' } end }\nroot c;", ["root = 'c'"]),
        (r"log_format a 'x \'y\' ; {z}';", [r"""log_format = ['a', "x \\'y\\' ; {z}"]"""]),
        ("root a\\;b;", [r"root = 'a\\;b'"]),
        ("sendfile;", []),
    ],
)
def test_directives(text: str, statements: list[str]) -> None:
    assert shown(lower, text) == statements
    assert not lower("a", text.encode()).damaged


@pytest.mark.parametrize("text", ["root a", "a b }", "}", "server { root a", "x_by_lua_block { {"])
def test_what_does_not_end_is_damaged(text: str) -> None:
    module = lower("a", text.encode())
    assert module.damaged or text.startswith("server")


def test_the_blocks_of_nginx_tell_what_a_file_is() -> None:
    assert keyvalue.lower("default.conf", b"server {\n  listen 80;\n  root /a;\n}\n").language == "nginx"
    assert keyvalue.lower("named.conf", b'options {\n  directory "/a";\n};\n').language == "keyvalue"


@given(st.one_of(st.binary(max_size=200), st.text("{}[]\"';#\\$ \nab/.:", max_size=80).map(str.encode)))
@example(b"set $a")
@example(b"set $ b;")
@example(b"a {{ b }};")
@example(b"'" * 50)
def test_any_bytes(data: bytes) -> None:
    check(lower, data)


@pytest.mark.parametrize("piece", [b"{", b"}", b"'", b'"a', b"a ", b"\\", b"${", b"{{", b"map {", b"# "])
def test_input_that_invites_quadratic_time(piece: bytes) -> None:
    lower("a", piece * (200_000 // len(piece)))
