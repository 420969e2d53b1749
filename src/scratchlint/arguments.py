"""The arguments of the command line: what may be said, what it means, and how a mistake is answered."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scratchlint import __version__
from scratchlint.argument_groups import (
    Parser,
    add_choice,
    add_color,
    add_effort,
    add_policy,
    add_threshold,
    add_traceback,
)
from scratchlint.commands.sweep_arguments import add_sweeps
from scratchlint.errors import UsageError

if TYPE_CHECKING:
    from scratchlint.policies import Options
    from scratchlint.project import Effort
    from scratchlint.rules.rule import Rule

FORMATS = ("text", "json", "sarif", "github", "markdown", "html")
BASELINE = "scratchlint-baseline.json"


class Output(NamedTuple):
    """One report that was asked for; without a file it goes to standard output."""

    format: str
    file: str | None


def build_parser() -> tuple[Parser, dict[str, Parser]]:
    """Make the parser, and the parser of each command by its name."""
    parser = Parser(
        prog="scratchlint",
        description="Find production paths that live in scratch storage: /tmp, /var/tmp and their kin.",
        epilog="Exit code: 0 nothing to report, 1 findings at or above --fail-on, 2 usage or internal error.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"scratchlint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    check = commands.add_parser("check", help="analyse files and directories", allow_abbrev=False)
    _add_check_options(check)
    fix = commands.add_parser("fix", help="move paths to their permanent homes", allow_abbrev=False)
    _add_fix_options(fix)
    explain = commands.add_parser("explain", help="show the documentation of a rule", allow_abbrev=False)
    explain.add_argument("rule", metavar="RULE", help="a rule, for example scratch-venv")
    commands.add_parser("rules", help="list the rules", allow_abbrev=False)
    baseline = commands.add_parser("baseline", help="remember known findings", allow_abbrev=False)
    _add_baseline_options(baseline)
    checklist = commands.add_parser("checklist", help="answer the deployment checklist", allow_abbrev=False)
    _add_checklist_options(checklist)
    init = commands.add_parser("init", help="write a policy file", allow_abbrev=False)
    init.description = "Write a policy file that fits the repository; one that exists stays as it is."
    init.add_argument("directory", metavar="DIR", nargs="?", default=".", help="where (default: .)")
    config = commands.add_parser("config", help="show which policy is in force", allow_abbrev=False)
    _add_config_options(config)
    trace = commands.add_parser("trace", help="show what is seen in one place", allow_abbrev=False)
    _add_trace_options(trace)
    add_sweeps(commands)
    return parser, dict(commands.choices)


def _add_check_options(check: Parser) -> None:
    check.description = "Analyse files and directories and report production uses of scratch storage."
    choice = add_choice(check)
    choice.add_argument(
        "--force-exclude",
        action="store_true",
        help="leave out of the named paths what a run over the whole project leaves out",
    )
    add_effort(choice)
    choice.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file lists")
    choice.add_argument(
        "--diff", metavar="REV", help="report only what the change since this git revision has to do with"
    )
    add_threshold(choice)
    form = check.add_argument_group("how it is reported")
    form.add_argument(
        "--format",
        metavar="FORMAT[:FILE]",
        action="append",
        default=[],
        help=f"{', '.join(FORMATS)}; repeatable with a file each (default: text)",
    )
    form.add_argument("--output", metavar="FILE", help="write the report to a file")
    form.add_argument(
        "--show-scratch", action="store_true", help="also list what was judged scratch, and why"
    )
    form.add_argument(
        "--show-suppressed", action="store_true", help="also list what is suppressed, and the reason"
    )
    form.add_argument(
        "--show-known", action="store_true", help="also list the findings that the baseline leaves out"
    )
    form.add_argument("--evidence", action="store_true", help="show what spoke for and against each finding")
    form.add_argument(
        "--category", metavar="NAME", help="tell this SARIF upload apart from others for the same commit"
    )
    form.add_argument(
        "--sarif-embed", action="store_true", help="put the source files into SARIF, secrets masked"
    )
    add_color(form)
    amount = form.add_mutually_exclusive_group()
    amount.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="say on standard error what is done, and list the bounds that were reached",
    )
    amount.add_argument(
        "-q", "--quiet", action="store_true", help="write nothing when there is nothing to report"
    )
    add_traceback(form)


def _add_baseline_options(baseline: Parser) -> None:
    baseline.description = (
        "Write a file of the findings that there are, for `check --baseline`; "
        "or take out of it what is not found any more."
    )
    baseline.set_defaults(fail_on=None)
    baseline.add_argument(
        "action", choices=("write", "shrink"), help="make the file, or take out what is fixed"
    )
    add_effort(add_choice(baseline))
    baseline.add_argument(
        "--output", metavar="FILE", default=BASELINE, help=f"the baseline (default: {BASELINE})"
    )
    add_traceback(baseline)


def _add_config_options(config: Parser) -> None:
    config.description = "Show what is in force for a file or directory, and where each value comes from."
    config.add_argument("path", metavar="PATH", nargs="?", default=".", help="file or directory (default: .)")
    config.add_argument("--schema", action="store_true", help="write the JSON schema of policy files")
    add_policy(config)


def _add_checklist_options(checklist: Parser) -> None:
    checklist.description = "Tell which items of the deployment checklist pass, fail or were not checked."
    choice = add_choice(checklist)
    add_effort(choice)
    choice.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file lists")
    add_threshold(choice)
    form = checklist.add_argument_group("how it is reported")
    form.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="the form (default: text)"
    )
    form.add_argument("--output", metavar="FILE", help="write the checklist to a file")
    add_color(form)
    add_traceback(form)


def _add_trace_options(trace: Parser) -> None:
    trace.description = "Show the scratch paths in one place, every way they take, where each ends, and why."
    trace.add_argument("place", metavar="FILE[:LINE]", help="a line of a file, or a file for all its sites")
    trace.add_argument(
        "--root",
        metavar="DIR",
        help="analyse this directory (default: the git work tree of the file, else the current directory)",
    )
    add_policy(trace)
    add_color(trace)
    add_traceback(trace)


def _add_fix_options(fix: Parser) -> None:
    fix.description = "Move paths to their permanent homes, everywhere the program spells them."
    fix.epilog = (
        "Exit code: 0 nothing is left to fix, 1 findings are left (with --diff: there is something to fix), "
        "2 usage or internal error."
    )
    fix.set_defaults(fail_on=None)
    add_choice(fix)
    how = fix.add_argument_group("how it is fixed")
    how.add_argument("--unsafe", action="store_true", help="make changes that need a look, too")
    way = how.add_mutually_exclusive_group()
    way.add_argument("--diff", action="store_true", help="print the changes as a diff and make none")
    way.add_argument("--interactive", action="store_true", help="show each change, and ask")
    how.add_argument(
        "--migration", metavar="FILE", help="write what else must happen to a new shell script, for review"
    )
    add_traceback(how)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the words of the command line. Raises UsageError for what is unknown or missing."""
    parser, commands = build_parser()
    words = _joined(words, commands)
    first = next((word for word in words if not word.startswith("-")), None)
    if first is not None and first not in commands:
        if os.path.exists(first):
            raise UsageError(f"unknown command {first}: did you mean scratchlint check {first}?")
        raise _unknown("command", first, commands)
    options, surplus = parser.parse_known_args(words)
    for word in surplus:
        if not word.startswith("-"):
            raise UsageError(f"unexpected argument {word} (see scratchlint {options.command} --help)")
        known = [name for action in commands[options.command]._actions for name in action.option_strings]
        raise _unknown("option", word.partition("=")[0], known)
    return options


