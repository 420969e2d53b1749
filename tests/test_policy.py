"""Policies: which file is in force, what it may say, how a mistake is answered, and their commands."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchlint.analyze import analyze
from scratchlint.cli import main
from scratchlint.commands.config import in_force
from scratchlint.commands.init import policy_text
from scratchlint.errors import UsageError
from scratchlint.languages.toml_keys import key_lines
from scratchlint.policies import Options, Policies
from scratchlint.policy import schema as schema_module
from scratchlint.policy.globs import Globs
from scratchlint.policy.homes import home
from scratchlint.policy.keys import KEYS, SECTIONS
from scratchlint.policy.parse import parse
from scratchlint.policy.policy import Policy
from scratchlint.policy.schema import schema
from scratchlint.rules import RULES

NAMES = [rule.id for rule in RULES]
SHIPPED = Path(schema_module.__file__).with_name("scratchlint.schema.json")
GUIDE = Path(__file__).parent.parent / "docs" / "policy.md"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def refusal(root: Path, text: str) -> str:
    write(root, {"scratchlint.toml": text})
    with pytest.raises(UsageError) as raised:
        Policies(root)
    return str(raised.value)


class TestNearestFile:
    def test_wins_and_stands_alone(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "scratchlint.toml": 'app = "top"\nuser = "top"\n',
                "a/b/scratchlint.toml": 'app = "inner"\n',
                "c/pyproject.toml": '[project]\nname = "c"\n',
                "d/pyproject.toml": '[tool.scratchlint]\napp = "d"\n',
            },
        )
        policies = Policies(tmp_path)
        told = {path: policies.of(path).app for path in ("x.py", "a/x.py", "a/b/c/x.py", "c/x.py", "d/x.py")}
        assert told == {"x.py": "top", "a/x.py": "top", "a/b/c/x.py": "inner", "c/x.py": "top", "d/x.py": "d"}
        assert policies.of("a/b/x.py").user == "USER"
        assert policies.of("d/x.py").origins == {"app": "d/pyproject.toml:2"}

    def test_of_a_directory_is_its_own(self, tmp_path: Path) -> None:
        write(tmp_path, {"scratchlint.toml": 'app = "top"\n', "a/scratchlint.toml": 'app = "a"\n'})
        write(tmp_path, {"b/x.py": "", ".git/HEAD": ""})
        told = {name: "\n".join(in_force(str(tmp_path / name), None, False)) for name in ("a", "b")}
        assert 'app = "a"' in told["a"]
        assert 'app = "top"' in told["b"]

    def test_own_file_comes_before_the_project_s(self, tmp_path: Path) -> None:
        write(tmp_path, {"scratchlint.toml": "", "pyproject.toml": '[tool.scratchlint]\napp = "p"\n'})
        assert Policies(tmp_path).of("x.py").app == "APP"

    def test_may_be_above_a_tree_without_git_up_to_the_current_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = '[[override]]\npaths = ["src/web/"]\napp = "web"\n'
        write(tmp_path, {"scratchlint.toml": text, "src/web/x.py": ""})
        assert Policies(tmp_path / "src").of("web/x.py").app == "APP"
        monkeypatch.chdir(tmp_path)
        assert Policies(tmp_path / "src").of("web/x.py").app == "web"

    def test_link_is_not_followed(self, tmp_path: Path) -> None:
        write(tmp_path, {"outside.toml": 'app = "x"\n', "root/x.py": ""})
        (tmp_path / "root" / "scratchlint.toml").symlink_to("../outside.toml")
        with pytest.raises(UsageError, match=r"scratchlint.toml: link out of the root"):
            Policies(tmp_path / "root")

    def test_file_of_the_command_line_and_none(self, tmp_path: Path) -> None:
        write(tmp_path, {"scratchlint.toml": 'app = "near"\n', "ci.toml": 'app = "ci"\n'})
        assert Policies(tmp_path, config=tmp_path / "ci.toml").of("a/x.py").app == "ci"
        assert Policies(tmp_path, isolated=True).of("x.py").app == "APP"
        with pytest.raises(UsageError, match=r"cannot read .*none\.toml"):
            Policies(tmp_path, config=tmp_path / "none.toml")


class TestOptions:
    def test_win_over_files(self, tmp_path: Path) -> None:
        text = 'select = ["scratch-log"]\nignore = ["scratch-data"]\nfail-on = "note"\n'
        write(tmp_path, {"scratchlint.toml": text})
        policy = Policies(tmp_path, Options(select=("scratch-data",), fail_on="error")).of("x.py")
        assert policy.reports("scratch-data")
        assert not policy.reports("scratch-log")
        assert policy.origins["fail_on"] == "--fail-on"

    def test_ignore_adds_to_files(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"scratchlint.toml": 'select = ["scratch-log", "scratch-data"]\nignore = ["scratch-data"]\n'},
        )
        policy = Policies(tmp_path, Options(ignore=("scratch-log",))).of("x.py")
        assert not any(map(policy.reports, NAMES))


class TestMistake:
    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ('apps = "x"', "scratchlint.toml:1: apps: unknown key 'apps': did you mean app?"),
            ("\napp = 3", "scratchlint.toml:2: app: must be a text, not 3"),
            ('fail-on = "warn"', "scratchlint.toml:1: fail-on: unknown value 'warn': did you mean warning?"),
            ("tests = 1", "scratchlint.toml:1: tests: must be true or false, not 1"),
            (
                'select = [\n  "scratch-log",\n  "scratch-venvs",\n]',
                "scratchlint.toml:3: select: unknown rule 'scratch-venvs': did you mean scratch-venv?",
            ),
            (
                'permanent-roots = ["mnt"]',
                "scratchlint.toml:1: permanent-roots: 'mnt' is not an absolute directory",
            ),
            (
                '[levels]\nscratch-log = "off"',
                "scratchlint.toml:2: levels.scratch-log: unknown value 'off': there are error, warning, note",
            ),
            (
                '[homes]\nvenv = "/home/{usr}"',
                "scratchlint.toml:2: homes.venv: unknown field 'usr': did you mean user?",
            ),
            (
                "[[override]]\napp = 'x'",
                "scratchlint.toml:1: override: has no `paths`: name the files that it is for",
            ),
            ("override = 1", "scratchlint.toml:1: override: write it as [[override]]"),
            ("levels = 1", "scratchlint.toml:1: levels: write it as the table [levels]"),
            (
                '[[override]]\npaths = ["a"]\n[[override]]\npaths = ["b"]\napp = ""',
                "scratchlint.toml:5: override.app: must be a text, not ''",
            ),
            ('[[suppress]]\npaths = ["a"]', "scratchlint.toml:1: suppress: has no `reason`"),
            (
                '[[knowledge.python.call]]\nmatch = "a.b"\npath = [0]\nrole = "dat"\naction = "logs"',
                "scratchlint.toml:4: knowledge.python.call.role: unknown value 'dat': did you mean data?",
            ),
            (
                '[[knowledge.python.call]]\nmatch = "a.b"\npath = [0]',
                "scratchlint.toml:1: knowledge.python.call: has no `action`",
            ),
            (
                "[knowledge.ruby]",
                "scratchlint.toml:1: knowledge.ruby: unknown table 'ruby': there are python, "
                "javascript, shell, keys, names, environment",
            ),
            (
                '[[knowledge.keys.key]]\nservice = "a"\nmatch = "b"\naction = "logs"\nrolle = "log"',
                "scratchlint.toml:5: knowledge.keys.key.rolle: unknown field 'rolle': did you mean role?",
            ),
            ("app = ", "scratchlint.toml: Invalid value (at end of document)"),
            ("app = " + "[" * 5000, "scratchlint.toml: nested too deeply"),
        ],
    )
    def test_is_one_line_with_file_line_and_key(self, tmp_path: Path, text: str, answer: str) -> None:
        told = refusal(tmp_path, text)
        assert told == answer or answer.endswith("deeply")
        assert "\n" not in told

    def test_exit_code_is_two(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {"scratchlint.toml": "apps = 1\n"})
        assert main(["check", str(tmp_path)]) == 2
        assert capsys.readouterr().err.startswith("scratchlint: scratchlint.toml:1: apps: unknown key")


class TestEffects:
    DATABASE = 'import sqlite3\n\nsqlite3.connect("/tmp/jobs/jobs.db")\n'

    def test_levels_decide_on_the_exit_code(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": self.DATABASE, "scratchlint.toml": '[levels]\nscratch-data = "note"\n'})
        assert main(["check", str(tmp_path), "--quiet", "--output", str(tmp_path / "report")]) == 0
        assert main(["check", str(tmp_path), "--isolated", "--quiet", "--output", str(tmp_path / "r")]) == 1

    def test_findings_that_are_not_sure_enough_are_counted(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": self.DATABASE})
        report = analyze(tmp_path, ("",), Policies(tmp_path, Options(min_confidence="high")))
        assert (len(report.findings), report.unsure) == (0, 1)

    @pytest.mark.parametrize("profile", ["system", "user", "container", "serverless"])
    def test_profile_decides_on_the_home(self, tmp_path: Path, profile: Any) -> None:
        write(tmp_path, {"app.py": self.DATABASE, "scratchlint.toml": 'app = "jobs"\n'})
        (found,) = analyze(tmp_path, ("",), Policies(tmp_path, Options(profile=profile))).findings
        wanted = {
            "system": "/var/lib/jobs (",
            "user": "$XDG_DATA_HOME/jobs",
            "container": "/var/lib/jobs on a",
        }
        assert found.home.startswith(wanted.get(profile, "object storage"))

    def test_unused_entry_is_told(self, tmp_path: Path) -> None:
        text = '[[suppress]]\npaths = ["none/"]\nreason = "gone"\n'
        write(tmp_path, {"app.py": self.DATABASE, "scratchlint.toml": text})
        report = analyze(tmp_path, ("",))
        (remark,) = report.remarks
        assert remark.rule == "unused-suppression"
        assert report.excerpts[remark.span].text == "suppress"


class TestInit:
    def test_text_says_the_defaults_and_what_was_detected(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "package.json": '{"name": "@acme/Shop Front"}',
                "compose.yaml": "services:\n  web:\n    image: x\n",
            },
        )
        document = tomllib.loads(policy_text(tmp_path))
        assert document.pop("app") == "shop-front"
        assert document.pop("profile") == "container"  # compose.yaml tells
        assert set(document) <= {section.name for section in SECTIONS}
        assert not any(document.values())

    def test_what_is_not_shipped_tells_no_profile(self, tmp_path: Path) -> None:
        write(tmp_path, {".devcontainer/Dockerfile": "FROM x\n", "tests/compose.yaml": "services:\n"})
        assert "profile" not in tomllib.loads(policy_text(tmp_path))

    def test_every_key_is_there_and_sound(self, tmp_path: Path) -> None:
        text = re.sub(r"^# (?=[\w-]+ = |\[\[)", "", policy_text(tmp_path), flags=re.MULTILINE)
        document = tomllib.loads(text)
        named = {item.name for item in (*KEYS, *SECTIONS)}
        assert set(document) == named | {"override", "suppress", "knowledge"}
        parse(document, "scratchlint.toml", lambda _: 1, NAMES)

    def test_file_is_not_overwritten(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["init", str(tmp_path)]) == 0
        (tmp_path / "scratchlint.toml").write_text("# mine\n")
        assert main(["init", str(tmp_path)]) == 2
        assert (tmp_path / "scratchlint.toml").read_text() == "# mine\n"
        assert capsys.readouterr().err.endswith("scratchlint.toml exists already\n")

    def test_project_with_a_table_is_refused(self, tmp_path: Path) -> None:
        write(tmp_path, {"pyproject.toml": '[tool.scratchlint]\napp = "x"\n'})
        with pytest.raises(UsageError, match=r"has the table \[tool.scratchlint\] already"):
            policy_text(tmp_path)


class TestConfig:
    def test_is_a_policy_that_names_its_origins(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(
            tmp_path, {"scratchlint.toml": 'app = "shop"\n\n[homes]\nvenv = "/home/{app}"\n', "src/x.py": ""}
        )
        monkeypatch.chdir(tmp_path)
        lines = list(in_force("src/x.py", None, False))
        document = tomllib.loads("\n".join(lines))
        parse(document, "scratchlint.toml", lambda _: 1, NAMES)
        assert document["homes"]["venv"] == "/home/shop"
        origins = {line.split(" = ")[0]: line.rpartition("# ")[2] for line in lines if " = " in line}
        assert (origins["app"], origins["venv"], origins["user"]) == (
            "scratchlint.toml:1",
            "scratchlint.toml:4",
            "default",
        )

    def test_schema_is_written(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["config", "--schema"]) == 0
        assert capsys.readouterr().out == SHIPPED.read_text("utf-8")


class TestSchema:
    def test_shipped_one_is_that_of_the_parser(self) -> None:
        assert json.loads(SHIPPED.read_text("utf-8")) == schema(NAMES), "scratchlint config --schema"

    def test_says_what_the_parser_says(self) -> None:
        """Every value that one of them takes or refuses, the other does too."""
        validator = jsonschema_rs.validator_for(dict(schema(NAMES)))
        values: list[Any] = [
            *("x", "", " ", "auto", "user", "error", "never", "high", 1, 1.5, True, None, [], {}),
            *(["scratch-log"], ["/mnt"], ["mnt"], ["/"], [""], [1], ["C:\\x"], ["a" * 600], ["/a b"]),
            *({"scratch-log": "note"}, {"venv": "/home/{app}"}, {"venv": "{x}"}, {"test": ["a"]}, {"x": 1}),
            *([{"paths": ["a"]}], [{"paths": ["a"], "reason": "b"}], [{"reason": "b"}], [{"paths": "a"}]),
        ]
        names = [key.name for key in KEYS] + [section.name for section in SECTIONS]
        rows = [
            *({"match": "a.b", "path": [0], "action": "stores"}, {"match": ["a.b"], "path": ["x", 1]}),
            *(
                {"match": "", "path": [0], "action": "stores"},
                {"match": "a.b", "path": [], "action": "stores"},
            ),
            {"match": "a.b", "path": [0], "action": "saves"},
            {"match": "a.b", "path": [0], "action": "stores", "role": "data", "when": {"x": True}},
            {"match": "a.b", "path": [0], "action": "stores", "extra": 1},
        ]
        values += [{"python": {"call": [row]}} for row in rows] + [{"ruby": {}}, {"python": {"calls": []}}]
        for name in [*names, "override", "suppress", "knowledge", "unknown"]:
            for value in values:
                document = {name: value}
                try:
                    parse(document, "scratchlint.toml", lambda _: 1, NAMES)
                    taken = True
                except UsageError:
                    taken = False
                assert validator.is_valid(document) is taken, document


class TestGuide:
    def test_tables_name_every_key_with_its_summary_and_default(self) -> None:
        text = GUIDE.read_text("utf-8")
        for key in KEYS:
            row = next(line for line in text.splitlines() if line.startswith(f"| `{key.name}` |"))
            assert row.endswith(f" {key.summary} |")
            assert all(f'`"{choice}"`' in row for choice in key.choices)
            default = getattr(Policy(), key.field)
            told = "all" if default is None else json.dumps(default)
            assert f"| `{told}` |" in row or f"| {told} |" in row or key.name == "allow"
        for section in SECTIONS:
            assert f"| `[{section.name}]` |" in text


class TestGlobs:
    @pytest.mark.parametrize(
        ("pattern", "path", "fits"),
        [
            ("tools/", "tools/a.py", True),
            ("tools/", "x/tools/a.py", True),
            ("/tools/", "x/tools/a.py", False),
            ("a/b", "a/b/c/d", True),
            ("a/*", "a/b/c", True),
            ("a/*.py", "a/b/c.py", False),
            ("a/**/c.py", "a/c.py", True),
            ("a/**/c.py", "a/x/y/c.py", True),
            ("**/c.py", "c.py", True),
            ("*.py", "a/b/c.py", True),
            ("/tmp/render-*", "/tmp/render-1/x", True),
            ("/tmp/render", "/tmp/render-1/x", False),
        ],
    )
    def test_work_as_in_gitignore(self, pattern: str, path: str, fits: bool) -> None:
        assert (Globs((pattern,)).match(path) == pattern) is fits

    def test_take_no_time_however_many_stars(self) -> None:
        stars = ("a*" * 200 + "b", "**/a/" * 80 + "b")
        assert Globs(stars).match("/".join(["a" * 200] * 50)) is None

    @given(st.text(max_size=30), st.text(max_size=30))
    def test_match_or_do_not(self, pattern: str, path: str) -> None:
        assert Globs((pattern,)).match(path) in (pattern, None)


def test_lines_of_keys() -> None:
    text = b'a = 1\n[t.u]\nk = [\n  "a",\n  {x = 1},\n]\n[[o]]\n"p q" = 1\n[[o]]\n[o.l]\nz = 1\n'
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["t", "u", "k", 1, "x"] == 5
    assert lines["o", 0, "p q"] == 8
    assert lines["o", 1, "l", "z"] == 11


class TestHomesByRoots:
    def test_data_goes_to_the_data_mount(self) -> None:
        policy = Policy(app="jobs", data_roots=("/mnt/data",))
        assert home("database", "system", policy) == "/mnt/data/jobs"
        assert home("log", "system", policy).startswith("/var/log/jobs")

    def test_no_home_is_proposed_that_the_policy_refuses(self) -> None:
        policy = Policy(app="jobs", permanent_roots=("/home", "/opt"))
        assert home("log", "system", policy) == "/opt/jobs"
        assert home("venv", "system", policy) == "/opt/jobs"
        assert home("config", "system", policy).startswith("/etc/jobs")
        assert home("socket", "system", policy).startswith("/run/jobs")

    def test_home_in_scratch_storage_is_refused(self, tmp_path: Path) -> None:
        told = refusal(tmp_path, '[homes]\nvenv = "/tmp/{app}"\n')
        assert told == "scratchlint.toml:2: homes.venv: '/tmp/{app}' lies in scratch storage itself"
