"""Which files are documents of keys and values (JSON, TOML, YAML), and which of them are configuration.

All of it is data: names and places.
"""

from __future__ import annotations

import re

DOCUMENT_LANGUAGES = frozenset({"json", "toml", "yaml"})
"""Languages of files that hold settings, and just as often data: their keys alone tell nothing."""

_SUFFIXES = {
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "toml": "toml",
    "yaml": "yaml",
    "yml": "yaml",
}
_NAMES = {"pipfile": "toml"}

# What package managers write for themselves.
_LOCKS = frozenset(
    {"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "composer.lock", "deno.lock"}
)

_CHART_VALUES = re.compile(r"(?P<chart>(?:.*/)?)values[\w.-]*\.ya?ml", re.DOTALL)
_CONFIGURATION = re.compile(
    r".*/(?:.*[-_.])?(?:config|configuration|conf|settings?|appsettings|application|options|daemon|vars|defaults)"
    r"(?:[-_.][^/]*)?"
    r"|.*/(?:config|configs|conf|settings|etc|conf\.d|config\.d|defaults|vars|group_vars|host_vars)/.+",
    re.DOTALL,
)
# Configuration of tools that developers run, descriptions of interfaces, texts for people.
_OF_TOOLS = re.compile(
    r".*/(?:\.[\w-]*rc(?:\..*)?|\.(?:vscode|idea|github|circleci|cargo|husky|changeset|devcontainer|storybook)/.*"
    r"|(?:ts|js)config[\w.-]*|(?:package|composer|bower|lerna|nx|turbo|angular|deno|renovate|project)\.json5?c?"
    r"|(?:pyproject|cargo|netlify|wrangler|book|bunfig|clippy|rustfmt|ruff|uv|poetry|rust-toolchain|taplo|deny)\.toml"
    r"|(?:_config|mkdocs|codecov|dependabot|taskfile|skaffold|pubspec|analysis_options|buf[\w.]*)\.ya?ml"
    r"|(?:jest|babel|vitest|cypress|karma|webpack|rollup|vite|tsup|typedoc|nodemon|tslint|stylelint|prettier|eslint"
    r"|commitlint|release|lint-staged|postcss|tailwind|playwright|wdio|ng-package|nest-cli|vercel|firebase|app)"
    r"(?:[-_.][^/]*)?\.(?:json5?c?|ya?ml|toml)"
    r"|\.?(?:golangci|goreleaser|pre-commit-config|readthedocs|markdownlint|yamllint|ansible-lint|hadolint|codecov"
    r"|rubocop|clang-format|clang-tidy|editorconfig|coveralls|sonar[\w-]*)(?:[-_.][^/]*)?"
    r"|[^/]*(?:schema|openapi|swagger|messages|locale|translations?)[^/]*"
    r"|(?:locales?|i18n|translations|lang|schemas?|migrations|snapshots)/.*)",
    re.DOTALL,
)


def document_language(path: str) -> str | None:
    """Return "json", "toml" or "yaml" for a path in lower case that such a file has, else None."""
    name = path.rpartition("/")[2]
    return None if is_lock(name) else _NAMES.get(name) or _SUFFIXES.get(name.rpartition(".")[2])


def is_lock(name: str) -> bool:
    """Whether a file of this base name in lower case is a package manager's record of versions."""
    return name in _LOCKS


def chart_of(path: str) -> str | None:
    """Return the chart ("" or with a final slash) whose values a file holds, or None.

    https://helm.sh/docs/chart_template_guide/values_files/: what they mean, the templates alone tell.
    """
    match = _CHART_VALUES.fullmatch(path)
    return match["chart"] if match else None


def is_configuration(path: str) -> bool:
    """Whether the name or the place of a document says that a program takes its settings from it."""
    place = f"/{path.lower()}"
    return _CONFIGURATION.fullmatch(place) is not None and _OF_TOOLS.fullmatch(place) is None
