"""The command line: options, exit codes, where reports go, and how mistakes are answered."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from reports import incident, simple
from scratchlint import __version__
from scratchlint.cli import main
from scratchlint.core.finding import Level, Report
from scratchlint.output import wants_color, write_file
from scratchlint.policies import Policies
from scratchlint.report import FORMATS
from scratchlint.rules import RULES
from scratchlint.rules.rule import Rule


@dataclass
class Analysis:
    """Stands in for an analysis: gives a prepared report and keeps what it was asked."""

    prepared: Report
    raises: BaseException | None = None
    asked: dict[str, object] = field(default_factory=dict)

    def examine(self, root: Path, named: tuple[str, ...], policies: Policies, **further: bool) -> Analysis:
        policy = policies.of("app.py")
        rules = {rule.id for rule in RULES if policy.reports(rule.id)}
        self.asked = {"root": root, "named": named, "rules": rules, "tests": policy.tests}
        if self.raises:
            raise self.raises
        return self

    def report(self, policies: Policies, **further: bool) -> Report:
        return self.prepared


def clean() -> Report:
    return replace(incident(), findings=(), scratch=())


def at_level(level: Level) -> Report:
    tree, found = simple()
    return tree.report(replace(found, level=level))


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Analysis:
    stand_in = Analysis(incident())
    monkeypatch.setattr("scratchlint.commands.check.examine", stand_in.examine)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "SCRATCHLINT_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    return stand_in


def process(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "scratchlint", *words], capture_output=True, text=True, **options
    )


class TestExitCode:
    @pytest.mark.parametrize(
        ("level", "threshold", "code"),
        [
            ("error", "error", 1),
            ("warning", "error", 0),
            ("warning", "warning", 1),
            ("note", "warning", 0),
            ("note", "note", 1),
            ("error", "never", 0),
        ],
    )
    def test_depends_on_the_threshold(
        self, analysis: Analysis, level: Level, threshold: str, code: int
    ) -> None:
        analysis.prepared = at_level(level)
        assert main(["check", "--fail-on", threshold]) == code

    def test_warnings_count_by_default(self, analysis: Analysis) -> None:
        analysis.prepared = at_level("warning")
        assert main(["check"]) == 1
        analysis.prepared = at_level("note")
        assert main(["check"]) == 0

    def test_is_0_when_nothing_is_found(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        analysis.prepared = clean()
        assert main(["check"]) == 0
        assert "0 production" in capsys.readouterr().out

    def test_is_130_when_interrupted(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        analysis.raises = KeyboardInterrupt()
        assert main(["check"]) == 130
        assert capsys.readouterr() == ("", "scratchlint: interrupted\n")


class TestInternalError:
    def test_is_one_line(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        analysis.raises = KeyError("a\nb")
        assert main(["check"]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith("scratchlint: internal error: KeyError: ")
        assert err.count("\n") == 1

    @pytest.mark.parametrize("by_variable", [False, True])
    def test_shows_where_on_demand(
        self,
        analysis: Analysis,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        by_variable: bool,
    ) -> None:
        analysis.raises = KeyError("a")
        if by_variable:
            monkeypatch.setenv("SCRATCHLINT_TRACEBACK", "1")
        assert main(["check"] if by_variable else ["check", "--traceback"]) == 2
        assert "Traceback" in capsys.readouterr().err


class TestMistake:
    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            ([], "the following arguments are required: COMMAND"),
            (["chekc"], "unknown command chekc: did you mean check?"),
            (["check", "--ignor", "a"], "unknown option --ignor: did you mean --ignore?"),
            (["check", "--xyzzy"], "unknown option --xyzzy: there are"),
            (["check", "-v", "-q"], "not allowed with"),
            (["check", "--select", "scratch-vnv"], "unknown rule scratch-vnv: did you mean scratch-venv"),
            (["check", "--ignore", "scratch-log,venv"], "unknown rule venv: did you mean scratch-venv?"),
            (["check", "--select", ","], "leave no rule"),
            (["check", "--select", "scratch-log", "--ignore", "scratch-log"], "leave no rule"),
            (["check", "--fail-on", "info"], "invalid choice: 'info'"),
            (["check", "--format", "xml"], "unknown format xml: there are text, json"),
            (["check", "--format", "sarf"], "unknown format sarf: did you mean sarif?"),
            (["check", "--format", "sarif:"], "names no file"),
            (["check", "--format", "text", "--format", "json"], "two formats for standard output"),
            (["check", "--format", "json:a", "--format", "sarif:./a"], "two formats for one file"),
            (["check", "--format", "json:a", "--output", "b"], "--output goes with one format"),
            (["check", "--output"], "expected one argument"),
            (["check", "nowhere"], "nowhere"),
            (["explain", "scratch-lgo"], "unknown rule scratch-lgo: did you mean scratch-log"),
            (["explain", "scratch-log", "more"], "unexpected argument more"),
        ],
        ids=" ".join,
    )
    def test_is_answered_in_one_line(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], words: list[str], answer: str
    ) -> None:
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith("scratchlint: ")
        assert answer in err
        assert err.count("\n") == 1
        assert not analysis.asked

    def test_forgotten_command_is_guessed(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["."]) == 2
        assert "did you mean scratchlint check .?" in capsys.readouterr().err


class TestQuestion:
    def test_paths_and_tests(self, analysis: Analysis, tmp_path: Path) -> None:
        (tmp_path / "src").mkdir()
        main(["check", "src", "--tests"])
        assert analysis.asked["root"] == (tmp_path / "src").resolve()
        assert analysis.asked["tests"] is True

    def test_current_directory_by_default(self, analysis: Analysis, tmp_path: Path) -> None:
        main(["check"])
        assert analysis.asked["root"] == tmp_path.resolve()
        assert analysis.asked["tests"] is False

    def test_all_rules_by_default(self, analysis: Analysis) -> None:
        main(["check"])
        assert analysis.asked["rules"] == {rule.id for rule in RULES}

    def test_rules_are_chosen(self, analysis: Analysis) -> None:
        main(["check", "--select", "scratch-log, scratch-data", "--select", "scratch-venv"])
        assert analysis.asked["rules"] == {"scratch-log", "scratch-data", "scratch-venv"}
        main(["check", "--select", "scratch-log,scratch-data", "--ignore", "scratch-log"])
        assert analysis.asked["rules"] == {"scratch-data"}
        main(["check", "--ignore", "scratch-log"])
        assert analysis.asked["rules"] == {rule.id for rule in RULES} - {"scratch-log"}


class TestReport:
    def test_is_text_by_default(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check"]) == 1
        out, err = capsys.readouterr()
        assert "scratch-executable" in out
        assert "\x1b[" not in out
        assert not err

    def test_of_each_format(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        for name in FORMATS:
            assert main(["check", "--format", name]) == 1
            assert "scratch-executable" in capsys.readouterr().out

    def test_shows_scratch_and_evidence_on_demand(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(["check"])
        assert "get.sh" not in capsys.readouterr().out
        main(["check", "--show-scratch"])
        assert "get.sh" in capsys.readouterr().out
        main(["check", "--evidence"])
        assert "use-executes" in capsys.readouterr().out

    def test_goes_to_several_places(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert (
            main(["check", "--format", "sarif:a.sarif", "--format", "text", "--format", "json:b.json"]) == 1
        )
        assert "scratch-executable" in capsys.readouterr().out
        assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"
        assert json.loads((tmp_path / "b.json").read_text())["findings"]

    @pytest.mark.parametrize(
        "words", [["--output", "a.json", "--format", "json"], ["--format", "json:a.json"]]
    )
    def test_in_a_file_leaves_the_totals_on_standard_error(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
    ) -> None:
        assert main(["check", *words]) == 1
        out, err = capsys.readouterr()
        assert not out
        assert "1 production" in err
        assert json.loads((tmp_path / "a.json").read_text())["findings"]

    def test_dash_is_standard_output(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        main(["check", "--format", "json:-"])
        main(["check", "--format", "json", "--output", "-"])
        assert capsys.readouterr().out.count('"findings"') == 2
        assert not list(tmp_path.iterdir())

    def test_quiet_says_nothing_when_there_is_nothing(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", "--quiet"]) == 1
        assert capsys.readouterr().out
        analysis.prepared = clean()
        assert main(["check", "--quiet"]) == 0
        assert capsys.readouterr() == ("", "")
        assert main(["check", "-q", "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["findings"] == []

    def test_verbose_tells_what_is_done(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        main(["check", "-v", "--format", "json:a.json"])
        err = capsys.readouterr().err
        assert str(tmp_path.resolve()) in err
        assert "wrote a.json" in err


class TestColor:
    @pytest.mark.parametrize(
        ("choice", "terminal", "environment", "wanted"),
        [
            ("auto", True, {}, True),
            ("auto", False, {}, False),
            ("auto", True, {"NO_COLOR": "1"}, False),
            ("auto", True, {"NO_COLOR": ""}, True),
            ("auto", True, {"TERM": "dumb"}, False),
            ("auto", False, {"FORCE_COLOR": "1"}, True),
            ("always", False, {"NO_COLOR": "1"}, True),
            ("never", True, {"FORCE_COLOR": "1"}, False),
        ],
    )
    def test_is_chosen(
        self,
        monkeypatch: pytest.MonkeyPatch,
        choice: str,
        terminal: bool,
        environment: dict[str, str],
        wanted: bool,
    ) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
        assert wants_color(choice, sys.stdout, environment) is wanted

    def test_stays_out_of_files(self, analysis: Analysis, tmp_path: Path) -> None:
        main(["check", "--color", "always", "--output", "a.txt"])
        assert "\x1b[" not in (tmp_path / "a.txt").read_text("utf-8")

    def test_reaches_standard_output(self, analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
        main(["check", "--color", "always"])
        assert "\x1b[" in capsys.readouterr().out


class TestFile:
    def test_is_written_whole_or_not_at_all(self, tmp_path: Path) -> None:
        target = tmp_path / "report.txt"
        target.write_text("before")

        def fail(stream: object) -> None:
            assert target.read_text() == "before"
            raise RuntimeError

        with contextlib.suppress(RuntimeError):
            write_file(target, fail)
        assert target.read_text() == "before"
        assert list(tmp_path.iterdir()) == [target]

    def test_keeps_mode_and_link(self, tmp_path: Path) -> None:
        target, link = tmp_path / "report.txt", tmp_path / "link"
        target.write_text("before")
        target.chmod(0o640)
        link.symlink_to(target)
        write_file(link, lambda stream: print("after", file=stream))
        assert link.is_symlink()
        assert target.read_text() == "after\n"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_may_be_a_device(self, analysis: Analysis) -> None:
        assert main(["check", "--output", os.devnull]) == 1
        assert stat.S_ISCHR(os.stat(os.devnull).st_mode)

    @pytest.mark.parametrize("place", ["missing/report.txt", "."])
    def test_that_cannot_be_written_is_named(
        self, analysis: Analysis, capsys: pytest.CaptureFixture[str], place: str
    ) -> None:
        assert main(["check", "--output", place]) == 2
        assert f"cannot write {place}: " in capsys.readouterr().err


class TestProcess:
    def test_version(self) -> None:
        done = process("--version")
        assert (done.returncode, done.stdout) == (0, f"scratchlint {__version__}\n")

    @pytest.mark.parametrize("words", [["--help"], ["check", "--help"]])
    def test_help(self, words: list[str]) -> None:
        done = process(*words)
        assert done.returncode == 0
        assert "usage: scratchlint" in done.stdout

    def test_reader_that_went_away_is_no_error(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "scratchlint", "explain", "scratch-log"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_full_disk_is_one_line(self) -> None:
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "scratchlint", "rules"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr.startswith("scratchlint: cannot write to standard output: ")
        assert done.stderr.count("\n") == 1

    def test_narrow_encoding_is_no_error(self) -> None:
        environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
        done = process("explain", "scratch-data", env=environment)
        assert (done.returncode, done.stderr) == (0, "")

    def test_start_loads_nothing_heavy(self) -> None:
        heavy = "{'tree_sitter', 'rich', 'sarif_om', 'pathspec', 'tempfile', 'subprocess', 'asyncio'}"
        program = f"import sys, scratchlint.cli; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_where_nothing_is_found_little_is_loaded(self, tmp_path: Path) -> None:
        (tmp_path / "clean.py").write_text("print('hello')\n", "utf-8")
        parts = ("dataflow.trace", "dataflow.graph", "judge.verdict", "policy.parse", "source.history")
        names = {"pathspec", *(f"scratchlint.{part}" for part in parts)}
        program = (
            "import sys, scratchlint.cli; scratchlint.cli.main(['check', '-q', sys.argv[1]]); "
            f"print({names} & sys.modules.keys())"
        )
        words = [sys.executable, "-c", program, str(tmp_path / "clean.py")]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"


class TestRuleCommands:
    def test_rules_lists_every_rule(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["rules"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines] == [rule.id for rule in RULES]

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_explain_shows_the_documentation(self, capsys: pytest.CaptureFixture[str], rule: Rule) -> None:
        assert main(["explain", rule.id]) == 0
        out = capsys.readouterr().out
        assert f"`{rule.id}`, level {rule.level}" in out
        assert "## Why" in out
