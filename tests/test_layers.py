"""The shape of the package: imports go downward, modules stay small, only the top touches the world."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "scratchlint"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400

# Each layer may import the ones above it in this list, and itself.
LAYERS = [
    {"core", "errors", "workers"},
    {"policy", "source", "knowledge", "suppress"},
    {"languages"},
    {"dataflow"},
    {"judge"},
    {"rules"},
    {"policies"},
    {"look"},
    {"project", "excerpts", "selection", "reported"},
    {"cases"},
    {"judged"},
    {"findings"},
    {"analyze"},
    {"insight", "baseline"},
    {"changes", "fix", "sweep"},
    {"cli", "arguments", "argument_groups", "commands", "output", "__main__"},
]
TOP = LAYERS[-1]
# These know less than their height would allow.
NARROW = {
    "core": {"core"},
    "errors": set[str](),
    "workers": set[str](),
    "policy": {"core", "errors", "policy"},
    "rules": {"core", "errors", "policy", "rules"},
    "suppress": {"core", "suppress"},
    "report": {"core", "errors", "report"},
    "excerpts": {"core", "report", "source"},
    "baseline": {"core", "errors", "report", "baseline"},
    "changes": {"core", "errors", "source", "baseline"},
    "sweep": {"core", "errors", "policies", "source", "rules", "report", "analyze", "baseline", "sweep"},
}
LATE = {"libcst": "python_source.py", "distributed": "executors.py"}
PROCESSES = {"subprocess", "multiprocessing", "pty"}
PARALLEL = {"concurrent", "threading", "asyncio"}

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def part(module: Path) -> str:
    """Return the name that a module has in LAYERS; the package itself is ""."""
    first = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"), str(module))


def imports(module: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, inside functions too."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(module: Path) -> set[str]:
    names = {name.split(".")[1] for name in imports(module) if name.startswith("scratchlint.")}
    return {name for name in names if name != "__version__"}


def allowed(name: str) -> set[str]:
    if name in NARROW:
        return NARROW[name]
    height = next(number for number, layer in enumerate(LAYERS) if name in layer)
    below = set[str]().union(*LAYERS[:height])
    return below | {name} | (TOP | {"report"} if name in TOP else set())


def calls(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def attributes(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def test_every_module_is_in_a_layer() -> None:
    known = set[str]().union(*LAYERS) | {"report", ""}
    assert {part(module) for module in MODULES} <= known


@each_module
def test_imports_go_downward(module: Path) -> None:
    if part(module):
        assert parts_imported(module) <= allowed(part(module))


def test_excerpts_take_only_fingerprints_from_reports() -> None:
    taken = {name for name in imports(PACKAGE / "excerpts.py") if name.startswith("scratchlint.report")}
    assert taken == {"scratchlint.report.fingerprint.line_hashes"}


@each_module
def test_only_languages_know_the_parser(module: Path) -> None:
    parser = {name for name in imports(module) if name.startswith("tree_sitter")}
    assert not parser or part(module) == "languages"


@pytest.mark.parametrize(
    ("package", "knows"), [("libcst", "python_source.py"), ("distributed", "executors.py")]
)
@each_module
def test_what_takes_long_to_load_is_loaded_late_by_one_module(module: Path, package: str, knows: str) -> None:
    if package in {name.split(".")[0] for name in imports(module)}:
        assert module.name == knows
        for node in tree(module).body:
            assert not isinstance(node, ast.Import | ast.ImportFrom) or package not in ast.unparse(node)


@each_module
def test_only_the_top_prints_and_exits(module: Path) -> None:
    if part(module) in TOP:
        return
    assert not {"print", "input", "exit", "quit", "sys.exit", "os._exit"} & set(calls(module))
    assert not {"sys.stdout", "sys.stderr", "sys.stdin", "sys.argv"} & set(attributes(module))


@each_module
def test_only_source_sweeps_and_workers_start_processes(module: Path) -> None:
    used = {name.split(".")[0] for name in imports(module)}
    started = {"os.system", "os.popen", "os.fork", "os.posix_spawn"} & set(calls(module))
    starts = part(module) in {"source", "sweep", "workers"}
    assert not (used & PROCESSES or started) or starts
    assert not used & PARALLEL or part(module) in {"source", "analyze", "sweep"}


@each_module
def test_module_is_short(module: Path) -> None:
    length = len(module.read_text("utf-8").splitlines())
    assert length <= MOST_LINES


@each_module
def test_module_is_documented(module: Path) -> None:
    assert ast.get_docstring(tree(module))


@each_module
def test_dataclasses_are_frozen_and_slotted(module: Path) -> None:
    # The indexes of dataflow grow while the program is linked; they are slotted all the same.
    wanted = {"slots=True"} if part(module) == "dataflow" else {"slots=True", "frozen=True"}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                text = ast.unparse(decorator)
                if text.startswith("dataclass"):
                    assert all(word in text for word in wanted), node.name


def test_languages_and_rules_do_not_know_each_other() -> None:
    for module in MODULES:
        if part(module) == "languages":
            assert "rules" not in parts_imported(module)
        if part(module) == "rules":
            assert "languages" not in parts_imported(module)


@each_module
def test_nothing_is_done_at_import(module: Path) -> None:
    """A module's top level defines: it calls nothing for its effect."""
    if part(module) == "__main__":
        return
    effects = [node for node in tree(module).body if isinstance(node, ast.Expr)]
    assert all(isinstance(node.value, ast.Constant) for node in effects)


@each_module
def test_third_party_packages_are_declared(module: Path) -> None:
    # sarif_om's classes are made with attr, and so is what reads them; jinja2 escapes by markupsafe.
    declared = {
        "scratchlint",
        "ahocorasick_rs",
        "distributed",
        "jinja2",
        "libcst",
        "markupsafe",
        "pathspec",
        "rich",
        "sarif_om",
        "attr",
        "tree_sitter",
    }
    used = {name.split(".")[0] for name in imports(module)}
    foreign = used - declared - set(sys.stdlib_module_names)
    assert all(name.startswith("tree_sitter_") for name in foreign), foreign
