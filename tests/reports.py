"""Small reports built by hand from source texts, for the tests of the report formats."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scratchlint.core.finding import (
    Confidence,
    Evidence,
    Excerpt,
    Finding,
    Judgement,
    Level,
    Remark,
    Report,
    Skipped,
    Suppressed,
    Suppression,
    Verdict,
    VerdictKind,
)
from scratchlint.core.flow import Flow, Role, Site, Step, StepKind, Use
from scratchlint.core.shape import Hole, PathShape
from scratchlint.core.span import Position, Region, Span
from scratchlint.report.fingerprint import line_hashes


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule as reports see it."""

    id: str
    title: str
    level: Level
    severity: str
    weaknesses: tuple[int, ...]
    documentation: str


EXECUTABLE = PlainRule(
    id="scratch-executable",
    title="Executable in scratch storage",
    level="error",
    severity="7.8",
    weaknesses=(377, 379, 426),
    documentation=(
        "Executable in scratch storage\n\n"
        "A program is run from `/tmp`, which is **emptied** at every boot.\n\n"
        "## Why\n\nSee the [standard](https://example.org/fhs).\n\n```python\nrun('/tmp/x')\n```\n"
    ),
)
DATA = PlainRule(
    id="scratch-data",
    title="Data in scratch storage",
    level="error",
    severity="6.5",
    weaknesses=(377,),
    documentation="Data in scratch storage\n\nData lies in a directory that cleaners empty.\n",
)
RULES = (EXECUTABLE, DATA)


