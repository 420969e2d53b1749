"""A local stand-in of GitHub's endpoint for SARIF uploads, with its limits, and a `gh` that talks to it.

https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATH = re.compile(r"/repos/(?P<project>[\w.-]+/[\w.-]+)/code-scanning/sarifs", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
REF = re.compile(r"refs/(?:heads|tags|pull)/.+")

# As `gh api` does it: with --include it writes the status line and the headers, then the body, and an error's
# message to standard error; its exit code is 1 for what is no success.
GH = """#!{python}
import json, sys, urllib.error, urllib.request
words = sys.argv[1:]
assert words.pop(0) == "api", words
options = {{"--header": []}}
while words[0].startswith("--"):
    name = words.pop(0)
    if name == "--include":
        options[name] = True
    elif name == "--header":
        options[name].append(words.pop(0))
    else:
        options[name] = words.pop(0)
(endpoint,) = words
assert options["--hostname"] == "{host}" and options["--include"], options
request = urllib.request.Request(
    "{address}/" + endpoint, open(options["--input"], "rb").read(), method=options["--method"]
)
for header in options["--header"]:
    request.add_header(*header.split(": ", 1))
request.add_header("Authorization", "token secret")
try:
    answer = urllib.request.urlopen(request)
except urllib.error.HTTPError as error:
    answer = error
body = answer.read().decode()
sys.stdout.write(f"HTTP/2.0 {{answer.status}} {{answer.reason}}\\n")
for name, value in answer.headers.items():
    sys.stdout.write(f"{{name}}: {{value}}\\r\\n")
sys.stdout.write("\\r\\n" + body)
if answer.status > 299:
    sys.stderr.write(f"gh: {{json.loads(body)['message']}} (HTTP {{answer.status}})\\n")
    sys.exit(1)
"""


@dataclass
class CodeScanning:
    """What the stand-in knows, and what it was sent.

    `projects` are those that take uploads, `closed` those without code scanning; `answers` are given to the
    next requests before anything else is looked at: status, headers and message.
    """

    projects: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: int = 0

    def answer(self, path: str, headers: Any, data: bytes) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Return status, headers and body for a request."""
        self.requests += 1
        if self.answers:
            status, more, message = self.answers.pop(0)
            return status, more, {"message": message}
        match = PATH.fullmatch(path)
        if match is None or match["project"] not in self.projects | self.closed:
            return 404, {}, {"message": "Not Found"}
        if headers["Authorization"] is None or headers["X-GitHub-Api-Version"] != "2022-11-28":
            return 401, {}, {"message": "Bad credentials"}
        if match["project"] in self.closed:
            return 403, {}, {"message": "Advanced Security must be enabled for this repository"}
        body = json.loads(data)
        packed = base64.b64decode(body["sarif"], validate=True)
        if len(packed) > 10_000_000:
            return 413, {}, {"message": "Payload Too Large"}
        wrong = problems(body, json.loads(gzip.decompress(packed)))
        if wrong:
            return 400, {}, {"message": wrong[0]}
        self.taken.append((match["project"], body))
        return 202, {}, {"id": f"upload-{len(self.taken)}", "url": "https://api.github.com/"}


def problems(body: dict[str, Any], log: dict[str, Any]) -> list[str]:
    """Return what GitHub's documentation says is refused."""
    checks = [
        (not COMMIT.fullmatch(body["commit_sha"]), "commit_sha is no commit"),
        (not REF.fullmatch(body["ref"]), "ref is no full reference"),
        (body["tool_name"] != log["runs"][0]["tool"]["driver"]["name"], "tool_name differs"),
        (len(log["runs"]) > 20, "too many runs"),
    ]
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        checks += [
            (len(run["results"]) > 25_000, "too many results"),
            (len(rules) > 25_000, "too many rules"),
            (any(len(rule["properties"]["tags"]) > 20 for rule in rules), "too many tags"),
        ]
        for result in run["results"]:
            steps = sum(len(flow["locations"]) for one in result["codeFlows"] for flow in one["threadFlows"])
            checks += [
                (not result["locations"][0]["physicalLocation"], "a result has no location"),
                (len(result["locations"]) > 1000, "too many locations"),
                (steps > 10_000, "too many thread flow locations"),
            ]
    return [said for is_wrong, said in checks if is_wrong]


@contextmanager
def stand_in(programs: Path, host: str = "github.com") -> Iterator[CodeScanning]:
    """Start the stand-in, and write a `gh` that sends to it into a new directory."""
    state = CodeScanning()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = state.answer(self.path, self.headers, data)
            text = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        programs.mkdir()
        address = f"http://127.0.0.1:{server.server_port}"
        (programs / "gh").write_text(GH.format(python=sys.executable, host=host, address=address))
        (programs / "gh").chmod(0o755)
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
