"""`scratchlint fix`: shows, asks for and makes changes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scratchlint.arguments import config_file, run_options
from scratchlint.core.fix import Fix, Unfixed
from scratchlint.errors import UsageError
from scratchlint.fix.apply import apply
from scratchlint.fix.diff import diff
from scratchlint.fix.migration import script
from scratchlint.fix.offer import Offer, offer
from scratchlint.output import write_new_file, write_standard
from scratchlint.policies import Policies
from scratchlint.report.summary import count
from scratchlint.source.root import find_root


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of an offer: the fixes made (or shown), and the findings that are left, with reasons."""

    made: tuple[Fix, ...]
    left: tuple[Unfixed, ...]


def run(options: argparse.Namespace, note: Callable[[str], None]) -> int:
    """Fix what the options ask for. Return 0 when nothing is left to do, 1 when something is.

    With `--diff` nothing is changed, and 1 means that there is something to change.
    """
    root, named = find_root([Path(path) for path in options.paths or ["."]])
    policies = Policies(root, run_options(options), config=config_file(options), isolated=options.isolated)
    if options.migration is not None and os.path.lexists(options.migration):
        raise UsageError(f"{options.migration} is there already: nothing is overwritten")
    offered = offer(root, named, policies)
    wanted = ("safe", "unsafe") if options.unsafe or options.interactive else ("safe",)
    chosen = [fix for fix in offered.fixes if fix.applicability in wanted]
    if options.interactive:
        chosen = list(_asked(chosen, offered))
    confirmed = offered.confirmed(chosen)
    left = [*offered.unfixed, *confirmed.withdrawn]
    made = confirmed.fixes
    if options.diff:
        write_standard(lambda stream: stream.writelines(diff(made, offered.tree)))
    else:
        applied = apply(made, offered.tree)
        made, left = applied.fixes, [*left, *applied.failed]
        write_standard(lambda stream: stream.writelines(_told(made, offered)))
    if options.migration is not None and made:
        write_new_file(Path(options.migration), lambda stream: stream.writelines(script(made)))
        note(f"wrote {options.migration}")
    return _conclude(offered, _Outcome(tuple(made), tuple(left)), options, note)


def _conclude(
    offered: Offer, outcome: _Outcome, options: argparse.Namespace, note: Callable[[str], None]
) -> int:
    for one in sorted(outcome.left, key=lambda one: one.site):
        note(f"no fix for {one.old} in {one.site.file}: {one.because}")
    made = {fix.title for fix in outcome.made}
    waiting = [fix for fix in offered.fixes if fix.title not in made]
    for fix in waiting:
        if fix.applicability == "display":
            note(f"not made: {fix.title}: {fix.because}")
    mended = sum(len(fix.sites) for fix in outcome.made)
    unsafe = sum(fix.applicability == "unsafe" for fix in waiting)
    hint = f"; {unsafe} more with --unsafe" if unsafe and not options.unsafe else ""
    files = len({file for fix in outcome.made for file in fix.files})
    verb = "would fix" if options.diff else "fixed"
    note(f"{verb} {mended} of {count(len(offered.findings), 'finding')} in {count(files, 'file')}{hint}")
    if options.diff:
        return 1 if outcome.made else 0
    return 1 if mended < len(offered.findings) else 0


def _told(fixes: Sequence[Fix], offered: Offer) -> Iterator[str]:
    """Yield what was done and what is left to do, for people."""
    for fix in fixes:
        yield f"{fix.title} [{fix.applicability}]\n"
        for file in fix.files:
            lines = sorted(
                {str(edit.region.start.line) for edit in fix.edits if edit.span.file == file}, key=int
            )
            yield f"  {file}:{','.join(lines)}\n"
        for task in fix.tasks:
            yield f"  to do: {task.text}\n"


def _asked(fixes: Sequence[Fix], offered: Offer) -> Iterator[Fix]:
    """Yield the fixes that the user wants, shown one by one."""
    for number, fix in enumerate(fixes, start=1):
        sys.stdout.writelines(diff([fix], offered.tree))
        print(f"{fix.title} [{fix.applicability}]")
        if fix.because:
            print(f"  mind: {fix.because}")
        for task in fix.tasks:
            print(f"  to do: {task.text}")
        answer = _answer(f"Make this change? [{number}/{len(fixes)}] y, n, q (quit): ")
        if answer == "q":
            return
        if answer == "y":
            yield fix


def _answer(question: str) -> str:
    """Ask until the answer is y, n or q; the end of the input means q."""
    while True:
        print(question, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print()
            return "q"
        word = line.strip().lower()[:1]
        if word in ("y", "n", "q"):
            return word
