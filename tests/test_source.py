"""Reading one file: every bad input has a defined outcome, and lines are counted as editors do."""

from __future__ import annotations

import codecs
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core.finding import Skipped
from scratchlint.core.span import Position, Span
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import MAXIMUM_BYTES, Reader, Source, first_bytes, read


def source(root: Path, path: str) -> Source:
    outcome = read(root, path)
    assert isinstance(outcome, Source), outcome
    assert outcome.path == path
    return outcome


def reason(root: Path, path: str) -> str:
    outcome = read(root, path)
    assert isinstance(outcome, Skipped), outcome
    assert outcome.file == path
    assert not outcome.partly
    return outcome.reason


def test_plain_file(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep/er/a.py").write_bytes("p = '/tmp/ü'\n".encode())
    found = source(tmp_path, "deep/er/a.py")
    assert (found.data, found.encoding, found.note) == ("p = '/tmp/ü'\n".encode(), "utf-8", None)


def test_files_one_after_another_are_read_like_each_alone(tmp_path: Path) -> None:
    paths = ["a/b/x.py", "a/b/y.py", "a/y.py", "x.py", "a/b/c/d/x.py", "b/x.py"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "link").symlink_to("a")
    asked = [*paths, "a/none/x.py", "none", "a/y.py/x.py", "a", "link/y.py"]
    asked += ["a/../x.py", "/x.py", "", "a//y.py"]
    reader = Reader(tmp_path)
    for before in asked:
        for path in asked:
            reader.read(before)
            assert reader.read(path) == read(tmp_path, path)


def test_no_directory_stays_open_behind_a_reader(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a/b/x.py").touch()
    opened = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    reader = Reader(tmp_path)
    for path in ("a/b/x.py", "a/b/c/x.py", "x.py", "a/b/x.py"):
        reader.read(path)
    del reader
    assert not opened or len(os.listdir("/proc/self/fd")) == opened


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    assert source(tmp_path, "a.py") == Source("a.py", b"", "utf-8")


def test_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    data = codecs.BOM_UTF8 + b"a\r\nb\rc"
    (tmp_path / "a.sh").write_bytes(data)
    found = source(tmp_path, "a.sh")
    assert found.data == data
    assert found.text == "a\r\nb\rc"


@pytest.mark.parametrize(
    ("mark", "codec", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    ],
)
def test_wide_encodings_become_utf8(tmp_path: Path, mark: bytes, codec: str, encoding: str) -> None:
    (tmp_path / "a.py").write_bytes(mark + "x = '/tmp/€'".encode(codec))
    found = source(tmp_path, "a.py")
    assert (found.text, found.data, found.encoding) == ("x = '/tmp/€'", "x = '/tmp/€'".encode(), encoding)


def test_wrong_encoding_is_read_and_noted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = '/tmp/gr\xfc\xdfe'")
    found = source(tmp_path, "a.py")
    assert found.text == "x = '/tmp/grüße'"
    assert found.note == Skipped("a.py", "not valid UTF-8: read as latin-1", partly=True)


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\0\0",
        b"text with one \0 in it",
        codecs.BOM_UTF16_LE + b"\x00\xd8",
        codecs.BOM_UTF16_LE + b"a\0\0\0",
        codecs.BOM_UTF16_LE + b"odd",
    ],
)
def test_binary_files_are_skipped(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.py").write_bytes(data)
    assert reason(tmp_path, "a.py").startswith("binary file")


def test_vanished_file(tmp_path: Path) -> None:
    assert "vanished" in reason(tmp_path, "a.py")
    assert "vanished" in reason(tmp_path, "gone/a.py")


@pytest.mark.parametrize("path", ["../a.py", "/etc/passwd", "a/../../b.py", "", ".", "a//b", "./a"])
def test_paths_that_are_not_below_the_root(tmp_path: Path, path: str) -> None:
    assert reason(tmp_path, path) == "not a path below the root"


def test_impossible_names_are_outcomes(tmp_path: Path) -> None:
    assert "unreadable" in reason(tmp_path, "a\0b")
    assert "unreadable" in reason(tmp_path, "a" * 5000)


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        found = reason(tmp_path, "a.py")
    assert found == "unreadable: permission denied"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_file_without_permissions(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x")
    (tmp_path / "a.py").chmod(0)
    assert reason(tmp_path, "a.py") == "unreadable: permission denied"


def test_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x")

    def fail(_: object) -> os.stat_result:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", fail)
        found = reason(tmp_path, "a.py")
    assert found == "unreadable: Input/output error"


def test_what_is_not_a_regular_file_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "directory.py").mkdir()
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        for name in ("fifo.py", "directory.py", "socket.py"):
            assert reason(tmp_path, name) == "not a regular file"
    assert reason(Path("/dev"), "null") == "not a regular file"
    assert first_bytes(tmp_path, "fifo.py", 10) == b""


def test_fifo_that_takes_the_place_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x")
    regular = os.stat(tmp_path / "a.py")
    (tmp_path / "a.py").unlink()
    os.mkfifo(tmp_path / "a.py")
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda *_, **__: regular)
        found = reason(tmp_path, "a.py")
    assert found == "not a regular file"


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "inner").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("secret")
    (root / "inner/real.py").write_text("x")
    (root / "inside.py").symlink_to("inner/real.py")
    (root / "outside.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "nowhere.py").symlink_to("gone.py")
    (root / "circle.py").symlink_to("circle.py")
    (root / "way_out").symlink_to(tmp_path / "outside")
    (root / "way_in").symlink_to("inner")
    assert reason(root, "inside.py") == "link: its target is analysed itself"
    assert reason(root, "outside.py") == "link out of the root"
    assert reason(root, "nowhere.py") == "link that leads nowhere"
    assert reason(root, "circle.py") == "link that leads nowhere"
    assert "directory on the way is a link" in reason(root, "way_out/secret.py")
    assert "directory on the way is a link" in reason(root, "way_in/real.py")


def test_size_bound(tmp_path: Path) -> None:
    (tmp_path / "most.py").write_bytes(b"#" * MAXIMUM_BYTES)
    assert len(source(tmp_path, "most.py").data) == MAXIMUM_BYTES
    (tmp_path / "more.py").write_bytes(b"#" * (MAXIMUM_BYTES + 1))
    assert reason(tmp_path, "more.py") == "larger than 1 MiB (1.0 MiB)"


def test_fifty_megabytes(tmp_path: Path) -> None:
    with (tmp_path / "a.py").open("wb") as stream:
        stream.truncate(50 << 20)
    assert reason(tmp_path, "a.py") == "larger than 1 MiB (50.0 MiB)"


def test_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").touch()
    empty = os.stat(tmp_path / "a.py")
    (tmp_path / "a.py").write_bytes(b"#" * (3 << 20))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", lambda _: empty)
        found = reason(tmp_path, "a.py")
    assert found.startswith("larger than 1 MiB")


def test_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"#!/bin/sh\n" + b"#" * (2 << 20))
    assert first_bytes(tmp_path, "run", 9) == b"#!/bin/sh"


