"""Every entry of the knowledge tables does what it says: programs generated from it end in its use.

An entry that cannot be written down in the language, that a longer one hides, or that the analysis
does not look up fails here; so does one that takes another argument for the path.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from knowledge_programs import (
    SCRATCH,
    WRITERS,
    Row,
    Writer,
    command,
    commands,
    names,
    shape,
    traced,
)
from scratchlint.core.flow import Flow, Role
from scratchlint.knowledge.table import load, root_rows

TABLES: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "python": {**load("python"), "root": root_rows("python")},
    "javascript": {**load("javascript"), "root": root_rows("javascript")},
    "shell": load("shell"),
}
DOCKERFILE = frozenset({"COPY", "ADD", "VOLUME", "WORKDIR", "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"})
PLAY = "- hosts: all\n  tasks:\n    - name: task\n"
COMPOSE = "services:\n  app:\n    image: app\n    volumes:\n      - type: bind\n        {place}: /tmp/probe\n"


def entries(kind: str, *tables: str) -> list[object]:
    """Return the entries of a kind, each named after its first callable."""
    return [
        pytest.param(table, row, id=f"{table}-{next(iter(names(row, key)))}-{row.get('path', '')}")
        for table in tables
        for row in TABLES[table][kind]
        for key in ("match" if "match" in row else "command",)
    ]


def flows(file: str, language: str, text: str) -> list[Flow]:
    return [flow for _, found in traced(file, language, text) for flow in found]


def ends(found: Iterable[Flow], action: str, role: Role | None = None) -> bool:
    return any(flow.use.action == action and flow.use.role == role for flow in found)


def told(text: str, found: Iterable[Flow]) -> str:
    uses = [f"{flow.use.action} {flow.use.role} by {flow.use.api} of {shape(flow)}" for flow in found]
    return f"\n{text}ends in {'; '.join(uses) or 'no use'}"


def calls(writer: Writer, row: Row, value: str, *, stranger: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (name, call) for each name and place of an entry, with an expression there or elsewhere."""
    for name in names(row):
        for place in row["path"]:
            options = writer.chosen(row.get("when", {}))
            if stranger:
                yield name, writer.call(name, [*writer.stranger(place, value), *options])
            elif place == "receiver":
                yield name, writer.call(name, options, value)
            else:
                yield name, writer.call(name, [*writer.argument(place, value), *options])


@pytest.mark.parametrize(("language", "row"), entries("call", "python", "javascript"))
def test_call_ends_in_its_action_and_role(language: str, row: Row) -> None:
    writer = WRITERS[language]
    action = row["action"]
    if action == "opens":
        action = "writes" if set(row["default"]) & set("wx+") else "reads"
    for name, call in calls(writer, row, writer.text(SCRATCH)):
        program = writer.program(name, call)
        found = flows(writer.file, language, program)
        assert ends(found, action, row.get("role")), told(program, found)


OPEN = {"python": f"open({SCRATCH!r}, 'a')", "javascript": f'fs.openSync("{SCRATCH}", "a")'}


