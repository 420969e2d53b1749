"""JSON and TOML: exact spans, all dialects, and no input that breaks the readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scratchlint.analyze import analyze
from scratchlint.core import ir
from scratchlint.languages import json, toml
from scratchlint.languages.process_files import runs_program
from setting_rendering import nodes, shown


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ('{"a": "/tmp/x"}', ["a = '/tmp/x'"]),
        ('\ufeff{"a": {"b": "/tmp/x"}}', ["a.b = '/tmp/x'"]),
        ("// c\n{a: 1, /**/ 'b': [1, \"y\", {d: 'z'},],} //", ["a = '1'", "b = '1'", "b = 'y'", "b.d = 'z'"]),
        (r'{"a": "C:\\Temp\\\u00e9\"/"}', [r"""a = 'C:\\Temp\\é"/'"""]),
        ('[{"a": 1}, {"a": 2}]', ["a = '1'", "a = '2'"]),
        ('{"a": {{ b }}, "c": "{{ d }}/x"}', ["a = b", "c = d + '/x'"]),
        ('{"a": "Data Source=/tmp/x.db;Cache=Shared"}', ["a = '/tmp/x.db'"]),
        ("", []),
        ("null", []),
    ],
)  # fmt: skip
def test_json(text: str, statements: list[str]) -> None:
    assert shown(json.lower, text) == statements
    assert not json.lower("a", text.encode()).damaged


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ('a = "/tmp/x" # c', ["a = '/tmp/x'"]),
        ("[a.b]\nc.d = '/tmp/x'", ["a.b.c.d = '/tmp/x'"]),
        ('[[a]]\nb = ["x", { c = "y" }]', ["a.b = 'x'", "a.b.c = 'y'"]),
        ('a = """x\ny"""', ["a = 'x\\ny'"]),
        (r'a = "\u00e9\"x"' + "\nb = 'C:\\Temp'", ["a = 'é\"x'", r"b = 'C:\\Temp'"]),
        ('a = {{ b }}\nc = "{{ d }}/x"', ["a = b", "c = d + '/x'"]),
        ("a = 1\n\n[b]\n", ["a = '1'"]),
    ],
)
def test_toml(text: str, statements: list[str]) -> None:
    assert shown(toml.lower, text) == statements
    assert not toml.lower("a", text.encode()).damaged


@pytest.mark.parametrize(
    ("script", "runs"),
    [(name, True) for name in ("start", "start:prod", "prestart", "serve-api", "worker")]
    + [(name, False) for name in ("start:dev", "dev", "test", "build", "restart", "serve:local")],
)
def test_which_scripts_run_the_program(script: str, runs: bool) -> None:
    assert runs_program(script) is runs


@pytest.mark.parametrize("lower", [json.lower, toml.lower])
@given(data=st.one_of(st.binary(max_size=200), st.text("{}[]\"':,=\\/#\n ab1-", max_size=80).map(str.encode)))
@example(data=b'{"a": "\xff/tmp/x"}')
@example(data=b"{" * 300)
@example(data=b'{"\\')
@example(data=b"a = '''")
def test_any_bytes(lower: object, data: bytes) -> None:
    module = lower("a", data)  # type: ignore[operator]
    for node in nodes(module):
        assert 0 <= node.span.start <= node.span.end <= len(data)
    for span in module.damaged:
        assert 0 <= span.start <= span.end <= len(data)


def test_long_data_is_left_out() -> None:
    holds = '{"a": {"b": "/tmp/x", "c": [%s]}, "d": {"e": "{{ f }}", "g": [%s]}, "h": [1, 2]}'
    long = ", ".join(map(str, range(json.MINIMUM_DATA)))
    text = (holds % (long, long)).encode()
    kept = ["a.b = '/tmp/x'", "d.e = f", "h = '1'", "h = '2'"]
    assert (
        shown(lambda path, data: json.lower(path, data, lambda part: b"/tmp" not in part), text.decode())
        == kept
    )
    names = {node.name for node in nodes(json.lower("a", text)) if isinstance(node, ir.Ref)}
    assert names == {"a.b", "a.c", "d.e", "f", "d.g", "h"}
    without = text.replace(b"/tmp", b"/srv")
    assert len(list(nodes(json.lower("a", without, lambda _: True)))) == len(
        list(nodes(json.lower("a", text)))
    )


def test_damage_leaves_the_rest() -> None:
    module = json.lower("a", b'{"a": "x" "b" "c": "y", "d": {"e": "z"}, ]')
    assert module.damaged
    assert {node.name for node in nodes(module) if isinstance(node, ir.Ref)} >= {"c", "d.e"}


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000])
def test_what_nests_too_deep_is_named(text: str) -> None:
    assert json.lower("a", text.encode()).damaged


def test_a_large_file_is_named_and_not_read(tmp_path: Path) -> None:
    line = '{"pidFile": "/tmp/app.pid"},\n'
    (tmp_path / "config.json").write_text("[" + line * (10_000_000 // len(line)) + "0]")
    report = analyze(tmp_path, ("",))
    assert [(item.file, item.reason.partition(" (")[0]) for item in report.skipped] == [
        ("config.json", "larger than 1 MiB")
    ]
    assert not report.findings


def test_aliases_without_bound_end(tmp_path: Path) -> None:
    levels = ["a0: &a0 [/tmp/x.pid, /tmp/y.pid]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "config.yaml").write_text("\n".join(levels))
    report = analyze(tmp_path, ("",))
    assert [item.file for item in report.skipped] == ["config.yaml"]
    assert len(report.scratch) + len(report.findings) <= 2
