"""Loaders of documents in the knowledge tables: a path in a file comes out at the field of what is loaded."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from knowledge_programs import names
from scratchlint import knowledge
from scratchlint.analyze import analyze

TABLE = tomllib.loads(Path(knowledge.__file__).with_name("documents.toml").read_text(encoding="utf-8"))
TEXTS = {
    "json": '{"place": "/tmp/probe/kept.db"}\n',
    "yaml": "place: /tmp/probe/kept.db\n",
    "toml": 'place = "/tmp/probe/kept.db"\n',
}
IMPORTS = {"YAML": "from ruamel.yaml import YAML", "OmegaConf": "from omegaconf import OmegaConf"}
MODULES = {
    "YAML": "yaml",
    "TOML": "@iarna/toml",
    "JSON5": "json5",
    "jsyaml": "js-yaml",
    "jsonc": "jsonc-parser",
}


def loaders(language: str) -> list[str]:
    return [name for row in TABLE[language] for name in names(row)]


def suffix(name: str) -> str:
    library = name.lower()
    return next(
        (one for one in ("yaml", "toml") if one in library or (one, library[:3]) == ("yaml", "ome")), "json"
    )


def python_program(name: str, file: str) -> str:
    library = name.partition(".")[0].replace("()", "")
    text = f'open("{file}").read()' if name.endswith(("loads", "parse")) else f'open("{file}")'
    imported = IMPORTS.get(library, f"import {library}")
    return f'{imported}\nimport sqlite3\n\nsqlite3.connect({name}({text})["place"])\n'


def javascript_program(name: str, file: str) -> str:
    module, _, function = name.rpartition(".")
    imported = "" if module == "JSON" else f'import * as library from "{module}";\n'
    reads = "read" in function
    text = f'"{file}"' if reads else f'readFileSync("{file}", "utf8")'
    called = name if module == "JSON" else f"library.{function}"
    waiting = "await " if reads and not function.endswith("Sync") else ""
    return (
        f'import {{ readFileSync }} from "node:fs";\nimport Database from "better-sqlite3";\n{imported}'
        f"export const kept = new Database(({waiting}{called}({text})).place);\n"
    )


PROGRAMS = {"python": ("program.py", python_program), "javascript": ("program.mjs", javascript_program)}


def is_followed(root: Path, language: str, name: str) -> bool:
    """Whether the path in a document is followed through a loader to where a database is opened."""
    file = f"kept.{suffix(name)}"
    (root / file).write_text(TEXTS[suffix(name)])
    program, written = PROGRAMS[language]
    (root / program).write_text(written(name, file))
    return any(
        flow.use.span.file == program and flow.use.action == "stores"
        for found in analyze(root, ("",)).findings
        for flow in found.judgement.flows
    )


@pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in PROGRAMS for name in loaders(language)]
)
def test_a_loader_gives_what_the_document_holds(language: str, name: str, tmp_path: Path) -> None:
    assert is_followed(tmp_path, language, name)


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_callable_that_no_entry_names_loads_nothing(language: str, tmp_path: Path) -> None:
    assert not is_followed(tmp_path, language, "other.unknown")
