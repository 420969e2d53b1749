"""Holds SARIF logs to the standard's schema, Microsoft's validator, and what neither of them sees."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

HOME = Path(__file__).parent / "multitool"
PACKAGE = HOME / "node_modules" / "@microsoft" / "sarif-multitool-linux"
INSTALL = "npm ci --prefix tests/multitool"

# Rule names that start with letters and a number, and the repository's address and commit, which
# would tie the report to where it is written.
_WISHES = frozenset({"SARIF2003", "SARIF2009"})
_LINK = re.compile(r"(?<!\\)\]\((\d+)\)")


def problems(log: str, directory: Path) -> list[str]:
    """Return what is wrong with the text of a log; `directory` is for the validator's own files.

    Fails the test that calls it when the validator is not installed.
    """
    return problems_of({"log": log}, directory)["log"]


def problems_of(logs: Mapping[str, str], directory: Path) -> dict[str, list[str]]:
    """Return by name what is wrong with each log: the validator starts slowly, and once for all."""
    found = _against_multitool(logs, directory)
    for name, log in logs.items():
        parsed = json.loads(log)
        found[name] += [*_against_schema(parsed), *_unseen(parsed)]
    return found


def _installed(name: str) -> Path:
    path = PACKAGE / name
    if not path.is_file():
        raise AssertionError(f"{name} of the SARIF multitool is not installed; run: {INSTALL}")
    return path


def _against_schema(log: Any) -> Iterator[str]:
    for error in _schema().iter_errors(log):
        yield f"schema: {'/'.join(map(str, error.instance_path))}: {error.message}"


@cache
def _schema() -> jsonschema_rs.Draft4Validator:
    schema = json.loads(_installed("sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


def _against_multitool(logs: Mapping[str, str], directory: Path) -> dict[str, list[str]]:
    program = _installed("Sarif.Multitool")
    # npm asks before it runs the package's install script, which does no more than this.
    if not os.access(program, os.X_OK):
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    concluded = directory / "validation.sarif"
    for name, log in logs.items():
        (directory / f"{name}.sarif").write_text(log, encoding="utf-8")
    run = subprocess.run(
        [
            str(program),
            "validate",
            *(str(directory / f"{name}.sarif") for name in logs),
            *("-c", str(HOME / "configuration.xml")),
            *("--rule-kind", "Sarif;Ghas"),
            *("--level", "Error;Warning;Note"),
            *("-o", str(concluded)),
            *("--log", "ForceOverwrite"),
            "-q",
        ],
        capture_output=True,
        text=True,
        check=False,
        # The system's Unicode library, which .NET would look for, is often missing in containers.
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    )
    if not concluded.is_file():
        raise AssertionError(f"the SARIF multitool wrote nothing: {run.stdout}{run.stderr}")
    conclusion = json.loads(concluded.read_text(encoding="utf-8-sig"))["runs"][0]
    found: dict[str, list[str]] = {name: [] for name in logs}
    for invocation in conclusion.get("invocations", ()):
        for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for notification in invocation.get(kind, ()):
                if notification.get("level") == "error":
                    raise AssertionError(f"multitool: {notification['message']['text']}")
    # The exit code is 0 whatever is found.
    for result in conclusion["results"]:
        if result["ruleId"] in _WISHES:
            continue
        physical = result["locations"][0]["physicalLocation"]
        name = Path(unquote(physical["artifactLocation"]["uri"])).stem
        region = physical.get("region", {})
        place = f"{region.get('startLine')}:{region.get('startColumn')}"
        arguments = result["message"].get("arguments", ())
        level = result.get("level", "warning")
        found[name].append(f"multitool: {result['ruleId']} {level} at {place}: {arguments}")
    return found


def _unseen(log: Any) -> Iterator[str]:
    """Yield links that lead nowhere, and duplicates that make GitHub refuse an upload."""
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        yield from _duplicates("rules", [rule["id"] for rule in rules])
        for rule in rules:
            yield from _duplicates("tags", rule["properties"]["tags"])
        if "results" not in run:
            yield "GitHub refuses a run without results, even if there are none"
        results = run.get("results", [])
        yield from _duplicates("results", results)
        for result in results:
            related = result.get("relatedLocations", [])
            numbers = {location["id"] for location in related}
            for link in _LINK.findall(result["message"]["text"]):
                if int(link) not in numbers:
                    yield f"link to a missing location {link}: {result['message']['text']}"
            yield from _duplicates("relatedLocations", [place["physicalLocation"] for place in related])
            yield from _duplicates("fixes", result.get("fixes", []))


def _duplicates(what: str, values: list[Any]) -> Iterator[str]:
    written = [json.dumps(value, sort_keys=True) for value in values]
    for value in sorted({one for one in written if written.count(one) > 1}):
        yield f"duplicate in {what}: {value}"
