"""The command line: reads the arguments, runs the analysis, writes the reports, chooses the exit code.

Everything beyond argparse is imported by the command that needs it, so that the start stays quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from scratchlint import __version__
from scratchlint.arguments import Output, config_file, outputs, parse, rule_named, run_options
from scratchlint.errors import UsageError
from scratchlint.policy.keys import THRESHOLDS

if TYPE_CHECKING:
    from pathlib import Path

    from scratchlint.core.finding import Level, Report
    from scratchlint.core.fix import Fix
    from scratchlint.policies import Policies
    from scratchlint.policy.policy import Policy
    from scratchlint.rules.rule import Rule

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130

MOST_FIXED = 500
"""Findings up to which SARIF offers fixes: each fix is compared with every path of the tree."""


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
            return _baseline(options)
        case "checklist":
            return _checklist(options)
        case command if command.startswith("sweep"):
            from scratchlint.commands import sweep

            return sweep.run(options, _note)
        case _:
            return _check(options)


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


def _check(options: argparse.Namespace) -> int:
    wanted = outputs(options.format, options.output)
    wishes = run_options(options)

    from dataclasses import replace
    from functools import partial
    from pathlib import Path

    from scratchlint.analyze import analyze
    from scratchlint.baseline import load, without_known
    from scratchlint.changes import within
    from scratchlint.policies import Policies
    from scratchlint.report.summary import sentence
    from scratchlint.source.history import earlier, origin
    from scratchlint.source.root import find_root

    root, named = find_root([Path(path) for path in options.paths or ["."]])
    known = None if options.baseline is None else load(options.baseline)
    state = None if options.diff is None else earlier(root, options.diff)
    if options.verbose:
        _note(f"analysing {', '.join(path or '.' for path in named)} in {root}")
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    ask = partial(analyze, policies=policies, texts=options.sarif_embed, force_exclude=options.force_exclude)
    report = ask(root, named)
    if options.verbose:
        _note(f"policy files: {', '.join(policies.files) or 'none'}")
    if known is not None:
        report = without_known(report, known, root, lambda entry: policies.of(entry.file).reports(entry.rule))
    if state is not None:
        report = within(report, root, named, state, ask)
    if report.findings and any(output.format == "sarif" for output in wanted):
        if len(report.findings) > MOST_FIXED:
            limit = f"fixes are offered in SARIF for up to {MOST_FIXED} findings only"
            report = replace(report, limits=(*report.limits, limit))
        else:
            report = replace(report, fixes=_fixes(root, named, policies))
    report = replace(report, origin=origin(root))
    code = _exit_code(report, policies)
    for output in wanted:
        _write(report, output, options, code)
    if not options.quiet and all(output.file is not None for output in wanted):
        _note(sentence(report))
    return code


def _fixes(root: Path, named: Sequence[str], policies: Policies) -> tuple[Fix, ...]:
    from scratchlint.fix.offer import offer

    return offer(root, named, policies).fixes


def _baseline(options: argparse.Namespace) -> int:
    wishes = run_options(options)

    from pathlib import Path

    from scratchlint.analyze import analyze
    from scratchlint.baseline import known_of, load, shrunk, write
    from scratchlint.output import write_file
    from scratchlint.policies import Policies
    from scratchlint.report.summary import count
    from scratchlint.source.root import find_root

    root, named = find_root([Path(path) for path in options.paths or ["."]])
    shrinking = options.action == "shrink"
    past = load(options.output) if shrinking else []
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    report = analyze(root, named, policies)
    if shrinking:
        entries = shrunk(report, past, root, lambda entry: policies.of(entry.file).reports(entry.rule))
    else:
        entries = known_of(report, report.findings)
    write_file(Path(options.output), lambda stream: write(entries, stream))
    fixed = f", {len(past) - len(entries)} fewer" if shrinking else ""
    _note(f"wrote {options.output}: {count(len(entries), 'finding')}{fixed}")
    return EXIT_CLEAN


def _checklist(options: argparse.Namespace) -> int:
    wishes = run_options(options)

    from dataclasses import replace
    from pathlib import Path

    from scratchlint.analyze import analyze
    from scratchlint.baseline import load, without_known
    from scratchlint.commands.checklist import answers
    from scratchlint.output import wants_color, write_file, write_standard
    from scratchlint.policies import Policies
    from scratchlint.report.checklist import tally, written
    from scratchlint.source.history import origin
    from scratchlint.source.root import find_root

    root, named = find_root([Path(path) for path in options.paths or ["."]])
    known = None if options.baseline is None else load(options.baseline)
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    report = replace(analyze(root, named, policies), origin=origin(root))
    if known is not None:
        report = without_known(report, known, root, lambda entry: policies.of(entry.file).reports(entry.rule))
    items = answers(report, policies)
    to_file = options.output not in (None, "-")
    color = not to_file and wants_color(options.color, sys.stdout, os.environ)
    pieces = written(report, items, options.format, color)
    if to_file:
        write_file(Path(options.output), lambda stream: stream.writelines(pieces))
        _note(tally(items))
    else:
        write_standard(lambda stream: stream.writelines(pieces))
    return _exit_code(report, policies)


def _write(report: Report, output: Output, options: argparse.Namespace, code: int) -> None:
    from pathlib import Path

    from scratchlint.output import wants_color, write_file, write_standard
    from scratchlint.report import Options, write
    from scratchlint.rules import RULES

    color = output.file is None and wants_color(options.color, sys.stdout, os.environ)

    wishes = Options(
        version=__version__,
        color=color,
        show_scratch=options.show_scratch,
        show_suppressed=options.show_suppressed,
        show_known=options.show_known,
        evidence=options.evidence,
        verbose=options.verbose,
        category=options.category,
        embed=options.sarif_embed,
        exit_code=code,
        notify=_note,
    )

    def write_report(stream: TextIO) -> None:
        write(report, output.format, stream, RULES, wishes)

    if output.file is not None:
        write_file(Path(output.file), write_report)
        if options.verbose:
            _note(f"wrote {output.file}")
    elif report.findings or report.remarks or output.format != "text" or not options.quiet:
        write_standard(write_report)


def _note(message: str) -> None:
    print(f"scratchlint: {message}", file=sys.stderr)


def _exit_code(report: Report, policies: Policies) -> int:
    told = [(item.judgement.site.span.file, item.level) for item in report.findings]
    told += [(item.span.file, item.level) for item in report.remarks]
    return EXIT_FINDINGS if any(_fails(level, policies.of(file)) for file, level in told) else EXIT_CLEAN


def _fails(level: Level, policy: Policy) -> bool:
    """Whether a level is at or above what a policy makes a failure."""
    return policy.fail_on != "never" and THRESHOLDS.index(level) <= THRESHOLDS.index(policy.fail_on)
