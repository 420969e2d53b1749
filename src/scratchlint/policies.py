"""Which policy is in force for each file: the nearest policy file wins, options of the run win over all."""

from __future__ import annotations

import os
import posixpath
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scratchlint.core.finding import Confidence, Finding, Report, Skipped, Suppression
from scratchlint.core.span import Span
from scratchlint.errors import UsageError
from scratchlint.policy.keys import Profile
from scratchlint.policy.policy import Exemption, Policy, PolicyFile
from scratchlint.policy.roots import Roots
from scratchlint.rules import RULES
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import MAXIMUM_BYTES, Source, read

if TYPE_CHECKING:  # what reads a policy is loaded when there is one
    from scratchlint.policy.parse import Lines

NAME = "scratchlint.toml"
PROJECT_NAME = "pyproject.toml"

_NOTHING = PolicyFile("", Policy(), ())


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says for the whole run; None leaves it to the policy.

    `select` puts aside what files select and ignore, `ignore` adds to what they ignore.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    fail_on: str | None = None
    min_confidence: Confidence | None = None
    profile: Profile | None = None
    tests: bool | None = None

    def over(self, policy: Policy) -> Policy:
        """Return a policy with the options in force."""
        values = {name: value for name, value in self._given() if name != "ignore"}
        if self.select is not None:
            values["ignore"] = self.ignore or ()
        elif self.ignore is not None:
            values["ignore"] = tuple(dict.fromkeys((*policy.ignore, *self.ignore)))
        origins = {name: f"--{name.replace('_', '-')}" for name in values}
        return policy.changed(values, origins)

    def _given(self) -> list[tuple[str, object]]:
        pairs = [(one.name, getattr(self, one.name)) for one in fields(self)]
        return [(name, value) for name, value in pairs if value is not None]


class Policies:
    """The policies of one run below `root`.

    `config` is a policy for all files, whose globs are relative to the root; `isolated` leaves every
    file out. `sources` are the policy files that were read below the root. Raises UsageError, here and
    later, for a policy that cannot be read.
    """

    def __init__(
        self,
        root: Path,
        options: Options | None = None,
        *,
        config: Path | PolicyFile | None = None,
        isolated: bool = False,
    ) -> None:
        self._options = options or Options()
        # Above the root of a tree without git the current directory may hold the policy.
        here = Path.cwd().resolve()
        self._root = root
        self._top = here if root.is_relative_to(here) else root
        self._above = "".join(f"{name}/" for name in root.relative_to(self._top).parts)
        self.sources: dict[str, Source] = {}
        self._found: dict[str, tuple[str, PolicyFile]] = {}
        self._policies: dict[tuple[str, str], Policy] = {}
        self._everywhere: PolicyFile | None = None
        if config is not None:
            self._everywhere = read_policy(config) if isinstance(config, Path) else config
        elif isolated:
            self._everywhere = _NOTHING
        self.of("")  # a bad policy is told even when there is nothing to analyse

    @property
    def options(self) -> Options:
        """The options of the run."""
        return self._options

    def under(self, options: Options) -> Policies:
        """Return the same policies with other options of the run."""
        others = copy(self)
        others._options = options
        others._policies = {}
        return others

    @property
    def files(self) -> tuple[str, ...]:
        """The policy files that were found so far, in order."""
        found = {policy.file for _, policy in self._found.values()}
        found.add(self._everywhere.file if self._everywhere is not None else "")
        return tuple(sorted(filter(None, found)))

    def of(self, path: str) -> Policy:
        """Return what is in force for a file, a path relative to the root."""
        policy, below = self._file_of(path)
        key = policy.file, below if policy.differs else ""
        known = self._policies.get(key)
        if known is None:
            known = self._policies[key] = self._options.over(policy.of(below))
        return known

    def fails(self, report: Report) -> bool:
        """Whether something in a report is at or above what the policy of its file calls a failure."""
        told = [(item.judgement.site.span.file, item.level) for item in report.findings]
        told += [(item.span.file, item.level) for item in report.remarks]
        return any(self.of(file).fails(level) for file, level in told)

    def roots(self, path: str) -> Roots:
        """Return which paths are looked at in a file."""
        return self.of(path).roots

    def _file_of(self, path: str) -> tuple[PolicyFile, str]:
        """Return the policy file for a path, and the path as seen from there."""
        if self._everywhere is not None:
            return self._everywhere, path
        whole = self._above + path
        directory, policy = self._nearest(whole.rpartition("/")[0])
        return policy, whole[len(directory) :].lstrip("/")

    def entries(self) -> Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]:
        """Return what the policy files that were found add to the knowledge tables, together."""
        files = {policy.file: policy for _, policy in self._found.values()}
        if self._everywhere is not None:
            files = {self._everywhere.file: self._everywhere}
        together: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
        for file in sorted(files):
            for table, kinds in files[file].entries.items():
                for kind, rows in kinds.items():
                    together.setdefault(table, {}).setdefault(kind, []).extend(rows)
        return together

    def exemption(self, finding: Finding) -> Suppression | None:
        """Return the first entry of `[[suppress]]` that is about a finding, or None."""
        judgement = finding.judgement
        policy, below = self._file_of(judgement.site.span.file)
        path = str(judgement.flows[0].path)
        for one in policy.exemptions:
            if one.covers(below, finding.rule, path):
                return self._suppression(policy, one)
        return None

    def exemptions(self) -> Iterator[Suppression]:
        """Yield every entry of `[[suppress]]` in the policy files that were found below the root."""
        for policy in {policy.file: policy for _, policy in self._found.values()}.values():
            if policy.file in self.sources:
                for one in policy.exemptions:
                    yield self._suppression(policy, one)

    def _suppression(self, policy: PolicyFile, one: Exemption) -> Suppression:
        source = self.sources.get(policy.file)
        span = Span(policy.file, *(_within(source.data, one.line) if source is not None else (0, 0)))
        return Suppression(span, "policy", f"{policy.file}:{one.line}", 0, one.rules, one.reason)

    def _nearest(self, directory: str) -> tuple[str, PolicyFile]:
        """Return the nearest policy file at or above a directory, and where it is, below the top."""
        known = self._found.get(directory)
        if known is None:
            own = self._read(directory)
            if own is not None:
                known = directory, own
            else:
                known = self._nearest(directory.rpartition("/")[0]) if directory else ("", _NOTHING)
            self._found[directory] = known
        return known

    def _read(self, directory: str) -> PolicyFile | None:
        found = policy_in(self._top, directory)
        if found is None:
            return None
        policy, source = found
        if self._top == self._root:
            self.sources[source.path] = source
        return policy