@pytest.mark.parametrize(("language", "row"), entries("handle", "python", "javascript"))
def test_call_with_an_open_file_uses_its_path(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name, call in calls(writer, row, OPEN[language]):
        program = writer.program(name, call)
        found = flows(writer.file, language, program)
        assert ends(found, row["action"], row.get("role")), told(program, found)
    for name, call in calls(writer, row, writer.text(SCRATCH)):
        program = writer.program(name, call)
        found = flows(writer.file, language, program)
        assert not ends(found, row["action"], row.get("role")), told(program, found)


@pytest.mark.parametrize(("language", "row"), entries("call", "python", "javascript"))
def test_call_minds_no_other_argument(language: str, row: Row) -> None:
    writer = WRITERS[language]
    if "*" in row["path"]:
        return
    for name, call in calls(writer, row, writer.text(SCRATCH), stranger=True):
        program = writer.program(name, call)
        found = flows(writer.file, language, program)
        assert not ends(found, row["action"], row.get("role")), told(program, found)


@pytest.mark.parametrize(("language", "row"), entries("attribute", "python", "javascript"))
def test_attribute_is_set(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name in names(row):
        program = writer.program(name, f"{writer.call(name, []).removesuffix('()')} = {writer.text(SCRATCH)}")
        found = flows(writer.file, language, program)
        assert ends(found, row["action"], row.get("role")), told(program, found)


@pytest.mark.parametrize(("language", "row"), entries("constant", "python"))
def test_constant_is_set(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name in names(row):
        constant, *keys = name.split(".")
        value = writer.text(SCRATCH)
        for key in reversed(keys):
            value = f"{{{key.replace('*', 'main')!r}: {value}}}"
        whole = f"{constant} = {value}\n"
        item = "".join(f"[{key.replace('*', 'main')!r}]" for key in keys)
        single = f"from defaults import *\n\n{constant}{item} = {writer.text(SCRATCH)}\n"
        for program in (whole, single):
            found = flows(writer.file, language, program)
            assert ends(found, row["action"], row.get("role")), told(program, found)


DERIVED = {
    "same": SCRATCH,
    "parent": posixpath.dirname(SCRATCH),
    "join": f"{SCRATCH}/name",
    "concat": f"{SCRATCH}name",
    "suffix": f"{SCRATCH}{{unknown}}",
    "inside": f"{SCRATCH}/{{unknown}}",
    "declared": SCRATCH,
    "lookup": SCRATCH,
    "environment": SCRATCH,
}


@pytest.mark.parametrize(("language", "row"), entries("derive", "python", "javascript"))
def test_derived_path_goes_on(language: str, row: Row) -> None:
    writer = WRITERS[language]
    path, how = writer.text(SCRATCH), row["how"]
    for name in names(row):
        for place in row.get("path", [0]):
            call = _derive(writer, name, place, how, path)
            kind, _, field = row.get("result", "").partition(":")
            result = f"{call}.{field}" if kind == "handle" else call
            if how == "environment":
                statement = f"{call}; {writer.read('process.env.key')}"
            else:
                statement = writer.read(f"{result}.key" if how == "declared" else result)
            program = writer.program(name, statement)
            found = flows(writer.file, language, program)
            if how == "text":
                assert not ends(found, "reads"), told(program, found)
            else:
                wanted = DERIVED[how].replace("{unknown}", "{random}") if row.get("random") else DERIVED[how]
                reads = [flow for flow in found if flow.use.action == "reads"]
                assert any(shape(flow) == wanted for flow in reads), f"{wanted}{told(program, found)}"


def _derive(writer: Writer, name: str, place: str | int, how: str, path: str) -> str:
    further = [writer.text("name")] if how in ("join", "concat") else []
    if how == "lookup":
        further, path = [writer.text("key")], writer.keyed("key", path)
    if how == "environment":
        path = writer.keyed("key", path)
    if how == "declared":
        path = writer.keyed("key", writer.keyed("default", path))
    if place == "receiver":
        return writer.call(name, further, path)
    return writer.call(name, [*writer.argument(place, path), *further])


@pytest.mark.parametrize(("language", "row"), entries("property", "python", "javascript"))
def test_property_of_a_path(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name in names(row):
        program = writer.program(name, writer.read(f"{writer.text(SCRATCH)}.{name[2:]}"))
        found = flows(writer.file, language, program)
        reads = [flow for flow in found if flow.use.action == "reads"]
        if row["how"] == "text":
            assert not reads, told(program, found)
        else:
            assert any(shape(flow) == DERIVED[row["how"]] for flow in reads), told(program, found)


@pytest.mark.parametrize(("language", "row"), entries("root", "python", "javascript"))
def test_root_is_a_site(language: str, row: Row) -> None:
    writer = WRITERS[language]
    wanted = "$TMPDIR/{random}" if row["kind"] == "fresh" else "$TMPDIR"
    for name in names(row):
        program = writer.program(name, writer.read(_result(writer, row, writer.call(name, []))))
        [(site, found)] = traced(writer.file, language, program)
        assert (site.kind, site.scoped) == (row["kind"], row["scoped"]), program
        assert wanted in {shape(flow) for flow in found if flow.use.action == "reads"}, told(program, found)
        for keyword in row.get("keep", ()):
            kept = writer.call(name, writer.chosen({keyword: False}))
            [(site, _)] = traced(writer.file, language, writer.program(name, kept))
            assert not site.scoped, kept
        for place in row.get("directory", ()):
            call = writer.call(name, writer.argument(place, writer.text(SCRATCH)))
            program = writer.program(name, writer.read(_result(writer, row, call)))
            inside = f"{SCRATCH}/{{random}}" if row["kind"] == "fresh" else SCRATCH
            found = tuple(flows(writer.file, language, program))
            assert inside in {shape(flow) for flow in found}, told(program, found)


def _result(writer: Writer, row: Row, call: str) -> str:
    kind, _, place = row["result"].partition(":")
    if kind == "attribute":
        return call.removesuffix("()")
    return f"{call}.{place}" if kind == "handle" else f"{call}[{place}]" if kind == "pair" else call


@pytest.mark.parametrize(("language", "row"), entries("random", "python", "javascript"))
def test_random_part_of_a_name(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name in names(row):
        called = writer.call(name, [])
        for value in (called, called.removeprefix("new ").removesuffix("()")):
            program = writer.program(name, writer.read(writer.joined(f"{SCRATCH}-", value)))
            found = flows(writer.file, language, program)
            if f"{SCRATCH}-{{{row['kind']}}}" in {shape(flow) for flow in found}:
                break
        else:
            pytest.fail(told(program, found))


@pytest.mark.parametrize(("language", "row"), entries("shell", "python", "javascript"))
def test_command_line_is_read_by_a_shell(language: str, row: Row) -> None:
    writer = WRITERS[language]
    for name, call in calls(writer, row, writer.text(f"cat {SCRATCH}")):
        program = writer.program(name, call)
        found = flows(writer.file, language, program)
        assert ends(found, "reads"), told(program, found)


@pytest.mark.parametrize(("language", "row"), entries("argv", "python", "javascript"))
def test_program_is_started_with_arguments(language: str, row: Row) -> None:
    writer = WRITERS[language]
    program, path = writer.text("cat"), writer.text(SCRATCH)
    for name in names(row):
        for place in row["path"]:
            alone = writer.argument(place, program)
            forms = (
                writer.argument(place, writer.listed(program, path)),
                [*alone, writer.listed(path)],
                [*alone, writer.listed(program, path)],
                [*alone, path],
                [*alone, program, path],
            )
            texts = [writer.program(name, writer.call(name, form)) for form in forms]
            found = [flow for text in texts for flow in flows(writer.file, language, text)]
            assert ends(found, "reads"), told("".join(texts), found)


@pytest.mark.parametrize(("table", "row"), entries("command", "shell"))
def test_command_does_what_its_entry_says(table: str, row: Row) -> None:
    actions = {row["action"], "runs" if row["action"] == "executes" else row["action"]}
    for line in commands(row):
        found = flows(*_file(line))
        assert any(ends(found, action, row.get("role")) for action in actions), told(line, found)


@pytest.mark.parametrize(("table", "row"), entries("command", "shell"))
def test_command_minds_no_other_option(table: str, row: Row) -> None:
    if row["action"] == "shows":
        return  # `echo --anything` is shown too
    for name in set(names(row)) - DOCKERFILE:
        line = command(name, "--unheard-of=")
        found = flows(*_file(line))
        assert not ends(found, row["action"], row.get("role")), told(line, found)


def _file(line: str) -> tuple[str, str, str]:
    """Return the file, its language and its text in which a command line stands."""
    first, *words = line.replace("=", " ").split()
    if first in DOCKERFILE:
        line = line.replace("--mount ", "--mount=type=cache,target=")
        line = line.replace("HEALTHCHECK", "HEALTHCHECK CMD")
        return "Dockerfile", "dockerfile", f"FROM base\n{line}"
    if first.startswith("ansible."):
        *state, option, path = words
        values = [(option, path), *[("state", value) for value in state]]
        task = "".join(f"        {name}: {value}\n" for name, value in values)
        return (
            "playbook.yml",
            "yaml",
            f"{PLAY}      community.general.{first.removeprefix('ansible.')}:\n{task}",
        )
    if words[0] in ("source", "target"):
        return "compose.yaml", "yaml", COMPOSE.format(place=words[0])
    return "script.sh", "shell", line


@pytest.mark.parametrize(("table", "row"), entries("wrapper", "shell"))
def test_wrapper_runs_another_command(table: str, row: Row) -> None:
    for name in names(row, "command"):
        words = [name, *["x"] * row.get("skip", 0)]
        words += [row["program"][0], "cat", "--"] if "program" in row else ["cat"]
        line = " ".join([*words, SCRATCH]) + "\n"
        found = flows(*_file(line))
        assert ends(found, "reads"), told(line, found)


@pytest.mark.parametrize(("table", "row"), entries("derive", "shell"))
def test_command_prints_its_path(table: str, row: Row) -> None:
    for name in names(row, "command"):
        line = f"cat $({name} {SCRATCH})\n"
        found = flows("script.sh", "shell", line)
        reads = {shape(flow) for flow in found if flow.use.action == "reads"}
        assert reads == ({DERIVED[row["how"]]} if row["how"] in DERIVED else set()), told(line, found)


@pytest.mark.parametrize(("table", "row"), entries("random", "shell"))
def test_command_prints_a_random_name(table: str, row: Row) -> None:
    for name in names(row, "command"):
        line = f"cat {SCRATCH}-$({name})\n"
        found = flows("script.sh", "shell", line)
        assert f"{SCRATCH}-{{{row['kind']}}}" in {shape(flow) for flow in found}, told(line, found)
