"""Discovery: which files are found, in every kind of tree, and what a hostile tree cannot do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scratchlint.core.finding import Skipped
from scratchlint.errors import UsageError
from scratchlint.source import discover as discover_module
from scratchlint.source import git as git_module
from scratchlint.source import walk as walk_module
from scratchlint.source.discover import Discovery, discover
from scratchlint.source.kinds import language_of_name, language_of_shebang, unread_kind
from scratchlint.source.read import Source, read
from scratchlint.source.root import find_root

Write = Callable[..., None]


def git(root: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True)


@pytest.fixture(params=["git", "walk", "git-broken"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A tree that is listed by git, without git, and after git has failed."""
    top = tmp_path / "project"
    top.mkdir()
    if request.param == "git":
        git(top, "init", "-q")
    elif request.param == "git-broken":
        (top / ".git").mkdir()
        (top / ".git/HEAD").write_text("nonsense")
    return top


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    top.mkdir()
    git(top, "init", "-q")
    return top


def write(root: Path, *paths: str, text: str = "x\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def reasons(found: Discovery) -> dict[str, str]:
    return {skipped.file: skipped.reason for skipped in found.skipped}


def test_languages_and_order(root: Path) -> None:
    write(
        root, "z.py", "a/b.ts", "a.js", "c.sh", "env/.env.production", "d.tsx", "README.md", "e.go", "f.yml"
    )
    found = discover(root, ("",))
    assert found.files == ("a.js", "a/b.ts", "c.sh", "d.tsx", "env/.env.production", "f.yml", "z.py")
    assert list(found.languages.values()) == [
        "javascript",
        "typescript",
        "shell",
        "typescript",
        "dotenv",
        "yaml",
        "python",
    ]
    assert found.unread == {"Go": 1}
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.PY", "python"),
        ("a.pyw", "python"),
        ("a.pyi", None),
        ("a.d.ts", "typescript"),
        ("a.mts", "typescript"),
        ("a.cts", "typescript"),
        ("a.jsx", "javascript"),
        ("a.mjs", "javascript"),
        ("a.cjs", "javascript"),
        ("a.bash", "shell"),
        ("a.zsh", "shell"),
        (".bashrc", "shell"),
        (".envrc", "shell"),
        (".envrc.example", "shell"),
        (".env", "dotenv"),
        (".ENV", "dotenv"),
        (".env.production.local", "dotenv"),
        (".env-example", "dotenv"),
        (".env_sample", "dotenv"),
        ("docker.env", "dotenv"),
        ("env.example", "dotenv"),
        ("env-example", "dotenv"),
        ("env.production.sample", "dotenv"),
        ("dotenv.sample", "dotenv"),
        (".flaskenv", "dotenv"),
        (".env.ts", "typescript"),
        (".env.json", "json"),
        (".env.md", None),
        (".environment", None),
        ("env", None),
        ("env.h", None),
        ("environment", None),
    ],
)
def test_language_of_name(name: str, language: str | None) -> None:
    assert language_of_name(name) == language


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (b"#!/bin/bash", "shell"),
        (b"#! /bin/sh -e\nmore", "shell"),
        (b"#!/usr/bin/env bash\r\n", "shell"),
        (b"#!/usr/bin/env -S bash -eu", "shell"),
        (b"#!/usr/bin/env -i PATH=/bin ksh", "shell"),
        (b"#!/usr/bin/with-contenv bash", "shell"),
        (b"#!/command/with-contenv bashio", "shell"),
        (b"#!/bin/busybox sh", "shell"),
        (b"#!/bin/dash", "shell"),
        (b"#!/bin/ash", "shell"),
        (b"#!/usr/bin/zsh", "shell"),
        (b"#!/usr/bin/python3.11", "python"),
        (b"#!/usr/bin/env -S uv run --script", "python"),
        (b"#!/usr/bin/env node", "javascript"),
        (b"#!/usr/bin/env -S deno run", "javascript"),
        (b"#!/usr/bin/env bun", "javascript"),
        (b"#!/usr/bin/perl", None),
        (b"#!/usr/bin/execlineb -P", None),
        (b"#!", None),
        (b"#!\xff\xfe", None),
        (b"\x7fELF", None),
        (b"", None),
    ],
)
def test_language_of_shebang(line: bytes, language: str | None) -> None:
    assert language_of_shebang(line) == language


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.rs", "Rust"),
        ("notes.ipynb", "Jupyter notebook"),
        ("LICENSE", None),
        ("a.png", None),
    ],
)
def test_unread_kind(name: str, kind: str | None) -> None:
    assert unread_kind(name) == kind


