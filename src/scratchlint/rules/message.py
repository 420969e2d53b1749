"""Writes a judgement down as a finding: its rule, its sentence, its permanent home."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scratchlint.core.finding import Finding, Judgement
from scratchlint.core.flow import Flow, Role
from scratchlint.rules import rule_for

NOUNS: Mapping[Role, str] = {
    "venv": "virtual environment",
    "executable": "executable",
    "config": "configuration",
    "log": "log",
    "data": "data",
    "database": "database",
    "upload": "upload directory",
    "queue": "queue",
    "backup": "backup",
    "model": "model",
    "cache": "cache",
    "pid": "pid file",
    "lock": "lock",
    "socket": "socket",
    "state": "saved state",
    "cert": "certificate or key",
    "other": "production path",
}

PHRASES: Mapping[str, str] = {
    "appends": "{api} appends to it",
    "builds": "{api} builds in it",
    "changes": "{api} changes it",
    "configures": "{api} is set to it",
    "connects": "{api} connects to it",
    "copies-from": "{api} copies from it",
    "copies-to": "{api} copies to it",
    "creates": "{api} creates it",
    "downloads": "{api} downloads to it",
    "enters": "{api} works in it",
    "executes": "{api} executes it",
    "extracts-from": "{api} extracts from it",
    "extracts-to": "{api} extracts to it",
    "links": "{api} links to it",
    "listens": "{api} listens on it",
    "lists": "{api} lists it",
    "loads": "{api} loads it",
    "locks": "{api} locks it",
    "logs": "{api} logs to it",
    "mounts": "{api} mounts it",
    "moves-from": "{api} moves it away",
    "moves-to": "{api} moves files to it",
    "opens": "{api} opens it",
    "option": "{api} is given it",
    "passes": "{api} is given it",
    "reads": "{api} reads it",
    "removes": "{api} removes it",
    "returns": "{api} returns it",
    "serves": "{api} serves it",
    "sets": "{api} is set to it",
    "sources": "{api} runs it",
    "stores": "{api} stores data in it",
    "watches": "{api} watches it",
    "writes": "{api} writes to it",
}


def finding(judgement: Judgement, homes: Callable[[Role], str]) -> Finding:
    """Report a production use; `homes` tells the permanent home of a role."""
    role = judgement.verdict.role
    rule = rule_for(role)
    return Finding(
        rule=rule.id,
        level=rule.level,
        message=_sentence(judgement.flows[0], role),
        home=homes(role),
        judgement=judgement,
    )


def _sentence(flow: Flow, role: Role) -> str:
    use = flow.use
    phrase = PHRASES.get(use.action, "{api} uses it") if use.api else "the program uses it"
    deed = phrase.replace("{api}", use.api)
    place = "" if use.span.file == flow.site.span.file else f" in {use.span.file}"
    return f"The {NOUNS[role]} {flow.path} lives in scratch storage: {deed}{place}."
