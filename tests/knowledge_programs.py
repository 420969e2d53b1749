"""Programs that are generated from the knowledge tables: each hands a scratch path to one entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from scratchlint.core.flow import Flow, Site
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.demand import Demand
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.graph import ImportGraph
from scratchlint.dataflow.links import Links
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.sites import Sites
from scratchlint.dataflow.trace import Tracer
from scratchlint.knowledge.table import command_table
from scratchlint.languages.front_ends import lower_file

Row = Mapping[str, Any]

SCRATCH = "/tmp/probe"


def names(row: Row, key: str = "match") -> Sequence[str]:
    """Return the names that share an entry."""
    value = row[key]
    return [value] if isinstance(value, str) else value


def traced(path: str, language: str, text: str) -> list[tuple[Site, tuple[Flow, ...]]]:
    """Return the sites of a program that is one file, with their flows."""
    data = text.encode()
    program = Program()
    program.add([lower_file(language, path, data)])
    graph = ImportGraph({path: language}, {path: data}.get)
    calls = Calls(program, Links(program, graph.resolution, Demand()))
    tracer = Tracer(program, calls, Environment(program, calls, lambda setter, reader: True))
    entries = Sites(program, calls).find(program.modules[path])
    return [(entry.site, tracer.trace(entry).flows) for entry in entries]


def shape(flow: Flow) -> str:
    """Return the path of a flow, each hole as the kind of what fills it."""
    parts = (
        "".join(part if isinstance(part, str) else f"{{{part.kind}}}" for part in component)
        for component in flow.path.components
    )
    return "/".join([flow.path.root, *parts])


class Writer(Protocol):
    """How calls are written in a language."""

    file: str
    language: str

    def text(self, value: str) -> str:
        """Return a string literal."""

    def listed(self, *values: str) -> str:
        """Return a list of expressions."""

    def keyed(self, key: str, value: str) -> str:
        """Return an object that holds an expression under a key."""

    def call(self, name: str, arguments: Sequence[str], receiver: str | None = None) -> str:
        """Return the call of a callable that the tables name; `receiver` is what it is a method of."""

    def argument(self, place: str | int, value: str) -> Sequence[str]:
        """Return arguments with an expression at the place that an entry names."""

    def stranger(self, place: str | int, value: str) -> Sequence[str]:
        """Return arguments with an expression at a place that no entry names."""

    def chosen(self, options: Mapping[str, object]) -> Sequence[str]:
        """Return arguments that are options with constant values."""

    def read(self, expression: str) -> str:
        """Return what reads the file that an expression names."""

    def joined(self, text: str, expression: str) -> str:
        """Return a text with the value of an expression behind it."""

    def program(self, name: str, statement: str) -> str:
        """Return a program of one statement that uses a callable, with what imports it."""


class Python:
    """Calls of Python."""

    file = "program.py"
    language = "python"

    def text(self, value: str) -> str:
        return repr(value)

    def listed(self, *values: str) -> str:
        return f"[{', '.join(values)}]"

    def keyed(self, key: str, value: str) -> str:
        return f"{{{key!r}: {value}}}"

    def call(self, name: str, arguments: Sequence[str], receiver: str | None = None) -> str:
        owner, _, method = name.rpartition(".")
        parts = [part + "()" if part[0].isupper() else part for part in owner.split(".")] if owner else []
        base = receiver or ("thing" if owner == "*" else ".".join(parts))
        if receiver and owner not in ("*", "str", "bytes"):
            base = f"{owner}({receiver})"
        elif receiver and owner != "*":
            base = "text"
        return f"{base}.{method}({', '.join(arguments)})".removeprefix(".")

    def argument(self, place: str | int, value: str) -> Sequence[str]:
        keyword, *keys = str(place).split(".")
        for key in reversed(keys):
            value = self.keyed(key.replace("*", "any"), value)
        if keyword.isdigit():
            return [*["None"] * int(keyword), value]
        return [value if keyword == "*" else f"{keyword}={value}"]

    def stranger(self, place: str | int, value: str) -> Sequence[str]:
        return [f"unheard_of={value}"]

    def chosen(self, options: Mapping[str, object]) -> Sequence[str]:
        return [f"{keyword}={value!r}" for keyword, value in options.items()]

    def read(self, expression: str) -> str:
        return f"open({expression})"

    def joined(self, text: str, expression: str) -> str:
        return f'f"{text}{{{expression}}}"'

    def program(self, name: str, statement: str) -> str:
        first = name.split(".")[0]
        if first == "*":
            return f"def use(thing):\n    {statement}\n"
        if first in ("str", "bytes"):
            return f"def use(text: {first}):\n    {statement}\n\n\nuse({SCRATCH!r})\n"
        return f"import {first}\n\n{statement}\n" if "." in name else statement + "\n"


_GLOBAL = re.compile(
    r"\$|after\w*|onTestFinished|(suiteT|t)eardown|(Async)?DisposableStack|FinalizationRegistry|Array|Buffer|Bun|Date|Deno|\w*Error|JSON|Math|Object|Promise|RegExp|String|URL|alert|assert|cd|console"
    r"|convict|\w+codeURI\w*|globalThis|import|module|performance|process|require|self|structuredClone"
)
_MEMBER = re.compile(r"((?:@[^/]+/)?[^.]+(?:\.js(?=\.))?)\.(.+)")


class Script:
    """Calls of JavaScript."""

    file = "program.mjs"
    language = "javascript"

    def text(self, value: str) -> str:
        return f'"{value}"'

    def listed(self, *values: str) -> str:
        return f"[{', '.join(values)}]"

    def keyed(self, key: str, value: str) -> str:
        return f"{{ {key}: {value} }}"

    def call(self, name: str, arguments: Sequence[str], receiver: str | None = None) -> str:
        module, members = self._split(name)
        *owner, method = members
        if method == "$":
            words = [argument.strip('"') for argument in arguments]
            return ".".join([*owner, f"$`{' '.join(words)}`"])
        base = receiver or ("thing()" if module == "*" else ".".join(owner))
        if receiver and module == "*":
            base = f"String({receiver})"
        elif receiver:
            base = f"new {'.'.join(owner)}({receiver})"
        new = "new " if method[0].isupper() and not receiver else ""
        return f"{new}{base}.{method}({', '.join(arguments)})".replace("new .", "new ").removeprefix(".")

    def argument(self, place: str | int, value: str) -> Sequence[str]:
        if place == "*":
            return [value]
        position, *keys = str(place).split(".")
        for key in reversed(keys):
            value = self.keyed(key.replace("*", "any"), value)
        return [*["undefined"] * int(position), value]

    def stranger(self, place: str | int, value: str) -> Sequence[str]:
        position = str(place).partition(".")[0]
        return self.argument(f"{position if position.isdigit() else 0}.unheardOf", value)

    def chosen(self, options: Mapping[str, object]) -> Sequence[str]:
        pairs = [f"{key}: {str(value).lower()}" for key, value in options.items()]
        return [f"{{ {', '.join(pairs)} }}"] if pairs else []

    def read(self, expression: str) -> str:
        return f"fs.readFileSync({expression})"

    def joined(self, text: str, expression: str) -> str:
        return f"`{text}${{{expression}}}`"

    def program(self, name: str, statement: str) -> str:
        module, members = self._split(name)
        imports = 'import * as fs from "fs";\n' if "fs." in statement and module != "fs" else ""
        if module == "*":
            return f"{imports}export function use(thing) {{\n  {statement};\n}}\n"
        if module:
            first = members[0]
            clause = first if first == "imported" else f"{{ {first} }}"
            imports += f'import {clause} from "{module}";\n'
        return f"{imports}\n{statement};\n"

    def _split(self, name: str) -> tuple[str, list[str]]:
        """Return the module of a callable, empty for a global, and the names below it as they are written."""
        if name.startswith("*."):
            return "*", name.split(".")[1:]
        if _GLOBAL.fullmatch(name.split(".")[0]):
            return "", name.split(".")
        match = _MEMBER.fullmatch(name)
        assert match is not None, name
        members = match[2].split(".")
        if members == ["delete"]:
            return match[1], ["imported", "delete"]
        return match[1], ["imported" if member == "default" else member for member in members]


WRITERS: Mapping[str, Writer] = {"python": Python(), "javascript": Script()}


# Shell


def command(match: str, place: str | int, word: str = SCRATCH) -> str:
    """Return a command line with a word at one place of an entry."""
    name, *chosen = match.replace("*", "anything").split()
    words = [name]
    for part in chosen:
        words += [part, "x"] if part in command_table().values.get(name, ()) else [part]
    if isinstance(place, int):
        words += ["x"] * (place if place >= 0 else 1) + [word]
    elif place in ("operands", "rest"):
        words += [word] if place == "operands" else [word, "x"]
    elif place.endswith(("=", ":")):
        words.append(place + word)
    else:
        words += [place, word]
    closing = {"[": ["]"], "[[": ["]]"]}.get(name, [])
    return " ".join([*words, *closing]) + "\n"


def commands(row: Row) -> Iterator[str]:
    """Yield a command line for each name and place of an entry."""
    for name in names(row):
        for place in row["path"]:
            yield command(name, place)
