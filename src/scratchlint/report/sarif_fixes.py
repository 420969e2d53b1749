"""Fixes as SARIF: the edits of all files, so that viewers can make them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import sarif_om

from scratchlint.core.fix import Edit, Fix
from scratchlint.core.span import Span
from scratchlint.report.sarif_locations import artifact


def fixes_for(site: Span, fixes: Sequence[Fix]) -> list[sarif_om.Fix]:
    """Return the fixes of the finding at a site; those that are only for show are left out."""
    return [_fix(fix) for fix in fixes if site in fix.sites and fix.applicability != "display"]


def _fix(fix: Fix) -> sarif_om.Fix:
    return sarif_om.Fix(
        description=sarif_om.Message(text=f"{fix.title} ({fix.applicability})"),
        artifact_changes=[
            sarif_om.ArtifactChange(
                artifact_location=artifact(file), replacements=[_replacement(edit) for edit in edits]
            )
            for file, edits in groupby(fix.edits, key=lambda edit: edit.span.file)
        ],
        properties={
            "applicability": fix.applicability,
            **({"because": fix.because} if fix.because else {}),
            "steps": [task.text for task in fix.tasks],
        },
    )


def _replacement(edit: Edit) -> sarif_om.Replacement:
    # Viewers need all four coordinates, also where nothing is deleted.
    start, end = edit.region
    return sarif_om.Replacement(
        deleted_region=sarif_om.Region(
            start_line=start.line, start_column=start.column, end_line=end.line, end_column=end.column
        ),
        inserted_content=sarif_om.ArtifactContent(text=edit.replacement),
    )
