"""Files that programs write: which format they are read in, and where their parts stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scratchlint.core import ir
from scratchlint.languages import python, shell
from scratchlint.source.written_files import shaped_language, written_language

SETTINGS = "PIDFILE=/tmp/a.pid\n"


def nodes(module: ir.Module) -> Iterator[ir.Node]:
    waiting: list[ir.Node] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(ir.children(node))


def documents(module: ir.Module) -> list[ir.Module]:
    return [node.module for node in nodes(module) if isinstance(node, ir.Document)]


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("/etc/systemd/system/a.service", "", "systemd"),
        ("$UNIT", "[Unit]\nDescription=a\n", "systemd"),
        ("/etc/default/a", SETTINGS, "dotenv"),
        ("$FILE", SETTINGS, "dotenv"),
        ("notes.txt", SETTINGS, None),
        ("$FILE", "PIDFILE is /tmp/a.pid\n", None),
        ("/usr/local/bin/a", "exec a\n", "shell"),
        ("/usr/local/bin/a", "#!/usr/bin/env python3\n", "python"),
        ("/usr/local/bin/a", "#!/usr/bin/perl\n", None),
        ("/etc/cron.d/a", "* * * * * root a\n", "crontab"),
        ("$CONFIG", "; a\n[program:a]\ncommand=a\n", "ini"),
    ],
)
def test_name_or_shape_tells_the_format(name: str, text: str, language: str | None) -> None:
    assert written_language(name, text) == language


def test_only_units_and_scripts_have_a_shape_of_their_own() -> None:
    assert shaped_language("\n[Service]\nExecStart=/a\n") == "systemd"
    assert shaped_language("[settings]\na = b\n") is None


@pytest.mark.parametrize(
    "source",
    [
        "cat >a.service <<E\n[Service]\nPIDFile=/tmp/\\$a.pid\nUser=é\nExecStart=/tmp/b $c/d\nE\n",
        'printf "[Service]\\nPIDFile=/tmp/a.pid\\n" >a.service\n',
        "cat >a.service <<-E\n\t[Service]\n\tPIDFile=/tmp/a.pid\n\tE\n",
    ],
)
def test_constants_stand_where_they_are_written(source: str) -> None:
    data = source.encode()
    (written,) = documents(shell.lower("a.sh", data))
    paths = [node for node in nodes(written) if isinstance(node, ir.Lit) and node.text.startswith("/tmp/")]
    assert paths
    for path in paths:
        there = data[path.span.start : path.span.end].decode()
        assert there.replace("\\", "") == path.text


def test_what_is_filled_in_belongs_to_the_program() -> None:
    source = b'unit = f"""[Service]\nExecStart={base}/bin/a {arguments}\n"""\n'
    (written,) = documents(python.lower("a.py", source))
    outside = [node for node in nodes(written) if isinstance(node, ir.Other) and node.kind == "outside"]
    names = {part.name for node in outside for part in node.parts if isinstance(part, ir.Ref)}
    assert names == {"base", "arguments"}


def test_files_that_write_files_end() -> None:
    levels = 600
    opening = "".join(f"cat >{level}.sh <<'E{level}'\n" for level in range(levels))
    closing = "".join(f"E{level}\n" for level in reversed(range(levels)))
    module = shell.lower("a.sh", (opening + "rm /tmp/a\n" + closing).encode())
    assert 1 <= len(documents(module)) <= 8
