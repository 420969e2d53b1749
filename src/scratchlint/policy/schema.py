"""The JSON schema of policy files, for editors; it says what the parser says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scratchlint.policy.entries import ENTRIES, FIELDS, Field, Fields
from scratchlint.policy.globs import LONGEST
from scratchlint.policy.keys import EXEMPTION, KEYS, PATHS, SECTIONS, TEMPLATE_FIELDS, Key, Section

Schema = Mapping[str, object]

# The parser's own expressions, without what JavaScript's and Python's differ in.
ROOT = r"^(/[^/\s*?]+(/[^/\s*?]+)*/?|[A-Za-z]:[\\/].+)$"
TEMPLATE = rf"^([^{{}}]|\{{({'|'.join(TEMPLATE_FIELDS)})\}})*$"


def schema(rules: Sequence[str]) -> Schema:
    """Return the schema of `scratchlint.toml`; `rules` are the names of all rules."""
    own: dict[str, object] = {key.name: _value(key, rules) for key in KEYS}
    own.update({section.name: _section(section, rules) for section in SECTIONS})
    override = _table({PATHS.name: _value(PATHS, rules), **own}, required=[PATHS.name])
    exemption = _table({key.name: _value(key, rules) for key in EXEMPTION}, required=["paths", "reason"])
    entries = {
        "override": {"type": "array", "items": override, "description": "other values for some files"},
        "knowledge": _knowledge(),
        "suppress": {"type": "array", "items": exemption, "description": "findings that are left out"},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://github.com/scratchlint/scratchlint/raw/main/src/scratchlint/policy/scratchlint.schema.json",
        "title": "The policy of a project for scratchlint",
        **_table({**own, **entries}),
    }


def _table(properties: Mapping[str, object], required: Sequence[str] = ()) -> Schema:
    described: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    return {**described, "required": list(required)} if required else described


def _section(section: Section, rules: Sequence[str]) -> Schema:
    names = rules if section.keys == ("rules",) else section.keys
    table = _table({name: _value(section.value, rules, described=False) for name in names})
    return {**table, "description": section.summary}


def _knowledge() -> Schema:
    tables = {
        table: _table({kind: _entries(fields) for kind, fields in kinds.items()})
        for table, kinds in ENTRIES.items()
    }
    return {**_table(tables), "description": "entries added to the knowledge tables"}


def _entries(fields: Fields) -> Schema:
    required, optional = fields
    described = {name: _field(FIELDS[name]) for name in sorted(required | optional)}
    return {"type": "array", "items": _table(described, sorted(required))}


def _field(field: Field) -> Schema:
    text = {"type": "string", "pattern": r"\S", "maxLength": LONGEST}
    match field.kind:
        case "choice":
            return {"enum": list(field.choices)}
        case "flag":
            return {"type": "boolean"}
        case "number":
            return {"type": "integer", "minimum": 0}
        case "text":
            return {"type": "string"}
        case "values":
            return {"type": "object"}
    item = {"anyOf": [text, {"type": "integer"}]} if field.kind == "places" else text
    many = {"type": "array", "minItems": 1, "items": item}
    return {"anyOf": [text, many]} if field.kind == "names" else many


def _value(key: Key, rules: Sequence[str], *, described: bool = True) -> Schema:
    kind: dict[str, object]
    match key.kind:
        case "flag":
            kind = {"type": "boolean"}
        case "text":
            kind = {"type": "string", "pattern": r"\S"}
        case "template":
            kind = {"type": "string", "pattern": TEMPLATE, "minLength": 1}
        case "choice":
            kind = {"enum": list(key.choices)}
        case "rules":
            kind = {"type": "array", "items": {"enum": list(rules)}}
        case "roots":
            kind = {"type": "array", "items": {"type": "string", "pattern": ROOT}}
        case "globs":
            item = {"type": "string", "minLength": 1, "maxLength": LONGEST}
            kind = {"type": "array", "items": item}
    return {**kind, "description": key.summary} if described else kind
