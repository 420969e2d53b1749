"""`scratchlint checklist`: what an analysis says to the items that come before every deployment."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from scratchlint.analyze import analyze
from scratchlint.arguments import config_file, effort, run_options
from scratchlint.baseline import load, without_known
from scratchlint.core.checklist import Answer, State
from scratchlint.core.finding import Finding, Judgement, Report
from scratchlint.core.flow import Role
from scratchlint.output import wants_color, write_file, write_standard
from scratchlint.policies import Policies
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import ELSEWHERE
from scratchlint.report.checklist import tally, written
from scratchlint.report.summary import count
from scratchlint.rules import data_off_mount, impermanent_path, rule_for
from scratchlint.source.history import origin
from scratchlint.source.root import find_root

_ROLES: frozenset[Role] = frozenset(get_args(Role))


@dataclass(frozen=True, slots=True)
class _Item:
    """One item: the roles that it is about, and what the policy must say for it to be checked wholly."""

    name: str
    title: str
    roles: frozenset[Role]
    scratch_only: bool = False
    needs: str = ""
    is_set: Callable[[Policy], bool] = lambda policy: True


_ITEMS = (
    _Item(
        "permanent-directories",
        "All paths use permanent directories (/home, /mnt, /opt)",
        _ROLES,
        needs="permanent-roots",
        is_set=lambda policy: bool(policy.permanent_roots) and policy.reports(impermanent_path.RULE.id),
    ),
    _Item("nothing-in-tmp", "No production files in /tmp", _ROLES, scratch_only=True),
    _Item(
        "virtual-environments",
        "Virtual environments in permanent locations",
        frozenset({"venv"}),
    ),
    _Item(
        "configuration",
        "Configuration files in proper locations",
        frozenset({"config", "cert"}),
    ),
    _Item("logs", "Log files in permanent directories", frozenset({"log"})),
    _Item(
        "data-on-mounts",
        "Data storage on mounted drives",
        frozenset({"data", "database", "upload", "queue", "backup", "model", "state"}),
        needs="data-roots",
        is_set=lambda policy: bool(policy.data_roots) and policy.reports(data_off_mount.RULE.id),
    ),
    _Item(
        "pid-files",
        "PID files in service directories (not /tmp)",
        frozenset({"pid", "lock", "socket"}),
    ),
)


def run(options: argparse.Namespace, note: Callable[[str], None]) -> int:
    """Write the checklist; return 1 when a finding is at or above the threshold, else 0."""
    wishes = run_options(options)
    root, named = find_root([Path(path) for path in options.paths or ["."]])
    known = None if options.baseline is None else load(options.baseline)
    policies = Policies(root, wishes, config=config_file(options), isolated=options.isolated)
    report = replace(analyze(root, named, policies, effort=effort(options)), origin=origin(root))
    if known is not None:
        report = without_known(report, known, root, lambda entry: policies.of(entry.file).reports(entry.rule))
    items = answers(report, policies)
    to_file = options.output not in (None, "-")
    color = not to_file and wants_color(options.color, sys.stdout, os.environ)
    pieces = written(report, items, options.format, color)
    if to_file:
        write_file(Path(options.output), lambda stream: stream.writelines(pieces))
        note(tally(items))
    else:
        write_standard(lambda stream: stream.writelines(pieces))
    return int(policies.fails(report))


def answers(report: Report, policies: Policies) -> list[Answer]:
    """Return the answer to each of the seven items, in their order.

    An item passes only if files were analysed, the rules that are about it were in force for all of them, and
    the policy says what there is to hold them to.
    """
    return [_answer(item, report, policies) for item in _ITEMS]


def _answer(item: _Item, report: Report, policies: Policies) -> Answer:
    against = tuple(
        one
        for one in report.findings
        if one.judgement.verdict.kind != "scratch" and _is_about(item, one.judgement)
    )
    reason = "" if against else _unseen(item, report, policies)
    state: State = "failed" if against else "not checked" if reason else "passed"
    return Answer(item.name, item.title, state, _looked_at(item, report), reason, against)


def _is_about(item: _Item, judgement: Judgement) -> bool:
    if item.scratch_only and _root(judgement) == ELSEWHERE:
        return False
    return judgement.verdict.role in item.roles


def _root(judgement: Judgement) -> str:
    return judgement.flows[0].path.root if judgement.flows else judgement.site.path.root


def _unseen(item: _Item, report: Report, policies: Policies) -> str:
    """Return why an item without findings was not checked, "" if it was."""
    if not report.analysed:
        return "no file was analysed"
    wanted = sorted({rule_for(role).id for role in item.roles})
    everywhere = [policies.of(file) for file in sorted(report.analysed)]
    missing = [rule for rule in wanted if not all(policy.reports(rule) for policy in everywhere)]
    if missing:
        return f"the run leaves out {', '.join(missing)}"
    if not all(map(item.is_set, everywhere)):
        return f"the policy sets no `{item.needs}`, so only scratch storage was looked for"
    return ""


def _looked_at(item: _Item, report: Report) -> str:
    seen = {judgement.site.span for judgement in _judged(report) if _is_about(item, judgement)}
    silent = [one for one in _left_out(report) if _is_about(item, one.judgement)]
    text = f"{count(len(report.analysed), 'file')}, {count(len(seen), 'path')} of this kind"
    return f"{text}, {len(silent)} of them known or suppressed" if silent else text


def _judged(report: Report) -> Iterator[Judgement]:
    yield from report.scratch
    for finding in (*report.findings, *_left_out(report)):
        yield finding.judgement


def _left_out(report: Report) -> list[Finding]:
    known = report.comparison.known if report.comparison else ()
    return [*known, *(one.finding for one in report.suppressed)]
