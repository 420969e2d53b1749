"""The GitHub Action: its steps run for real, in a simulated runner, with friendly and hostile inputs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from runner import Ran, Runner, evaluate, load
from test_changes import LOG, PROGRAM, SETTINGS, commit, git

PROJECT = Path(__file__).parent.parent
PINS = PROJECT / ".ci" / "requirements.txt"
SCHEMA = Path(sys.executable).parent / "check-jsonschema"
ZIZMOR = Path(sys.executable).parent / "zizmor"

Act = Callable[..., Ran]


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner whose machine has this Python; the action's own steps install scratchlint there."""
    home = tmp_path_factory.mktemp("runner")
    action = home / "action with blanks"
    action.mkdir()
    for name in ("src", "grammars", ".ci", "action.yml", "pyproject.toml", "README.md", "LICENSE"):
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, action / name)
    return Runner(
        home,
        action,
        {
            "actions/setup-python": lambda given: {"python-path": sys.executable},
            "github/codeql-action/upload-sarif": lambda given: {},
        },
        once=frozenset({"Install scratchlint"}),
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout of a pull request that adds a finding to one on the base branch."""
    root = tmp_path / "checkout"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "settings.py").write_text(SETTINGS)
    (root / "program.py").write_text(PROGRAM)
    commit(root)
    git(root, "checkout", "-qb", "topic")
    (root / "log.py").write_text(LOG)
    commit(root)
    git(root, "checkout", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "topic")
    git(root, "remote", "add", "origin", "https://token@github.com/example/app.git")
    return root


@pytest.fixture
def act(runner: Runner, workspace: Path) -> Act:
    """Run the action in the checkout; inputs are given with underscores."""

    def run(github: Mapping[str, object] | None = None, **inputs: str) -> Ran:
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        return runner.run(workspace, named, github or {"event": {}})

    return run


def pull_request(workspace: Path) -> dict[str, object]:
    return {"event": {"pull_request": {"base": {"sha": git(workspace, "rev-parse", "HEAD^1")}}}}


def sarif(ran: Ran) -> dict[str, Any]:
    (run,) = json.loads(Path(ran.outputs["sarif-file"]).read_text())["runs"]
    return run  # type: ignore[no-any-return]


def test_everything_is_reported_and_fails_the_job_last(act: Act, workspace: Path) -> None:
    ran = act()
    assert ran.codes.pop("Install scratchlint", 0) == 0
    assert ran.codes == {"Check": 0, "Fail on findings": 1}
    assert (ran.outputs["findings"], ran.outputs["exit-code"]) == ("2", "1")
    assert len(sarif(ran)["results"]) == 2
    assert ran.used["github/codeql-action/upload-sarif"] == {"sarif_file": ran.outputs["sarif-file"]}
    assert "log.py:3:21: warning[scratch-log]" in ran.log
    assert "::error title=Data in scratch storage (scratch-data),file=settings.py,line=1," in ran.log
    head = git(workspace, "rev-parse", "HEAD")
    assert f"https://github.com/example/app/blob/{head}/settings.py#L1" in ran.summary
    assert "token" not in ran.summary
    assert "automationDetails" not in sarif(ran)


def test_a_clean_project_passes(act: Act, workspace: Path) -> None:
    for name in ("log.py", "program.py", "settings.py"):
        (workspace / name).unlink()
    ran = act()
    assert not ran.failed
    assert (ran.outputs["findings"], ran.outputs["exit-code"]) == ("0", "0")
    assert sarif(ran)["results"] == []


def test_a_pull_request_fails_for_its_own_findings_alone(act: Act, workspace: Path) -> None:
    ran = act(pull_request(workspace), diff_only="true")
    assert ran.failed
    assert ran.outputs["findings"] == "1"
    assert "file=log.py,line=3," in ran.log
    assert "file=settings.py" not in ran.log
    states = {one["ruleId"]: one["baselineState"] for one in sarif(ran)["results"]}
    assert states == {"scratch-log": "new", "scratch-data": "unchanged"}


def test_a_change_of_a_step_is_annotated_there(act: Act, workspace: Path) -> None:
    (workspace / "log.py").unlink()
    (workspace / "program.py").write_text(PROGRAM.replace("return sqlite3", "return  sqlite3"))
    commit(workspace)
    ran = act(pull_request(workspace), diff_only="true")
    assert "file=program.py,line=6," in ran.log


def test_other_events_have_no_change(act: Act) -> None:
    assert act(diff_only="true").outputs["findings"] == "2"


def test_a_shallow_checkout_is_told_what_is_missing(runner: Runner, workspace: Path) -> None:
    shallow = workspace.parent / "shallow"
    git(workspace.parent, "clone", "-q", "--depth=1", f"file://{workspace}", str(shallow))
    ran = runner.run(shallow, {"diff-only": "true"}, pull_request(workspace))
    assert ran.codes["Check"] == 2
    assert "this shallow clone does not hold that revision" in ran.log
    assert "`fetch-depth: 0`" in ran.log
    assert (ran.outputs["exit-code"], ran.outputs["sarif-file"]) == ("2", "")
    assert "github/codeql-action/upload-sarif" not in ran.used


def test_inputs_reach_the_command(act: Act, workspace: Path) -> None:
    (workspace / "sub").mkdir()
    (workspace / "sub/other.py").write_text(LOG)
    ran = act(
        paths="sub\nlog.py\n",
        args="--select scratch-log\n --evidence",
        fail_on="error",
        category="back end/",
        format="json",
        output="report.json",
        upload="false",
        summary="false",
        annotations="false",
    )
    assert not ran.failed
    assert ran.outputs["findings"] == "2"
    assert sarif(ran)["automationDetails"] == {"id": "back end/"}
    assert len(json.loads((workspace / "report.json").read_text())["findings"]) == 2
    assert not ran.summary
    assert "::" not in ran.log
    assert "github/codeql-action/upload-sarif" not in ran.used


def test_config_baseline_and_directory_reach_the_command(act: Act, workspace: Path) -> None:
    (workspace / "sub").mkdir()
    (workspace / "sub/other.py").write_text(LOG)
    (workspace / "sub/my policy.toml").write_text('ignore = ["scratch-data"]\n')
    everything = {"working_directory": "sub", "paths": "..", "config": "my policy.toml"}
    assert act(**everything).outputs["findings"] == "2"
    subprocess.run(
        [sys.executable, "-m", "scratchlint", "baseline", "write", "log.py", "--output", "sub/known.json"],
        cwd=workspace,
        check=True,
        capture_output=True,
    )
    ran = act(**everything, baseline="known.json")
    assert ran.outputs["findings"] == "1"
    assert (
        sarif(ran)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "sub/other.py"
    )


HOSTILE = "x; touch pwned; $(touch pwned) `touch pwned` \"; touch pwned; ' | touch pwned & \\ * ~ ${HOME}"


@pytest.mark.parametrize(
    "name",
    ["paths", "config", "args", "format", "output", "fail-on", "baseline", "category", "diff-only", "upload"],
)
@pytest.mark.parametrize(
    "value",
    [
        HOSTILE,
        f"a\n{HOSTILE}\nexit-code=0\n",
        "--output=pwned",
        "::set-output name=a::b\n::error::c",
        "%0A",
        "-",
    ],
)
def test_hostile_inputs_are_words(act: Act, workspace: Path, name: str, value: str) -> None:
    before = sorted(
        path.relative_to(workspace).as_posix() for path in workspace.rglob("*") if ".git/" not in str(path)
    )
    ran = act(pull_request(workspace), **{name.replace("-", "_"): value})
    after = sorted(
        path.relative_to(workspace).as_posix() for path in workspace.rglob("*") if ".git/" not in str(path)
    )
    assert ran.outputs["exit-code"] in ("1", "2")
    assert ran.failed
    assert not list(workspace.parent.rglob("pwned*")) or (name, value) == ("args", "--output=pwned")
    if name != "output" and (name, value) != ("args", "--output=pwned"):
        assert after == before


def test_hostile_files_stay_data(act: Act, workspace: Path) -> None:
    """Names of a checkout with blanks, quotes, expansions, newlines and workflow commands."""
    for name in ("a b.py", "'\";$(touch pwned).py", "x\n::error::y.py", "-x.py", "%0A.py"):
        (workspace / name).write_text(LOG)
    (workspace / "json.py").write_text("open('pwned', 'w')\n")
    (workspace / "scratchlint").mkdir()
    (workspace / "scratchlint/__init__.py").write_text("open('pwned', 'w')\n")
    ran = act(paths="a b.py\n'\";$(touch pwned).py\n-x.py\n%0A.py\n.")
    assert ran.outputs["findings"] == "7"
    assert not list(workspace.rglob("pwned"))
    commands = [line for line in ran.log.splitlines() if line.startswith("::")]
    assert all(re.match(r"::(error|warning|notice) title=", line) for line in commands)


def test_annotations_stop_at_ten_and_the_summary_below_its_limit(act: Act, workspace: Path) -> None:
    (workspace / "many.py").write_text(
        "import logging\n" + "".join(f"logging.FileHandler('/tmp/app/{n}.log')\n" for n in range(2500))
    )
    ran = act()
    assert int(ran.outputs["findings"]) == 2502
    assert len(re.findall("^::(?:error|warning) ", ran.log, re.MULTILINE)) == 10
    assert 500_000 < len(ran.summary.encode()) < 1024 * 1024
    assert ran.summary.index("settings.py") < ran.summary.index("many.py")


def test_pins_are_what_the_project_needs() -> None:
    """`make pins` writes them anew."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = PINS.read_text("utf-8").replace("\\\n", "").splitlines()
    pinned = dict(line.split(" ", 1)[0].split("==") for line in lines if line and line[0] != "#")
    for text in project["dependencies"]:
        needed = Requirement(text)
        assert needed.name in pinned, f"{needed.name}: make pins"
        assert needed.specifier.contains(pinned[needed.name]), f"{text}: make pins"
    assert all("--hash=sha256:" in line for line in lines if "==" in line)


@pytest.mark.parametrize("schema", ["vendor.github-actions"])
def test_the_action_is_valid(schema: str) -> None:
    subprocess.run([SCHEMA, "--builtin-schema", schema, PROJECT / "action.yml"], check=True)


def workflows() -> list[str]:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (PROJECT / "README.md").read_text("utf-8"), re.M | re.S)
    return [block for block in blocks if "runs-on" in block]


