"""What the page of a sweep shows of one finding: the view that one repository's page has, made of rows."""

from __future__ import annotations

from scratchlint.report.characters import visible
from scratchlint.report.excerpt import Row
from scratchlint.report.html_finding import EvidenceView, Fact, FindingView, StepView, WayView, way_view
from scratchlint.report.source_links import commit_address, line_address
from scratchlint.sweep.database import Repository
from scratchlint.sweep.rows import EvidenceRow, FindingRow, StepRow


def shown_repository(repository: Repository) -> str:
    """Return what a repository is called: its address, and the revision if one was named."""
    source = repository.source
    return visible(f"{source.address}@{source.revision}" if source.revision else source.address)


def finding_view(row: FindingRow, number: int, repository: Repository) -> FindingView:
    """Return everything that the page shows of a finding of a repository."""
    return FindingView(
        number=number,
        rule=row.rule,
        level=row.level,
        message=visible(row.message),
        path=visible(row.path),
        role=row.role,
        confidence=row.confidence,
        home=visible(row.home),
        place=visible(f"{row.file}:{row.line}:{row.column}"),
        directory=shown_repository(repository),
        remarks=(),
        way=_way(row),
        further=(),
        further_left_out=0,
        same=(),
        speaking=tuple(_evidence(one) for one in row.evidence if one.strength >= 0),
        against=tuple(_evidence(one) for one in row.evidence if one.strength < 0),
        score=sum(one.strength for one in row.evidence),
        facts=tuple(_facts(row, repository)),
    )


def _facts(row: FindingRow, repository: Repository) -> list[Fact]:
    run = repository.run
    origin, commit = ("", "") if run is None else (run.origin, run.commit)
    link = line_address(origin, commit, row.file, row.line) if origin and commit else ""
    facts = [
        Fact("Repository", shown_repository(repository), origin),
        Fact("Place", visible(f"{row.file}:{row.line}"), link),
    ]
    if row.written:
        earlier = " or earlier" if row.written_earlier else ""
        link = commit_address(origin, row.written_commit) if origin else ""
        facts.append(Fact("Written", f"{row.written[:10]}{earlier}, commit {row.written_commit[:12]}", link))
    return facts


def _way(row: FindingRow) -> WayView | None:
    steps = [(one.file, _step(one, number)) for number, one in enumerate(row.steps, start=1)]
    return way_view(steps, visible(row.path), "", "") if steps else None


def _step(row: StepRow, number: int) -> StepView:
    before, marked, after = (
        visible(text)
        for text in (
            row.text[: row.mark_start],
            row.text[row.mark_start : row.mark_end],
            row.text[row.mark_end :],
        )
    )
    note = visible(row.note or row.kind)
    return StepView(number, row.kind, note, row.line, (Row(row.line, before, marked, after),))


def _evidence(row: EvidenceRow) -> EvidenceView:
    place = visible(f"{row.file}:{row.line}:{row.column}") if row.file else ""
    return EvidenceView(row.strength, visible(row.note), row.claim, place)
