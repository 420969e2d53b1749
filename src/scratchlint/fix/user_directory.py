"""Directories of the user that runs a program, by `~` and the variables of the XDG specification."""

from __future__ import annotations

import re
from dataclasses import dataclass

# https://specifications.freedesktop.org/basedir-spec/latest/ and, for the manager's words, man:systemd.unit
_FALLBACKS = {
    "XDG_DATA_HOME": (".local/share", "%h/.local/share"),
    "XDG_CONFIG_HOME": (".config", "%E"),
    "XDG_STATE_HOME": (".local/state", "%S"),
    "XDG_CACHE_HOME": (".cache", "%C"),
    "XDG_RUNTIME_DIR": ("", "%t"),
}
_NEW = re.compile(r"(?:~|\$\{?(?P<variable>\w+)\}?)(?P<rest>/.*|)")


@dataclass(frozen=True, slots=True)
class UserDirectory:
    """A directory of the user: `variable` names it, `fallback` is where it is below the home without that.

    Of the home itself both are ""; of the runtime directory, which has no other place, `fallback` is "".
    `specifier` is what units call it; `rest` begins with a slash or is empty.
    """

    variable: str
    fallback: str
    specifier: str
    rest: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The components of `rest`."""
        return tuple(filter(None, self.rest.split("/")))

    @property
    def in_shell(self) -> str:
        """The directory without `rest`, as the shell expands it between double quotes."""
        if not self.variable:
            return "$HOME"
        if self.fallback:
            return f"${{{self.variable}:-$HOME/{self.fallback}}}"
        return f"${{{self.variable}:-/run/user/$(id -u)}}"


def user_directory(text: str) -> UserDirectory | None:
    """Read `~/x` and `$XDG_…/x`; None for other variables."""
    match = _NEW.fullmatch(text)
    if match is None:
        return None
    variable = match["variable"]
    if variable in (None, "HOME"):
        return UserDirectory("", "", "%h", match["rest"])
    if variable not in _FALLBACKS:
        return None
    return UserDirectory(variable, *_FALLBACKS[variable], match["rest"])
