"""Reads the document of a policy file; a mistake is one line that names file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from scratchlint.errors import UsageError
from scratchlint.policy.globs import LONGEST, Globs
from scratchlint.policy.keys import EXEMPTION, KEYS, PATHS, SECTIONS, TEMPLATE_FIELDS, Key, Section
from scratchlint.policy.policy import Exemption, Override, Policy, PolicyFile
from scratchlint.policy.read_entries import read_entries
from scratchlint.policy.roots import WELL_KNOWN

Place = tuple[str | int, ...]
Lines = Callable[[Place], int]

_ROOT = re.compile(r"/[^/\s*?]+(?:/[^/\s*?]+)*/?|[A-Za-z]:[\\/].+")
_FIELD = re.compile(r"\{([^{}]*)\}")
_KEYS = {key.name: key for key in KEYS}
_SECTIONS = {section.name: section for section in SECTIONS}
_OTHERS = ("override", "suppress", "knowledge")
_EXEMPTION = {key.name: key for key in EXEMPTION}


def parse(document: Mapping[str, object], file: str, lines: Lines, rules: Sequence[str]) -> PolicyFile:
    """Return what a document says; `rules` are the names of all rules.

    `file` and `lines`, which gives the 1-based line of a key, are for messages and origins. Raises
    UsageError for an unknown key and a bad value.
    """
    reader = _Reader(file, lines, rules)
    values, origins = reader.values(document, (), frozenset(_OTHERS))
    overrides = [reader.override(*entry) for entry in reader.tables(document, "override")]
    exemptions = [reader.exemption(*entry) for entry in reader.tables(document, "suppress")]
    entries = read_entries(document.get("knowledge", {}), ("knowledge",), reader)
    return PolicyFile(file, Policy().changed(values, origins), tuple(overrides), tuple(exemptions), entries)


class _Reader:
    """Checks values of one file."""

    def __init__(self, file: str, lines: Lines, rules: Sequence[str]) -> None:
        self._file = file
        self._lines = lines
        self._rules = tuple(rules)

    def fail(self, place: Place, complaint: str) -> NoReturn:
        """Refuse what stands at a place."""
        name = ".".join(str(part) for part in place if isinstance(part, str))
        raise UsageError(f"{self._file}:{self._lines(place)}: {name}: {complaint}")

    def values(
        self, table: Mapping[str, object], place: Place, others: frozenset[str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values of a table, by the policy's attributes, and where each stands."""
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for name, value in table.items():
            here = (*place, name)
            if name in _KEYS:
                values[_KEYS[name].field] = self.value(_KEYS[name], value, here)
                origins[_KEYS[name].field] = self._origin(here)
            elif name in _SECTIONS:
                entries = self._section(_SECTIONS[name], value, here)
                values[name] = entries
                origins.update({f"{name}.{key}": self._origin((*here, key)) for key in entries})
            elif name not in others:
                self.fail(here, self.unknown("key", [*_KEYS, *_SECTIONS, *others], name))
        return values, origins

    def override(self, table: Mapping[str, object], place: Place) -> Override:
        """Return one entry of `[[override]]`."""
        if "paths" not in table:
            self.fail(place, "has no `paths`: name the files that it is for")
        values, origins = self.values(table, place, frozenset({"paths"}))
        paths = self.value(PATHS, table["paths"], (*place, "paths"))
        return Override(Globs(paths), values, origins)

    def exemption(self, table: Mapping[str, object], place: Place) -> Exemption:
        """Return one entry of `[[suppress]]`."""
        for name in table:
            if name not in _EXEMPTION:
                self.fail((*place, name), self.unknown("key", _EXEMPTION, name))
        for name in ("paths", "reason"):
            if name not in table:
                self.fail(place, f"has no `{name}`")
        said = {name: self.value(_EXEMPTION[name], value, (*place, name)) for name, value in table.items()}
        scratch = Globs(said["scratch"]) if "scratch" in said else None
        line = self._lines(place)
        return Exemption(Globs(said["paths"]), said.get("rules", ()), scratch, said["reason"], line)

    def tables(
        self, document: Mapping[str, object], name: str
    ) -> Iterator[tuple[Mapping[str, object], Place]]:
        """Yield the entries of an array of tables and their places."""
        value = document.get(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fail((name,), f"write it as [[{name}]]")
        for number, entry in enumerate(value):
            yield entry, (name, number)

    def _section(self, section: Section, value: object, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(place, f"write it as the table [{section.name}]")
        known = self._rules if section.keys == ("rules",) else section.keys
        for name in value:
            if name not in known:
                self.fail((*place, name), self.unknown("key", known, name))
        return {name: self.value(section.value, entry, (*place, name)) for name, entry in value.items()}

    def value(self, key: Key, value: object, place: Place) -> Any:
        """Return a checked value: lists become tuples."""
        match key.kind:
            case "flag":
                if not isinstance(value, bool):
                    self.fail(place, f"must be true or false, not {_shown(value)}")
                return value
            case "text" | "template" | "choice":
                return self._text(key, value, place)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fail(place, f"must be a list of texts, not {_shown(value)}")
        for number, item in enumerate(value):
            complaint = self._complaint(key, item)
            if complaint:
                self.fail((*place, number), complaint)
        return tuple(value)

    def _text(self, key: Key, value: object, place: Place) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(place, f"must be a text, not {_shown(value)}")
        if key.kind == "choice" and value not in key.choices:
            self.fail(place, self.unknown("value", key.choices, value))
        if key.kind == "template":
            if any(WELL_KNOWN.find(value)):
                self.fail(place, f"{value!r} lies in scratch storage itself")
            for name in _FIELD.findall(value):
                if name not in TEMPLATE_FIELDS:
                    self.fail(place, self.unknown("field", TEMPLATE_FIELDS, name))
        return value

    def _complaint(self, key: Key, item: str) -> str:
        if key.kind == "rules" and item not in self._rules:
            return self.unknown("rule", self._rules, item)
        if key.kind == "roots" and not _ROOT.fullmatch(item):
            return f"{item!r} is not an absolute directory"
        if key.kind == "globs" and len(item) > LONGEST:
            return f"a glob has at most {LONGEST} characters"
        return ""

    def _origin(self, place: Place) -> str:
        return f"{self._file}:{self._lines(place)}"

    def unknown(self, kind: str, known: Iterable[str], word: str) -> str:
        """Say that a word is none of those known."""
        names = list(known)
        near = get_close_matches(word, names, n=2, cutoff=0.7)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
        return f"unknown {kind} {word!r}: {hint}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
