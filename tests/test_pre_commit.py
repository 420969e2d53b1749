"""The hooks for pre-commit: run by pre-commit itself, in a repository that uses this checkout of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runner import load
from scratchlint.cli import main
from test_changes import LOG, PROGRAM, SETTINGS, commit, git

PROJECT = Path(__file__).parent.parent
PROGRAM_PATH = Path(sys.executable).parent / "pre-commit"


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what pre-commit needs of this checkout."""
    root = tmp_path_factory.mktemp("hooks")
    git(root, "init", "-q")
    for name in ("src", "grammars", ".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / name)
    commit(root)
    return root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "tests").mkdir(parents=True)
    (root / "node_modules").mkdir()
    git(root, "init", "-q")
    (root / "settings.py").write_text(SETTINGS)
    (root / "program.py").write_text(PROGRAM)
    (root / "tests/helper.py").write_text(LOG)
    (root / "node_modules/x.py").write_text(LOG)
    git(root, "add", "-A", "-f")
    monkeypatch.chdir(root)
    return root


def test_the_hooks_are_valid() -> None:
    subprocess.run([PROGRAM_PATH, "validate-manifest", PROJECT / ".pre-commit-hooks.yaml"], check=True)


def test_the_readme_s_hooks_exist() -> None:
    ids = {hook["id"] for hook in load(PROJECT / ".pre-commit-hooks.yaml")}
    assert ids == {"scratchlint", "scratchlint-changed"}
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert "- id: scratchlint\n" in readme
    assert "`scratchlint-changed`" in readme


def test_pre_commit_runs_both_hooks(
    hooks: Path, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {git(hooks, 'rev-parse', 'HEAD')}\n  hooks:\n"
        "  - id: scratchlint\n  - id: scratchlint-changed\n    verbose: true\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["PRE_COMMIT_HOME"] = str(tmp_path_factory.mktemp("pre-commit"))
    environment["NO_COLOR"] = "1"
    done = subprocess.run(
        [PROGRAM_PATH, "run", "--all-files"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    whole, _, changed = done.stdout.partition("scratchlint (changed files)")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Failed" in whole
    assert "settings.py:1:9: error[scratch-data]" in whole
    assert "settings.py:1:9: error[scratch-data]" in changed
    assert "helper.py" not in done.stdout


@pytest.mark.parametrize("path", ["tests/helper.py", "node_modules/x.py", "ignored.py", "out/x.py", "tests"])
def test_excludes_hold_when_files_are_named(
    project: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    (project / ".gitignore").write_text("ignored.py\nout/\n")
    for name in ("ignored.py", "out/x.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(LOG)
    assert main(["check", path]) == 1
    capsys.readouterr()
    assert main(["check", "--force-exclude", path]) == 0
    assert main(["check", "--force-exclude", path, "settings.py", "program.py"]) == 1
    out = capsys.readouterr().out
    assert "settings.py:1:9: error" in out
    assert "server.log" not in out


def test_a_named_directory_keeps_its_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src").mkdir()
    (project / "src/log.py").write_text(LOG)
    assert main(["check", "--force-exclude", "src"]) == 1
    assert "src/log.py:3:21: warning" in capsys.readouterr().out


def test_a_missing_path_is_still_a_mistake(project: Path) -> None:
    assert main(["check", "--force-exclude", "nowhere"]) == 2
