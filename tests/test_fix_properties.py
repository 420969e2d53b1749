"""Of any program that spells a path, a fix changes the intended bytes alone, and only once."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.core.fix import Fix
from scratchlint.fix.apply import apply
from scratchlint.fix.offer import Offer, offer
from scratchlint.fix.verify import contents
from scratchlint.languages.front_ends import lower_file
from scratchlint.policies import Policies

FIXTURES = Path(__file__).parents[1] / "fixtures"

names = st.text(string.ascii_lowercase + string.digits + "_-é🎙", min_size=1, max_size=8).map(
    lambda name: f"x{name}"
)
apps = st.sampled_from(["scribe", "my-app", "a.b"])
ends = st.sampled_from(["\n", "\r\n"])
marks = st.sampled_from(["", "\ufeff"])
noise = st.text(
    string.printable.replace("\r", "").replace("\x0b", "").replace("\x0c", "") + "ü🎙", max_size=30
).map(lambda text: text.replace("\n", " "))

# Each spells a path `{p}` in use, next to a comment.
PROGRAMS = {
    "server.py": 'import socket\n# {c}\nserver = socket.socket(socket.AF_UNIX)\nserver.bind("{p}")\n',
    "log.py": "import logging\nlogging.basicConfig(filename='{p}', level=10)  # {c}\n",
    "server.ts": "import net from 'node:net';\n// {c}\nnet.createServer().listen(`{p}`);\n",
    "server.js": "const net = require('net');\nnet.createServer().listen(\"{p}\"); // {c}\n",
    "start.sh": '#!/bin/sh\n# {c}\nexec scribed --pid-file "{p}"\n',
    "run.sh": "exec scribed --pid-file {p}\n",
    "supervisord.conf": "[supervisord]\n; {c}\npidfile = {p}\n",
    "scribe.service": "[Service]\n# {c}\nExecStart=/usr/bin/scribed --pid-file {p}\nPIDFile={p}\n",
    ".env.production": "# {c}\nPID_FILE={p}\n",
    "redis.conf": "pidfile {p}\n# {c}\n",
}


def offered(root: Path) -> Offer:
    return offer(root, ("",), Policies(root))


def chosen(found: Offer) -> list[Fix]:
    return [fix for fix in found.fixes if fix.applicability != "display"]


@given(st.sampled_from(sorted(PROGRAMS)), names, names, apps, ends, marks, noise)
def test_only_the_intended_bytes_differ(
    file: str, directory: str, name: str, app: str, end: str, mark: str, comment: str
) -> None:
    path = f"/tmp/{directory}/{name}.pid"
    text = mark + PROGRAMS[file].replace("{p}", path).replace("{c}", comment).replace("\n", end)
    with TemporaryDirectory() as place:
        root = Path(place)
        (root / "scratchlint.toml").write_text(f'app = "{app}"\n', "utf-8")
        (root / file).write_bytes(text.encode())
        found = offered(root)
        fixes = chosen(found)
        apply(fixes, found.tree)
        after = (root / file).read_bytes()
        undone = after.decode()
        for edit in sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: -edit.span.start):
            start = _shifted(edit.span.start, fixes)
            assert after[start : start + len(edit.replacement.encode())].decode() == edit.replacement
        for fix in fixes:
            moved = fix.new.removesuffix(f"/{directory}/{name}.pid")
            undone = undone.replace(moved, "/tmp").replace("${RUNTIME_DIRECTORY}", "/tmp")
        directive = f"{end}RuntimeDirectory={app}"
        assert undone.replace(directive, "") == text
        again = offered(root)
        assert chosen(again) == []
        assert (root / file).read_bytes() == after


def _shifted(place: int, fixes: list[Fix]) -> int:
    """Return where a place is when all edits before it are made."""
    edits = {edit.span: edit for fix in fixes for edit in fix.edits if edit.span.start < place}
    longer = (len(edit.replacement.encode()) - (span.end - span.start) for span, edit in edits.items())
    return place + sum(longer)


@given(
    st.sampled_from(
        sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "fixes")
    )
)
def test_fixes_of_every_scenario_parse_and_hold(scenario: str) -> None:
    found = offered(FIXTURES / scenario)
    fixes = chosen(found)
    changed = contents(fixes, found.tree)
    for file, data in changed.items():
        language = found.tree.language(file)
        before = lower_file(language, file, found.tree.data(file) or b"")
        assert len(lower_file(language, file, data).damaged) <= len(before.damaged)
    after = found.again(changed)
    mended = {site for fix in fixes for site in fix.sites}
    assert len(after.report.findings) <= len(found.report.findings) - len(mended)


# Each is an expression for a path, written in another way.
EXPRESSIONS = [
    '"/tmp/{p}.db"',
    "r'/tmp/{p}.db'",
    'u"/tmp/{p}.db"',
    '"""/tmp/{p}.db"""',
    '"/tmp" "/{p}.db"',
    '("/tmp/"\n    "{p}"  # its name\n    ".db")',
    '"/tmp/data/" f"{name}/{p}.db"',
    'f"/tmp/{name}" "-{p}.db"',
    'rf"/tmp/{name}/{p}.db"',
    'b"/tmp/{p}.db".decode()',
    '(b"/tmp/" rb"{p}.db").decode()',
    '"/tmp/%s-{p}.db" % name',
    '"/tmp/{}-{p}.db".format(name)',
    '"/tmp" + "/{p}.db"',
    '"/tmp/\\x61{p}.db"',
    '"sqlite:////tmp/{p}.db"',
    '("sqlite:///" "/tmp/{p}.db" "?timeout=5")',
    '"sqlite:////tmp/{}-{p}.db".format(name)',
]


@given(st.sampled_from(EXPRESSIONS), names, st.sampled_from(["system", "user"]), ends, st.booleans())
def test_what_python_computes_begins_with_the_home(
    expression: str, name: str, profile: str, end: str, platformdirs: bool
) -> None:
    name = name.encode("ascii", "replace").decode().replace("?", "x")
    imported = "import platformdirs\n" if platformdirs else ""
    head = f'"""Keeps jobs."""\n\n{imported}import sqlite3\n\nname = "jobs"\nplace = '
    text = head + expression.replace("{p}", name) + "\nconnection = sqlite3.connect(place)\n"
    with TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "scratchlint.toml").write_text(f'app = "scribe"\nprofile = "{profile}"\n', "utf-8")
        (root / "store.py").write_bytes(text.replace("\n", end).encode())
        found = offered(root)
        fixes = chosen(found)
        apply(fixes, found.tree)
        after = (root / "store.py").read_bytes().decode()
    assert len(fixes) == 1
    assert all(line in after.split(end) for line in head.split("\n")[:-1])
    data = "/var/lib/scribe" if profile == "system" else "/home/anna/.local/share/scribe"
    assert place_in(after) == place_in(text).replace("/tmp", data)


def place_in(text: str) -> str:
    """Return what a generated program keeps its place in; nothing else of it is run."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.Assign)]
    wanted = [node for node in nodes[:-1] if ast.unparse(node) != "import platformdirs"]
    known: dict[str, Any] = {"platformdirs": PLATFORMDIRS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", "/home/anna")
        patch.delenv("XDG_DATA_HOME", raising=False)
        exec(compile(ast.Module([*wanted], []), "store.py", "exec"), known)
    place = known["place"]
    assert isinstance(place, str)
    return place


PLATFORMDIRS = SimpleNamespace(user_data_dir=lambda app: f"/home/anna/.local/share/{app}")