def test_the_workflow_of_the_readme_is_valid_and_sound(tmp_path: Path) -> None:
    (workflow,) = workflows()
    file = tmp_path / ".github/workflows/scratchlint.yml"
    file.parent.mkdir(parents=True)
    file.write_text(workflow)
    subprocess.run([SCHEMA, "--builtin-schema", "vendor.github-workflows", file], check=True)
    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--format=json", file],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {one["ident"] for one in json.loads(done.stdout)}
    # There is no release yet whose commit could be named.
    assert found <= {"unpinned-uses"}
    (job,) = load(file)["jobs"].values()
    used = next(step for step in job["steps"] if step["uses"].startswith("scratchlint/"))
    assert set(used.get("with", {})) <= set(load(PROJECT / "action.yml")["inputs"])
    assert job["permissions"]["security-events"] == "write"


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--pedantic", PROJECT / "action.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_input_is_used_and_documented() -> None:
    text = (PROJECT / "action.yml").read_text("utf-8")
    page = (PROJECT / "docs/action.md").read_text("utf-8")
    described = load(PROJECT / "action.yml")
    for name, one in described["inputs"].items():
        assert f"inputs.{name}" in text
        default = f"`{one['default']}`" if one["default"] else ""
        assert f"| `{name}` | {default} |".replace("|  |", "| |") in page
    for name in described["outputs"]:
        assert f"| `{name}` |" in page


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.a", "x"),
        ("steps.b.outputs.c", None),
        ("inputs.none || inputs.a", "x"),
        ("always() && inputs.a == 'X' && inputs.a != ''", True),
        ("!(inputs.none == '') || inputs.a == 'y'", False),
    ],
)
def test_the_runner_knows_expressions(expression: str, value: object) -> None:
    assert evaluate(expression, {"inputs": {"a": "x"}}) == value
