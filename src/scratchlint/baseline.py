"""Findings that are known already: a file remembers them, so that only new ones are reported."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TextIO

from scratchlint.core.finding import Comparison, Finding, Known, Report
from scratchlint.errors import UsageError
from scratchlint.report.characters import sound
from scratchlint.report.way import path_text

VERSION = 1
Checks = Callable[[Known], bool]

_FIELDS = ("rule", "file", "path", "line")
_MOST_BYTES = 64 << 20

# What makes a finding a known one, the surest first: it stands where it stood, its line was edited, or its
# line was moved to another file.
_SAME: tuple[Callable[[Known], Hashable], ...] = (
    lambda known: known,
    lambda known: (known.rule, known.file, known.path),
    lambda known: (known.rule, known.path, known.line),
)


def known_of(report: Report, findings: Iterable[Finding]) -> list[Known]:
    """Return findings of a report as a baseline remembers them, in their order."""
    return [_known(report, finding) for finding in findings]


def _known(report: Report, finding: Finding) -> Known:
    span = finding.judgement.site.span
    # Blanks do not count: formatters move them. The excerpt is masked, so no secret is hashed.
    text = "".join(" ".join(report.excerpts[span].lines).split())
    line = hashlib.sha256(sound(text).encode()).hexdigest()[:16]
    return Known(finding.rule, sound(span.file), sound(path_text(finding.judgement)), line)


def match(baseline: Sequence[Known], found: Sequence[Known]) -> tuple[set[int], set[int]]:
    """Return the indices of what was found that the baseline knows, and of its entries that were found.

    Every entry stands for one finding: a second one like it is new.
    """
    known: set[int] = set()
    used: set[int] = set()
    for same in _SAME:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index, entry in enumerate(baseline):
            if index not in used:
                waiting[same(entry)].append(index)
        for index, one in enumerate(found):
            if index not in known and (entries := waiting[same(one)]):
                used.add(entries.pop(0))
                known.add(index)
    return known, used


def without_known(report: Report, baseline: Sequence[Known], root: Path, checks: Checks) -> Report:
    """Return a report of what the baseline does not know.

    An entry counts as fixed if `checks` tells that its rule is checked, and its file was analysed or is
    gone: a run over a part of the project says nothing of the rest.
    """
    baseline = [entry for entry in baseline if _was_looked_for(report, root, entry.file)]
    known, used = match(baseline, known_of(report, report.findings))
    fixed = [entry for index, entry in enumerate(baseline) if index not in used and checks(entry)]
    return replace(
        report,
        findings=tuple(one for index, one in enumerate(report.findings) if index not in known),
        comparison=replace(
            report.comparison or Comparison(),
            known=tuple(report.findings[index] for index in sorted(known)),
            fixed=tuple(fixed),
        ),
    )


def shrunk(report: Report, baseline: Sequence[Known], root: Path, checks: Checks) -> list[Known]:
    """Return the entries of a baseline but for those that are fixed."""
    comparison = without_known(report, baseline, root, checks).comparison
    left = list(baseline)
    for entry in comparison.fixed if comparison else ():
        left.remove(entry)
    return left


def _was_looked_for(report: Report, root: Path, file: str) -> bool:
    return file in report.analysed or not os.path.lexists(root / file)


def load(file: str) -> list[Known]:
    """Read a baseline. Raises UsageError, naming file and place, for what is none."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        hint = ": `scratchlint baseline write` makes one" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"cannot read baseline {file}: {error.strerror}{hint}") from None
    if len(data) > _MOST_BYTES:
        raise UsageError(f"baseline {file} is larger than {_MOST_BYTES >> 20} MiB")
    try:
        content = json.loads(data)
    except RecursionError:
        raise UsageError(f"{file} is no baseline of scratchlint: nested too deep") from None
    except ValueError as error:
        raise UsageError(f"{file} is no baseline of scratchlint: {error}") from None
    if not isinstance(content, dict) or "findings" not in content:
        raise UsageError(f"{file} is no baseline of scratchlint: it has no `findings`")
    if content.get("version") != VERSION:
        raise UsageError(f"baseline {file} has version {content.get('version')!r}, not {VERSION}")
    if not isinstance(content["findings"], list):
        raise UsageError(f"baseline {file}: `findings` is no array")
    return [_entry(file, number, one) for number, one in enumerate(content["findings"])]


def _entry(file: str, number: int, value: object) -> Known:
    fields = [value.get(field) for field in _FIELDS] if isinstance(value, dict) else [None]
    texts = [field for field in fields if isinstance(field, str) and "\0" not in field]
    if len(texts) < len(_FIELDS):
        raise UsageError(f"baseline {file}: findings[{number}] needs the texts {', '.join(_FIELDS)}")
    entry = Known(*texts)
    if any(part in ("", ".", "..") for part in entry.file.split("/")):
        raise UsageError(f"baseline {file}: findings[{number}].file is no path below the root")
    return entry


def write(entries: Iterable[Known], stream: TextIO) -> None:
    """Write a baseline: an entry a line, ordered, so that edits of it merge well."""
    lines = ",\n".join(
        json.dumps(dict(zip(_FIELDS, astuple(entry), strict=True))) for entry in sorted(entries, key=astuple)
    )
    stream.write(f'{{"version": {VERSION}, "findings": [\n{lines}\n]}}\n')
