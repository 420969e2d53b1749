"""Iterators, settings and options of the knowledge tables: a path that goes into an entry comes out of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge_programs import SCRATCH, Row, names, traced
from scratchlint import knowledge
from scratchlint.core import ir
from scratchlint.dataflow.commands import read_command
from scratchlint.languages import shell

DIRECTORY = Path(knowledge.__file__).parent
ITERATORS, PYTHON, JAVASCRIPT, SHELL = (
    tomllib.loads((DIRECTORY / f"{name}.toml").read_text(encoding="utf-8"))
    for name in ("iterators", "python", "javascript", "shell")
)
LIBRARIES = {"python": PYTHON, "javascript": JAVASCRIPT}
FILES = {"python": "program.py", "javascript": "program.mjs"}


def rows(language: str, kind: str) -> list[object]:
    """Return the entries of a kind, one a name."""
    found = ITERATORS[language] if kind == "iterator" else LIBRARIES[language][kind]
    return [pytest.param(name, row, id=f"{name}-{row.get('of', '')}") for row in found for name in names(row)]


def is_read(language: str, program: str, path: str = SCRATCH) -> bool:
    """Whether the trace of some site of a program ends where the program reads a path."""
    found = traced(FILES[language], language, program)
    return any(str(flow.path) == path and flow.use.action == "reads" for _, flows in found for flow in flows)


# What is read of `found`, by what an entry gives.
PYTHON_TAKEN = {
    "same": ("for one in found:\n    open(one)\nopen(found['key'])",),
    "item": ("open(found)",),
    "values": ("for one in found:\n    open(one)",),
    "pairs": ("for key, one in found:\n    open(one)",),
    "numbered": ("for number, one in found:\n    open(one)",),
    "zipped": ("for other, one in found:\n    open(one)",),
    "gathered": ("other, one = found\nopen(one)",),
    "whole": ("open(found)",),
    "mapped": ("for one in found:\n    open(one)",),
    "returned": ("open(found)",),
    "added": ("for one in box:\n    open(one)",),
    "merged": ("open(box['key'])",),
}
SCRIPT_TAKEN = {
    "same": ("for (const one of found) fs.readFileSync(one);",),
    "item": ("fs.readFileSync(found);",),
    "values": ("for (const one of found) fs.readFileSync(one);",),
    "pairs": ("for (const [key, one] of found) fs.readFileSync(one);",),
    "whole": ("fs.readFileSync(await found);",),
    "mapped": ("for (const one of found) fs.readFileSync(one);",),
    "returned": ("fs.readFileSync(await found);",),
    "resolved": ("fs.readFileSync(await found);",),
    "added": ("for (const one of box) fs.readFileSync(one);",),
    "kept": ("fs.readFileSync(box.key);",),
}


def arguments(row: Row, value: str, callback: str, other: str) -> list[str]:
    """Return the arguments of an iterator with the value and the callback in their places."""
    placed: dict[int, str] = {}
    if row.get("callback") is not None:
        placed[row["callback"]] = callback
    if row["of"] == "rest":
        first = max(placed, default=-1) + 1
        placed |= {first: value} if placed else {first: other, first + 1: value}
    elif row["of"] != "receiver":
        placed[row["of"]] = value
    return [placed.get(number, other) for number in range(max(placed, default=-1) + 1)]


def python_iterators(name: str, row: Row, take: str, taken: str) -> Iterator[str]:
    """Yield programs in which the path goes through an iterator, in a list and under a key."""
    first = [*["a", "b"][: row.get("parameter", 0)], "one"]
    function = f"def take({', '.join(first)}):\n    {take}\n\n\n"
    single = row["gives"] in ("added", "whole", "gathered") or row.get("takes") == "arguments"
    module = "" if "." not in name or name.startswith("*") else f"import {name.split('.')[0]}\n\n"
    for held in [repr(SCRATCH)] if single else [f"[{SCRATCH!r}]", f"{{'key': {SCRATCH!r}}}"]:
        receiver = held if row["of"] == "receiver" else "{}" if row["gives"] == "merged" else "[]"
        words = ", ".join(arguments(row, held, "take", "None"))
        called = name.replace("*.", "box.")
        yield f"{module}{function}box = {receiver}\nfound = {called}({words})\n{taken}\n"


def script_iterators(name: str, row: Row, take: str, taken: str) -> Iterator[str]:
    """Yield programs in which the path goes through an iterator, in a list and under a key."""
    parameters = [*["a", "b"][: row.get("parameter", 0)], "one"]
    callback = f"({', '.join(parameters)}) => {{ {take} }}"
    single = row["gives"] in ("added", "whole", "kept") or row.get("takes") in ("arguments", "whole")
    for held in [f'"{SCRATCH}"'] if single else [f'["{SCRATCH}"]', f'{{ key: "{SCRATCH}" }}']:
        receiver = held if row["of"] == "receiver" else "[]"
        if row["gives"] == "resolved":
            words = [f'(resolve) => resolve("{SCRATCH}")']
        else:
            words = arguments(row, held, callback, '"key"')
        called = ("new " if name in ("Set", "Map", "Promise") else "") + name.replace("*.", "box.")
        yield (
            f'import * as fs from "fs";\n\nconst box = {receiver};\n'
            f"const found = {called}({', '.join(words)});\n{taken}\n"
        )


def hands_on(
    language: str, iterators: Callable[[str, Row, str, str], Iterator[str]], name: str, row: Row
) -> None:
    """Fail when no program reads what an entry gives back, or what it gives to the callback."""
    taken, give_back, read = {
        "python": (PYTHON_TAKEN, "return one", "open(one)"),
        "javascript": (SCRIPT_TAKEN, "return one;", "fs.readFileSync(one);"),
    }[language]
    tried = [(give_back, statement) for statement in taken.get(row["gives"], ())]
    for callback, statement in [*tried, (read, "")] if row.get("takes") else tried:
        programs = list(iterators(name, row, callback, statement))
        assert any(is_read(language, program) for program in programs), "\n".join(programs)


@pytest.mark.parametrize(("name", "row"), rows("python", "iterator"))
def test_python_iterator_hands_on(name: str, row: Row) -> None:
    hands_on("python", python_iterators, name, row)


@pytest.mark.parametrize(("name", "row"), rows("javascript", "iterator"))
def test_script_iterator_hands_on(name: str, row: Row) -> None:
    hands_on("javascript", script_iterators, name, row)


@pytest.mark.parametrize(("name", "row"), rows("python", "iterator"))
def test_python_iterator_minds_no_other_argument(name: str, row: Row) -> None:
    if row["of"] == "rest":
        return
    stranger = {**row, "of": 7}
    for program in python_iterators(name, stranger, "open(one)", "open(found)\nopen(box)"):
        assert not is_read("python", program), program


def owner(name: str) -> tuple[str, str]:
    """Return what imports the module of a Python callable, and the callable with a class called."""
    module, _, last = name.rpartition(".")
    if module in ("", "*"):
        return "", name.replace("*.", "thing.")
    return f"import {module}\n\n", f"{name}()" if last[0].isupper() else name


@pytest.mark.parametrize(("name", "row"), rows("python", "setting"))
def test_python_setting_gives_a_variable(name: str, row: Row) -> None:
    module, called = owner(name)
    variable = row.get("otherwise", "") + "PROBE"
    match row.get("gives", "value"):
        case "value":
            usual = "env" if "Env" in called else "config"
            made = f"{usual} = {called}\n" if called.endswith(")") else ""
            statements = f'{made}open({usual if made else called}("PROBE"))\n'
        case "prefix":
            statements = f'with {called}("PRO"):\n    open(thing.str("BE"))\n'
        case "fields":
            statements = f"found = {called}\nopen(found.PROBE)\nopen(found['PROBE'])\n"
            statements = statements if called.endswith(")") else statements.replace(called, f"{called}()", 1)
        case "class":
            base = name.replace("*.", "thing.")
            statements = f'class Own({base}):\n    probe: str = "x"\n\n\nopen(Own().probe)\n'
    program = f'import os\n{module}os.environ["{variable}"] = {SCRATCH!r}\n{statements}'
    assert is_read("python", program), program
    assert not is_read("python", program.replace(f'["{variable}"] =', '["OTHER"] =')), program


@pytest.mark.parametrize(("name", "row"), rows("javascript", "setting"))
def test_script_setting_gives_a_variable(name: str, row: Row) -> None:
    module, _, rest = name.partition(".")
    imports = f'import * as {module.replace("-", "")} from "{module}";\n'
    called = f"{module.replace('-', '')}.{rest}"
    if module == "*":
        imports, called = "", f"thing.{rest}"
    elif module == "Deno":
        imports = ""
    elif module == "commander":
        imports, called = 'import { Option } from "commander";\n', 'new Option("--probe <x>").env'
        if "default" in rest:
            called = 'new Option("--probe <x>").default("x").env'
    elif not rest:
        imports, called = f'import {module} from "{module}";\n', module
    match row.get("gives", "value"):
        case "value":
            found = f'{called}("PROBE")'
        case "entries":
            found = f'{called}({{ probe: {{ env: "PROBE", default: "x" }} }}).get("probe")'
        case "fields":
            found = ".".join([f"{called}()", *row.get("access", ()), "PROBE"])
    program = (
        f'import * as fs from "fs";\n{imports}\nprocess.env.PROBE = "{SCRATCH}";\nfs.readFileSync({found});\n'
    )
    assert is_read("javascript", program), program
    assert not is_read("javascript", program.replace("env.PROBE =", "env.OTHER =")), program


def python_option(name: str, row: Row, parse: str, access: str) -> str:
    """Return a program that reads an option whose default is the path."""
    module = name.rpartition(".")[0]
    imports = f"import {module}\n\n" if module != "*" else ""
    called = name.replace("*.", "thing.")
    default = next(place for place in row["default"] if isinstance(place, str))
    match row.get("gives", "parsed"):
        case "parameter":
            declared = f'{called}("--probe", {default}={SCRATCH!r})'
            return f"{imports}@{declared}\ndef run(probe):\n    open(probe)\n"
        case "value":
            return f"{imports}def run(probe={called}({default}={SCRATCH!r})):\n    open(probe)\n"
    return (
        f'def run(thing):\n    {called}("--probe", {default}={SCRATCH!r})\n'
        f"    found = thing.{parse}(){access}\n    open(found.probe)\n"
    )


@pytest.mark.parametrize(("name", "row"), rows("python", "option"))
def test_python_option_has_its_default(name: str, row: Row) -> None:
    program = python_option(name, row, "parse_args", "")
    assert is_read("python", program), program
    for place in row["default"]:
        if isinstance(place, int):
            program = program.replace(f"default={SCRATCH!r}", repr(SCRATCH))
            assert is_read("python", program), program
    assert not is_read("python", program.replace("probe)", "other)")), program


@pytest.mark.parametrize(("name", "row"), rows("python", "parsed"))
def test_python_parser_gives_its_options(name: str, row: Row) -> None:
    place = "".join(f"[{key}]" for key in row.get("access", ()))
    option = "add_option" if name.startswith("optparse") else "add_argument"
    program = python_option(f"*.{option}", {"default": ["default"]}, name.rpartition(".")[2], place)
    if name.startswith("optparse"):
        made = "def run():\n    thing = optparse.OptionParser()\n"
        program = "import optparse\n\n" + program.replace("def run(thing):\n", made)
    assert is_read("python", program), program


SCRIPT_OPTIONS = {
    2: '"--probe <x>", "what it is", {value}',
    1: '"probe", {value}',
    0: 'new Option("--probe <x>").default({value})',
    "1.default": '"probe", {{ default: {value} }}',
    "0.*.default": "{{ probe: {{ default: {value} }} }}",
}


def script_option(called: str, place: str | int, taken: str) -> str:
    value = SCRIPT_OPTIONS[place].format(value=f'"{SCRATCH}"')
    return (
        'import * as fs from "fs";\nimport { Option } from "commander";\n\n'
        f"export function run(thing) {{\n  thing.strict().{called}({value});\n  {taken}\n}}\n"
    )


@pytest.mark.parametrize(("name", "row"), rows("javascript", "option"))
def test_script_option_has_its_default(name: str, row: Row) -> None:
    for place in row["default"]:
        program = script_option(name.removeprefix("*."), place, "fs.readFileSync(thing.opts().probe);")
        assert is_read("javascript", program), program
        assert not is_read("javascript", program.replace(".probe", ".other")), program


@pytest.mark.parametrize(("name", "row"), rows("javascript", "parsed"))
def test_script_parser_gives_its_options(name: str, row: Row) -> None:
    called = name.removeprefix("*.")
    if row["gives"] == "callback":
        taken = f"thing.{called}((found) => fs.readFileSync(found.probe));"
    else:
        taken = f"fs.readFileSync(thing.{called}{'' if called == 'argv' else '()'}.probe);"
    program = script_option("option", 2, taken)
    assert is_read("javascript", program), program
    assert not is_read("javascript", program.replace(f".{called}", ".unheardOf")), program


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["command"])) for row in SHELL["flags"]])
def test_flag_takes_the_next_word(row: Row) -> None:
    for command in names(row, "command"):
        for flag in row["values"]:
            program = command if command != "*" else "unheard-of"
            module = shell.lower("run.sh", f"{program} {flag} {SCRATCH} x\n".encode())
            places = [read_command(call).places for call in commands_of(module)]
            assert any(flag in found.values() for found in places), (program, flag, places)


def commands_of(node: ir.Node) -> Iterator[ir.Call]:
    """Yield the commands in a node."""
    if isinstance(node, ir.Call) and node.words:
        yield node
    for child in ir.children(node):
        yield from commands_of(child)
