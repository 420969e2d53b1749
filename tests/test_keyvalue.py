"""Service configuration and Java properties: what they bind, and no input that breaks the readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.knowledge.keys import key_effect
from scratchlint.languages import keyvalue, properties
from scratchlint.source.settings_files import is_service_settings, settings_language
from setting_rendering import check, shown


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("a /tmp/x", ["a = '/tmp/x'"]),
        ("a = /tmp/x", ["a = '/tmp/x'"]),
        ("a=/tmp/x", ["a = '/tmp/x'"]),
        ("a: /tmp/x", ["a = '/tmp/x'"]),
        ('a "/tmp/x y"  # why', ["a = '/tmp/x y'"]),
        ("a = '/tmp/x'\r\nb /tmp/y\r\n", ["a = '/tmp/x'", "b = '/tmp/y'"]),
        ("a b /tmp/x c 1", ["a b = ['/tmp/x', 'c', '1']"]),
        ("a </tmp/x", ["a = '/tmp/x'"]),
        ("a /tmp/x, /tmp/y", ["a = ['/tmp/x', '/tmp/y']"]),
        ("a \\\n /tmp/x", ["a = '/tmp/x'"]),
        ("s t {\n a /tmp/x\n}\nb y", ["s = 't'", "s.a = '/tmp/x'", "b = 'y'"]),
        ("a { b /tmp/x; c y; }\nd z;", ["a.b = '/tmp/x'", "a.c = 'y'", "d = 'z'"]),
        ("b 1;\nc 2;\na /x\n  /y;", ["b = '1'", "c = '2'", "a = ['/x', '/y']"]),
        ("a http://unix:/tmp/x:/;", ["a = 'unix:/tmp/x:/'"]),
        ("a /tmp/$b/${c}/{{ d }};", ["a = '/tmp/' + b + '/' + c + '/' + d"]),
        ("<A /tmp/x>\n b /tmp/y\n</A>\nc z", ["A = '/tmp/x'", "A.b = '/tmp/y'", "c = 'z'"]),
        ("[S]\n a /tmp/x\n[T]\n a /tmp/y", ["S.a = '/tmp/x'", "T.a = '/tmp/y'"]),
        ("# why\n[s]\na = /tmp/x", ["s.a = '/tmp/x'"]),
        ("{{ a }} /tmp/x", ["{{ a }} = '/tmp/x'"]),
        ("a\n; b c\n// d e\n/* f */", []),
    ],
)
def test_service_configuration(text: str, statements: list[str]) -> None:
    assert shown(keyvalue.lower, text) == statements
    assert not keyvalue.lower("a", text.encode()).damaged


def test_a_block_that_was_never_opened_is_damaged() -> None:
    module = keyvalue.lower("a", b"a x\n}\nb y\n")
    assert [(span.start, span.end) for span in module.damaged] == [(4, 5)]
    assert len(module.body) == 2


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("a.b=/tmp/x", ["a.b = '/tmp/x'"]),
        ("a.b : /tmp/x", ["a.b = '/tmp/x'"]),
        ("a.b /tmp/x", ["a.b = '/tmp/x'"]),
        ("a=/tmp/x,/tmp/y", ["a = ['/tmp/x', '/tmp/y']"]),
        ("a=\\\n   /tmp/x", ["a = '/tmp/x'"]),
        ("a\\:b=x", ["a:b = 'x'"]),
        ("a=${b}/x", ["a = b + '/x'"]),
        ("a=${b:/tmp/y}/x", ["a = (b | '/tmp/y') + '/x'"]),
        ("# a=b\n! c=d", []),
    ],
)
def test_properties(text: str, statements: list[str]) -> None:
    assert shown(properties.lower, text) == statements


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("supervisord.conf", "ini"),
        ("etc/supervisor/conf.d/web.conf", "ini"),
        ("php-fpm.d/www.conf", "ini"),
        ("my.cnf", "ini"),
        ("app.ini.j2", "ini"),
        ("web.service", "systemd"),
        ("web.service.d/override.conf", "systemd"),
        ("templates/web.socket.erb", "systemd"),
        ("tmpfiles.d/web.conf", "tmpfiles"),
        ("etc/cron.d/web", "crontab"),
        ("crontab", "crontab"),
        ("zoo.cfg", "properties"),
        ("conf/server.properties", "properties"),
        ("haproxy.cfg", "keyvalue"),
        ("printer.cfg", "ini"),
        ("nginx.conf.template", "nginx"),
        ("apache2/sites-enabled/web", "keyvalue"),
        ("main.cf", "keyvalue"),
        ("etc/nginx/sites-available/web", "nginx"),
        ("app.service.ts", None),
        ("cron.py", None),
        ("env.sample", None),
        ("config.toml", None),
    ],
)
def test_language_of_place(path: str, language: str | None) -> None:
    assert settings_language(path) == language


def test_what_is_read_although_it_is_ignored() -> None:
    assert is_service_settings("deploy/web.service")
    assert is_service_settings("nginx.conf")
    assert not is_service_settings("build/any.conf")


@pytest.mark.parametrize(
    ("language", "path", "keys", "key", "action"),
    [
        ("ini", "supervisord.conf", ["supervisord.pidfile"], "supervisord.pidfile", "option"),
        ("ini", "any.conf", ["program:a.stdout_logfile"], "program:a.stdout_logfile", "logs"),
        ("keyvalue", "any.conf", ["pidfile"], "pidfile", None),
        ("keyvalue", "any.conf", ["dir", "appendonly", "maxmemory"], "dir", "stores"),
        ("keyvalue", "any.conf", ["dir", "maxmemory"], "dir", None),
        ("keyvalue", "haproxy.cfg", ["server one"], "server one", "connects"),
        ("ini", "my.cnf", ["mysqld.log_error"], "mysqld.log_error", "logs"),
        ("systemd", "a.service", ["Service.PIDFile"], "Service.PIDFile", "option"),
    ],
)
def test_a_service_is_told_by_more_than_a_key(
    language: str, path: str, keys: list[str], key: str, action: str | None
) -> None:
    effect = key_effect(language, path, frozenset(keys), key)
    assert (effect.action if effect is not None else None) == action


@pytest.mark.parametrize("language", [keyvalue, properties], ids=["keyvalue", "properties"])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("ab{}<>[]=:;,#/*\\ \n\r\t\"'$%@")).map(str.encode),
    )
)
def test_any_bytes(language: object, data: bytes) -> None:
    check(getattr(language, "lower"), data)  # noqa: B009


@pytest.mark.parametrize("language", [keyvalue, properties], ids=["keyvalue", "properties"])
@pytest.mark.parametrize(
    "data",
    [
        b"a {" * 100_000,
        b"}" * 200_000,
        b"a " * 200_000,
        b"a '\\'" * 40_000,
        b"a {{" * 60_000,
        b"a" * 300_000,
        b"/*" * 100_000,
        b" " * 300_000,
        b"[" * 200_000,
        b"#\n" * 150_000,
    ],
    ids=range(10),
)
def test_input_that_invites_quadratic_time(language: object, data: bytes) -> None:
    assert getattr(language, "lower")("a", data).path == "a"  # noqa: B009