def test_shebang_of_files_without_suffix(root: Path) -> None:
    write(root, "bin/run", text="#!/usr/bin/with-contenv bash\n")
    write(root, "bin/tool", text="#!/usr/bin/env python3\n")
    write(root, "bin/notes", "run.txt", text="no shebang\n")
    found = discover(root, ())
    assert found.languages == {"bin/run": "shell", "bin/tool": "python"}


def test_ignore_rules(root: Path) -> None:
    write(root, ".gitignore", text="# comment\nbuild/\n*.gen.py\n!keep.gen.py\r\n/top.py\n\n!\n")
    write(root, "sub/.gitignore", text="local.py\n!special.gen.py\n")
    write(root, "build/a.py", "a.gen.py", "keep.gen.py", "top.py", "sub/top.py", "local.py")
    write(root, "sub/local.py", "sub/special.gen.py", "sub/deep/local.py")
    found = discover(root, ("",))
    assert found.files == ("keep.gen.py", "local.py", "sub/special.gen.py", "sub/top.py")
    assert discover(root, ("sub",)).files == ("sub/special.gen.py", "sub/top.py")


def test_ignored_environment_files_are_found(root: Path) -> None:
    write(root, ".gitignore", text=".env*\n*.env\n.envrc\nbuild/\nnode_modules\nvenv\n")
    write(root, ".env", ".env.production", "deploy/prod.env", ".envrc", "build/.env", "build/a.py")
    write(root, "node_modules/x/.env", "venv/pyvenv.cfg", "venv/.env", "pkg/__pycache__/.env", "app.py")
    found = discover(root, ("",))
    assert found.files == (".env", ".env.production", ".envrc", "app.py", "build/.env", "deploy/prod.env")
    assert found.skipped == ()


def test_environment_files_only_below_what_is_named(root: Path) -> None:
    write(root, ".gitignore", text=".env\n")
    write(root, ".env", "api/.env", "web/.env", "api/a.py")
    assert discover(root, ("api",)).files == ("api/.env", "api/a.py")


def test_other_peoples_code_is_left_out_and_reported(root: Path) -> None:
    write(root, "node_modules/x/index.js", "web/node_modules/y/node_modules/z/index.js", "index.js")
    write(root, "py/pyvenv.cfg", "py/lib/site-packages/a.py", "__pycache__/a.py")
    found = discover(root, ("",))
    assert found.files == ("index.js",)
    assert set(reasons(found)) == {"node_modules", "web/node_modules", "py"}
    assert "name it" in reasons(found)["py"]
    assert discover(root, ("node_modules/x",)).files == ("node_modules/x/index.js",)


def test_named_files_are_always_analysed(root: Path) -> None:
    write(root, ".gitignore", text="ignored.py\nout/\n")
    write(root, "ignored.py", "out/a.py", "out/deep/b.py", "c.py")
    assert discover(root, ("ignored.py",)).files == ("ignored.py",)
    assert discover(root, ("out/a.py", "c.py")).files == ("c.py", "out/a.py")
    assert discover(root, ("out",)).files == ("out/a.py", "out/deep/b.py")
    assert discover(root, ("./out/deep/", "out/deep")).files == ("out/deep/b.py",)


def test_named_files_that_cannot_be_analysed_are_reported(root: Path) -> None:
    write(root, "a.go", "a.txt")
    write(root, "script.txt", text="#!/bin/sh\n")
    os.mkfifo(root / "fifo")
    found = discover(root, ("a.go", "a.txt", "fifo", "script.txt"))
    assert found.files == ("script.txt",)
    assert reasons(found) == {
        "a.go": "Go is not analysed",
        "a.txt": "neither its name nor its first line tells an analysed language",
        "fifo": "not a regular file",
    }


@pytest.mark.parametrize("path", ["gone.py", "gone/a.py", "a.py/b", "../x.py", "/etc", "a\0b"])
def test_named_path_that_does_not_exist(root: Path, path: str) -> None:
    write(root, "a.py")
    with pytest.raises(UsageError) as caught:
        discover(root, (path,))
    assert "\n" not in str(caught.value)


def test_empty_tree(root: Path) -> None:
    found = discover(root, ("",))
    assert found.files == ()
    assert found.skipped == ()
    assert found.unread == {}


