"""Settings that are command lines, and the other settings that are filled into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from scratchlint.core import ir
from scratchlint.core.span import Span

# Names that stand for a setting of the same file: those of configparser, of its extended
# interpolation, and `<name>`, which only means a setting where the file uses it for one.
REFERENCE = re.compile(
    rb"%\((?P<python>[\w.:-]{1,80})\)s?|\$\{(?P<braced>[\w.-]{1,80}(?::[\w.-]{1,80})?)\}"
    rb"|<(?P<angle>[\w./-]{1,80})>|%%"
)
_KEY = re.compile(
    r"(?:[\w.-]{1,60}[._-])?(?:commands?|cmds?|cmdline|commandline|exec(?:ute)?)"
    r"(?:[._-](?:pre|post|start|stop|reload|as)[a-z]*)*",
    re.IGNORECASE,
)
# What names no program: numbers and switches.
_SWITCH = re.compile(rb"\s*+(?:[\d.,:%-]*+|true|false|yes|no|on|off|none|null)\s*+", re.IGNORECASE)
# What only a shell understands: redirections, pipes, several commands, substitutions.
_OPERATOR = re.compile(
    rb"(?:^|[\s\d&])>>?[ \t]*+[/~.$<%\"'\w]|\s\|\s|&&|\|\||;[ \t]*+(?:then|do|fi|done|exit)\b|\$\(|`[^`]+`"
)
_BEGINS = re.compile(
    rb"\s*+(?:(?:if|for|while|case|test|touch|echo|printf|cat|cp|mv|rm|mkdir|chmod|chown|ln|tee|date|curl"
    rb"|wget|sh|bash|sudo|exec|export|set|cd|sed|awk|grep|logger|mail|sendmail|python3?|perl|kill|flock"
    rb"|systemctl|service|iptables|ip|nft|tar|gzip|find|xargs|sleep|nice|timeout|env)\b"
    rb"|[A-Za-z_]\w*+=|/[\w./-]+\s|\[\[?\s|[({]\s|<[\w./-]+>\s|%\([\w.-]+\)s\s)"
)


def is_command(key: str, text: bytes) -> bool:
    """Whether a setting is a command line: its key says so, or what it holds only makes sense in a shell."""
    if _KEY.fullmatch(key):
        return _SWITCH.fullmatch(text) is None
    return _BEGINS.match(text) is not None and _OPERATOR.search(text) is not None


class References:
    """The settings that one command line names, written as variables of a shell.

    `resolve` gives the full name of a setting, None when the file has none; `angled` tells that
    the file writes names as `<name>`.
    """

    def __init__(self, path: str, resolve: Callable[[str], str | None], angled: bool) -> None:
        self._path = path
        self._resolve = resolve
        self._angled = angled
        self._filled: dict[str, tuple[str, int, int]] = {}

    def as_shell(self, match: re.Match[bytes]) -> bytes:
        """Write what REFERENCE found as a shell would understand it."""
        kind = match.lastgroup
        if kind is None:
            return b"%"
        name = match[kind].decode("utf-8", "replace")
        full = self._resolve(name)
        if full is None and (kind == "braced" or (kind == "angle" and not self._angled)):
            return match[0]
        variable = re.sub(r"\W", "_", name.removeprefix("ENV_"))
        if full is not None:
            self._filled.setdefault(variable, (full, *match.span()))
        return f"${{{variable}}}".encode()

    def binds(self) -> tuple[ir.Stmt, ...]:
        """Return the statements that give these variables their values."""
        return tuple(
            ir.Bind(
                Span(self._path, start, end),
                ir.Ref(Span(self._path, start, end), variable),
                ir.Ref(Span(self._path, start, end), full),
                declares=True,
                exported=False,
            )
            for variable, (full, start, end) in self._filled.items()
        )


def full_name(key: str, section: str, homes: Mapping[str, Collection[str]]) -> str | None:
    """Return the full name of the setting that a key names in a section, None when no section has it.

    `homes` are the sections of each key. The section itself comes first, then `DEFAULT`
    (https://docs.python.org/3/library/configparser.html), then the only other one that has it.
    """
    wanted = [section, "DEFAULT"]
    if ":" in key:
        other, _, key = key.partition(":")
        wanted = [other]
    having = homes.get(key, ())
    home = next((name for name in wanted if name in having), None)
    if home is None and len(wanted) > 1 and len(having) == 1:
        home = next(iter(having))
    return None if home is None else f"{home}.{key}" if home else key
