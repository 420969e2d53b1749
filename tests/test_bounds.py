"""Whatever a program looks like, an analysis ends, soon and in bounded memory, and says what it left out."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from scratchlint.analyze import analyze
from scratchlint.core.finding import Report
from scratchlint.dataflow.follow import MAXIMUM_ROUNDS
from scratchlint.dataflow.worklist import (
    MAXIMUM_ACCESS,
    MAXIMUM_FACTS,
    MAXIMUM_MENTIONS,
    MAXIMUM_STEPS,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCENARIOS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "fixes")
MODULES = 2_000
CHAIN = 500
SECONDS = 60.0
MEGABYTES = 600


def report(root: Path) -> Report:
    return analyze(root, ("",))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def cyclic_modules(further: str = "") -> Iterator[tuple[str, str]]:
    """Yield modules that all pass one path on, each importing its neighbour and one far away."""
    for number in range(MODULES):
        near, far = (number + 1) % MODULES, (number * 7 + 3) % MODULES
        yield (
            f"src/module{number}.ts",
            f"import {{ place{near} }} from './module{near}.js';\n"
            f"import * as far from './module{far}.js';\n"
            f"export const place{number} = far.start ?? place{near};\n"
            f"export const start = place{number};\n" + further,
        )
    yield "src/module0.ts", "export const place0 = '/tmp/ring/start';\nexport const start = place0;\n"


def call_chain() -> str:
    links = "\n".join(
        f"def link{number}(file):\n    return link{number + 1}(file)\n" for number in range(CHAIN)
    )
    return (
        f"import sqlite3\n\n{links}\n"
        f"def link{CHAIN}(file):\n    return sqlite3.connect(file)\n\n\nlink0('/tmp/chain/links.db')\n"
    )


def test_import_cycles_end(tmp_path: Path) -> None:
    write(tmp_path, dict(cyclic_modules()))
    started = time.monotonic()
    tracemalloc.start()
    found = report(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - started < SECONDS
    assert peak < MEGABYTES * 2**20
    assert found.limits == ()


def test_import_cycles_that_reach_too_many_places_end_at_a_stated_bound(tmp_path: Path) -> None:
    further = "".join(f"export const more{number} = start;\n" for number in range(4))
    write(tmp_path, dict(cyclic_modules(further)))
    found = report(tmp_path)
    assert any(f"more than {MAXIMUM_FACTS} places" in limit for limit in found.limits)


def test_a_text_that_is_handed_about_ends_at_a_stated_bound(tmp_path: Path) -> None:
    lines = [f"kept{number} = message\n" for number in range(MAXIMUM_MENTIONS + 1)]
    write(tmp_path, {"handed.py": "message = 'Waiting for /tmp/handed/about to come.'\n" + "".join(lines)})
    assert any(f"more than {MAXIMUM_MENTIONS} places of longer" in limit for limit in report(tmp_path).limits)


def test_a_long_chain_of_calls_is_followed_to_its_end(tmp_path: Path) -> None:
    write(tmp_path, {"chain.py": call_chain()})
    started = time.monotonic()
    found = report(tmp_path)
    assert time.monotonic() - started < SECONDS
    (finding,) = found.findings
    (flow, *_) = finding.judgement.flows
    assert flow.use.api == "sqlite3.connect"
    assert len(flow.steps) > CHAIN
    assert found.limits == ()


def test_a_long_chain_of_files_ends_at_a_stated_bound(tmp_path: Path) -> None:
    files = {
        f"link{number}.py": f"from link{number + 1} import pass_on as further\n\n\n"
        f"def pass_on(file):\n    return further(file)\n"
        for number in range(CHAIN)
    }
    files[f"link{CHAIN}.py"] = "def pass_on(file):\n    return open(file)\n"
    files["start.py"] = "from link0 import pass_on\n\npass_on('/tmp/chain/links.db')\n"
    write(tmp_path, files)
    found = report(tmp_path)
    assert any(f"after {MAXIMUM_ROUNDS} rounds" in limit for limit in found.limits)


def test_every_caller_of_a_busy_function_ends(tmp_path: Path) -> None:
    calls = "".join(f"value{number} = same(value{number - 1})\n" for number in range(1, 3 * CHAIN))
    text = f"def same(value):\n    return value\n\n\nvalue0 = '/tmp/busy/start'\n{calls}open(value{CHAIN})\n"
    write(tmp_path, {"busy.py": text})
    found = report(tmp_path)
    assert found.seconds < SECONDS
    assert any(f"more than {MAXIMUM_STEPS} steps" in limit for limit in found.limits)


def test_deep_objects_end(tmp_path: Path) -> None:
    text = "leaf = {'file': '/tmp/deep/leaf'}\n"
    text += "".join(f"leaf = {{'level{number}': leaf}}\n" for number in range(2 * MAXIMUM_ACCESS))
    write(tmp_path, {"deep.py": text})
    assert any(f"deeper than {MAXIMUM_ACCESS}" in limit for limit in report(tmp_path).limits)


def test_a_path_that_grows_ends(tmp_path: Path) -> None:
    text = "def grow(path, depth):\n    return grow(path + '/next', depth - 1) if depth else open(path)\n\n\n"
    write(tmp_path, {"grow.py": text + "grow('/tmp/grow', 3)\n"})
    found = report(tmp_path)
    assert found.seconds < SECONDS
    paths = {str(flow.path) for judgement in found.scratch for flow in judgement.flows}
    assert paths == {"/tmp/grow", "/tmp/grow/next"}
    assert found.limits == ()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_ordinary_programs_hit_no_bound(scenario: str) -> None:
    found = report(FIXTURES / scenario)
    assert found.limits == ()
