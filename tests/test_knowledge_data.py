"""The knowledge tables are data: their format, their vocabulary, and what Python itself can confirm."""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from scratchlint import knowledge
from scratchlint.core.flow import Role
from scratchlint.knowledge.iterators import Gives
from scratchlint.knowledge.settings import Gives as SettingGives
from scratchlint.policy import entries

Row = Mapping[str, Any]

DIRECTORY = Path(knowledge.__file__).parent
TABLES: dict[str, dict[str, list[Row]]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(DIRECTORY.glob("*.toml"))
}
# What gives scratch paths stands in a file of its own.
for language, rows in TABLES.pop("roots").items():
    TABLES[language]["root"] = rows
VERSIONS: Mapping[str, Any] = TABLES.pop("sources")

# fmt: off
ACTIONS = {
    "reads", "writes", "appends", "creates", "opens", "stores", "logs", "executes", "loads", "listens",
    "connects", "watches", "mounts", "removes", "moves-from", "moves-to", "copies-from", "copies-to",
    "downloads", "extracts-from", "extracts-to", "builds", "linked", "links", "enters", "tests", "shows",
    "measures", "compares", "locks", "serves", "option", "sources", "lists", "changes", "hands-over",
    "configures", "covers", "scratch", "sets", "starts", "runs",
}
# fmt: on
ROLES = frozenset(get_args(Role))
WAYS = frozenset(
    {"join", "same", "parent", "concat", "suffix", "inside", "text", "lookup", "declared", "environment"}
)

# For each kind of entry the keys that it must have, and those that it may have.
CALLS: dict[str, tuple[set[str], set[str]]] = {
    "call": ({"match", "path", "action", "source"}, {"role", "mode", "default", "when"}),
    "handle": ({"match", "path", "action", "source"}, {"role", "when"}),
    "attribute": ({"match", "action", "source"}, {"role"}),
    "derive": ({"match", "how", "source"}, {"path", "random", "name", "result"}),
    "property": ({"match", "how", "source"}, set()),
    "root": ({"match", "kind", "scoped", "result", "source"}, {"directory", "keep"}),
    "random": ({"match", "kind", "source"}, set()),
    "shell": ({"match", "path", "source"}, {"when"}),
    "argv": ({"match", "path", "source"}, set()),
    "setting": ({"match", "source"}, {"gives", "name", "prefix", "otherwise", "delimiter", "access"}),
    "option": ({"match", "default", "source"}, {"environment", "name", "spelling", "gives"}),
    "parsed": ({"match", "gives", "source"}, {"access"}),
}
ITERATORS = ({"match", "of", "gives", "source"}, {"callback", "takes", "parameter"})
ENDINGS = ({"match", "callback", "source"}, {"events", "spelled", "unknown"})
SETTINGS: dict[str, tuple[set[str], set[str]]] = {
    "setting": ({"match", "source"}, {"gives", "name", "prefix", "otherwise", "delimiter", "access"}),
    "option": ({"match", "default", "source"}, {"environment", "name", "spelling", "gives"}),
    "parsed": ({"match", "gives", "source"}, {"access"}),
}
FORMAT: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "python": CALLS | SETTINGS | {"constant": ({"match", "action", "source"}, {"role"})},
    "javascript": CALLS | SETTINGS,
    "shell": {
        "command": ({"match", "path", "action", "source"}, {"role"}),
        "flags": ({"command", "values"}, set()),
        "wrapper": ({"command", "source"}, {"values", "skip", "long", "program"}),
        "derive": ({"command", "how", "source"}, set()),
        "random": ({"command", "kind", "source"}, set()),
    },
    "iterators": {"python": ITERATORS, "javascript": ITERATORS},
    "lifetimes": {
        "python": ENDINGS,
        "javascript": ENDINGS,
        "method": ({"match", "source"}, set()),
        "generator": ({"match", "source"}, set()),
        "upload": ({"match", "fields", "source"}, set()),
        "job": ({"source"}, {"match", "words"}),
    },
    "packaging": {
        "backend": (
            {"match", "table", "shipped", "further", "left-out", "source"},
            {"below", "names", "unless"},
        ),
        "deploys": ({"words", "source"}, set()),
    },
    "documents": {"python": ({"match", "source"}, set()), "javascript": ({"match", "source"}, set())},
    "environment": {"variable": ({"match", "role", "action", "durability", "source"}, set())},
    "keys": {
        "service": ({"match", "source"}, {"files", "formats", "sections", "neighbours", "languages"}),
        "key": ({"service", "match", "action"}, {"role"}),
    },
    "names": {
        "hint": ({"words", "strength"}, {"role", "favours", "rendezvous"}),
        "suffix": ({"suffixes", "role", "strength"}, set()),
    },
}
KINDS = [(table, kind) for table, kinds in FORMAT.items() for kind in kinds]