def _joined(words: Sequence[str], commands: Iterable[str]) -> list[str]:
    """Return the words with those of a command of two words, such as `sweep status`, as one."""
    pair = " ".join(words[:2])
    return [pair, *words[2:]] if pair in commands else list(words)


def outputs(formats: Sequence[str], output: str | None) -> list[Output]:
    """Read the values of --format and --output."""
    wanted = [_output(text) for text in formats or ["text"]]
    if output is not None and output != "-":
        if len(wanted) > 1 or wanted[0].file is not None:
            raise UsageError("--output goes with one format; write several as --format FORMAT:FILE")
        wanted = [Output(wanted[0].format, output)]
    places = [None if one.file is None else os.path.realpath(one.file) for one in wanted]
    if places.count(None) > 1:
        raise UsageError("two formats for standard output: give all but one a file, as in sarif:report.sarif")
    if len(set(places)) < len(places):
        raise UsageError("two formats for one file: give each its own")
    return wanted


def _output(text: str) -> Output:
    name, separator, file = text.partition(":")
    if name not in FORMATS:
        raise _unknown("format", name, FORMATS)
    if separator and not file:
        raise UsageError(f"--format {text} names no file after the colon")
    return Output(name, None if file in ("", "-") else file)


def run_options(options: argparse.Namespace) -> Options:
    """Return what the options of a run say over its policies."""
    from scratchlint.policies import Options
    from scratchlint.rules import RULES

    select = _listed_rules(options.select) if options.select else None
    ignore = _listed_rules(options.ignore)
    if not {rule.id for rule in RULES if select is None or rule.id in select} - set(ignore):
        raise UsageError("--select and --ignore leave no rule to check")
    return Options(
        select=select,
        ignore=ignore or None,
        fail_on=options.fail_on,
        min_confidence=options.min_confidence,
        profile=options.profile,
        tests=options.tests,
    )


def effort(options: argparse.Namespace) -> Effort:
    """Return how much a run reads, and with how many processes."""
    from scratchlint.project import Effort
    from scratchlint.workers import available

    return Effort(options.jobs or available(), options.exhaustive)


def config_file(options: argparse.Namespace) -> Path | None:
    """Return the policy file that --config names."""
    return None if options.config is None else Path(options.config)


def _listed_rules(lists: Sequence[str]) -> tuple[str, ...]:
    names = (name.strip() for text in lists for name in text.split(","))
    return tuple(dict.fromkeys(rule_named(name).id for name in names if name))


def rule_named(name: str) -> Rule:
    """Return the rule of that name. Raises UsageError when there is none."""
    from scratchlint.rules import RULES

    rules = {rule.id: rule for rule in RULES}
    if name not in rules:
        raise _unknown("rule", name, rules)
    return rules[name]


def _unknown(kind: str, word: str, known: Iterable[str]) -> UsageError:
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word, names, n=2, cutoff=0.7) or [
        name for name in names if word and word in name
    ]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return UsageError(f"unknown {kind} {word}: {hint}")