def policy_in(top: Path, directory: str) -> tuple[PolicyFile, Source] | None:
    """Read the policy file of a directory below `top`; None when there is none."""
    for name in (NAME, PROJECT_NAME):
        file = posixpath.join(directory, name)
        if os.path.lexists(os.path.join(top, file)):
            source = read(top, file)
            if isinstance(source, Skipped):
                if name == NAME:
                    raise UsageError(f"{file}: {source.reason}")
                continue
            policy = _parsed(source.data, file)
            if policy is not None:
                return policy, source
    return None


def read_policy(file: Path) -> PolicyFile:
    """Read a policy file that the user names."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    return parse_policy(data, str(file))


def parse_policy(data: bytes, file: str) -> PolicyFile:
    """Return the policy of a file that the user names, by its name and what it holds."""
    if len(data) > MAXIMUM_BYTES:
        raise UsageError(f"{file}: too large for a policy")
    policy = _parsed(data, file)
    if policy is None:
        raise UsageError(f"{file}: has no table [tool.scratchlint]")
    return policy


def _parsed(data: bytes, file: str) -> PolicyFile | None:
    """Read a document; None for a `pyproject.toml` that says nothing of scratchlint."""
    project = posixpath.basename(file) == PROJECT_NAME
    if project and b"scratchlint" not in data:
        return None
    try:
        document: object = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: {error or 'nested too deeply'}") from None
    prefix = ("tool", "scratchlint") if project else ()
    for name in prefix:
        document = document.get(name) if isinstance(document, dict) else None
    if document is None:
        return None
    if not isinstance(document, dict):
        raise UsageError(f"{file}: tool.scratchlint must be a table")
    from scratchlint.policy.parse import parse

    return parse(document, file, _lines(data, prefix), [rule.id for rule in RULES])


def _within(data: bytes, number: int) -> tuple[int, int]:
    """Return where the text of a line stands, without the brackets around a table's name."""
    lines = LineIndex(data)
    line = lines.line(number).encode()
    text = line.strip(b" \t[]{},")
    start = lines.start(number) + line.index(text)
    return start, start + len(text)


def _lines(data: bytes, prefix: tuple[str, ...]) -> Lines:
    from scratchlint.languages.toml_keys import key_lines

    lines: Mapping[tuple[str | int, ...], int] = key_lines(data)

    def line(place: tuple[str | int, ...]) -> int:
        whole = (*prefix, *place)
        return next((lines[whole[:end]] for end in range(len(whole), 0, -1) if whole[:end] in lines), 1)

    return line
