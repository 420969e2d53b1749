"""A runner of composite actions, as far as action.yml needs one: steps, expressions, outputs, files.

Scripts run as GitHub's runner runs them: written to a file, by `bash --noprofile --norc -e -o pipefail`.
Expressions follow GitHub's rules for strings, null and truth.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<mark>\|\||&&|==|!=|!|\(|\)))")

Uses = Callable[[Mapping[str, str]], dict[str, str]]


@dataclass
class Ran:
    """What a run left: outputs, log, summary, exit codes by step, inputs of the actions that it used."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    codes: dict[str, int] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the job fails."""
        return any(self.codes.values())


@dataclass
class Runner:
    """A machine: its files, the checkout of the action, the other actions (by name, without version).

    Scripts of steps named in `once` run in the first run only: what they install stays.
    """

    home: Path
    action: Path
    uses: Mapping[str, Uses]
    once: frozenset[str] = frozenset()
    _done: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, workspace: Path, inputs: Mapping[str, str], github: Mapping[str, object]) -> Ran:
        """Run the action in a checkout."""
        described = load(self.action / "action.yml")
        unknown = set(inputs) - set(described["inputs"])
        assert not unknown, unknown
        values = {name: str(one.get("default", "")) for name, one in described["inputs"].items()} | dict(
            inputs
        )
        context: dict[str, Any] = {"inputs": values, "github": github, "steps": {}}
        ran = Ran()
        for step in described["runs"]["steps"]:
            condition = str(step.get("if", "success()"))
            if ran.failed and "always()" not in condition:
                continue
            if not truth(evaluate(condition, context)):
                continue
            self._step(step, workspace, context, ran)
        for name, one in described["outputs"].items():
            ran.outputs[name] = filled(one["value"], context)
        return ran

    def _step(self, step: Mapping[str, Any], workspace: Path, context: dict[str, Any], ran: Ran) -> None:
        outputs: dict[str, str] = {}
        if "uses" in step:
            name, _, version = step["uses"].partition("@")
            assert re.fullmatch(r"[0-9a-f]{40}", version), f"{name} is not pinned"
            given = {key: filled(str(value), context) for key, value in step.get("with", {}).items()}
            ran.used[name] = given
            outputs = self.uses[name](given)
        else:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "expressions in scripts are code of whoever fills them"
            done = self._done.get(step["name"])
            outputs = self._script(step, workspace, context, ran) if done is None else done
            if step["name"] in self.once:
                self._done[step["name"]] = outputs
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": outputs}

    def _script(
        self, step: Mapping[str, Any], workspace: Path, context: Mapping[str, Any], ran: Ran
    ) -> dict[str, str]:
        files = {name: self.home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        script = self.home / "step.sh"
        script.write_text(step["run"])
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT", "PYTHON"))
        }
        environment |= {key: filled(str(value), context) for key, value in step.get("env", {}).items()}
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"RUNNER_TEMP": str(self.home / "temp"), "GITHUB_ACTION_PATH": str(self.action)}
        (self.home / "temp").mkdir(exist_ok=True)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=workspace / filled(str(step.get("working-directory", "")), context),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        ran.log += done.stdout.decode("utf-8", "replace")
        ran.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        ran.codes[step["name"]] = done.returncode
        return dict(_pairs(files["GITHUB_OUTPUT"].read_text("utf-8")))


def load(file: Path) -> Any:
    """Return what a YAML file holds."""
    return YAML(typ="safe").load(file.read_text("utf-8"))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, separator, value = line.partition("=")
        assert separator, f"no output: {line}"
        yield name, value


def filled(text: str, context: Mapping[str, Any]) -> str:
    """Return a text with its expressions replaced by their values."""
    return _EXPRESSION.sub(lambda match: shown(evaluate(match[1], context)), text)


def shown(value: object) -> str:
    """Return a value as GitHub writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def truth(value: object) -> bool:
    """Return what a value is as a condition."""
    return value not in (None, "", False)


def evaluate(text: str, context: Mapping[str, Any]) -> object:
    """Return the value of an expression; every character of it must be understood."""
    inner = _EXPRESSION.fullmatch(text.strip())
    words = list(_words(inner[1] if inner else text))
    value = _either(words, context)
    assert not words, f"not understood: {words} in {text}"
    return value


def _words(text: str) -> Iterator[str]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        assert match, f"not understood: {text[place:]}"
        yield match[0].strip()
        place = match.end()


def _either(words: list[str], context: Mapping[str, Any]) -> object:
    value = _both(words, context)
    while words[:1] == ["||"]:
        words.pop(0)
        other = _both(words, context)
        value = value if truth(value) else other
    return value


def _both(words: list[str], context: Mapping[str, Any]) -> object:
    value = _compared(words, context)
    while words[:1] == ["&&"]:
        words.pop(0)
        other = _compared(words, context)
        value = other if truth(value) else value
    return value


def _compared(words: list[str], context: Mapping[str, Any]) -> object:
    value = _single(words, context)
    if words[:1] in (["=="], ["!="]):
        equal = words.pop(0) == "=="
        other = _single(words, context)
        return (shown(value).lower() == shown(other).lower()) == equal
    return value


def _single(words: list[str], context: Mapping[str, Any]) -> object:
    word = words.pop(0)
    if word == "!":
        return not truth(_single(words, context))
    if word == "(":
        value = _either(words, context)
        assert words.pop(0) == ")"
        return value
    if word.startswith("'"):
        return word[1:-1]
    if words[:2] == ["(", ")"]:
        del words[:2]
        assert word in ("always", "success")
        return True
    found: Any = context
    for part in word.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
