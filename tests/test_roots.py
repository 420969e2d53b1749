"""Scratch roots inside texts: on a boundary, behind schemes and options, on every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.dataflow.candidates import may_hold_site
from scratchlint.policy.roots import SCRATCH_ROOTS, WINDOWS_ROOTS, find_roots


def found(text: str) -> list[str]:
    """Return the paths that are found in a text, as they are written."""
    return [text[match.start : match.end] for match in find_roots(text)]


@pytest.mark.parametrize("root", SCRATCH_ROOTS)
@pytest.mark.parametrize("rest", ["", "/", "/a/b.log"])
def test_every_root_is_found_with_what_is_below(root: str, rest: str) -> None:
    (match,) = find_roots(root + rest)
    assert (match.root, match.rest, match.prefix, match.whole) == (root, rest, "none", True)


@pytest.mark.parametrize("root", WINDOWS_ROOTS)
@pytest.mark.parametrize("rest", ["", "\\a\\b.log"])
def test_windows_roots_are_found_in_any_case(root: str, rest: str) -> None:
    for text in (root + rest, root.lower() + rest, root.upper() + rest):
        assert found(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "/tmpfoo",
        "/tmp.d/x",
        "/tmp-x",
        "/tmp%s",
        "/srv/tmp",
        "./tmp",
        "~/tmp/x",
        "$HOME/tmp/x",
        "${HOME}/tmp",
        "../tmp/x",
        "a/tmp/x",
        "/var/tmpfiles",
        "/dev/shmem",
        "/mnt/var/tmp/x",
        "%TEMPORARY%",
        "D:\\Windows\\Temporary",
        "C:\\tmpfiles",
        "tmp/x",
        "https://example.org/tmp/x",
        "",
    ],
)
def test_other_places_are_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:////tmp/x.db", "/tmp/x.db"),
        ("sqlite:///tmp/x.db", "/tmp/x.db"),
        ("unix:///tmp/x.sock", "/tmp/x.sock"),
        ("unix:/tmp/x.sock", "/tmp/x.sock"),
        ("ipc:///tmp/x", "/tmp/x"),
        ("file:///tmp/x", "/tmp/x"),
        ("http+unix://%2Ftmp%2Fx.sock", "%2Ftmp%2Fx.sock"),
        ("file:///private/tmp/x", "/private/tmp/x"),
    ],
)
def test_urls_are_read_to_their_path(text: str, path: str) -> None:
    (match,) = find_roots(text)
    assert text[match.start : match.end] == path
    assert match.prefix == "url"
    assert match.root in SCRATCH_ROOTS


@pytest.mark.parametrize(
    ("text", "paths", "prefix"),
    [
        ("--log-file=/tmp/x.log", ["/tmp/x.log"], "option"),
        ("/opt/data:/tmp/data", ["/tmp/data"], "list"),
        ("host:/tmp/x", ["/tmp/x"], "url"),
        ("root@host:/tmp/x", ["/tmp/x"], "option"),
        ("writes to /tmp/x.log, then stops", ["/tmp/x.log"], "text"),
        ("cp /tmp/a /var/tmp/b", ["/tmp/a", "/var/tmp/b"], "text"),
        ("/tmp/a:/tmp/b", ["/tmp/a", "/tmp/b"], "none"),
        ("'/tmp/a'", ["/tmp/a"], "text"),
        ("/tmp/x?mode=ro", ["/tmp/x"], "none"),
        ("{x=/tmp/x}", ["/tmp/x"], "text"),
        ("/tmp/${NAME}/x", ["/tmp/${NAME}/x"], "none"),
    ],
)
def test_paths_in_longer_texts(text: str, paths: list[str], prefix: str) -> None:
    matches = list(find_roots(text))
    assert [text[match.start : match.end] for match in matches] == paths
    assert matches[0].prefix == prefix


@pytest.mark.parametrize("text", ["-o/tmp/x", "${X:-/tmp/x}"])
def test_right_behind_an_option_or_an_expansion(text: str) -> None:
    assert found(text) == ["/tmp/x"]


@given(st.text("/tmp var:;=-'\"${}\\%TEMP.aé ", max_size=40))
def test_matches_lie_in_the_text_one_behind_the_other(text: str) -> None:
    place = 0
    for match in find_roots(text):
        assert place <= match.start < match.end <= len(text)
        assert match.whole == (match.end == len(text))
        place = match.end


@pytest.mark.parametrize(
    "source",
    [
        "x = '/tmp'",
        "x = '\\n/tmp/x'",
        "f'{x}/tmp.'\ny = '/tmp'",
        "tempfile.mkdtemp()",
        "from tempfile import (gettempdir)",
        "os.environ['TMPDIR']",
        "echo ${TEMP:-/x}",
        'sh -c "\\nTMPDIR=x"',
        "require('tmp').fileSync()",
        "os.tmpdir()",
        "d=$(mktemp)",
        '"C:\\\\Users\\\\x"; "%Temp%"',
        "C:/Temp/x",
        "http+unix://%2Ftmp%2Fx.sock",
    ],
)
def test_a_file_that_spells_a_root_may_hold_a_site(source: str) -> None:
    assert may_hold_site(source.encode())


@pytest.mark.parametrize(
    "source",
    [
        "TEMPLATE = ATTEMPT_TMP0",
        "<html>/tmpl/TEMPLATES/Template</html>",
        "open('/tmpfs.img')",
        "mktemplate()",
        "my_tempdir = gettempdirs()",
        "require('temporal')",
        "/sys/class/hwmon/hwmon1/temp1_input",
        "",
    ],
)
def test_a_longer_word_is_no_root(source: str) -> None:
    assert not may_hold_site(source.encode())


@given(
    st.text("aZ0_/.: -\"'\\é"),
    st.sampled_from([*SCRATCH_ROOTS, *WINDOWS_ROOTS, *map(str.lower, WINDOWS_ROOTS)]),
    st.text("aZ0_/.: -\"'\\é"),
)
def test_what_holds_a_path_may_hold_a_site(before: str, root: str, after: str) -> None:
    text = before + root + after
    assert may_hold_site(text.encode()) or not found(text)