def test_special_files_and_links(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.py", "outside/.env")
    write(root, "real.py", "inner/a.py", "conf/production")
    os.mkfifo(root / "fifo.py")
    os.mkfifo(root / "fifo")
    os.mkfifo(root / ".env.local")
    (root / "same.py").symlink_to("real.py")
    (root / "out.py").symlink_to(tmp_path / "outside/secret.py")
    (root / ".env").symlink_to("conf/production")
    (root / "broken.sh").symlink_to("nowhere")
    (root / "picture.png").symlink_to("nowhere")
    (root / "way_out").symlink_to(tmp_path / "outside")
    (root / "inner/loop").symlink_to("..")
    found = discover(root, ("",))
    assert found.languages == {"conf/production": "dotenv", "inner/a.py": "python", "real.py": "python"}
    assert reasons(found) | {"fifo.py": "not a regular file"} == {
        ".env.local": "not a regular file",
        "broken.sh": "link that leads nowhere",
        "fifo.py": "not a regular file",  # git does not list it at all
        "out.py": "link out of the root",
        "way_out": "link out of the root",
    }


def test_named_links_mean_their_targets(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.py")
    write(root, "inner/a.py")
    (root / "link").symlink_to("inner")
    (root / "link.py").symlink_to("inner/a.py")
    (root / "out.py").symlink_to(tmp_path / "outside/secret.py")
    assert discover(root, ("link",)).files == ("inner/a.py",)
    assert discover(root, ("link.py", "link/a.py")).files == ("inner/a.py",)
    assert reasons(discover(root, ("out.py",))) == {"out.py": "link out of the root"}


def test_names_with_any_bytes(root: Path) -> None:
    names = [
        os.fsdecode(raw) for raw in (b"new\nline.py", b"sp ace.py", b"caf\xe9.py", b"-x.py", b":(top)a.py")
    ]
    write(root, *names)
    write(root, os.fsdecode(b"dir\xff\n/a.py"))
    found = discover(root, ("",))
    assert found.files == tuple(sorted([*names, os.fsdecode(b"dir\xff\n/a.py")]))
    assert all(isinstance(read(root, file), Source) for file in found.files)
    assert discover(root, (os.fsdecode(b"dir\xff\n"),)).files == (os.fsdecode(b"dir\xff\n/a.py"),)


def test_file_that_vanishes_during_the_run(root: Path) -> None:
    write(root, "a.py", "b.py")
    found = discover(root, ("",))
    (root / "a.py").unlink()
    outcomes = [read(root, file) for file in found.files]
    assert outcomes[0] == Skipped("a.py", "vanished while the analysis ran")
    assert isinstance(outcomes[1], Source)


def test_depth_is_bounded_and_said(root: Path) -> None:
    write(root, "/".join(["d"] * (walk_module.MAXIMUM_DEPTH + 2)) + "/a.py", "top.py")
    found = discover(root, ("",))
    assert found.files == ("top.py",)
    assert any(f"deeper than {walk_module.MAXIMUM_DEPTH} directories" in limit for limit in found.limits)


def test_number_of_files_is_bounded_and_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, *(f"{number}.py" for number in range(5)))
    monkeypatch.setattr(discover_module, "MAXIMUM_FILES", 3)
    found = discover(root, ("",))
    assert found.files == ("0.py", "1.py", "2.py")
    assert "looked at 3 of 5 files" in found.limits


def test_number_of_entries_is_bounded_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "top.py", *(f"a/{number}.py" for number in range(10)))
    monkeypatch.setattr(walk_module, "MAXIMUM_ENTRIES", 5)
    found = discover(tmp_path, ("",))
    assert found.files == ("top.py",)
    assert found.limits == ("stopped listing . after 5 entries",)


def test_unreadable_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "closed/a.py", "b.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover(tmp_path, ("",))
    assert found.files == ("b.py",)
    assert reasons(found) == {"closed": "unreadable directory: Permission denied"}


def test_ignore_patterns_that_would_take_forever_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*a*a*a*a*a*a*a*a*a*a*a*a*b\nc.py\n")
    write(tmp_path, "a" * 200 + ".py", "c.py")
    found = discover(tmp_path, ("",))
    assert found.files == ("a" * 200 + ".py",)
    assert found.limits == ("1 patterns of .gitignore were left out",)


def test_ignore_file_that_is_no_file(root: Path) -> None:
    os.mkfifo(root / "sub.py")
    (root / "a").mkdir()
    (root / "a/.gitignore").mkdir()
    write(root, "a/b.py")
    assert discover(root, ("",)).files == ("a/b.py",)


# Git work trees


