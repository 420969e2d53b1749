"""`scratchlint check`: analyses, compares with what is known, and writes the reports."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TextIO

from scratchlint import __version__
from scratchlint.analyze import Analysis, analyze, examine
from scratchlint.arguments import Output, config_file, effort, outputs, run_options
from scratchlint.core.finding import Known, Report
from scratchlint.output import wants_color, write_file, write_standard
from scratchlint.policies import Policies
from scratchlint.report import LINKED, Options, write
from scratchlint.report.summary import sentence
from scratchlint.rules import RULES
from scratchlint.source.root import find_root

Note = Callable[[str], None]

MOST_FIXED = 1_000
"""Findings up to which SARIF offers fixes: so many does GitHub keep of one run."""


def run(options: argparse.Namespace, note: Note) -> int:
    """Report what the options ask for; return 1 when a finding is at or above the threshold, else 0."""
    wanted = outputs(options.format, options.output)
    wishes = run_options(options)
    root, named = find_root([Path(path) for path in options.paths or ["."]])
    if options.verbose:
        note(f"analysing {', '.join(path or '.' for path in named)} in {root}")
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    narrowings = list(_narrowings(options, root, named, policies))
    gc.disable()  # the first search for cycles would come when all is done, and look at every node
    analysis = examine(root, named, policies, force_exclude=options.force_exclude, effort=effort(options))
    report = analysis.report(policies, texts=options.sarif_embed, scratch_excerpts=options.show_scratch)
    if options.verbose:
        note(f"policy files: {', '.join(policies.files) or 'none'}")
    for narrowed in narrowings:
        report = narrowed(report)
    if report.findings and any(output.format == "sarif" for output in wanted):
        report = _with_fixes(report, root, named, policies, analysis)
    if any(output.format in LINKED for output in wanted):
        from scratchlint.source.history import origin

        report = replace(report, origin=origin(root))
    code = int(policies.fails(report))
    for output in wanted:
        _write(report, output, options, code, note)
    if not options.quiet and all(output.file is not None for output in wanted):
        note(sentence(report))
    return code


def _narrowings(
    options: argparse.Namespace, root: Path, named: Sequence[str], policies: Policies
) -> Iterator[Callable[[Report], Report]]:
    """Yield what leaves out of a report what is known, and what a change has nothing to do with."""
    if options.baseline is not None:
        from scratchlint.baseline import load, without_known

        known = load(options.baseline)

        def reports(entry: Known) -> bool:
            return policies.of(entry.file).reports(entry.rule)

        yield lambda report: without_known(report, known, root, reports)
    if options.diff is not None:
        from scratchlint.changes import within
        from scratchlint.source.history import earlier

        state = earlier(root, options.diff)
        ask = partial(analyze, policies=policies, force_exclude=options.force_exclude, effort=effort(options))

        def changed(report: Report) -> Report:
            gc.enable()  # the earlier state is analysed too
            return within(report, root, named, state, ask)

        yield changed


def _with_fixes(
    report: Report, root: Path, named: Sequence[str], policies: Policies, analysis: Analysis
) -> Report:
    if len(report.findings) > MOST_FIXED:
        limit = f"fixes are offered in SARIF for up to {MOST_FIXED:,} findings only"
        return replace(report, limits=(*report.limits, limit))

    from scratchlint.fix.offer import offer

    gc.enable()  # fixes are proved by further runs
    return replace(report, fixes=offer(root, named, policies, analysis).fixes)


def _write(report: Report, output: Output, options: argparse.Namespace, code: int, note: Note) -> None:
    wishes = Options(
        version=__version__,
        color=output.file is None and wants_color(options.color, sys.stdout, os.environ),
        show_scratch=options.show_scratch,
        show_suppressed=options.show_suppressed,
        show_known=options.show_known,
        evidence=options.evidence,
        verbose=options.verbose,
        category=options.category,
        embed=options.sarif_embed,
        exit_code=code,
        notify=note,
    )

    def write_report(stream: TextIO) -> None:
        write(report, output.format, stream, RULES, wishes)

    if output.file is not None:
        write_file(Path(output.file), write_report)
        if options.verbose:
            note(f"wrote {output.file}")
    elif report.findings or report.remarks or output.format != "text" or not options.quiet:
        write_standard(write_report)
