"""What a SARIF log says of the run itself: what was cut, skipped, bounded, not analysed, or is fixed."""

from __future__ import annotations

from collections.abc import Sequence

import sarif_om

from scratchlint.core.finding import Level, Report
from scratchlint.report.sarif_locations import artifact
from scratchlint.report.summary import count


def notifications(report: Report, cuts: Sequence[str]) -> list[sarif_om.Notification]:
    """Return the notifications of a run; `cuts` tell what the log had to leave out."""
    told = [_notification("report-cut", "warning", text) for text in cuts]
    for skipped in report.skipped:
        key, what = (
            ("file-partly-analysed", "Partly analysed") if skipped.partly else ("file-skipped", "Skipped")
        )
        told.append(_notification(key, "warning", f"{what}: {skipped.file}: {skipped.reason}", skipped.file))
    told.extend(_notification("limit-reached", "warning", limit) for limit in report.limits)
    for language, number in sorted(report.unread.items()):
        text = f"{count(number, f'{language} file')} not analysed."
        told.append(_notification("language-not-analysed", "note", text))
    for kind, number in sorted(report.set_aside.items()):
        told.append(_notification("file-set-aside", "note", f"{count(number, f'{kind} file')} set aside."))
    compared = report.comparison
    if compared is not None and compared.known:
        text = f"{count(len(compared.known), 'finding')} of the baseline known."
        told.append(_notification("baseline-known", "note", text))
    for entry in compared.fixed if compared else ():
        text = f"Fixed since the baseline: {entry.file}: {entry.rule}: {entry.path}"
        told.append(_notification("baseline-fixed", "note", text, entry.file))
    return told


def _notification(key: str, level: Level, text: str, file: str | None = None) -> sarif_om.Notification:
    place = None if file is None else sarif_om.PhysicalLocation(artifact_location=artifact(file))
    return sarif_om.Notification(
        descriptor=sarif_om.ReportingDescriptorReference(id=key),
        level=level,
        message=sarif_om.Message(text=text),
        locations=None if place is None else [sarif_om.Location(physical_location=place)],
    )
