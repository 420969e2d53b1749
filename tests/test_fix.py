"""What fixes promise: nothing is half done, nothing is overwritten, and people are told the rest."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scratchlint.cli import main
from scratchlint.fix.apply import apply
from scratchlint.fix.diff import diff
from scratchlint.fix.migration import script
from scratchlint.fix.offer import Offer, offer
from scratchlint.fix.owner import app_name
from scratchlint.fix.verify import Run, verify
from scratchlint.policies import Policies
from scratchlint.source.read import Source, read
from scratchlint.source.write import NotWrittenError, Replacement, replace_files

INCIDENT = Path(__file__).parents[1] / "fixtures" / "fixes" / "incident"
SERVER = 'import socket\n\nserver = socket.socket(socket.AF_UNIX)\nserver.bind("/tmp/scribe.sock")\n'
CLIENT = 'import socket\n\nclient = socket.socket(socket.AF_UNIX)\nclient.connect("/tmp/scribe.sock")\n'
DATABASE = 'import sqlite3\n\nconnection = sqlite3.connect("/tmp/scribe.db")\n'
UNIT = "[Service]\nExecStart=/usr/bin/scribed\nPIDFile=/tmp/scribe.pid\n"


def project(root: Path, **files: str) -> Path:
    (root / "scratchlint.toml").write_text('app = "scribe"\n', "utf-8")
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text, "utf-8")
    return root


def offered(root: Path) -> Offer:
    return offer(root, ("",), Policies(root))


def source(root: Path, path: str) -> Source:
    found = read(root, path)
    assert isinstance(found, Source)
    return found


def texts(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir()}


# All or nothing


def test_all_places_change_together(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, client_py=CLIENT)
    found = offered(root)
    apply(found.fixes, found.tree)
    assert '"/run/scribe/scribe.sock"' in (root / "server.py").read_text()
    assert '"/run/scribe/scribe.sock"' in (root / "client.py").read_text()


def test_a_file_that_cannot_change_keeps_the_others(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, client_py=CLIENT, database_py=DATABASE)
    (root / "client.py").chmod(0o444)
    before = texts(root)
    found = offered(root)
    applied = apply(found.fixes, found.tree)
    assert [fix.old for fix in applied.fixes] == ["/tmp/scribe.db"]
    assert {one.because for one in applied.failed} == {"client.py: is read-only"}
    assert {name for name, data in texts(root).items() if data != before[name]} == {"database.py"}


def test_what_fails_half_way_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, server_py=SERVER, client_py=CLIENT)
    before = texts(root)
    replace, calls = os.replace, []

    def failing(*arguments: object, **keywords: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        replace(*arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", failing)
    found = offered(root)
    applied = apply(found.fixes, found.tree)
    assert applied.fixes == ()
    assert texts(root) == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.write_text(SERVER + "\n"), "changed since it was analysed"),
        (lambda path: path.chmod(0o444), "is read-only"),
        (lambda path: path.unlink(), "changed since it was analysed"),
    ],
)
def test_files_that_are_left_alone(tmp_path: Path, change: object, reason: str) -> None:
    root = project(tmp_path, server_py=SERVER)
    before = source(root, "server.py")
    assert callable(change)
    change(root / "server.py")
    with pytest.raises(NotWrittenError, match=f"server.py: {reason}"):
        replace_files(root, [Replacement(before, b"other")])
    assert sorted(path.name for path in root.iterdir() if path.name.startswith(".")) == []


def test_unfinished_merges_are_left_alone(tmp_path: Path) -> None:
    text = f"<<<<<<< HEAD\n{SERVER}=======\n>>>>>>> other\n"
    root = project(tmp_path, server_py=text)
    with pytest.raises(NotWrittenError, match="unfinished merge"):
        replace_files(root, [Replacement(source(root, "server.py"), b"other")])


def test_ignored_files_are_left_alone_also_where_they_are_named(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, client_py=CLIENT)
    (root / ".gitignore").write_text("server.py\n")
    before = texts(root)
    found = offer(root, ("server.py", "client.py"), Policies(root))
    assert found.fixes == ()
    assert {one.because for one in found.unfixed} == {"server.py is ignored"}
    assert texts(root) == before


def test_env_files_are_changed_where_git_ignores_them(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / ".env").write_text("PID_FILE=/tmp/scribe.pid\n")
    (root / ".gitignore").write_text(".env\n")
    assert [fix.new for fix in offered(root).fixes] == ["/run/scribe/scribe.pid"]


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    root = project(tmp_path / "inside", server_py=SERVER)
    before = source(root, "server.py")
    (tmp_path / "outside.py").write_text(SERVER)
    (root / "server.py").unlink()
    (root / "server.py").symlink_to(tmp_path / "outside.py")
    with pytest.raises(NotWrittenError):
        replace_files(root, [Replacement(before, b"other")])
    assert (tmp_path / "outside.py").read_text() == SERVER


def test_a_language_that_is_not_analysed_makes_a_fix_unsafe(tmp_path: Path) -> None:
    root = project(tmp_path, scribe_service=UNIT)
    assert [fix.applicability for fix in offered(root).fixes] == ["safe"]
    (root / "main.go").write_text('package main\n\nconst pidFile = "/tmp/scribe.pid"\n')
    (fix,) = offered(root).fixes
    assert fix.applicability == "unsafe"
    assert fix.because == "main.go, which is not analysed, spells it too"
    assert "main.go:3" in fix.tasks[-1].text


def test_after_the_fix_of_the_incident_the_checklist_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "incident"
    shutil.copytree(INCIDENT, root, ignore=shutil.ignore_patterns("fixed", "fixes.txt"))
    assert main(["checklist", str(root)]) == 1
    assert run(str(root), "--unsafe") == 0
    for file in (".env.production", "src/config/schema.ts", "scripts/start.sh"):
        text = (root / file).read_text("utf-8")
        assert "/home/nbost/whisper-env/bin/python3" in text
        assert "/tmp/" not in text
    capsys.readouterr()
    assert main(["checklist", str(root)]) == 0
    assert "7 items: 7 passed, 0 failed, 0 not checked" in capsys.readouterr().out


# Nothing is believed


def test_a_fix_after_which_another_run_would_change_something_is_withdrawn(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, database_py=DATABASE)
    found = offered(root)
    socket = next(fix for fix in found.fixes if fix.role == "socket")
    further = replace(socket, old=socket.new, new="/srv/scribe.sock")

    def again(changed: Mapping[str, bytes]) -> Run:
        run = found.again(changed)
        return replace(run, fixes=(*run.fixes, further)) if "server.py" in changed else run

    verified = verify(found.fixes, found.before, found.tree, again)
    assert [fix.role for fix in verified.fixes] == ["database"]
    assert {one.because for one in verified.withdrawn} == {
        "a second run would move /run/scribe/scribe.sock to /srv/scribe.sock"
    }


def test_a_fix_after_which_its_finding_is_still_there_is_withdrawn(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, database_py=DATABASE)
    found = offered(root)
    idle = [
        replace(fix, edits=(replace(fix.edits[0], replacement="/tmp"),)) if fix.role == "socket" else fix
        for fix in found.fixes
    ]
    verified = verify(idle, found.before, found.tree, found.again)
    assert [fix.role for fix in verified.fixes] == ["database"]
    assert {one.because for one in verified.withdrawn} == {
        "afterwards server.py would have a finding of scratch-runtime on /tmp/scribe.sock"
    }


# What a file keeps


def test_mode_is_kept(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER)
    (root / "server.py").chmod(0o754)
    replace_files(root, [Replacement(source(root, "server.py"), b"other")])
    assert stat.S_IMODE((root / "server.py").stat().st_mode) == 0o754
    assert (root / "server.py").read_bytes() == b"other"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_is_kept(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER)
    os.chown(root / "server.py", 12345, 54321)
    replace_files(root, [Replacement(source(root, "server.py"), b"other")])
    status = (root / "server.py").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"])
def test_encoding_and_line_ends_are_kept(tmp_path: Path, encoding: str) -> None:
    text = SERVER.replace("\n", "\r\n") + "# Straße\r\n"
    mark = "\ufeff" if encoding.startswith(("utf-16", "utf-32")) else ""
    root = project(tmp_path)
    (root / "server.py").write_bytes((mark + text).encode(encoding))
    found = offered(root)
    assert len(apply(found.fixes, found.tree).fixes) == 1
    expected = (mark + text.replace("/tmp", "/run/scribe")).encode(encoding)
    assert (root / "server.py").read_bytes() == expected


def test_characters_that_an_encoding_lacks_are_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "server.py").write_bytes("# Straße\n".encode("latin-1"))
    with pytest.raises(NotWrittenError, match="its encoding, latin-1, has no such characters"):
        replace_files(root, [Replacement(source(root, "server.py"), "# 🎙\n".encode())])


# The command line


def run(*words: str) -> int:
    return main(["fix", *words])


def test_safe_fixes_alone_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, scribe_service=UNIT, database_py=DATABASE)
    assert run(str(root)) == 1
    told = capsys.readouterr()
    assert "RuntimeDirectory=scribe" in (root / "scribe.service").read_text()
    assert (root / "database.py").read_text() == DATABASE
    assert "fixed 1 of 2 findings in 1 file; 1 more with --unsafe" in told.err
    assert "Move the pid file /tmp/scribe.pid to /run/scribe/scribe.pid [safe]" in told.out
    assert run(str(root), "--unsafe") == 0
    assert "/var/lib/scribe/scribe.db" in (root / "database.py").read_text()
    assert run(str(root), "--unsafe") == 0


def test_a_diff_changes_nothing_and_applies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, server_py=SERVER.rstrip("\n"))
    before = texts(root)
    assert run(str(root), "--unsafe", "--diff") == 1
    text = capsys.readouterr().out
    assert texts(root) == before
    subprocess.run(["git", "apply", "-"], cwd=root, input=text.encode(), check=True)
    assert (root / "server.py").read_text() == SERVER.rstrip("\n").replace("/tmp", "/run/scribe")
    assert run(str(root), "--unsafe", "--diff") == 0
    assert capsys.readouterr().out == ""


def test_a_diff_of_an_env_file_shows_names_and_paths_alone(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / ".env").write_text(
        'TOKEN=s3cr3t\nDATABASE_URL="sqlite:////tmp/a.db?key=hidden" # mine\nPASSWORD=x\n'
    )
    found = offered(root)
    lines = list(diff(found.fixes, found.tree))
    assert [line for line in lines if line.startswith(("-D", "+D"))] == [
        '-DATABASE_URL="**********/tmp/a.db***********" # ****\n',
        '+DATABASE_URL="**********/var/lib/scribe/a.db***********" # ****\n',
    ]
    assert not any(word in "".join(lines) for word in ("s3cr3t", "hidden", "PASSWORD", "mine"))


@pytest.mark.parametrize(
    ("answers", "changed"),
    [("y\ny\n", {"server.py", "database.py"}), ("n\ny\n", {"server.py"}), ("q\n", set()), ("", set())],
)
def test_interactive_asks_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str, changed: set[str]
) -> None:
    import io

    root = project(tmp_path, server_py=SERVER, database_py=DATABASE)
    before = texts(root)
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    run(str(root), "--interactive")
    assert {name for name, data in texts(root).items() if data != before[name]} == changed


def test_rules_can_be_chosen(tmp_path: Path) -> None:
    root = project(tmp_path, server_py=SERVER, database_py=DATABASE)
    assert run(str(root), "--unsafe", "--select", "scratch-data") == 0
    assert (root / "server.py").read_text() == SERVER


def test_a_migration_script_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "project").mkdir()
    root = project(tmp_path / "project", database_py=DATABASE)
    (tmp_path / "migrate.sh").write_text("mine")
    assert run(str(root), "--unsafe", "--migration", str(tmp_path / "migrate.sh")) == 2
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "migrate.sh").read_text() == "mine"
    assert (root / "database.py").read_text() == DATABASE


def test_the_migration_script_moves_and_overwrites_nothing(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new" / "old.db"
    old.write_text("content")
    root = project(tmp_path, database_py=DATABASE)
    found = offered(root)
    text = (
        script(found.fixes)
        .replace("/tmp/scribe.db", str(old))
        .replace("/var/lib/scribe", str(tmp_path / "new"))
    )
    text = text.replace("new/scribe.db", "new/old.db")
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    environment = {**os.environ, "OWNER": user}
    subprocess.run(["sh", "-n"], input=text, text=True, check=True)
    first = subprocess.run(["sh"], input=text, text=True, env=environment, check=False, capture_output=True)
    assert first.returncode == 0, first.stderr
    assert new.read_text() == "content"
    new.write_text("newer")
    second = subprocess.run(["sh"], input=text, text=True, env=environment, check=False, capture_output=True)
    assert second.returncode == 1
    assert "nothing is overwritten" in second.stderr
    assert new.read_text() == "newer"


@pytest.mark.parametrize("name", ["a b", "a'b", "$(id)", "a;b", "`id`"])
def test_hostile_names_are_words_of_the_script(tmp_path: Path, name: str) -> None:
    from scratchlint.core.fix import Fix, Task

    task = Task("move", "Bring it.\nrm -rf /", f"/tmp/{name}", f"/var/lib/{name}")
    fix = Fix("Move\nid", "unsafe", "", "data", task.old, task.new, (), (), (task,))
    text = script([fix]).replace("\nmove ", "\nprintf '%s\\n' ")
    text = text.replace("owner=${OWNER:?set OWNER to the account that the program runs as}", "")
    result = subprocess.run(["sh"], input=text, text=True, capture_output=True, check=True)
    assert result.stdout.splitlines()[:2] == [task.old, task.new]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("~/x y", "/home/anna/x y"),
        ("$XDG_DATA_HOME/scribe", "/home/anna/.local/share/scribe"),
        ("$XDG_STATE_HOME", "/home/anna/.local/state"),
        ("/var/lib/scribe", "/var/lib/scribe"),
    ],
)
def test_directories_of_the_user_are_expanded_in_the_script(path: str, word: str) -> None:
    from scratchlint.core.fix import Fix, Task

    fix = Fix(
        "Move", "unsafe", "", "data", "/tmp/x", path, (), (), (Task("directory", "Make it.", new=path),)
    )
    text = script([fix]).replace("\ndirectory ", "\nprintf '%s\\n' ")
    result = subprocess.run(
        ["sh"],
        input=text,
        text=True,
        capture_output=True,
        check=True,
        env={"HOME": "/home/anna", "OWNER": "anna"},
    )
    assert result.stdout.splitlines() == [word, "0750"]


# Whose path it is


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("web/page.ts", "web"),
        ("server.py", "scribe"),
        ("page.ts", "scribe-client"),
        ("worker.conf", "scribe"),
    ],
)
def test_the_name_is_that_of_the_nearest_manifest_in_the_files_language(file: str, name: str) -> None:
    manifests = {
        "web/package.json": b'{"name": "@scribe/web"}',
        "package.json": b'{"name": "scribe-client"}',
        "pyproject.toml": b'[tool.poetry]\nname = "scribe"\n',
    }
    assert app_name(manifests.get, file, "checkout") == name


def test_the_name_is_that_of_the_directory_without_a_manifest() -> None:
    assert app_name(lambda path: None, "src/server.py", "My Scribe") == "my-scribe"
