"""GitHub's fingerprint of a line, by which code scanning knows an alert again after an edit."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Set

_WINDOW = 100
_FACTOR = 37
_MODULUS_MASK = (1 << 64) - 1
_END_OF_FILE = 65535
_BLANKS = str.maketrans("", "", " \t")


def line_hashes(text: str, wanted: Set[int] | None = None) -> list[str]:
    """Return `primaryLocationLineHash` for each line of a file; line n has index n - 1.

    `text` is the file decoded from UTF-8 with its byte order mark kept. LF, CR LF and CR end a
    line. A hash covers the 100 UTF-16 code units from the start of its line, spaces and tabs left
    out, so that it changes only with the code nearby; the number after the colon tells lines of
    equal hash apart. The algorithm is that of github/codeql-action, src/fingerprints.ts.
    Where lines are `wanted`, by their numbers, the others have none.
    """
    normal = re.sub("\r\n?", "\n", text).translate(_BLANKS)
    units = array("H", normal.encode("utf-16-le", "surrogatepass"))
    if array("H", b"\x01\x00")[0] != 1:
        units.byteswap()
    starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == 10)]
    units.append(_END_OF_FILE)
    units.extend([0] * _WINDOW)
    seen: Counter[bytes] = Counter()
    hashes: list[str] = []
    for number, start in enumerate(starts, start=1):
        window = units[start : start + _WINDOW]
        hashed = window.tobytes()
        seen[hashed] += 1
        asked = wanted is None or number in wanted
        hashes.append(f"{_hash(window):x}:{seen[hashed]}" if asked else "")
    return hashes


def _hash(units: Iterable[int]) -> int:
    total = 0
    for unit in units:
        total = (total * _FACTOR + unit) & _MODULUS_MASK
    return total
