"""Words for people: what a role is called, and what a use does to a path."""

from __future__ import annotations

from collections.abc import Mapping

from scratchlint.core.flow import Role, Use

NOUNS: Mapping[Role, str] = {
    "venv": "virtual environment",
    "executable": "executable",
    "config": "configuration",
    "log": "log",
    "data": "data",
    "database": "database",
    "upload": "upload directory",
    "queue": "queue",
    "backup": "backup",
    "model": "model",
    "cache": "cache",
    "pid": "pid file",
    "lock": "lock",
    "socket": "socket",
    "state": "saved state",
    "cert": "certificate or key",
    "other": "production path",
}

PHRASES: Mapping[str, str] = {
    "appends": "{api} appends to it",
    "builds": "{api} builds in it",
    "changes": "{api} changes it",
    "compares": "{api} looks at it",
    "configures": "a script writes it to a file, as {api}",
    "connects": "{api} connects to it",
    "covers": "{api} mounts storage over it",
    "copies-from": "{api} copies from it",
    "copies-to": "{api} copies to it",
    "creates": "{api} creates it",
    "downloads": "{api} downloads to it",
    "enters": "{api} works in it",
    "executes": "{api} executes it",
    "extracts-from": "{api} extracts from it",
    "extracts-to": "{api} extracts to it",
    "hands-over": "{api} hands it over",
    "linked": "{api} makes a link that leads to it",
    "links": "{api} makes it a link",
    "listens": "{api} listens on it",
    "lists": "{api} lists it",
    "loads": "{api} loads it",
    "locks": "{api} locks it",
    "logs": "{api} logs to it",
    "mounts": "{api} mounts it",
    "moves-from": "{api} moves it away",
    "moves-to": "{api} moves files to it",
    "opens": "{api} opens it",
    "option": "{api} is given it",
    "passes": "{api} is given it",
    "reads": "{api} reads it",
    "removes": "{api} removes it",
    "measures": "{api} measures it",
    "returns": "{api} returns it",
    "runs": "a script runs it",
    "serves": "{api} serves it",
    "sets": "{api} is set to it",
    "shows": "{api} shows it",
    "sources": "{api} runs it",
    "starts": "{api} starts it",
    "stores": "{api} stores data in it",
    "tests": "{api} looks whether it is there",
    "watches": "{api} watches it",
    "writes": "{api} writes to it",
}


def deed(use: Use) -> str:
    """Return what a use does with a path, as a clause: "chokidar.watch watches it"."""
    if not use.api:
        return "the program uses it"
    return PHRASES.get(use.action, "{api} uses it").replace("{api}", use.api)
