"""The keys of a policy file: one list, from which files are read, checked, written and documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from scratchlint.core.finding import Confidence, Level
from scratchlint.core.flow import Role

Profile = Literal["system", "user", "container", "serverless"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
ContextKind = Literal[
    "test",
    "example",
    "benchmark",
    "ci",
    "development",
    "vendored",
    "documentation",
    "settings",
    "production",
]
CODE = "code"
"""The context of ordinary code, for directories that are called like something else."""

THRESHOLDS: tuple[str, ...] = (*get_args(Level), "never")
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
TEMPLATE_FIELDS = ("app", "user")

Kind = Literal["text", "flag", "choice", "rules", "roots", "globs", "template"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its values are, and what they do.

    `kind`: "text"; "flag" is true or false; "choice" one of `choices`; "rules" a list of rules;
    "roots" a list of absolute directories; "globs" a list of globs; "template" a text with
    TEMPLATE_FIELDS in braces.
    """

    name: str
    kind: Kind
    summary: str
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name of the policy's attribute."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a policy file: `keys` are the names in it ("rules" for every rule), `value` their kind."""

    name: str
    keys: tuple[str, ...]
    value: Key
    summary: str


KEYS = (
    Key("app", "text", "the program's name, `{app}` in homes"),
    Key("user", "text", "the account it runs as, `{user}` in homes"),
    Key("profile", "choice", "how it is run, which decides on the homes", ("auto", *PROFILES)),
    Key("select", "rules", "report these rules only"),
    Key("ignore", "rules", "leave these rules out"),
    Key("fail-on", "choice", "the lowest level that makes the exit code 1", THRESHOLDS),
    Key("min-confidence", "choice", "report findings of this confidence and above", CONFIDENCES),
    Key("tests", "flag", "analyse tests, examples and the like too"),
    Key("allow", "globs", "scratch paths that anything may use"),
    Key("scratch-roots", "roots", "further directories that are scratch storage"),
    Key("permanent-roots", "roots", "where production paths belong; turns on `impermanent-path`"),
    Key("data-roots", "roots", "mounts where data belongs; turns on `data-off-mount`"),
)

SECTIONS = (
    Section(
        "levels",
        ("rules",),
        Key("", "choice", "a level", get_args(Level)),
        "the level of each rule",
    ),
    Section("homes", get_args(Role), Key("", "template", "a home"), "the permanent home of each role"),
    Section(
        "contexts",
        (*get_args(ContextKind), CODE),
        Key("", "globs", "globs"),
        "what files are for, whatever their names say",
    ),
)

PATHS = Key("paths", "globs", "the files that it is for")

EXEMPTION = (
    PATHS,
    Key("rules", "rules", "the rules that it leaves out; without it all"),
    Key("scratch", "globs", "the scratch paths that it is about; without it all"),
    Key("reason", "text", "why"),
)
