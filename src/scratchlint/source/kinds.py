"""What a file is, by its name or its first line. All of it is data."""

from __future__ import annotations

import re

from scratchlint.source.deployments import deployment_language
from scratchlint.source.document_files import document_language, is_lock
from scratchlint.source.settings_files import is_service_settings, produced, settings_language

SHEBANG_BYTES = 256

LANGUAGES = {
    "py": "python",
    "pyw": "python",
    "ts": "typescript",
    "tsx": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "sh": "shell",
    "bash": "shell",
    "ksh": "shell",
    "zsh": "shell",
}
"""The analysed languages by suffix."""

_SHELL_NAMES = frozenset(
    [
        ".bashrc",
        ".bash_profile",
        ".bash_login",
        ".bash_logout",
        ".bash_aliases",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        ".zlogin",
        ".kshrc",
        ".xinitrc",
        ".xprofile",
        "pkgbuild",
        "apkbuild",
    ]
)

_INTERPRETERS = {
    **dict.fromkeys(
        ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "bashio", "openrc-run", "runscript"], "shell"
    ),
    **dict.fromkeys(["python", "pypy", "uv", "pipx"], "python"),
    **dict.fromkeys(["node", "nodejs", "deno", "bun", "zx"], "javascript"),
    **dict.fromkeys(["ts-node", "tsx"], "typescript"),
}

_WRAPPERS = frozenset(["env", "with-contenv", "busybox", "sudo", "nice", "exec"])

_UNREAD_SUFFIXES = {
    "Astro": "astro",
    "Batch": "bat cmd",
    "Bats": "bats",
    "C": "c h",
    "C#": "cs csx",
    "C++": "cc cpp cxx c++ hh hpp hxx ipp",
    "Clojure": "clj cljs cljc",
    "CMake": "cmake",
    "CoffeeScript": "coffee",
    "Crystal": "cr",
    "Cython": "pyx pxd",
    "D": "d",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Erlang": "erl hrl",
    "F#": "fs fsx",
    "Fish": "fish",
    "Fortran": "f f90 f95 f03",
    "Go": "go",
    "Groovy": "groovy gradle",
    "Haskell": "hs",
    "JSON lines": "jsonl ndjson",
    "Java": "java",
    "Jinja template": "j2 jinja jinja2",
    "Julia": "jl",
    "Jupyter notebook": "ipynb",
    "Kotlin": "kt kts",
    "Lua": "lua",
    "Makefile": "mk mak",
    "Nim": "nim",
    "Nix": "nix",
    "OCaml": "ml mli",
    "Objective-C": "m mm",
    "PHP": "php phtml",
    "Perl": "pl pm",
    "PowerShell": "ps1 psm1 psd1",
    "R": "r",
    "Ruby": "rb rake gemspec erb",
    "Rust": "rs",
    "Scala": "scala sc sbt",
    "Svelte": "svelte",
    "Swift": "swift",
    "Tcl": "tcl",
    "Terraform": "tf tfvars hcl",
    "Vue": "vue",
    "Visual Basic": "vb vbs",
    "XML": "xml",
    "Zig": "zig",
}

UNREAD = {suffix: kind for kind, suffixes in _UNREAD_SUFFIXES.items() for suffix in suffixes.split()}
"""Languages and formats that are only counted, by suffix."""

_UNREAD_NAMES = {
    "makefile": "Makefile",
    "gnumakefile": "Makefile",
    "jenkinsfile": "Groovy",
    "rakefile": "Ruby",
    "gemfile": "Ruby",
    "vagrantfile": "Ruby",
    "procfile": "Procfile",
    "justfile": "Justfile",
}

_DOCUMENTS = frozenset(["lock", "md", "mdx", "rst", "txt", "html", "adoc"])