def test_names_with_any_bytes(tmp_path: Path) -> None:
    for raw in (b"new\nline.py", b"sp ace.py", b"caf\xe9.py", b"back\\slash.py"):
        name = os.fsdecode(raw)
        (tmp_path / name).write_text("x")
        assert source(tmp_path, name).text == "x"


# Lines


def test_line_ends_and_columns() -> None:
    index = LineIndex("a\nbö😀c\r\nd\re".encode())
    assert index.lines == 4
    assert [index.line(number) for number in range(1, 5)] == ["a", "bö😀c", "d", "e"]
    assert index.position(0) == Position(1, 1)
    assert index.position(1) == Position(1, 2)
    assert index.position(2) == Position(2, 1)
    assert index.position(5) == Position(2, 3)
    assert index.position(7) == Position(2, 3), "inside a character"
    assert index.position(9) == Position(2, 5), "the emoji has two UTF-16 units"
    assert index.position(12) == Position(3, 1)
    assert index.position(14) == Position(4, 1)
    assert index.position(99) == Position(4, 2)


def test_byte_order_mark_has_no_column() -> None:
    index = LineIndex(codecs.BOM_UTF8 + b"ab\ncd")
    assert index.position(0) == index.position(3) == Position(1, 1)
    assert index.position(4) == Position(1, 2)
    assert index.position(6) == Position(2, 1)
    assert index.line(1) == "ab"


def test_region() -> None:
    region = LineIndex(b"one\ntwo\n").region(Span("a", 1, 6))
    assert (region.start, region.end) == (Position(1, 2), Position(2, 3))


def test_empty_data_has_one_line() -> None:
    index = LineIndex(b"")
    assert index.lines == 1
    assert index.line(1) == ""
    assert index.position(0) == Position(1, 1)
    for number in (0, 2):
        with pytest.raises(IndexError):
            index.line(number)


@given(st.text(st.sampled_from("aé€😀\ufeff\r\n\v\f\u2028"), max_size=30))
def test_positions_agree_with_counting(text: str) -> None:
    index = LineIndex(text.encode())
    body = text.removeprefix("\ufeff")
    first = len(text) - len(body)
    line, column = 1, 1
    for number, character in enumerate(body):
        offset = len(text[: first + number].encode())
        assert index.position(offset) == Position(line, column)
        ends = character == "\n" or (character == "\r" and body[number + 1 : number + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1 + (character > "\uffff"))
    assert index.lines == line
    assert "".join(index.line(number) for number in range(1, line + 1)) == body.replace("\r", "").replace(
        "\n", ""
    )
