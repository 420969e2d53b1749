"""The documents tell the truth: their commands run, their tables agree with the program.

Run as a script, it writes the outputs of the README's commands and the rules' page anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scratchlint import __version__
from scratchlint.arguments import build_parser
from scratchlint.policy.homes import home
from scratchlint.report.documentation import address, page
from scratchlint.report.interface import PROJECT as WEB
from scratchlint.rules import RULES
from scratchlint.rules.rule import Rule

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
RULES_PAGE = PROJECT / "docs" / "rules.md"
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| (.+?) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a console block, what stands below it, and the exit code that it should have."""

    words: str
    output: tuple[str, ...]
    code: int


def commands(block: str) -> Iterator[Command]:
    pieces = [piece.splitlines() for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    for number, (words, *output) in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else [""]
        if words != "echo $?":
            code = int(following[1]) if following[0] == "echo $?" else 0
            yield Command(words, tuple(output), code)


def readme_commands() -> list[Command]:
    return [command for block in CONSOLE.findall(README.read_text("utf-8")) for command in commands(block)]


def run(words: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(words)
    assert program == "scratchlint", f"the README runs {program}"
    return subprocess.run(
        [sys.executable, "-m", "scratchlint", *arguments],
        cwd=PROJECT,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d\d s\b", "0.00 s", text)


def table(first_cell: str) -> list[list[str]]:
    """Return the rows of the README's table whose head begins with this cell."""
    tables = re.split(r"\n\n", README.read_text("utf-8"))
    found = next(text for text in tables if text.startswith(f"| {first_cell} |"))
    return [re.split(r" ?\| ?", row) for row in ROW.findall(found)[1:]]


@pytest.mark.parametrize("command", readme_commands(), ids=lambda command: command.words)
def test_command_of_the_readme_does_what_it_shows(command: Command) -> None:
    done = run(command.words)
    assert done.returncode == command.code, done.stderr
    assert timeless(done.stdout).splitlines() == timeless("\n".join(command.output)).splitlines()


def test_readme_shows_findings() -> None:
    shown = [command for command in readme_commands() if command.code == 1]
    assert shown
    assert all("scratch-" in "\n".join(command.output) for command in shown)


def test_options_of_the_readme_are_those_of_help() -> None:
    _, parsers = build_parser()
    options = {}
    for action in parsers["check"]._actions:
        if action.option_strings and action.dest != "help":
            value = "{" + ",".join(action.choices) + "}" if action.choices else action.metavar
            names = ", ".join(f"`{name}`" for name in action.option_strings)
            options[f"{names[:-1]} {value}`" if value else names] = action.help
    assert dict(table("option of `check`")) == options


def test_rules_of_the_readme_are_those_of_the_program() -> None:
    rows = {row[0]: row[1:] for row in table("rule")}
    assert list(rows) == [f"`{rule.id}`" for rule in RULES if rule.roles]
    assert all(f"`{rule.id}`" in README.read_text("utf-8") for rule in RULES)
    for rule in (rule for rule in RULES if rule.roles):
        level, roles, homes = rows[f"`{rule.id}`"]
        assert level == rule.level
        assert roles == ", ".join(sorted(rule.roles))
        for role in rule.roles:
            assert f"`{home(role).split()[0]}`" in homes


def test_page_of_the_rules_is_up_to_date() -> None:
    assert RULES_PAGE.read_text("utf-8") == page(RULES), "make docs"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_address_of_a_rule_leads_to_its_chapter(rule: Rule) -> None:
    document, _, heading = address(rule).removeprefix(f"{WEB}/blob/main/").partition("#")
    assert f"\n## {heading}\n" in (PROJECT / document).read_text("utf-8")


def test_readme_begins_with_the_demo_and_the_tests() -> None:
    block = re.search(r"^```sh\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert block is not None
    demo, test = (line.partition("#")[0].strip() for line in block[1].splitlines())
    assert demo == "bash .ci/demo"
    assert test in (PROJECT / ".ci/run").read_text("utf-8")


@pytest.mark.parametrize("script", ["run", "demo", "test", "environment"])
def test_script_is_sound_bash(script: str) -> None:
    path = PROJECT / ".ci" / script
    subprocess.run(["bash", "-n", path], check=True)
    assert os.access(path, os.X_OK) == (script != "environment")


@pytest.mark.parametrize("document", sorted(PROJECT.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
        assert "://" in target or (PROJECT / target).exists(), target


def test_changelog_names_this_version() -> None:
    assert f"## [{__version__}]" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def renew() -> None:
    """Write the outputs of the README's commands and the page of the rules as they are now."""

    def block(match: re.Match[str]) -> str:
        lines = []
        for command in commands(match[1]):
            done = run(command.words)
            lines += [f"$ {command.words}", *timeless(done.stdout).splitlines()]
            if done.returncode:
                lines += ["$ echo $?", str(done.returncode)]
        return "\n".join(["```console", *lines, "```"])

    RULES_PAGE.write_text(page(RULES), "utf-8")
    README.write_text(CONSOLE.sub(block, README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    renew()