# `.env`, `.env.production`, `.env-example`; `docker.env`; `env.sample`, `dotenv_template`.
_ENVIRONMENT = re.compile(
    r"\.env(?:[-_.].*)?|.+\.env|\.flaskenv|dotenv"
    r"|(?:dot)?env[-_.](?:.*[-_.])?(?:example|sample|template|tmpl|tpl|dist|defaults?|local|docker"
    r"|prod|production|staging|dev|development|test|testing|ci)",
    re.DOTALL,
)
# `.envrc` of direnv, `envvars` of Apache on Debian: shell, though their names say settings.
_SHELL_SETTINGS = re.compile(r"\.envrc(?:[-_.].*)?|(?:.+[-_.])?envvars", re.DOTALL)

_OWN = re.compile(r"\.?scratchlint[\w.-]*\.(?:json|sarif|toml)")

DEPENDENCY_DIRECTORIES = frozenset(
    [
        "node_modules",
        "bower_components",
        "jspm_packages",
        "site-packages",
        "dist-packages",
        "__pypackages__",
        ".venv",
        ".tox",
        ".nox",
        ".yarn",
        ".pnpm-store",
    ]
)
"""Directories that hold other people's code: never entered unless they are named."""

INTERNAL_DIRECTORIES = frozenset(
    [".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"]
)
"""Directories that hold what tools keep for themselves: never entered, not worth a word."""


def language_of_name(path: str) -> str | None:
    """Return the analysed language that a file's name tells, or its place where that is known, or None."""
    lowered = path.rpartition("/")[2].lower()
    if _SHELL_SETTINGS.fullmatch(lowered):
        return "shell"
    suffix = _suffix(lowered)
    if suffix in LANGUAGES:
        return LANGUAGES[suffix]
    if lowered in _SHELL_NAMES:
        return "shell"
    deployment = deployment_language(lowered)
    if deployment is not None:
        return deployment
    settings = settings_language(path)
    if settings is not None:
        return settings
    document = document_language(produced(path).lower())
    if document is not None:
        return document
    program = LANGUAGES.get(_suffix(produced(lowered)))
    if program is not None:
        return program
    if suffix in _DOCUMENTS | UNREAD.keys():
        return None
    return "dotenv" if _ENVIRONMENT.fullmatch(lowered) else None


def is_environment(path: str) -> bool:
    """Whether the file sets what a service runs with: it is read even when git ignores it.

    These are environment files, units, and the configuration of services by its usual name.
    """
    name = path.rpartition("/")[2].lower()
    if _SHELL_SETTINGS.fullmatch(name) or is_service_settings(path):
        return True
    return language_of_name(path) == "dotenv"


def language_of_shebang(beginning: bytes) -> str | None:
    """Return the analysed language that a file's first line (`#!...`) names, or None.

    Follows `env` with its options and assignments, `with-contenv` of s6-overlay and busybox.
    """
    if not beginning.startswith(b"#!"):
        return None
    words = re.split(rb"[\r\n]", beginning[2:], maxsplit=1)[0].decode(errors="replace").split()
    for word in words:
        if word.startswith("-") or "=" in word:
            continue
        program = re.sub(r"[\d.]+w?$", "", word.rsplit("/", 1)[-1])
        if program not in _WRAPPERS:
            return _INTERPRETERS.get(program)
    return None


def unread_kind(name: str) -> str | None:
    """Return the language or format of a file that is only counted, or None."""
    lowered = name.lower()
    suffix = _suffix(lowered)
    if suffix in _DOCUMENTS or is_lock(lowered):
        return None
    return _UNREAD_NAMES.get(lowered.split(".", 1)[0]) or UNREAD.get(suffix)


def is_own(name: str) -> bool:
    """Whether a file is scratchlint's: a baseline, a report, a policy. Scratch paths in it are no use."""
    return _OWN.fullmatch(name.lower()) is not None


def may_have_shebang(name: str) -> bool:
    """Whether only the first line can tell what the file is: its name has no suffix."""
    return not _suffix(name)


def _suffix(name: str) -> str:
    return name.lstrip(".").rpartition(".")[2] if "." in name.lstrip(".") else ""
