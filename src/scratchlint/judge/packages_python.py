"""What a Python package ships of its directory: pyproject.toml, setup.cfg, setup.py, MANIFEST.in."""

from __future__ import annotations

import configparser
import posixpath
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scratchlint.core import ir
from scratchlint.judge.shipped import MAXIMUM_RULES, Rule, Shipped, rule, top
from scratchlint.knowledge.packaging import Backend, backends
from scratchlint.languages.front_ends import lower_file

Table = Mapping[str, Any]
Read = Callable[[str], bytes | None]

# https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html#using-manifest-in
_MANIFEST: Mapping[str, tuple[bool, str]] = {
    "include": (True, "/{}"),
    "exclude": (False, "/{}"),
    "recursive-include": (True, "/{}/**/{}"),
    "recursive-exclude": (False, "/{}/**/{}"),
    "global-include": (True, "**/{}"),
    "global-exclude": (False, "**/{}"),
    "graft": (True, "/{}"),
    "prune": (False, "/{}"),
}


# The arguments of `setup`, and the keys that say the same in pyproject.toml.
_ARGUMENTS = {
    "packages": "packages",
    "py_modules": "py-modules",
    "scripts": "script-files",
    "package_dir": "package-dir",
    "data_files": "data-files",
}


def python_package(directory: str, read: Read) -> tuple[str, Shipped] | None:
    """Return what the package of a directory ships, with the file that says so; None when nothing is said."""
    for name, document in _documents(directory, read):
        backend = _backend(document)
        if backend is None or (backend.unless and _value(document, backend.unless) is False):
            continue
        otherwise, rules = _rules(document, backend)
        if backend.match == "setuptools":
            rules = [*rules, *_manifest(read(posixpath.join(directory, "MANIFEST.in")) or b"")]
        if rules:
            return posixpath.join(directory, name), Shipped(tuple(rules[:MAXIMUM_RULES]), otherwise)
    return None


def _documents(directory: str, read: Read) -> Iterator[tuple[str, Table]]:
    """Yield the manifests of a directory, each read as if it were a pyproject.toml."""
    readers = (("pyproject.toml", _toml), ("setup.cfg", _ini), ("setup.py", _program))
    for name, parsed in readers:
        data = read(posixpath.join(directory, name))
        if data is not None:
            yield name, parsed(data)


