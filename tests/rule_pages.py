"""The pages of docs/rules: what a rule's docstring says, with examples in each language from its scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from expectations import without_expectation
from scratchlint.analyze import analyze
from scratchlint.core.finding import Finding, Report
from scratchlint.report import weaknesses
from scratchlint.report.documentation import sentence
from scratchlint.rules.rule import Rule

FIXTURES = Path(__file__).parents[1] / "fixtures"
LANGUAGES = {
    "typescript": ("TypeScript", "typescript"),
    "python": ("Python", "python"),
    "shell": ("Shell", "sh"),
    "dotenv": ("Env file", "dotenv"),
    "systemd": ("systemd unit", "ini"),
    "conf": ("Configuration of a daemon", "conf"),
    "toml": ("TOML", "toml"),
    "json": ("JSON", "json"),
    "compose": ("Compose file", "yaml"),
    "kubernetes": ("Kubernetes manifest", "yaml"),
    "dockerfile": ("Dockerfile", "dockerfile"),
}


def scenario(rule: Rule) -> Path:
    """Return where the examples of a rule are: `bad/LANGUAGE/…` and `good/LANGUAGE/…`."""
    return FIXTURES / rule.id.replace("scratch-", "rule-", 1)


def page(rule: Rule) -> str:
    """Return the page of one rule."""
    introduction, *pieces = re.split(r"^## (.+)\n", rule.documentation, flags=re.MULTILINE)
    sections = dict(zip(pieces[::2], map(str.strip, pieces[1::2]), strict=True))
    if scenario(rule).is_dir():
        sections["Bad"] = "\n".join(_examples(rule)).strip()
        del sections["Good"]
    titles = {"Bad": "Examples"} if "Good" not in sections else {}
    _, _, summary = introduction.strip().partition("\n")
    chapters = "".join(f"## {titles.get(name, name)}\n\n{text}\n\n" for name, text in sections.items())
    return (
        f"# {rule.id}\n\n{sentence(rule.title)}\n\n{_facts(rule)}\n\n{summary.strip()}\n\n{chapters}"
        "[All rules](README.md)\n"
    )


def index(rules: Sequence[Rule]) -> str:
    """Return the page that leads to the pages of all rules."""
    rows = "".join(
        f"| [{rule.id}]({rule.id}.md) | {rule.level} | {', '.join(sorted(rule.roles))} | {rule.title} |\n"
        for rule in rules
    )
    return (
        "# Rules\n\nA page for each rule: why, the permanent home, and what is reported and what is not in\n"
        "each language. `scratchlint explain RULE` shows a rule in the terminal.\n\n"
        f"| rule | level | roles | |\n|---|---|---|---|\n{rows}\n[All documents](../README.md)\n"
    )


def told(report: Report, directory: str) -> Iterator[Finding]:
    """Yield the findings of a report in one directory."""
    for finding in report.findings:
        if finding.judgement.site.span.file.startswith(f"{directory}/"):
            yield finding


def _facts(rule: Rule) -> str:
    facts = [f"Level: {rule.level}"]
    if rule.roles:
        facts.append(f"roles: {', '.join(sorted(rule.roles))}")
    if rule.severity:
        facts.append(f"security severity: {rule.severity}")
    facts.extend(f"[CWE-{number}]({weaknesses.address(number)})" for number in rule.weaknesses)
    return " · ".join(facts)


def _examples(rule: Rule) -> Iterator[str]:
    report = analyze(scenario(rule), ("",))
    for name, (title, fence) in LANGUAGES.items():
        bad, good = (_files(scenario(rule) / kind / name, fence) for kind in ("bad", "good"))
        if not bad:
            continue
        yield f"### {title}\n\nBad:\n\n{bad}\n"
        for finding in told(report, f"bad/{name}"):
            yield f"> {finding.level}: {finding.message} Its permanent home: {sentence(finding.home)}\n"
        yield f"Good:\n\n{good}\n"


def _files(directory: Path, fence: str) -> str:
    """Return the files of an example, each with its name, without what they expect."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return "\n\n".join(
        f"`{path.relative_to(directory).as_posix()}`\n\n```{fence}\n"
        + "".join(f"{without_expectation(line)}\n" for line in path.read_text("utf-8").splitlines())
        + "```"
        for path in files
    )
