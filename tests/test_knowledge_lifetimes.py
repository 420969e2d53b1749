"""What runs at the end: programs generated from the table register a removal, which is then at the end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from knowledge_programs import SCRATCH, WRITERS, Row, names, traced
from scratchlint import knowledge

TABLE, JAVASCRIPT = (
    tomllib.loads((Path(knowledge.__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    for name in ("lifetimes", "javascript")
)
REMOVAL = {
    "python": f'import os\n\n\ndef end(*unused):\n    os.remove("{SCRATCH}")\n\n\n',
    "javascript": f'import fs from "fs";\n\nfunction end() {{\n  fs.unlinkSync("{SCRATCH}");\n}}\n\n',
}
NAMED = {
    "python": 'class Held:\n    def {}(self, *unused):\n        os.remove("' + SCRATCH + '")\n',
    "javascript": "class Held {{\n  {}() {{\n    fs.unlinkSync(" + f'"{SCRATCH}"' + ");\n  }}\n}}\n",
}


CALLABLES = [
    pytest.param(language, row, id=f"{language}-{names(row)[0]}")
    for language in WRITERS
    for row in TABLE[language]
]


def is_at_end(language: str, program: str) -> bool:
    """Whether the program removes the path, and does so at the end."""
    found = [flow for _, flows in traced(WRITERS[language].file, language, program) for flow in flows]
    removals = [flow.use for flow in found if flow.use.action == "removes"]
    assert removals, program
    return all("trap" in use.blocks for use in removals)


def registering(language: str, name: str, place: str | int, event: str | None) -> str:
    """Return a program that hands a function over; `event` is the first argument when there is one."""
    writer = WRITERS[language]
    arguments = list(writer.argument(place, "end"))
    if event is not None:
        first = writer.text(event.replace("*", "TERM"))
        arguments = [first, *arguments[isinstance(place, int) :]]
    return REMOVAL[language] + writer.program(name, writer.call(name, arguments))


@pytest.mark.parametrize(("language", "row"), CALLABLES)
def test_a_registered_function_runs_at_the_end(language: str, row: Row) -> None:
    for name in names(row):
        for place in row["callback"]:
            for event in row.get("events", [None]):
                program = registering(language, name, place, event)
                assert is_at_end(language, program), program


@pytest.mark.parametrize(("language", "row"), CALLABLES)
def test_other_functions_do_not(language: str, row: Row) -> None:
    for name in names(row):
        place = max((place for place in row["callback"] if isinstance(place, int)), default=0)
        if "events" in row:
            program = registering(language, name, place, "unheard of")
            assert not is_at_end(language, program), program
        program = registering(language, name, place + 1, None)
        assert not is_at_end(language, program), program


@pytest.mark.parametrize("name", [name for row in TABLE["method"] for name in names(row)])
def test_a_method_runs_when_its_object_ends(name: str) -> None:
    language = "javascript" if name.startswith(("Symbol.", "on", "before")) else "python"
    imports = REMOVAL[language].split("\n")[0] + "\n\n"
    for called, wanted in ((name, True), ("unheard_of", False)):
        spelled = f"[{called}]" if called.startswith("Symbol.") else called
        program = imports + NAMED[language].format(spelled)
        assert is_at_end(language, program) is wanted, program


@pytest.mark.parametrize("row", [pytest.param(row, id=names(row)[0]) for row in TABLE["upload"]])
def test_uploads_are_followed_to_the_request(row: Row) -> None:
    writer = WRITERS["javascript"]
    places = {name: entry["path"][0] for entry in JAVASCRIPT["call"] for name in names(entry)}
    for name in names(row):
        made = writer.program(name, writer.call(name, writer.argument(places[name], writer.text(SCRATCH))))
        for fields in row["fields"]:
            for field, wanted in ((fields.replace("*", "any"), True), ("unheard.of", False)):
                read = f"export function handle(request) {{\n  {writer.read(f'request.{field}')};\n}}\n"
                program = f'import * as fs from "fs";\n{made}\n{read}'
                found = [flow for _, flows in traced(writer.file, "javascript", program) for flow in flows]
                reads = [flow for flow in found if flow.use.action == "reads"]
                assert bool(reads) is wanted, program