def _toml(data: bytes) -> Table:
    try:
        return tomllib.loads(data.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _ini(data: bytes) -> Table:
    """Return what setup.cfg tells setuptools."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except configparser.Error:
        return {}
    options = dict(parser["options"]) if parser.has_section("options") else {}
    packages: object = options.get("packages", "").split()
    if packages in (["find:"], ["find_namespace:"]):
        section = "options.packages.find"
        found = parser[section] if parser.has_section(section) else {}
        packages = {"find": {key: value.replace(",", "\n").split() for key, value in found.items()}}
    directories = (line.partition("=") for line in options.get("package_dir", "").splitlines())
    told = {key: options.get(key, "").split() for key in ("py_modules", "scripts")}
    places = {name.strip(): place.strip() for name, equals, place in directories if equals}
    files = parser["options.data_files"] if parser.has_section("options.data_files") else {}
    sources = {place: named.replace(",", "\n").split() for place, named in files.items()}
    return _setuptools({**told, "packages": packages, "package_dir": places, "data_files": sources})


def _program(data: bytes) -> Table:
    """Return what the call in setup.py tells setuptools, as far as it is written out."""
    for call in _calls(lower_file("python", "setup.py", data)):
        given = {argument.name: argument.value for argument in call.arguments}
        told = {key: _constant(given[key]) for key in _ARGUMENTS if key in given}
        if None not in given and None not in told.values():
            return _setuptools(told)
    return {}


def _setuptools(told: Table) -> Table:
    return {"tool": {"setuptools": {_ARGUMENTS[key]: value for key, value in told.items() if value}}}


def _calls(node: ir.Node) -> Iterator[ir.Call]:
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, ir.Call) and _name(one.function) == "setup":
            yield one
        stack.extend(ir.children(one))


def _name(function: ir.Expr) -> str:
    match function:
        case ir.Ref(name=name) | ir.Field(name=str(name)):
            return name
    return ""


def _constant(value: ir.Expr) -> object:
    """Return a list, mapping or text that is written out, and what `find_packages` is told."""
    match value:
        case ir.Lit(text=text):
            return text
        case ir.Record(entries=entries):
            values = [_constant(entry.value) for entry in entries]
            if None in values or any(entry.key is None for entry in entries):
                return None
            if all((entry.key or "").isdigit() for entry in entries):
                return values
            return {entry.key: one for entry, one in zip(entries, values, strict=True)}
        case ir.Call(function=function, arguments=arguments) if _name(function).startswith("find_"):
            places = ("where", "exclude", "include")
            named = (
                (argument.name or places[number] if number < len(places) else argument.name, argument.value)
                for number, argument in enumerate(arguments)
            )
            told = {name: _constant(given) for name, given in named}
            return None if None in told or None in told.values() else {"find": told}
    return None


def _backend(document: Table) -> Backend | None:
    named = _value(document, "build-system.build-backend")
    if isinstance(named, str):
        return next((one for one in backends() if named.startswith(one.match)), None)
    return next((one for one in backends() if isinstance(_value(document, one.table), Mapping)), None)


def _rules(document: Table, backend: Backend) -> tuple[bool | None, list[Rule]]:
    """Return what holds where no rule does, and the rules."""
    directories = next(
        (found for key in backend.below if (found := list(_texts(_value(document, key))))), [""]
    )

    def patterns(keys: Sequence[str]) -> list[str]:
        return [
            pattern
            for key in keys
            for text in _texts(_value(document, key), names=key in backend.names)
            for pattern in (_named(text, directories) if key in backend.names else [top(text)])
        ]

    shipped, left_out = patterns(backend.shipped), patterns(backend.left_out)
    if directories != [""] and not shipped and backend.match == "setuptools":
        shipped = [top(directory) for directory in directories]
    told = [(True, shipped), (False, left_out), (True, patterns(backend.further))]
    return (False if shipped else None), [rule(ships, found) for ships, found in told if found]


def _named(name: str, directories: Sequence[str]) -> Iterator[str]:
    """Yield the patterns of a package's or module's dotted name, in which `*` stands for dots too."""
    if name == "*":
        return
    first, *others = name.split(".")
    parts = ["**"] if first == "*" else ["**", first] if first.startswith("*") else [first]
    for directory in directories:
        path = top(posixpath.join(directory, *parts, *others))
        yield path
        yield f"{path}.py"


def _manifest(data: bytes) -> Iterator[Rule]:
    """Yield the rules of a MANIFEST.in, which say what a source distribution holds."""
    for line in data.decode("utf-8", "replace").replace("\\\n", " ").splitlines():
        command, *words = line.partition("#")[0].split() or [""]
        ships, pattern = _MANIFEST.get(command, (None, ""))
        if ships is None or not words:
            continue
        if "/{}/" in pattern:
            directory, *names = words
            words = [pattern.format(directory.strip("/"), name) for name in names]
            yield rule(ships, [word.replace("/./", "/").replace("/*/**/", "/**/") for word in words])
        else:
            yield rule(ships, [pattern.format(word.strip("/")) for word in words])


def _value(document: Table, key: str) -> object:
    """Return what stands under a dotted key; a key that ends in a dot names the empty key."""
    found: object = document
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _texts(value: object, *, names: bool = False) -> Iterator[str]:
    """Yield the texts of a value: one, those of a list, what records include; a table's keys and lists.

    A table is no list of `names`: it tells how they are found.
    """
    match value:
        case str():
            yield value
        case list():
            for one in value:
                match one:
                    case str():
                        yield one
                    case [str(), [*inner]]:
                        yield from _texts(inner)
                    case {"include": str(path), "from": str(directory)}:
                        yield posixpath.join(directory, path)
                    case {"include": str(path)} | {"path": str(path)}:
                        yield path
        case dict() if not names:
            for key, one in value.items():
                yield from (key,) if isinstance(one, str) else _texts(one)
