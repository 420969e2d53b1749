"""What a project decides for itself: the values of a policy, and which are in force where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scratchlint.core.finding import Confidence, Level
from scratchlint.core.flow import Role
from scratchlint.policy.globs import Globs
from scratchlint.policy.keys import SECTIONS, THRESHOLDS, Profile
from scratchlint.policy.roots import Roots

ALLOWED = ("/tmp/download-cache", "/tmp/processing-temp", "/tmp/session-files")
"""Scratch directories that hold what their names say: downloads, intermediate files, sessions."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The values that are in force for one file.

    `select` is None for all rules; `profile` "auto" is told by the file. `origins` says
    where each value comes from that is not the default: `scratchlint.toml:3`, `--select`. `context` is
    what `contexts` make of the file, and the glob that says so.
    """

    app: str = "APP"
    user: str = "USER"
    profile: Profile | str = "auto"
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    fail_on: str = "warning"
    min_confidence: Confidence = "low"
    tests: bool = False
    allow: tuple[str, ...] = ALLOWED
    scratch_roots: tuple[str, ...] = ()
    permanent_roots: tuple[str, ...] = ()
    data_roots: tuple[str, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    homes: Mapping[Role, str] = field(default_factory=dict)
    contexts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    context: tuple[str, str] | None = None

    @property
    def roots(self) -> Roots:
        """Which paths are looked at."""
        elsewhere = bool(self.permanent_roots or self.data_roots)
        return Roots(self.scratch_roots, self.permanent_roots, elsewhere)

    def reports(self, rule: str) -> bool:
        """Whether findings of a rule are reported."""
        return (self.select is None or rule in self.select) and rule not in self.ignore

    def names(self, rule: str) -> bool:
        """Whether it asks for a rule by its name: some are in force only then."""
        return rule in (self.select or ()) or rule in self.levels

    def fails(self, level: Level) -> bool:
        """Whether what is reported at a level makes the run fail."""
        return self.fail_on != "never" and THRESHOLDS.index(level) <= THRESHOLDS.index(self.fail_on)

    def changed(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> Policy:
        """Return the policy with other values; in tables the named keys change, the others stay."""
        merged: dict[str, Any] = {
            name: {**getattr(self, name), **value} if name in _SECTIONS else value
            for name, value in values.items()
        }
        merged["origins"] = {**self.origins, **origins}
        return replace(self, **merged)


_SECTIONS = frozenset(section.name for section in SECTIONS)


@dataclass(frozen=True, slots=True)
class Override:
    """Values for some of the files; their paths are relative to the policy's file."""

    paths: Globs
    values: Mapping[str, Any]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entry of `[[suppress]]`: findings of some rules (none: of all) in some files.

    `scratch` are the paths that it is about, as globs; None for all. `line` is where it stands.
    """

    paths: Globs
    rules: tuple[str, ...]
    scratch: Globs | None
    reason: str
    line: int

    def covers(self, file: str, rule: str, path: str) -> bool:
        """Whether the entry is about a finding; `file` is relative to the policy's file."""
        about = not self.rules or rule in self.rules
        return (
            about
            and self.paths.match(file) is not None
            and (self.scratch is None or self.scratch.match(path) is not None)
        )


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy file as it was read; `file` is its name for people.

    `entries` are what it adds to the knowledge tables: for each table its kinds of entries.
    """

    file: str
    policy: Policy
    overrides: tuple[Override, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    entries: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether what is in force differs from file to file."""
        return bool(self.overrides or self.policy.contexts)

    def of(self, path: str) -> Policy:
        """Return what is in force for a file; later overrides win."""
        policy = self.policy
        for override in self.overrides:
            if override.paths.match(path) is not None:
                policy = policy.changed(override.values, override.origins)
        return replace(policy, context=_context(policy, path))


def _context(policy: Policy, path: str) -> tuple[str, str] | None:
    for kind, patterns in policy.contexts.items():
        pattern = Globs(patterns).match(path)
        if pattern is not None:
            return kind, f"`{pattern}` in {policy.origins[f'contexts.{kind}']}"
    return None
