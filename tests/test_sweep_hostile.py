"""Repositories that were made to do harm: each is named, none stops the others, none writes elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scratchlint.cli import main
from scratchlint.source import snapshot
from scratchlint.sweep.database import reading
from scratchlint.sweep.rows import ErrorRow
from scratchlint.sweep.sources import Source
from scratchlint.sweep.unit import Analysed, Unit, work
from scratchlint.sweep.wishes import Wishes
from swept import LOG, bare, failures, git, results, work_tree

pytestmark = pytest.mark.usefixtures("cache")

CONTENT = LOG.format("evil").encode()


def empty(place: Path, name: str) -> Path:
    git(place, "init", "-q", "--bare", "-b", "main", f"{name}.git")
    return place / f"{name}.git"


def stored(store: Path, kind: str, content: bytes) -> str:
    """Write an object as it is, sound or not, and return its name."""
    command = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    return (
        subprocess.run(command, cwd=store, input=content, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )


def tree(store: Path, *entries: tuple[str, bytes, str]) -> str:
    """Write a tree of entries (mode, name, object), in their order."""
    content = b"".join(
        mode.encode() + b" " + name + b"\0" + bytes.fromhex(one) for mode, name, one in entries
    )
    return stored(store, "tree", content)


def committed(store: Path, top: str) -> Path:
    who = b"A <a@example.org> 0 +0000"
    commit = stored(store, "commit", b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (top.encode(), who, who))
    (store / "refs" / "heads" / "main").write_text(f"{commit}\n")
    return store


def deep(place: Path) -> Path:
    store = empty(place, "deep")
    inner = tree(store, ("100644", b"a.py", stored(store, "blob", CONTENT)))
    for _ in range(200):
        inner = tree(store, ("40000", b"d", inner))
    return committed(store, inner)


def bomb(place: Path) -> Path:
    """Make ten objects that are ten thousand million files."""
    store = empty(place, "bomb")
    blob = stored(store, "blob", CONTENT)
    inner = tree(store, *(("100644", b"f%d.py" % number, blob) for number in range(10)))
    for _ in range(9):
        inner = tree(store, *(("40000", b"d%d" % number, inner) for number in range(10)))
    return committed(store, inner)


def named_evilly(place: Path) -> Path:
    store = empty(place, "names")
    blob = stored(store, "blob", CONTENT)
    inside = tree(store, ("100644", b"escaped.py", blob))
    names = [b"-rf.py", b"a\nb.py", b"\xff\xfe.py", b"\x1b[31m.py", b"%s.py" % (b"n" * 300), b"../escaped.py"]
    return committed(
        store,
        tree(
            store,
            *(("100644", name, blob) for name in names),
            *(("40000", name, inside) for name in (b"..", b".git", b".GIT", b".")),
        ),
    )


def linked(place: Path, target: Path) -> Path:
    store = empty(place, "links")
    blob = stored(store, "blob", CONTENT)
    link = stored(store, "blob", os.fsencode(target))
    return committed(
        store,
        tree(
            store,
            ("120000", b"d", link),
            ("40000", b"d", tree(store, ("100644", b"escaped.py", blob))),
            ("120000", b"link.py", stored(store, "blob", os.fsencode(target / "secret.py"))),
            ("160000", b"module", "1" * 40),
        ),
    )


def broken(place: Path) -> Path:
    store = bare(place, "broken", 2)
    one = store / "objects" / (name := git(store, "rev-parse", "HEAD:service0.py"))[:2] / name[2:]
    one.chmod(0o644)
    one.write_bytes(one.read_bytes()[:-4] + b"junk")
    return store


def without_tree(place: Path) -> Path:
    return committed(empty(place, "treeless"), "2" * 40)


def outside(place: Path, target: Path) -> Path:
    """Make a work tree whose links, and whose repository, are elsewhere."""
    root = place / "outside"
    root.mkdir()
    (root / ".git").write_text(f"gitdir: {target}/.git\n")
    (root / "scratchlint.toml").symlink_to(target / "secret.py")
    return root


def huge(place: Path) -> Path:
    root = work_tree(place, "huge")
    with (root / "huge.py").open("wb") as stream:
        os.truncate(stream.fileno(), 1 << 33)
    os.mkfifo(root / "pipe.py")
    (root / "link.py").symlink_to("/etc/passwd")
    (root / "circle.py").symlink_to("circle.py")
    return root


def errors(out: Path) -> dict[str, list[ErrorRow]]:
    database = reading(out)
    return {Path(one.source.address).name: list(database.errors(one.name)) for one in database.repositories()}


def everything(place: Path) -> dict[str, int]:
    return {str(one): one.lstat().st_mtime_ns for one in place.rglob("*") if not one.is_dir()}


def test_hostile_repositories_are_named_and_stop_nothing(tmp_path: Path, out: Path) -> None:
    place = tmp_path / "sources"
    place.mkdir()
    target = work_tree(tmp_path, "target")
    (target / "secret.py").write_text(LOG.format("secret"))
    sources = [
        deep(place),
        bomb(place),
        named_evilly(place),
        linked(place, target),
        broken(place),
        without_tree(place),
        outside(place, target),
        huge(place),
        work_tree(place, "good", 2),
    ]
    before = everything(tmp_path)
    words = ["--out", str(out), "--memory-limit", "512", "--quiet"]
    assert main(["sweep", *map(str, sources), *words]) == 1
    there = {
        file: time
        for file, time in everything(tmp_path).items()
        if "/out/" not in file and "/cache/" not in file
    }
    assert there == before

    failed = failures(out)
    assert set(failed) == {"bomb.git", "treeless.git", "outside"}
    assert "memory" in failed["bomb.git"] or "took longer" in failed["bomb.git"]
    assert "git cannot list" in failed["treeless.git"]
    assert "scratchlint.toml" in failed["outside"]
    found = results(out)
    assert found == {
        "good": 2,
        "huge": 1,
        "deep.git": 0,
        "names.git": 4,
        "links.git": 1,
        "broken.git": 1,
    }
    told = {name: {(one.kind, one.file): one.reason for one in rows} for name, rows in errors(out).items()}
    assert "deeper than 64 directories" in told["deep.git"]["limit", ""]
    assert "huge.py" in {file for _, file in told["huge"]}
    assert {"circle.py", "link.py"} <= {file for _, file in told["huge"]}
    assert ("skipped", "service0.py") in told["broken.git"]
    assert any("name too long" in reason.lower() for reason in told["names.git"].values())
    files = {row.file for one in reading(out).repositories() for row in reading(out).findings(one.name)}
    assert not [file for file in files if ("escaped" in file and ".." in file) or "secret" in file]


def test_bound_on_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = bare(tmp_path, "many", 5)
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(snapshot, "MAXIMUM_FILES", 3)
    monkeypatch.chdir(tmp_path)
    done = work(Unit(Source(str(store)), Wishes()), place, 0, lambda _: None)
    assert isinstance(done, Analysed)
    assert done.errors[0] == ErrorRow("limit", "", "looked at 3 of 5 files")
    assert len(done.findings) == 3
