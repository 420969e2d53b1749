"""What GitHub's code scanning needs to be sent of each repository of a sweep, written as files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scratchlint.errors import UsageError
from scratchlint.report.characters import visible
from scratchlint.sweep.database import Database, Repository, Run
from scratchlint.sweep.directory import sarif_file

PUBLISH = "publish"
GITHUB = "github.com"

# What GitHub refuses:
# https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
# https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
MOST_BYTES = 10_000_000
MOST_RUNS = 20
MOST_RESULTS = 25_000
MOST_RULES = 25_000
MOST_EXTENSIONS = 100
MOST_STEPS = 10_000
MOST_LOCATIONS = 1_000
MOST_TAGS = 20

_ORIGIN = re.compile(r"https?://(?P<host>[^/]+)/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with the body of a request, and where that goes.

    `repository` is what the sweep calls it, `project` is OWNER/NAME on the host; `digest` is a hash of what
    is sent where.
    """

    repository: str
    host: str
    project: str
    commit: str
    ref: str
    file: Path
    digest: str

    @property
    def endpoint(self) -> str:
        """The path of the interface to POST to, without a slash before it."""
        return f"repos/{self.project}/code-scanning/sarifs"


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why nothing can be sent of a repository."""

    repository: str
    reason: str


def prepare(database: Database, directory: Path, host: str = GITHUB) -> Iterator[Upload | Unfit]:
    """Write what is to be sent of each repository below the directory of a sweep, and yield it, by name.

    What an earlier call left of repositories that are not fit any more is removed. Raises UsageError when the
    files cannot be written.
    """
    place = directory / PUBLISH
    try:
        place.mkdir(exist_ok=True)
        left = {one.name for one in place.glob("*.json")}
        for repository in database.repositories():
            prepared = _prepared(repository, directory, host)
            if isinstance(prepared, Upload):
                left.discard(prepared.file.name)
            yield prepared
        for name in sorted(left):
            (place / name).unlink()
    except OSError as error:
        raise UsageError(f"cannot write below {place}: {error.strerror}") from None


def _prepared(repository: Repository, directory: Path, host: str) -> Upload | Unfit:
    source = repository.source
    shown = visible(f"{source.address}@{source.revision}" if source.revision else source.address)
    run = repository.run
    if run is None or run.status == "failed":
        return Unfit(shown, "it was not analysed" if run is None else f"its analysis failed: {run.reason}")
    project = _project(run, host)
    if project is None:
        return Unfit(shown, f"its remote named origin is not on {host}")
    if not run.commit or not run.ref:
        return Unfit(shown, "it is on no branch or tag: sweep it with @BRANCH")
    log = _log(directory, repository.name)
    if log is None:
        return Unfit(shown, "its SARIF log is missing: sweep it again")
    packed = gzip.compress(log, mtime=0)
    too_much = breaches(log, len(packed))
    if too_much:
        return Unfit(shown, f"GitHub would refuse its log: {'; '.join(too_much)}")
    body = {
        "commit_sha": run.commit,
        "ref": run.ref,
        "sarif": base64.b64encode(packed).decode("ascii"),
        "tool_name": "scratchlint",
    }
    data = json.dumps(body).encode("ascii")
    file = directory / PUBLISH / f"{repository.name}.json"
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(file)
    digest = hashlib.sha256(f"{host}/{project}\n".encode() + data).hexdigest()
    return Upload(shown, host, project, run.commit, run.ref, file, digest)


def _project(run: Run, host: str) -> str | None:
    match = _ORIGIN.fullmatch(run.origin)
    return f"{match['owner']}/{match['name']}" if match and match["host"].lower() == host.lower() else None


def _log(directory: Path, name: str) -> bytes | None:
    for compressed in (False, True):
        file = sarif_file(directory, name, compressed)
        if file.is_file():
            return gzip.decompress(file.read_bytes()) if compressed else file.read_bytes()
    return None


def breaches(log: bytes, packed: int) -> list[str]:
    """Return which of GitHub's limits a SARIF log exceeds, for people; `packed` are its bytes, compressed."""
    try:
        runs = json.loads(log)["runs"]
        counts = [("bytes, compressed", packed, MOST_BYTES), ("runs", len(runs), MOST_RUNS)]
        for run in runs:
            counts += _counts_of_run(run)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ["it is no SARIF"]
    found = [f"{number:,} {what}, of at most {most:,}" for what, number, most in counts if number > most]
    return list(dict.fromkeys(found))


def _counts_of_run(run: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    tool = run["tool"]
    parts = [tool["driver"], *tool.get("extensions", [])]
    rules = [rule for part in parts for rule in part.get("rules", [])]
    results = run["results"]
    yield "results", len(results), MOST_RESULTS
    yield "rules", len(rules), MOST_RULES
    yield "extensions", len(parts) - 1, MOST_EXTENSIONS
    yield (
        "tags of a rule",
        _most(len(rule.get("properties", {}).get("tags", [])) for rule in rules),
        MOST_TAGS,
    )
    yield "locations of a result", _most(len(one.get("locations", [])) for one in results), MOST_LOCATIONS
    yield "steps of a result", _most(map(_steps, results)), MOST_STEPS


def _steps(result: dict[str, Any]) -> int:
    flows = [flow for code in result.get("codeFlows", []) for flow in code.get("threadFlows", [])]
    return sum(len(flow.get("locations", [])) for flow in flows)


def _most(numbers: Iterator[int] | map[int] | Sequence[int]) -> int:
    return max(numbers, default=0)
