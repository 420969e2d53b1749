"""Keys, variables and names of the knowledge tables: files that are generated from them end in their role."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from knowledge_programs import SCRATCH, Row, names, traced
from scratchlint import knowledge
from scratchlint.core.flow import Flow
from scratchlint.judge.roles import named_role, scratch_name

DIRECTORY = Path(knowledge.__file__).parent
KEYS, ENVIRONMENT, NAMES = (
    tomllib.loads((DIRECTORY / f"{name}.toml").read_text(encoding="utf-8"))
    for name in ("keys", "environment", "names")
)
SERVICES: dict[str, Row] = {row["match"]: row for row in KEYS["service"]}

# How a setting is written in each format of lines: what stands around it, and the setting itself.
LINES = {
    "properties": "{key}={value}\n",
    "keyvalue": "{key} {value}\n",
    "ini": "[{section}]\n{key} = {value}\n",
    "systemd": "[Service]\n{key}={value}\n",
    "tmpfiles": "{key} {value} 0755 root root\n",
    "nginx": "{key} {value};\n",
}


def flows(path: str, language: str, text: str) -> list[Flow]:
    return [flow for _, found in traced(path, language, text) for flow in found]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['service']}-{row['match']}") for row in KEYS["key"]]
)
def test_key_ends_in_its_action_and_role(row: Row) -> None:
    action = "creates" if row["action"] == "scratch" else row["action"]
    service = SERVICES[row["service"]]
    for name in names(row):
        tried = list(files(service, name))
        assert any(
            (flow.use.action, flow.use.role) == (action, row.get("role"))
            for path, language, text in tried
            for flow in flows(path, language, text)
        ), "\n".join(f"{path}:\n{text}" for path, _, text in tried)


@pytest.mark.parametrize("service", list(SERVICES))
def test_a_key_of_no_table_is_only_set(service: str) -> None:
    for path, language, text in files(SERVICES[service], "unheard_of"):
        if language != "tmpfiles":
            assert {flow.use.action for flow in flows(path, language, text)} <= {"sets"}, f"{path}:\n{text}"


def files(service: Row, key: str) -> Iterator[tuple[str, str, str]]:
    """Yield (path, language, text) of configuration files of a service in which a key holds the path."""
    around = [name for name in service.get("neighbours", ()) if name != key][:2]
    section = next((f"{name}x" if name.endswith(":") else name for name in service.get("sections", ())), "")
    path = next((example(pattern) for pattern in service.get("files", ())), "service.conf")
    for language in service.get("formats", ()):
        settings = nested([(name, "x") for name in around])
        merge(settings, nested([(f"{section}.{key}" if section else key, SCRATCH)]))
        base = path.rpartition("/")[2] or "x"
        yield f"{base}.{language}", "yaml" if language == "yaml" else language, document(language, settings)
    for language in service.get("languages", ()) or ("properties", "keyvalue", "ini"):
        for under, last in placed(language, section, key):
            lines = [LINES[language].format(key=name, value="x", section=under) for name in around]
            lines.append(LINES[language].format(key=last, value=SCRATCH, section=under))
            yield path, language, "".join(lines)


def placed(language: str, section: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield (section, name) for each way to write a dotted key in a format of lines."""
    if language != "ini":
        yield section, key.replace(" ", "\\ ") if language == "properties" else key
        return
    yield section or "x", key
    if "." in key:
        yield key.rpartition(".")[0], key.rpartition(".")[2]


def example(pattern: str) -> str:
    """Return a path in which a pattern of the tables is found."""
    text = re.sub(r"\[[^\]]*\][*?]|[\w-]\?|[\^$]", "", pattern)
    for form, instead in ((r"\([^()]*\)\?", ""), (r"\((?:\?:)?([^|()]*)[^()]*\)", r"\1")):
        while re.search(form, text):
            text = re.sub(form, instead, text)
    text = re.sub(r"\[[^\]]*\]\+?", "x", text).replace("\\", "")
    assert re.search(pattern, text), (pattern, text)
    return text + "x" if text.endswith("/") else text


def nested(settings: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Return dotted names as objects within objects."""
    found: dict[str, object] = {}
    for name, value in settings:
        inner: object = value
        for part in reversed(name.split(".")):
            inner = {part: inner}
        assert isinstance(inner, dict)
        merge(found, inner)
    return found


def merge(into: dict[str, object], other: dict[str, object]) -> None:
    for key, value in other.items():
        known = into.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merge(known, value)
        else:
            into[key] = value


def document(language: str, settings: dict[str, object]) -> str:
    if language in ("json", "yaml"):
        return json.dumps(settings, indent=1) + "\n"
    return toml(settings)


def toml(settings: dict[str, object], around: str = "") -> str:
    pairs = "".join(
        f"{json.dumps(key)} = {json.dumps(value)}\n"
        for key, value in settings.items()
        if isinstance(value, str)
    )
    tables = "".join(
        toml(value, f"{around}.{json.dumps(key)}")
        for key, value in settings.items()
        if isinstance(value, dict)
    )
    return (f"[{around[1:]}]\n" if around and pairs else "") + pairs + tables


@pytest.mark.parametrize("row", [pytest.param(row, id=row["match"]) for row in ENVIRONMENT["variable"]])
def test_variable_says_what_its_value_holds(row: Row) -> None:
    [flow] = flows(".env.production", "dotenv", f"{row['match']}={SCRATCH}\n")
    role = named_role(flow)
    match row["durability"]:
        case "production":
            assert role is not None
            assert (role.role, role.strong) == (row["role"], True)
        case "scratch":
            assert scratch_name(flow) is not None
            assert role is None or role.told_by != "name"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["words"][0]) for row in NAMES["hint"]])
def test_word_says_what_a_name_holds(row: Row) -> None:
    for word in row["words"]:
        found = flows("program.py", "python", f"{word} = {SCRATCH!r}\nopen({word})\n")
        for flow in found:
            role = named_role(flow)
            if "role" in row:
                assert role is not None, word
                assert (role.role, role.strong) == (row["role"], row["strength"] == "strong"), word
            else:
                hint = scratch_name(flow)
                assert hint is not None, word
                assert hint[1].strong is (row["strength"] == "strong"), word
        assert found, word


@pytest.mark.parametrize("row", [pytest.param(row, id=row["suffixes"][0]) for row in NAMES["suffix"]])
def test_suffix_says_what_a_file_holds(row: Row) -> None:
    for suffix in row["suffixes"]:
        [flow] = flows("program.py", "python", f"open({SCRATCH + suffix!r})\n")
        role = named_role(flow)
        assert role is not None, suffix
        assert (role.role, role.strong) == (row["role"], row["strength"] == "strong"), suffix