def test_policies_take_the_same_entries() -> None:
    assert set(entries.ACTIONS) == ACTIONS
    assert set(entries.FIELDS["how"].choices) == WAYS
    for table, kinds in entries.ENTRIES.items():
        for kind, (required, optional) in kinds.items():
            must, may = FORMAT[table][kind]
            assert required <= must, (table, kind)
            assert required | optional == must | may | {"source"}, (table, kind)


def names(row: Row, key: str = "match") -> Sequence[str]:
    """Return the names that share an entry."""
    value = row[key]
    return [value] if isinstance(value, str) else value


def test_every_table_is_there() -> None:
    assert set(TABLES) == set(FORMAT)
    for table, kinds in TABLES.items():
        assert set(kinds) == set(FORMAT[table])


@pytest.mark.parametrize(("table", "kind"), KINDS)
def test_entries_have_their_format(table: str, kind: str) -> None:
    required, optional = FORMAT[table][kind]
    for row in TABLES[table][kind]:
        assert required <= set(row) <= required | optional, row
        for key in ("match", "command", "words", "suffixes"):
            if key in row:
                assert are_names(row[key]), row
        for key in ("path", "mode", "directory", "values", "keep"):
            if key in row:
                assert are_places(row[key]), row
        assert row.get("source", "a source").strip(), row


@pytest.mark.parametrize(("table", "kind"), KINDS)
def test_entries_use_known_words(table: str, kind: str) -> None:
    for row in TABLES[table][kind]:
        assert row.get("role", "other") in ROLES, row
        assert row.get("action", "reads") in ACTIONS, row
        assert row.get("how", "same") in WAYS, row
        if kind != "option":
            opens = row.get("action") == "opens"
            assert kind == "option" or ("mode" in row) == ("default" in row) == opens, row
        if kind == "derive" and table != "shell":
            assert "path" in row or row["how"] in ("join", "concat"), row
        if kind == "property":
            assert all(re.fullmatch(r"\*\.\w+", name) for name in names(row)), row
        if kind == "root":
            assert row["kind"] in ("root", "fresh"), row
            assert isinstance(row["scoped"], bool), row
            assert re.fullmatch(r"path|attribute|handle:\w+|pair:\d", row["result"]), row
        if table == "lifetimes":
            assert ("match" in row) != ("words" in row), row
            assert "unknown" not in row or row["events"], row
        if table == "iterators":
            assert row["gives"] in get_args(Gives), row
            takes = "callback" in row and row["gives"] != "resolved"
            assert ("takes" in row) == takes, row
        if kind == "setting":
            assert row.get("gives", "value") in get_args(SettingGives), row
        if kind == "option":
            assert row.get("spelling", "snake") in ("snake", "camel", "both"), row
            assert row.get("gives", "parsed") in ("parsed", "parameter", "value"), row
        if kind == "parsed":
            assert row["gives"] in ("result", "callback"), row
        if kind == "random":
            assert row["kind"] in ("random", "process"), row
        if kind == "variable":
            assert row["durability"] in ("production", "scratch", "neutral"), row
            assert row["action"] == "configures", row
        if table == "names":
            assert row["strength"] in ("strong", "weak"), row
            assert ("role" in row) != (row.get("favours") == "scratch"), row


def are_names(value: str | Sequence[str]) -> bool:
    found = [value] if isinstance(value, str) else value
    return (
        bool(found) and len(set(found)) == len(found) and all(name and name == name.strip() for name in found)
    )


def are_places(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(place != "" and isinstance(place, str | int) for place in value)
    )


def test_hints_are_words_and_suffixes_are_suffixes() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+", word) for row in TABLES["names"]["hint"] for word in row["words"])
    assert all(
        re.fullmatch(r"\.[a-z0-9]+", suffix)
        for row in TABLES["names"]["suffix"]
        for suffix in row["suffixes"]
    )


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_callables_are_dotted_names(language: str) -> None:
    for kind, rows in TABLES[language].items():
        for row in rows:
            for name in names(row):
                assert "(" not in name, (kind, name)
                assert not name.startswith("node:"), (kind, name)
                assert name == "import.meta.resolve" or "" not in name.split("."), (kind, name)


def identity(kind: str, name: str, row: Row) -> Iterator[tuple[object, ...]]:
    """Yield what makes an entry one of a kind: two with the same identity contradict each other."""
    if kind in ("call", "handle", "command"):
        for place in row["path"]:
            yield kind, name, place
    elif kind == "derive":
        for place in row.get("path", ["all"]):
            yield kind, name, place, *([row["result"]] if "result" in row else [])
    elif "of" in row:
        yield kind, name, row["of"]
    elif kind == "key":
        yield kind, name, row["service"]
    else:
        yield kind, name


