"""GitHub's line fingerprints; the expected values are those that its own action computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from nasties import nasties
from scratchlint.report.fingerprint import line_hashes

OFFICIAL = Path(__file__).parent / "fingerprints" / "codeql-action.txt"

ENDED = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


def directly(text: str) -> list[str]:
    """Compute the hashes as GitHub words them: a character at a time, over a ring of a hundred."""
    units = text.encode("utf-16-le", "surrogatepass")
    kept: list[int] = []
    starts: list[int] = []
    fresh, after_return = True, False
    for index in range(0, len(units) + 2, 2):
        unit = int.from_bytes(units[index : index + 2], "little") if index < len(units) else 65535
        if unit in (32, 9) or (after_return and unit == 10):
            after_return = False
            continue
        after_return = unit == 13
        unit = 10 if after_return else unit
        if fresh:
            starts.append(len(kept))
        fresh = unit == 10
        kept.append(unit)
    kept.extend([0] * 100)
    seen: dict[str, int] = {}
    hashes = []
    for start in starts:
        value = sum(kept[start + offset] * 37 ** (99 - offset) for offset in range(100)) % 2**64
        seen[f"{value:x}"] = seen.get(f"{value:x}", 0) + 1
        hashes.append(f"{value:x}:{seen[f'{value:x}']}")
    return hashes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", ENDED),
        (" hello; \t\rworld!!!\r\r\r  \t\tGreetings\r End\r", ENDED),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", ENDED),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", ENDED),
    ],
)
def test_the_hashes_are_githubs(text: str, expected: list[str]) -> None:
    assert line_hashes(text) == expected


def test_equal_lines_are_numbered() -> None:
    hashes = line_hashes("x\n" * 300)
    numbers = [int(one.partition(":")[2]) for one in hashes]
    assert numbers[:200] == list(range(1, 201))
    assert len({one.partition(":")[0] for one in hashes[:200]}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffimport os\n",
        "p = '/tmp/😀'\n\n" * 3,
        "a\r \nb\r\t\n\nc",
        "long " * 100 + "\nshort\n",
        "\u2028one line\x0bstill\x0c\x85so\n",
        "lone \ud800 surrogate",
    ],
)
def test_the_hashes_follow_the_definition(text: str) -> None:
    assert line_hashes(text) == directly(text)


def test_only_wanted_lines_are_hashed() -> None:
    text = "x\n" * 3 + "y\n"
    every = line_hashes(text)
    assert line_hashes(text, {2, 4}) == ["", every[1], "", every[3], ""]


def test_a_byte_order_mark_counts() -> None:
    assert line_hashes("\ufeffx") != line_hashes("x")


def test_edits_far_away_keep_a_hash() -> None:
    line = "open('/tmp/app/data.db')\n"
    after = "".join(f"line({number})\n" for number in range(100))
    edited = "# new\n\n" + line + after.replace("line(90)", "other")
    assert line_hashes(line + after)[0] == line_hashes(edited)[2]


def test_the_hashes_are_those_of_codeql_action_on_nasty_files() -> None:
    """Byte order marks, every line end, tabs, astral characters, duplicate lines, bytes that are no UTF-8."""
    expected = [line for line in OFFICIAL.read_text("ascii").splitlines() if not line.startswith("# W")][1:]
    computed: list[str] = []
    for name, data in nasties():
        computed += [f"# {name}", *line_hashes(data.decode("utf-8", "replace"))]
    assert len(computed) > 10_000
    assert computed == expected
