"""The totals of a run, and the sentences that tell them and what was not analysed."""

from __future__ import annotations

from collections.abc import Mapping

from scratchlint.core.finding import Comparison, Report


def totals(report: Report) -> dict[str, int]:
    """Return how many files were looked at, how many sites they hold, and how these were judged.

    A site that two rules report counts once. The keys are those of the JSON report's summary.
    """
    compared = report.comparison or Comparison()
    found = [finding.judgement for finding in report.findings]
    kinds = [judgement.verdict.kind for judgement in report.scratch]
    return {
        "files": report.files,
        "sites": report.sites,
        "production": len({one.site.span for one in found if one.verdict.kind != "scratch"}),
        "known": len(compared.known),
        "elsewhere": len(compared.elsewhere),
        "fixed": len(compared.fixed),
        "scratch": kinds.count("scratch"),
        "mounted": kinds.count("mounted"),
        "not_usage": kinds.count("not-usage"),
        "suppressed": len(report.suppressed),
        "unsure": report.unsure,
    }


def sentence(report: Report) -> str:
    """Return the one line that sums up a run."""
    numbers = totals(report)
    judged = [f"{numbers['production']} production"]
    if numbers["known"]:
        judged.append(f"{numbers['known']} known")
    if numbers["elsewhere"]:
        judged.append(f"{numbers['elsewhere']} outside the change")
    judged.append(f"{numbers['scratch']} scratch")
    if numbers["mounted"]:
        judged.append(f"{numbers['mounted']} mounted")
    if numbers["not_usage"]:
        judged.append(f"{numbers['not_usage']} not used as a path")
    if numbers["suppressed"]:
        judged.append(f"{numbers['suppressed']} suppressed")
    if numbers["unsure"]:
        judged.append(f"{numbers['unsure']} not sure enough")
    return (
        f"{count(numbers['files'], 'file')}, {count(numbers['sites'], 'site')}: "
        f"{', '.join(judged)} ({report.seconds:.2f} s)"
    )


def omissions(report: Report, *, limits: bool = True) -> list[str]:
    """Return a line for everything that was not, or not wholly, analysed.

    Without `limits` the bounds that were reached are counted, not listed.
    """
    lines = []
    if report.unread:
        lines.append(f"Not analysed: {_listed(report.unread)}")
    if report.set_aside:
        lines.append(f"Set aside: {_listed(report.set_aside)}")
    for skipped in report.skipped:
        what = "Partly analysed" if skipped.partly else "Skipped"
        lines.append(f"{what}: {skipped.file}: {skipped.reason}")
    if limits:
        lines.extend(f"Limit: {limit}" for limit in report.limits)
    elif report.limits:
        lines.append(f"Limits reached: {len(report.limits)} (--verbose lists them)")
    return lines


def count(number: int, noun: str) -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(count(number, f"{kind} file") for kind, number in sorted(numbers.items()))