def test_tracked_files_count_even_when_ignored(work_tree: Path) -> None:
    write(work_tree, "a.py", "gone.py", "deleted.go")
    git(work_tree, "add", "-A")
    write(work_tree, ".gitignore", text="a.py\n")
    (work_tree / "gone.py").unlink()
    (work_tree / "deleted.go").unlink()
    found = discover(work_tree, ("",))
    assert found.files == ("a.py",)
    assert found.skipped == ()
    assert found.unread == {}


def test_repositories_inside_are_reported(work_tree: Path) -> None:
    write(work_tree, "a.py", "inner/b.py")
    git(work_tree / "inner", "init", "-q")
    found = discover(work_tree, ("",))
    assert found.files == ("a.py",)
    assert "repository of its own" in reasons(found)["inner"]


def test_directory_of_repositories_is_walked(tmp_path: Path) -> None:
    write(tmp_path, "one/a.py", "two/b.py", "two/c.py", "two/.gitignore", text="c.py\n")
    git(tmp_path / "one", "init", "-q")
    git(tmp_path / "two", "init", "-q")
    write(tmp_path, "two/.git/info/exclude", text="d.py\n")
    write(tmp_path, "two/d.py", "top.py")
    found = discover(tmp_path, ("",))
    assert found.files == ("one/a.py", "top.py", "two/b.py")
    assert found.repositories == ("one", "two")
    assert discover(tmp_path / "two", ("",)).repositories == ()