@pytest.mark.parametrize("table", list(TABLES))
def test_nothing_is_said_twice(table: str) -> None:
    seen: set[tuple[object, ...]] = set()
    for kind, rows in TABLES[table].items():
        if kind == "flags":
            continue
        for row in rows:
            key = next(key for key in ("command", "match", "words", "suffixes") if key in row)
            for name in names(row, key):
                for one in identity(kind, name, row):
                    assert one not in seen, one
                    seen.add(one)


@pytest.mark.parametrize("registry", ["pypi", "npm"])
def test_packages_of_sources_have_the_version_that_was_looked_at(registry: str) -> None:
    named = {
        package
        for kinds in TABLES.values()
        for rows in kinds.values()
        for row in rows
        for source in row.get("source", "").split("; ")
        if source.startswith(f"{registry} ")
        for package in source.removeprefix(f"{registry} ").partition(":")[0].split(", ")
    }
    versions = VERSIONS[registry]
    assert named == set(versions)
    assert list(versions) == sorted(versions, key=str.lower)
    assert all(re.fullmatch(r"\d+(\.\d+)*([-.]?\w+)*", version) for version in versions.values())


def test_every_key_belongs_to_a_service() -> None:
    services = {row["match"] for row in TABLES["keys"]["service"]}
    assert {row["service"] for row in TABLES["keys"]["key"]} == services


def test_every_argv_call_executes_its_program() -> None:
    for language in ("python", "javascript"):
        executed = {
            name for row in TABLES[language]["call"] if row["action"] == "executes" for name in names(row)
        }
        started = {name for row in TABLES[language]["argv"] for name in names(row)}
        assert started <= executed


# What the running Python can confirm of the entries for its own library


# Entries that some platforms and builds lack.
ELSEWHERE = {
    "os.startfile",
    "os.add_dll_directory",
    "os.setxattr",
    "os.getxattr",
    "os.listxattr",
    "os.removexattr",
    "ctypes.WinDLL",
    "ctypes.OleDLL",
    "ctypes.windll.LoadLibrary",
    "dbm.gnu.open",
    "dbm.ndbm.open",
    "pathlib.Path.lchmod",
    "sqlite3.Connection.load_extension",
}


def standard(name: str) -> bool:
    """Whether a name belongs to the standard library or the builtins."""
    first = name.split(".")[0]
    return first in sys.stdlib_module_names or hasattr(builtins, first)


def resolve(name: str) -> tuple[object, bool] | None:
    """Return the object that a dotted name means and whether it is a method of a class.

    None when the name goes through a call's result, where nothing can be looked up.
    """
    parts = name.split(".")
    if hasattr(builtins, parts[0]):
        parts = ["builtins", *parts]
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        method = False
        for part in parts[length:]:
            if inspect.isroutine(found):
                return None
            method = inspect.isclass(found)
            found = inspect.getattr_static(found, part) if method else getattr(found, part)
            if isinstance(found, classmethod | staticmethod):
                found, method = found.__func__, isinstance(found, classmethod)
        return found, method
    raise ImportError(name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the entries are those of Python 3.11")
@pytest.mark.parametrize("kind", list(CALLS))
def test_python_has_the_callables_and_their_arguments(kind: str) -> None:
    for row in TABLES["python"][kind]:
        for name in names(row):
            if name.startswith("*.") or not standard(name) or name in ELSEWHERE:
                continue
            resolved = resolve(name)
            places = row.get("path", row.get("directory"))
            if resolved is None or places is None:
                continue
            found, method = resolved
            assert callable(found), name
            confirm(found, method, places)
            confirm(found, method, row.get("mode", []))


def confirm(found: Callable[..., object], method: bool, places: Sequence[str | int]) -> None:
    """Check that a callable has the keywords, and the positions where the entry says."""
    try:
        signature = inspect.signature(found)
    except ValueError:
        return
    parameters = list(signature.parameters.values())[1 if method else 0 :]
    if any(parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL) for parameter in parameters):
        return
    known = [parameter.name for parameter in parameters]
    by_name = {parameter.name for parameter in parameters if parameter.kind is not parameter.POSITIONAL_ONLY}
    heads = [place if isinstance(place, int) else place.split(".")[0] for place in places]
    places = [int(head) if isinstance(head, str) and head.isdigit() else head for head in heads]
    keywords = {place for place in places if isinstance(place, str) and place not in ("receiver", "*")}
    assert not keywords or keywords & by_name, (found, places, known)
    for position in places:
        if isinstance(position, int):
            assert position < len(known), (found, places, known)
            assert not keywords or known[position] in keywords, (found, places, known)
