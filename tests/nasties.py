"""Files that make line fingerprints hard, generated: the same bytes wherever and whenever.

Run as a script, it writes them into a directory, for the program that the expected values come from.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

FILES = 20
LINES = 500

_ENDS = ("\n", "\r\n", "\r", "\n", "\r\n", "\n\r", "\r\r\n", "\n")
_PIECES = (
    *(
        "x",
        "}",
        "  ",
        "\t",
        "\t \t",
        "open('/tmp/x')",
        "# ä",
        "日本",
        "😀",
        "𝔘𝔫𝔦",
        "\u2028",
        "\u2029",
        "\x0b\x0c",
    ),
    *(
        "\x85",
        "\u00a0",
        "\u3000",
        "\x00",
        "\x1b[31m",
        "e\u0301",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "\uffff",
        "%d" * 40,
    ),
    *("a" * 99, "b" * 100, "c" * 101, " " * 120, "return 1", "\\", '"', "'", "\x7f", "0"),
)


def nasties() -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file; together they have some 10,000 lines."""
    for number in range(FILES):
        draw = _draws(number + 1)
        text = "\ufeff" if number % 3 == 0 else ""
        lines: list[str] = []
        for _ in range(LINES):
            if lines and next(draw) % 3 == 0:  # duplicates, near and far
                lines.append(lines[next(draw) % len(lines)])
            else:
                lines.append("".join(_PIECES[next(draw) % len(_PIECES)] for _ in range(next(draw) % 5)))
        ends = [_ENDS[number % len(_ENDS)] if number % 2 else _ENDS[next(draw) % len(_ENDS)] for _ in lines]
        if number % 4 == 1:
            ends[-1] = ""
        text += "".join(line + end for line, end in zip(lines, ends, strict=True))
        data = text.encode()
        if number % 5 == 4:  # bytes that are no UTF-8, a cut character at the end
            data = data.replace("ä".encode(), b"\xe4") + b"\xf0\x9f\x98"
        yield f"{number:02}.txt", data


def _draws(seed: int) -> Iterator[int]:
    """Yield numbers of the generator that POSIX gives as an example of rand()."""
    state = seed
    while True:
        state = (state * 1103515245 + 12345) % 2**31
        yield state >> 16


if __name__ == "__main__":
    for name, content in nasties():
        (Path(sys.argv[1]) / name).write_bytes(content)
