"""What a file is for, as its path tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ContextKind = Literal[
    "test", "example", "benchmark", "ci", "development", "vendored", "documentation", "settings", "production"
]


@dataclass(frozen=True, slots=True)
class Context:
    """What a file is for; `because` is the part of its path that says so."""

    kind: ContextKind
    because: str

    @property
    def is_scratch(self) -> bool:
        """Whether nothing in such a file runs in production."""
        return self.kind not in ("settings", "production")


# Directory names, whole components in lower case.
_DIRECTORIES: dict[str, ContextKind] = {
    **dict.fromkeys(
        (
            "test tests __tests__ testing spec specs e2e fixtures fixture __fixtures__ testdata test-data "
            "test_data mocks __mocks__ cypress playwright unittests unit-tests integration-tests "
            "integration_tests snapshots __snapshots__ testsuite test-utils testutils smoke-tests bats"
        ).split(),
        "test",
    ),
    **dict.fromkeys(
        "example examples sample samples demo demos tutorial tutorials playground".split(), "example"
    ),
    **dict.fromkeys("bench benches benchmark benchmarks perf loadtest load-tests".split(), "benchmark"),
    **dict.fromkeys(
        ".github .gitlab .circleci .buildkite .woodpecker .drone ci .ci jenkins .azure-pipelines".split(),
        "ci",
    ),
    **dict.fromkeys(".devcontainer .vscode .idea dev-tools devtools".split(), "development"),
    **dict.fromkeys(
        "node_modules vendor vendored third_party third-party thirdparty site-packages bower_components".split(),
        "vendored",
    ),
    **dict.fromkeys("doc docs documentation website".split(), "documentation"),
}
_FILES: tuple[tuple[re.Pattern[str], ContextKind], ...] = (
    (re.compile(r"^(test_.*|.*_tests?|conftest|tests?)\.pyw?$"), "test"),
    (re.compile(r"[._-](test|tests|spec|e2e|cy|stories|mock|mocks|fixture)\.[cm]?[jt]sx?$"), "test"),
    (re.compile(r"^(jest|vitest|playwright|cypress|karma|wdio)[\w.-]*\.config\.[cm]?[jt]s$"), "test"),
    (re.compile(r"^(test|tests|run[-_]?tests?|.*[-_]tests?)\.(sh|bash|zsh|js|ts|mjs)$"), "test"),
    (re.compile(r"^test[-_].*\.(sh|bash|zsh|js|ts|mjs)$"), "test"),
    (re.compile(r"^\.env\.(test|testing|ci|e2e)(\..*)?$"), "test"),
    (re.compile(r"^\.env\.(dev|development|local)(\..*)?$|^(dev|development|local)\.env$"), "development"),
    (re.compile(r"(^|[._-])(dev|development)([._-].*)?\.(sh|bash|zsh|py|ts|js|mjs|cjs)$"), "development"),
    (re.compile(r"^bench(mark)?[-_.].*|.*[-_.]bench(mark)?\.\w+$"), "benchmark"),
    (re.compile(r"\.min\.[cm]?js$|\.bundle\.js$"), "vendored"),
    (re.compile(r"^\.env\.(prod|production|staging)(\..*)?$|^(prod|production)\.env$"), "production"),
    (
        re.compile(
            r"(^|[._-])(settings|config|configuration|constants?|defaults|conf|env)([._-].*)?\.[cm]?(py|[jt]s)$"
        ),
        "settings",
    ),
    (re.compile(r"^\.env$|\.env$|^\.envrc$|env[._-]?(example|sample|template|dist)$"), "settings"),
)


def context_of(path: str) -> Context | None:
    """Return what a file is for, from its path below the directory that the user named.

    None means ordinary code. The outermost telling directory wins over the file's own name.
    """
    *directories, name = path.split("/")
    for directory in directories:
        kind = _DIRECTORIES.get(directory.lower())
        if kind is not None:
            return Context(kind, f"{directory}/")
    for pattern, kind in _FILES:
        if pattern.search(name.lower()):
            return Context(kind, name)
    return None
