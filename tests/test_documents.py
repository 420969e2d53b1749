"""The documents tell the truth: their commands run, their tables agree with the program.

Run as a script, it writes the outputs of the README's commands and the rules' pages anew.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

import rule_pages
from scratchlint import __version__
from scratchlint.arguments import build_parser
from scratchlint.core.flow import StepKind
from scratchlint.policy.homes import home
from scratchlint.report.documentation import address
from scratchlint.report.interface import PROJECT as WEB
from scratchlint.rules import RULES
from scratchlint.rules.rule import Rule

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
DOCS = PROJECT / "docs"
RULE_PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "rules" / "README.md": lambda: rule_pages.index(RULES),
    **{DOCS / "rules" / f"{rule.id}.md": partial(rule_pages.page, rule) for rule in RULES},
}
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md")])
BOUNDED = ("workers.py", *(f"{part}/*.py" for part in ("core", "dataflow", "judge", "languages", "source")))
BOUND = re.compile(r"(?:MAXIMUM|MANY)_[A-Z_]+")
SHOWING = (README, DOCS / "fix.md")
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
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


def shown_commands() -> list[Command]:
    texts = [document.read_text("utf-8") for document in SHOWING]
    return [command for text in texts for block in CONSOLE.findall(text) for command in commands(block)]


def run(words: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(words)
    assert program == "scratchlint", f"a document runs {program}"
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


@pytest.mark.parametrize("command", shown_commands(), ids=lambda command: command.words)
def test_command_of_a_document_does_what_it_shows(command: Command) -> None:
    done = run(command.words)
    assert done.returncode == command.code, done.stderr
    assert timeless(done.stdout).splitlines() == timeless("\n".join(command.output)).splitlines()


def test_readme_shows_findings() -> None:
    shown = [command for command in shown_commands() if command.code == 1 and " check " in command.words]
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


@pytest.mark.parametrize("document", RULE_PAGES, ids=lambda path: path.name)
def test_page_of_a_rule_is_up_to_date(document: Path) -> None:
    assert document.read_text("utf-8") == RULE_PAGES[document](), "make docs"


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    assert set((DOCS / "rules").iterdir()) == set(RULE_PAGES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_address_of_a_rule_leads_to_its_page(rule: Rule) -> None:
    document = PROJECT / address(rule).removeprefix(f"{WEB}/blob/main/")
    assert document.read_text("utf-8").startswith(f"# {rule.id}\n")


def test_index_leads_to_every_document() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    others = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert others | {"rules/README.md"} <= set(re.findall(r"\]\(([^)#]+)", text))


def bounds() -> Iterator[tuple[str, str, int]]:
    """Yield the file, the name and the value of every constant that bounds the analysis."""
    package = PROJECT / "src" / "scratchlint"
    for path in sorted(file for pattern in BOUNDED for file in package.glob(pattern)):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and BOUND.fullmatch(name := ast.unparse(node.targets[0])):
                value = eval(compile(ast.Expression(node.value), path, "eval"), {"__builtins__": {}})
                yield path.relative_to(package).as_posix(), name, value


def test_bounds_of_the_document_are_those_of_the_program() -> None:
    text = (DOCS / "flow.md").read_text("utf-8")
    rows = re.findall(r"^\| .+ \| ([\d,]+) \| .+ \| .+ \| `(.+)` `(.+)` \|$", text, re.MULTILINE)
    documented = {(file, name, int(number.replace(",", ""))) for number, file, name in rows}
    assert documented == set(bounds())


def test_steps_of_the_document_are_those_of_the_program() -> None:
    text = (DOCS / "flow.md").read_text("utf-8").partition("## The steps")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(get_args(StepKind))


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", CODE.sub("", document.read_text("utf-8"))):
        assert "://" in target or (document.parent / target).exists(), target


def test_changelog_names_this_version() -> None:
    assert f"## [{__version__}]" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def renew() -> None:
    """Write the outputs of the documents' commands and the pages of the rules as they are now."""

    def block(match: re.Match[str]) -> str:
        lines = []
        for command in commands(match[1]):
            done = run(command.words)
            lines += [f"$ {command.words}", *timeless(done.stdout).splitlines()]
            if done.returncode:
                lines += ["$ echo $?", str(done.returncode)]
        return "\n".join(["```console", *lines, "```"])

    (DOCS / "rules").mkdir(exist_ok=True)
    for document, made in RULE_PAGES.items():
        document.write_text(made(), "utf-8")
    for document in SHOWING:
        document.write_text(CONSOLE.sub(block, document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    renew()