def test_work_tree_whose_git_entry_is_a_file(work_tree: Path, tmp_path: Path) -> None:
    write(work_tree, "a.py", ".gitignore", text="b.py\n")
    git(work_tree, "add", "-A")
    git(work_tree, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    git(work_tree, "worktree", "add", "-q", str(tmp_path / "second"))
    write(tmp_path / "second", "b.py", "c.py")
    found = discover(tmp_path / "second", ("",))
    assert found.files == ("a.py", "c.py")
    assert found.limits == ()


def test_git_failure_is_said(tmp_path: Path) -> None:
    write(tmp_path, ".git", text="gitdir: /nowhere/at/all\n")
    write(tmp_path, "a.py", "b.py")
    write(tmp_path, ".gitignore", text="b.py\n")
    found = discover(tmp_path, ("",))
    assert found.files == ("a.py",)
    assert len(found.limits) == 1
    assert found.limits[0].startswith("git could not list the files, so .gitignore was read directly: ")


def test_missing_git(work_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work_tree, "a.py", ".git/info/exclude", text="b.py\n")
    write(work_tree, "b.py")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    found = discover(work_tree, ("",))
    assert found.files == ("a.py",)
    assert found.limits[0].endswith("git is not installed")


def test_git_that_hangs(work_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifo in the place of a file that git reads must not hold the run up."""
    write(work_tree, "a.py")
    (work_tree / ".git/info/exclude").unlink(missing_ok=True)
    (work_tree / ".git/info").mkdir(exist_ok=True)
    os.mkfifo(work_tree / ".git/info/exclude")
    monkeypatch.setattr(git_module, "SECONDS", 1)
    found = discover(work_tree, ("",))
    assert found.files == ("a.py",)
    assert "longer than 1 seconds" in found.limits[0]
    assert reasons(found) == {".git/info/exclude": "not a regular file"}


def trap(directory: Path) -> tuple[Path, Path]:
    """A script and the marker that it leaves when something runs it."""
    marker = directory / "it-ran"
    script = directory / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\nexit 1\n")
    script.chmod(0o755)
    return script, marker


def test_hostile_configuration_runs_nothing(work_tree: Path, tmp_path: Path) -> None:
    script, marker = trap(tmp_path)
    write(work_tree, "a.py", "b.py")
    git(work_tree, "add", "a.py")
    write(tmp_path, "everything", text="*\n")
    (work_tree / ".git/included").write_text(f"[core]\n fsmonitor = {script}\n hooksPath = {tmp_path}\n")
    with (work_tree / ".git/config").open("a") as config:
        config.write(
            f"[core]\n fsmonitor = {script}\n pager = {script}\n editor = {script}\n sshCommand = {script}\n"
            f" askPass = {script}\n excludesFile = {tmp_path}/everything\n worktree = /\n"
            f" hooksPath = {tmp_path}\n"
            f"[include]\n path = included\n[alias]\n ls-files = !{script}\n"
            f'[filter "x"]\n clean = {script}\n process = {script}\n[diff]\n external = {script}\n'
        )
    (work_tree / ".git/hooks").mkdir(exist_ok=True)
    shutil.copy(script, work_tree / ".git/hooks/post-index-change")
    write(work_tree, ".gitattributes", text="* filter=x\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(
        ["git", "--work-tree=.", "--git-dir=.git", "status"],
        cwd=work_tree,
        env=environment,
        capture_output=True,
    )
    assert marker.exists(), "the trap must be real"
    marker.unlink()
    found = discover(work_tree, ("",))
    assert found.files == ("a.py", "b.py")
    assert found.limits == ()
    assert not marker.exists()


def test_missing_objects_are_not_fetched(work_tree: Path, tmp_path: Path) -> None:
    """A sparse index that lacks a tree makes git fetch it, with a command of the repository's choice."""
    script, marker = trap(tmp_path)
    write(work_tree, "a.py", "kept/b.py", "far/c.py")
    git(work_tree, "add", "-A")
    git(work_tree, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    git(work_tree, "sparse-checkout", "init", "--cone", "--sparse-index")
    git(work_tree, "sparse-checkout", "set", "kept")
    tree = subprocess.run(
        ["git", "rev-parse", "HEAD:far"], cwd=work_tree, check=True, capture_output=True, text=True
    ).stdout.strip()
    (work_tree / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with (work_tree / ".git/config").open("a") as config:
        config.write(
            f'[remote "origin"]\n url = {tmp_path}\n promisor = true\n uploadpack = {script}\n'
            "[extensions]\n partialClone = origin\n[protocol]\n allow = always\n"
        )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "ls-files", "-co"], cwd=work_tree, env=environment, capture_output=True)
    if not marker.exists():
        pytest.skip("this git does not fetch here")
    marker.unlink()
    assert discover(work_tree, ("",)).files == ("a.py", "kept/b.py")
    assert not marker.exists()


def test_inherited_git_variables_mean_nothing(
    work_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(work_tree, "a.py")
    script, marker = trap(tmp_path)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(script))
    found = discover(work_tree, ("",))
    assert found.files == ("a.py",)
    assert found.limits == ()
    assert not marker.exists()


def test_index_that_names_files_outside(work_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work_tree, "a.py")
    names = ["../evil.py", "/etc/evil.py", "x/../../evil.py", ".git/evil.py", "a.py", ""]
    monkeypatch.setattr(discover_module, "tracked_and_new", lambda *_: names)
    assert discover(work_tree, ("",)).files == ("a.py",)


# The root


def test_root_of_a_work_tree(work_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work_tree, "src/a.py", "tests/b.py")
    assert find_root([work_tree]) == (work_tree, ("",))
    assert find_root([work_tree / "src"]) == (work_tree, ("src",))
    assert find_root([work_tree / "src/a.py", work_tree / "tests"]) == (work_tree, ("src/a.py", "tests"))
    monkeypatch.chdir(work_tree / "src")
    assert find_root([]) == (work_tree, ("src",))
    assert find_root([Path(".."), Path("a.py")]) == (work_tree, ("", "src/a.py"))


def test_root_outside_a_work_tree(tmp_path: Path) -> None:
    write(tmp_path, "one/a.py", "one/deep/b.py", "two/c.py")
    assert find_root([tmp_path / "one"]) == (tmp_path / "one", ("",))
    assert find_root([tmp_path / "one/a.py"]) == (tmp_path / "one", ("a.py",))
    assert find_root([tmp_path / "one/deep", tmp_path / "two/c.py"]) == (tmp_path, ("one/deep", "two/c.py"))
    assert find_root([tmp_path / "one", tmp_path / "one/deep"]) == (tmp_path / "one", ("", "deep"))


def test_root_of_several_work_trees(tmp_path: Path) -> None:
    write(tmp_path, "one/a.py", "two/c.py")
    git(tmp_path / "one", "init", "-q")
    git(tmp_path / "two", "init", "-q")
    assert find_root([tmp_path / "one", tmp_path / "two"]) == (tmp_path, ("one", "two"))


def test_root_follows_named_links(work_tree: Path, tmp_path: Path) -> None:
    write(work_tree, "src/a.py")
    (tmp_path / "link").symlink_to(work_tree / "src")
    assert find_root([tmp_path / "link"]) == (work_tree, ("src",))


def test_home_directory_under_git_is_no_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "work/a.py")
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_root([tmp_path / "work"]) == (tmp_path / "work", ("",))
    assert find_root([tmp_path]) == (tmp_path, ("",))


@pytest.mark.parametrize("name", ["gone", "a.py/b", "loop", "a\0b", "x" * 5000])
def test_root_of_what_does_not_exist(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.py")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError) as caught:
        find_root([tmp_path / name])
    assert "\n" not in str(caught.value)