@dataclass
class Tree:
    """Source files, and what is found in them."""

    files: dict[str, str]
    excerpts: dict[Span, Excerpt] = field(default_factory=dict)

    def span(self, file: str, text: str, occurrence: int = 0) -> Span:
        """Return the span of the text's n-th occurrence in a file, and keep its excerpt."""
        source = self.files[file]
        begin = -1
        for _ in range(occurrence + 1):
            begin = source.index(text, begin + 1)
        end = begin + len(text)
        span = Span(file, len(_bytes(source[:begin])), len(_bytes(source[:end])))
        region = Region(_position(source, begin), _position(source, end))
        lines = source.split("\n")[region.start.line - 1 : region.end.line]
        self.excerpts[span] = Excerpt(region, tuple(line.removesuffix("\r") for line in lines), text)
        return span

    def hashes(self) -> dict[Span, str]:
        """Return the fingerprint of every span."""
        by_file = {file: line_hashes(text) for file, text in self.files.items()}
        return {
            span: by_file[span.file][excerpt.region.start.line - 1] for span, excerpt in self.excerpts.items()
        }

    def report(self, *findings: Finding, scratch: tuple[Judgement, ...] = ()) -> Report:
        """Return a report of these findings with nothing skipped."""
        return Report(
            findings=findings,
            scratch=scratch,
            skipped=(),
            limits=(),
            files=len(self.files),
            sites=len(findings) + len(scratch),
            seconds=0.125,
            unread={},
            set_aside={},
            excerpts=self.excerpts,
            line_hashes=self.hashes(),
        )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _position(source: str, offset: int) -> Position:
    """Return a place in UTF-16 code units."""
    line_start = source.rfind("\n", 0, offset) + 1
    units = source[line_start:offset].encode("utf-16-le", "surrogatepass")
    return Position(source.count("\n", 0, offset) + 1, len(units) // 2 + 1)


def shape(*components: str | Hole) -> PathShape:
    """Return a path below the first root."""
    return PathShape("/tmp", tuple((component,) for component in components))


def judgement(
    site: Site,
    use: Use,
    steps: tuple[Step, ...] = (),
    *,
    role: Role = "data",
    kind: VerdictKind = "production",
    confidence: Confidence = "high",
    evidence: tuple[Evidence, ...] = (),
    same: tuple[Site, ...] = (),
) -> Judgement:
    """Return a judgement with one flow."""
    verdict = Verdict(kind, role, confidence, sum(one.strength for one in evidence), evidence)
    return Judgement(site, (Flow(site, site.path, steps, use),), verdict, same)


def finding(
    judged: Judgement, rule: PlainRule = DATA, message: str = "Data lives in scratch storage."
) -> Finding:
    """Return a finding of a rule at the rule's level."""
    return Finding(rule.id, rule.level, message, "/var/lib/app", judged)


def simple(
    text: str = "/tmp/app/data.db", file: str = "app.py", source: str | None = None
) -> tuple[Tree, Finding]:
    """Return a one-line program that opens a path, and its finding."""
    tree = Tree({file: source if source is not None else f'open("{text}")\n'})
    site = Site(tree.span(file, text), "literal", text, shape("app", "data.db"))
    return tree, finding(judgement(site, Use(tree.span(file, text), "reads", "open", "data")))


def reviewed() -> Report:
    """Return the report of an incident with a further finding that is suppressed, and a remark on how."""
    report = incident()
    tree, one = simple(source='open("/tmp/app/data.db")  # scratchlint: ignore\n')
    comment = tree.span("app.py", "# scratchlint: ignore")
    suppression = Suppression(comment, "comment", "app.py:1", 1, ("scratch-data",), "rebuilt at start")
    other = replace(suppression, kind="policy", origin="scratchlint.toml:3", reason="")
    return replace(
        report,
        suppressed=(Suppressed(one, suppression), Suppressed(one, other)),
        remarks=(Remark("unexplained-suppression", "note", "It gives no reason.", comment),),
        unsure=3,
        excerpts={**report.excerpts, **tree.excerpts},
        line_hashes={**report.line_hashes, **tree.hashes()},
    )


def incident() -> Report:
    """Return a report of an interpreter that travels over three files, and of a scratch download."""
    env, config, run = ".env", "src/config.ts", "src/run.ts"
    tree = Tree(
        {
            env: "PORT=80\nWHISPER=/tmp/whisper-env/bin/python3\n",
            config: "export const binary = process.env.WHISPER\nexport const again = '/tmp/whisper-env'\n",
            run: "import { binary } from './config'\n\tspawn(binary, ['/tmp/whisper-env/bin/python3'])\n",
            "get.sh": "curl -o /tmp/x.zip https://example.org/x.zip\nrm /tmp/x.zip\n",
        }
    )
    path = shape("whisper-env", "bin", "python3")
    binary = str(path)
    site = Site(tree.span(env, "/tmp/whisper-env/bin/python3"), "literal", binary, path)
    other = Site(tree.span(run, "/tmp/whisper-env/bin/python3"), "literal", binary, path)
    used = tree.span(run, "binary", 1)
    kinds: tuple[tuple[Span, StepKind, str], ...] = (
        (site.span, "source", "WHISPER is set"),
        (tree.span(config, "process.env.WHISPER"), "env", "WHISPER is read"),
        (tree.span(config, "binary"), "assigned", "assigned to binary"),
        (tree.span(run, "binary"), "imported", "imported as binary"),
        (used, "used", "spawn executes it"),
    )
    evidence = (
        Evidence("use-executes", "spawn executes it", 4.0, used),
        Evidence("fixed-name", "the name is fixed", 1.0, None),
        Evidence("name-temporary", "the name says that it is temporary", -0.5, site.span),
    )
    judged = judgement(
        site,
        Use(used, "executes", "spawn", "venv"),
        tuple(Step(*parts) for parts in kinds),
        role="venv",
        evidence=evidence,
        same=(other, other),
    )
    judged = replace(
        judged, flows=(*judged.flows, Flow(other, path, (), Use(other.span, "reads", "cat", None)))
    )
    download = Site(tree.span("get.sh", "/tmp/x.zip"), "literal", "/tmp/x.zip", shape("x.zip"))
    scratch = judgement(
        download,
        Use(tree.span("get.sh", "curl -o"), "writes", "curl", None),
        kind="scratch",
        evidence=(Evidence("removed-after", "removed by rm", -3.0, tree.span("get.sh", "/tmp/x.zip", 1)),),
    )
    found = finding(
        judged, EXECUTABLE, "The executable /tmp/whisper-env/bin/python3 lives in scratch storage."
    )
    return replace(
        tree.report(found, scratch=(scratch,)),
        skipped=(Skipped("big.ts", "larger than 1 MiB"), Skipped("odd.py", "line 3 cannot be read", True)),
        limits=("the trace of src/long.ts stopped after 10,000 steps",),
        unread={"PHP": 1, "Go": 12},
        set_aside={"test": 3},
    )
