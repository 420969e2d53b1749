"""What a build squeezed into few lines is named, not analysed."""

from __future__ import annotations

import base64
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scratchlint.analyze import analyze
from scratchlint.source.minified import is_minified

STATEMENT = 'function f(a){return new Database("/tmp/shop/orders.db",a)}'


def test_a_minified_file_with_a_site_is_named(tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text(f"/* shop */\n{STATEMENT * 100}\n")
    (tmp_path / "other.js").write_text(STATEMENT.replace("/tmp", "/srv") * 100)
    report = analyze(tmp_path, ("",))
    assert [(skipped.file, skipped.reason.partition(":")[0]) for skipped in report.skipped] == [
        ("app.js", "minified")
    ]
    assert not report.findings


def test_the_same_in_lines_is_analysed(tmp_path: Path) -> None:
    text = 'import Database from "better-sqlite3";\n' + f"{STATEMENT}\n" * 100
    (tmp_path / "app.js").write_text(text.replace("f(a)", "f(b)"))
    report = analyze(tmp_path, ("",))
    assert not report.skipped
    assert report.findings


@given(st.binary(min_size=3_000, max_size=9_000))
def test_embedded_data_is_no_code(data: bytes) -> None:
    embedded = base64.b64encode(data).decode()
    assert not is_minified(f'export const image = "{embedded}";\n{STATEMENT}\n'.encode())


@given(st.lists(st.text(max_size=80), min_size=20))
def test_lines_that_people_write_are_not_minified(lines: list[str]) -> None:
    assert not is_minified("\n".join(lines).encode("utf-8", "replace"))
