"""Work that is spread over processes: its order, and what a lost process costs."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scratchlint.analyze import analyze
from scratchlint.core import ir
from scratchlint.core.finding import Report
from scratchlint.languages.front_ends import lower_file
from scratchlint.policies import Policies
from scratchlint.project import Effort
from scratchlint.report import Options, write
from scratchlint.rules import RULES
from scratchlint.workers import WORTH_SECONDS, Lost, Workers

FIXTURES = Path(__file__).parent.parent / "fixtures"
MUCH = [WORTH_SECONDS] * 40

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def lost(work: Callable[[int], int], seconds: float = 60) -> dict[int, str]:
    """Return the items that are lost; all others must have their results in their places."""
    results = Workers(3, seconds).map(work, range(40), MUCH)
    assert all(isinstance(result, Lost) or result == place for place, result in enumerate(results))
    return {place: result.reason for place, result in enumerate(results) if isinstance(result, Lost)}


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100])
def test_results_have_the_order_of_the_items(count: int) -> None:
    assert Workers(count).map(str, range(40), MUCH) == list(map(str, range(40)))


def test_nothing_to_do() -> None:
    assert Workers(2).map(str, [], []) == []


@only_linux
def test_little_work_is_done_in_this_process() -> None:
    def where(_: int) -> int:
        return os.getpid()

    assert set(Workers(4).map(where, range(40), [WORTH_SECONDS / 41] * 40)) == {os.getpid()}
    assert os.getpid() not in Workers(4).map(where, range(40), MUCH)


@only_linux
def test_crash_costs_one_item() -> None:
    def work(number: int) -> int:
        if number in (3, 17):
            os.kill(os.getpid(), signal.SIGSEGV)
        return number

    reason = "its process was ended by SIGSEGV"
    assert lost(work) == {3: reason, 17: reason}


@only_linux
def test_end_without_an_answer_costs_one_item() -> None:
    def work(number: int) -> int:
        if number == 39:
            os._exit(3)
        return number

    assert lost(work) == {39: "its process ended with status 3"}


@only_linux
def test_hanging_costs_one_item() -> None:
    def work(number: int) -> int:
        while number == 8:
            signal.pause()
        return number

    assert lost(work, seconds=6) == {8: "took longer than 6 seconds"}


@only_linux
def test_error_of_the_work_is_raised() -> None:
    def work(number: int) -> int:
        return 1 // (number - 20)

    with pytest.raises(ZeroDivisionError):
        Workers(2).map(work, range(40), MUCH)


def spread_fixtures(monkeypatch: pytest.MonkeyPatch, jobs: int) -> Report:
    """Analyse many fixtures with every piece of work spread, however small."""
    monkeypatch.setattr("scratchlint.workers.WORTH_SECONDS", 0.0)
    return analyze(FIXTURES, ("",), Policies(FIXTURES), effort=Effort(jobs))


def as_json(report: Report, tmp_path: Path) -> str:
    place = tmp_path / "report.json"
    with place.open("w", encoding="utf-8") as stream:
        write(report, "json", stream, RULES, Options(version="0", show_scratch=True, evidence=True))
    lines = place.read_text("utf-8").splitlines()
    return "\n".join(line.partition('"seconds"')[0] for line in lines)


@only_linux
@pytest.mark.parametrize("jobs", [2, 3])
def test_reports_are_the_same_for_any_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    expected = as_json(analyze(FIXTURES, ("",), Policies(FIXTURES)), tmp_path)
    assert as_json(spread_fixtures(monkeypatch, jobs), tmp_path) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_repositories_side_by_side_are_programs_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("scratchlint.workers.WORTH_SECONDS", 0.0)
    reader = 'import os\nimport sqlite3\n\nsqlite3.connect(os.environ["ORDERS_DB"])  # scratchlint: ignore\n'
    files = {
        "one/.env": "ORDERS_DB=/tmp/one/orders.db\n",
        "one/app.py": reader.partition("  #")[0] + "\n",
        "two/.env": "ORDERS_DB=/tmp/two/orders.db\n",
        "two/app.py": reader,
        "app.py": 'import sqlite3\n\nsqlite3.connect("/tmp/three/orders.db")\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name / ".git").mkdir()
    report = analyze(tmp_path, ("",), Policies(tmp_path), effort=Effort(jobs))
    steps = [{step.span.file for step in found.judgement.flows[0].steps} for found in report.findings]
    assert steps == [{"app.py"}, {"one/.env", "one/app.py"}, {"two/.env", "two/app.py"}]
    assert {remark.rule for remark in report.remarks} == {"unused-suppression", "unexplained-suppression"}
    assert report.files == len(files)
    assert gc.get_freeze_count() == 0


@only_linux
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "not read: its process was ended by SIGSEGV"),
        (signal.pause, "not read: took longer than 6 seconds"),
    ],
    ids=["crash", "hang"],
)
def test_parser_that_is_lost_costs_one_file_which_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[], object], reason: str
) -> None:
    """The parser is a stand-in that harms its process at one file, as a damaged grammar would."""
    for name in ("one", "two", "bad", "three"):
        program = f'import sqlite3\n\nsqlite3.connect("/tmp/shop/{name}.db")\n'
        (tmp_path / f"{name}.py").write_text(program, encoding="utf-8")

    def harmed(language: str, path: str, data: bytes, may_wait: ir.MayWait | None = None) -> ir.Module:
        if path == "bad.py" and data:
            harm()
        return lower_file(language, path, data, may_wait)

    monkeypatch.setattr("scratchlint.project.lower_file", harmed)
    monkeypatch.setattr("scratchlint.project.Workers", lambda count: Workers(count, seconds=6))
    monkeypatch.setattr("scratchlint.workers.WORTH_SECONDS", 0.0)
    report = analyze(tmp_path, ("",), Policies(tmp_path), effort=Effort(2))
    assert [(item.file, item.reason, item.partly) for item in report.skipped] == [("bad.py", reason, False)]
    assert sorted(found.judgement.site.span.file for found in report.findings) == [
        "one.py",
        "three.py",
        "two.py",
    ]


INTERRUPTED = """
import os, signal, sys
from scratchlint import cli, project

def work(*_):
    os.write(1, b"%d\\n" % os.getpid())  # whole lines, whoever writes
    while True:
        signal.pause()

project.lower_file = work
sys.modules["scratchlint.workers"].WORTH_SECONDS = 0.0
sys.exit(cli.main(["check", sys.argv[1], "--jobs", "2"]))
"""


def gone(process: int) -> bool:
    """Whether a process has ended, waiting for it at most a minute; nobody may have asked how it did."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@only_linux
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_interrupt_ends_all_processes(tmp_path: Path, sign: signal.Signals) -> None:
    """Ctrl-C ends them all; so does the end of the process that started them, whatever ended it."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text('open("/tmp/shop/x.db")\n' * 4, encoding="utf-8")
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        workers = [int(started.stdout.readline()) for _ in range(2)]
        assert started.pid not in workers
        started.send_signal(sign)
        code = started.wait(60)
    assert code == (130 if sign == signal.SIGINT else -signal.SIGKILL)
    assert all(map(gone, workers))
