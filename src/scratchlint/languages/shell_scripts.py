"""Which words of a command are shell text themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh"})
_COMMAND_TAKERS = frozenset({"su", "runuser", "flock"})
_WRAPPERS = frozenset(
    {
        "sudo",
        "doas",
        "exec",
        "env",
        "nohup",
        "nice",
        "ionice",
        "setsid",
        "timeout",
        "time",
        "command",
        "xargs",
        "find",
    }
)
_TAKERS = _SHELLS | _COMMAND_TAKERS | _WRAPPERS
_COMMAND_FLAG = re.compile(r"-[a-zA-Z]*c")
_ENDS = frozenset({"EXIT", "0", "INT", "TERM", "HUP", "ERR", "QUIT", "ABRT"})


def may_take_script(name: str) -> bool:
    """Tell whether a command of some name may be given a script."""
    return name == "eval" or _program(name) in _TAKERS


def script_position(words: Sequence[str]) -> int | None:
    """Return which word of a command is a script: that of `eval`, `sh -c`, `su -c`."""
    if words[:1] == ["eval"]:
        return 1 if len(words) == 2 else None
    wrapped = bool(words) and _program(words[0]) in _WRAPPERS
    for number, word in enumerate(words):
        if number and not wrapped:
            return None
        program = _program(word)
        if program in _SHELLS or program in _COMMAND_TAKERS:
            return _behind_flag(words, number + 1, only_flags=program in _SHELLS)
    return None


def runs_at_end(signals: Sequence[str]) -> bool:
    """Tell whether a trap for these signals runs when the script ends."""
    return any(signal.upper().removeprefix("SIG") in _ENDS for signal in signals)


def _program(word: str) -> str:
    return word.rpartition("/")[2]


def _behind_flag(words: Sequence[str], start: int, only_flags: bool) -> int | None:
    for number in range(start, len(words) - 1):
        if _COMMAND_FLAG.fullmatch(words[number]):
            return number + 1
        if only_flags and not words[number].startswith(("-", "+")):
            return None
    return None
