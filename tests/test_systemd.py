"""Units, tmpfiles.d and crontabs: what they bind, what they run, and no input that breaks the readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.languages import crontab, systemd, tmpfiles
from setting_rendering import check, shown


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("[Service]\nPIDFile=/tmp/x", ["Service.PIDFile = '/tmp/x'"]),
        ("[Service]\r\nPIDFile = /tmp/x\r\n", ["Service.PIDFile = '/tmp/x'"]),
        ("[S]\nEnvironmentFile=-/tmp/x", ["S.EnvironmentFile = '/tmp/x'"]),
        ("[S]\nReadWritePaths=/tmp/x -/tmp/y", ["S.ReadWritePaths = ['/tmp/x', '/tmp/y']"]),
        ("[S]\nStandardOutput=append:/tmp/x", ["S.StandardOutput = 'append:/tmp/x'"]),
        ("[S]\nDescription=Clears /tmp/x", ["S.Description = 'Clears /tmp/x'"]),
        ("[S]\nListenStream=/tmp/%i.s", ["S.ListenStream = '/tmp/' + i + '.s'"]),
        ("[S]\nPIDFile=%T/x%%", ["S.PIDFile = '/tmp' + '/x' + '%'"]),
        ("[S]\nPaths=/tmp/x \\\n # why\n /tmp/y", ["S.Paths = ['/tmp/x', '/tmp/y']"]),
        ('Environment=A=x "B=y z" \'C=w\' D="v"', ["$A = 'x'", "$B = 'y z'", "$C = 'w'", "$D = 'v'"]),
        ("ExecStart=/bin/a b", ["'/bin/a'('b')"]),
        ("ExecStart=-@:+!/bin/a b", ["'/bin/a'('b')"]),
        ("ExecStart=/bin/a \\\n  # why\n  --b %i $$", ["'/bin/a'('--b', i, '$')"]),
        ("ExecStartPre=/bin/a ${B} %T/x", ["'/bin/a'(B, '/tmp/x')"]),
        ("ExecStart={{ home }}/a", ["home + '/a'()"]),
        ("ExecStart=", []),
        ("# a=b\n;c=d", []),
    ],
)
def test_units(text: str, statements: list[str]) -> None:
    assert shown(systemd.lower, text) == statements
    assert not systemd.lower("a", text.encode()).damaged


def test_damaged_lines_do_not_spoil_others() -> None:
    data = b"[Service]\nno separator\nPIDFile=/tmp/x\n"
    module = systemd.lower("a", data)
    assert [data[span.start : span.end] for span in module.damaged] == [b"no separator"]
    assert len(module.body) == 1


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("d /tmp/x 0755 root root 10d", ["d = '/tmp/x'", "age = '10d'"]),
        ("d /tmp/x 0755 root root -", ["d = '/tmp/x'"]),
        ('r! "/tmp/x y"', ["r = '/tmp/x y'"]),
        ("# d /tmp/x", []),
        ("d %T/x", ["d = '/tmp' + '/x'"]),
    ],
)
def test_tmpfiles(text: str, statements: list[str]) -> None:
    assert shown(tmpfiles.lower, text) == statements


@pytest.mark.parametrize(
    ("path", "text", "statements"),
    [
        ("crontab", "*/5 * * * * /tmp/x y", ["'/tmp/x'('y')"]),
        ("etc/cron.d/a", "0 1 * * mon app /tmp/x", ["'/tmp/x'()"]),
        ("crontab", "@daily root /tmp/x", ["'/tmp/x'()"]),
        ("crontab", "A='/tmp/x'\n# why", ["$A = '/tmp/x'"]),
        ("crontab", "0 0 * * * /bin/a +\\%F % input", ["'/bin/a'('+%F')"]),
    ],
)
def test_crontabs(path: str, text: str, statements: list[str]) -> None:
    assert shown(crontab.lower, text, path) == statements


@pytest.mark.parametrize("language", [systemd, tmpfiles, crontab], ids=["systemd", "tmpfiles", "crontab"])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("dA=[]*@ \\\n\r\t%\"'$-/#;{}")).map(str.encode),
        st.text(st.sampled_from("a \\\n%\"'$-#;")).map(lambda text: f"ExecStart={text}".encode()),
        st.text(st.sampled_from("a \\\n%\"'$-#;")).map(lambda text: f"@daily {text}".encode()),
    )
)
def test_any_bytes(language: object, data: bytes) -> None:
    check(getattr(language, "lower"), data)  # noqa: B009


@pytest.mark.parametrize("language", [systemd, tmpfiles, crontab], ids=["systemd", "tmpfiles", "crontab"])
@pytest.mark.parametrize(
    "data",
    [b"A=" + b"\\\n" * 100_000, b'A="' * 60_000, b"A" * 300_000, b"* " * 100_000, b" " * 300_000],
    ids=range(5),
)
def test_input_that_invites_quadratic_time(language: object, data: bytes) -> None:
    assert getattr(language, "lower")("a", data).path == "a"  # noqa: B009
