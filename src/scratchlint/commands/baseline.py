"""`scratchlint baseline`: remembers the findings that there are, and forgets those that are fixed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from scratchlint.analyze import analyze
from scratchlint.arguments import config_file, effort, run_options
from scratchlint.baseline import known_of, load, shrunk, write
from scratchlint.output import write_file
from scratchlint.policies import Policies
from scratchlint.report.summary import count
from scratchlint.source.root import find_root


def run(options: argparse.Namespace, note: Callable[[str], None]) -> int:
    """Write the baseline that the options ask for, and return 0."""
    wishes = run_options(options)
    root, named = find_root([Path(path) for path in options.paths or ["."]])
    shrinking = options.action == "shrink"
    past = load(options.output) if shrinking else []
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    report = analyze(root, named, policies, effort=effort(options))
    if shrinking:
        entries = shrunk(report, past, root, lambda entry: policies.of(entry.file).reports(entry.rule))
    else:
        entries = known_of(report, report.findings)
    write_file(Path(options.output), lambda stream: write(entries, stream))
    fixed = f", {len(past) - len(entries)} fewer" if shrinking else ""
    note(f"wrote {options.output}: {count(len(entries), 'finding')}{fixed}")
    return 0
