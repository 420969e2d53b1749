"""The rules of a SARIF run as reporting descriptors, and the taxonomy of weaknesses they relate to."""

from __future__ import annotations

from collections.abc import Sequence

import sarif_om

from scratchlint.core.finding import Level
from scratchlint.report import documentation, weaknesses
from scratchlint.report.interface import Rule

_PROBLEM_SEVERITIES: dict[Level, str] = {
    "error": "error",
    "warning": "warning",
    "note": "recommendation",
}
_PRECISIONS: dict[Level, str] = {"error": "high", "warning": "high", "note": "medium"}
# GitHub keeps ten.
_MOST_TAGS = 10


def descriptor(rule: Rule) -> sarif_om.ReportingDescriptor:
    """Return a rule as SARIF and GitHub code scanning describe it."""
    tags = ["security"] if rule.severity else ["maintainability"]
    tags += ["reliability", "scratch-storage"]
    tags.extend(f"external/cwe/cwe-{number:03}" for number in dict.fromkeys(rule.weaknesses))
    return sarif_om.ReportingDescriptor(
        id=rule.id,
        name="".join(word.capitalize() for word in rule.id.split("-")),
        short_description=_text(documentation.sentence(rule.title)),
        full_description=_text(documentation.description(rule)),
        help=sarif_om.MultiformatMessageString(
            text=documentation.plain(rule), markdown=documentation.markdown(rule)
        ),
        help_uri=documentation.address(rule),
        default_configuration=sarif_om.ReportingConfiguration(level=rule.level),
        relationships=[_relationship(number) for number in dict.fromkeys(rule.weaknesses)] or None,
        properties={
            "tags": tags[:_MOST_TAGS],
            **({"security-severity": rule.severity} if rule.severity else {}),
            "precision": _PRECISIONS[rule.level],
            "problem.severity": _PROBLEM_SEVERITIES[rule.level],
        },
    )


def taxonomy(rules: Sequence[Rule]) -> sarif_om.ToolComponent | None:
    """Return the weaknesses that the rules name, in order of their numbers; None without any."""
    numbers = sorted({number for rule in rules for number in rule.weaknesses})
    if not numbers:
        return None
    return sarif_om.ToolComponent(
        name="CWE",
        organization="MITRE",
        short_description=_text("The Common Weakness Enumeration."),
        information_uri=weaknesses.ENUMERATION,
        is_comprehensive=False,
        taxa=[
            sarif_om.ReportingDescriptor(
                id=f"CWE-{number}",
                short_description=_text(f"{weaknesses.name(number)}."),
                help_uri=weaknesses.address(number),
            )
            for number in numbers
        ],
    )


def _relationship(weakness: int) -> sarif_om.ReportingDescriptorRelationship:
    return sarif_om.ReportingDescriptorRelationship(
        target=sarif_om.ReportingDescriptorReference(
            id=f"CWE-{weakness}", tool_component=sarif_om.ToolComponentReference(name="CWE", index=0)
        ),
        kinds=["superset"],
    )


def _text(text: str) -> sarif_om.MultiformatMessageString:
    return sarif_om.MultiformatMessageString(text=text)
