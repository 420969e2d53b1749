"""The command line: reads the arguments, runs what they ask for, and answers every error with one line.

Everything beyond argparse is imported by the command that needs it, so that the start stays quick.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from scratchlint.arguments import config_file, parse, rule_named
from scratchlint.errors import UsageError

if TYPE_CHECKING:
    from scratchlint.rules.rule import Rule

EXIT_CLEAN = 0
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


def program() -> NoReturn:
    """Run the command line as a process, and end it at once: to free all nodes one by one takes a while."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except UsageError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _note("interrupted")
        return EXIT_INTERRUPTED
    except Exception as error:
        if "--traceback" in words or os.environ.get("SCRATCHLINT_TRACEBACK"):
            import traceback

            traceback.print_exc()
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return _fail(f"internal error: {text} (--traceback shows where; please report it)")


def _fail(message: str) -> int:
    _note(message)
    return EXIT_ERROR


def _run(words: list[str]) -> int:
    options = parse(words)
    match options.command:
        case "explain":
            return _explain(rule_named(options.rule))
        case "rules":
            return _rules()
        case "init":
            return _init(options.directory)
        case "config":
            return _config(options)
        case "trace":
            return _trace(options)
        case "fix":
            from scratchlint.commands import fix

            return fix.run(options, _note)
        case "baseline":
            from scratchlint.commands import baseline

            return baseline.run(options, _note)
        case "checklist":
            from scratchlint.commands import checklist

            return checklist.run(options, _note)
        case command if command.startswith("sweep"):
            from scratchlint.commands import sweep

            return sweep.run(options, _note)
        case _:
            from scratchlint.commands import check

            return check.run(options, _note)


def _explain(rule: Rule) -> int:
    from scratchlint.output import write_standard

    write_standard(lambda stream: print(_documentation(rule), file=stream))
    return EXIT_CLEAN


def _documentation(rule: Rule) -> str:
    weaknesses = ", ".join(f"CWE-{number}" for number in rule.weaknesses)
    facts = f"`{rule.id}`, level {rule.level}, security severity {rule.severity}, {weaknesses}"
    _, _, text = rule.documentation.strip().partition("\n")
    return f"# {rule.title}\n\n{facts}\n\n{text.strip()}"


def _rules() -> int:
    from scratchlint.output import write_standard

    write_standard(lambda stream: print(_rules_list(), file=stream))
    return EXIT_CLEAN


def _rules_list() -> str:
    from scratchlint.rules import RULES

    width = max(len(rule.id) for rule in RULES)
    return "\n".join(
        f"{rule.id:<{width}}  {rule.level:<7}  {rule.title} ({', '.join(sorted(rule.roles))})"
        for rule in RULES
    )


def _init(directory: str) -> int:
    from pathlib import Path

    from scratchlint.commands.init import policy_text
    from scratchlint.output import write_file
    from scratchlint.policies import NAME

    place = Path(directory)
    if not place.is_dir():
        raise UsageError(f"no such directory: {directory}")
    text = policy_text(place)
    write_file(place / NAME, lambda stream: print(text, file=stream, end=""))
    _note(f"wrote {place / NAME}")
    return EXIT_CLEAN


def _config(options: argparse.Namespace) -> int:
    from scratchlint.commands.config import in_force, schema_text
    from scratchlint.output import write_standard

    if options.schema:
        text = schema_text()
    else:
        text = "\n".join(in_force(options.path, config_file(options), options.isolated))
    write_standard(lambda stream: print(text, file=stream))
    return EXIT_CLEAN


def _trace(options: argparse.Namespace) -> int:
    from scratchlint.insight import insight, read_place
    from scratchlint.output import wants_color, write_standard
    from scratchlint.policies import Policies
    from scratchlint.report.insight import render

    place = read_place(options.place, options.root)
    policies = Policies(place.root, config=config_file(options), isolated=options.isolated)
    seen = insight(place, policies)
    color = wants_color(options.color, sys.stdout, os.environ)
    write_standard(lambda stream: stream.writelines(render(seen, color)))
    return EXIT_CLEAN


def _note(message: str) -> None:
    print(f"scratchlint: {message}", file=sys.stderr)
