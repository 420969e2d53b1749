"""Send what was prepared to GitHub, through its program `gh`, which has the user's credentials."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scratchlint.errors import UsageError
from scratchlint.report.characters import visible
from scratchlint.sweep.publish import Upload

MOST_TRIES = 4
MOST_WAIT = 900
"""Seconds. GitHub names how long it wants to be left alone; beyond that, sending ends."""

_SECONDS = 300
_VERSION = "2022-11-28"
_ACCEPTED = 202
# The first wait after a failure of the server's own, doubled with each try.
_PAUSE = 2

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """GitHub has taken it; `id` is what it calls the upload. `before` tells that it had before."""

    id: str
    before: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it was not taken; `is_final` tells that nothing else will be either, for now."""

    reason: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response: status (0 if there was none), headers by names in small letters, body, what gh says."""

    status: int
    headers: Mapping[str, str]
    body: str
    said: str


def send(upload: Upload, wait: Wait) -> Sent | Refused:
    """Send an upload unless the same one was taken before; `wait` is called with seconds between tries.

    What was taken is remembered beside the file. Raises UsageError when gh is not installed.
    """
    receipt = upload.file.with_suffix(".receipt")
    if receipt.is_file() and (kept := json.loads(receipt.read_text("ascii")))["digest"] == upload.digest:
        return Sent(str(kept["id"]), before=True)
    for number in range(MOST_TRIES):
        answer = _asked(upload)
        if answer.status == _ACCEPTED:
            name = _id(answer.body)
            receipt.write_text(json.dumps({"digest": upload.digest, "id": name}), "ascii")
            return Sent(name)
        pause = _pause(answer, number)
        if pause is None:
            # Without an answer, and without credentials, no other upload gets through.
            return Refused(_reason(answer), is_final=answer.status in (0, 401))
        if pause > MOST_WAIT:
            return Refused(f"{_reason(answer)}: it asks to wait {pause:.0f} seconds", is_final=True)
        if number < MOST_TRIES - 1:
            wait(pause)
    return Refused(f"{_reason(answer)}, {MOST_TRIES} times", is_final=True)


def _asked(upload: Upload) -> _Answer:
    program = shutil.which("gh")
    if program is None:
        raise UsageError("--upload needs GitHub's command line program gh: https://cli.github.com")
    command = [program, "api", "--include", "--method", "POST", "--hostname", upload.host]
    for header in ("Accept: application/vnd.github+json", f"X-GitHub-Api-Version: {_VERSION}"):
        command += ["--header", header]
    command += ["--input", str(upload.file), upload.endpoint]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _Answer(0, {}, "", f"gh took longer than {_SECONDS} seconds")
    except OSError as error:
        raise UsageError(f"gh could not be started: {error.strerror}") from None
    return _read(done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def _read(shown: str, said: str) -> _Answer:
    """Read what `gh api --include` shows: the status line, headers, an empty line, the body."""
    head, _, body = shown.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    words = first.split()
    status = int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit() else 0
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return _Answer(status, headers, body, said.strip().partition("\n")[0].removeprefix("gh: "))


def _pause(answer: _Answer, number: int) -> float | None:
    """Return how many seconds to wait before the next try, None if another would end as this one.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
    """
    if answer.status >= 500:
        return float(_PAUSE << number)
    if answer.status not in (403, 429):
        return None
    after = answer.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time()) + 1
    return float(60 << number) if answer.status == 429 or "rate limit" in answer.said.lower() else None


def _reason(answer: _Answer) -> str:
    said = visible(answer.said)
    return said or (f"GitHub answered {answer.status}" if answer.status else "gh told nothing")


def _id(body: str) -> str:
    try:
        return visible(str(json.loads(body)["id"]))
    except (ValueError, KeyError, TypeError):
        return ""
