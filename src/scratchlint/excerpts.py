"""Source lines for reports, with secrets masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from scratchlint.core.finding import Excerpt, Finding, Judgement, Text
from scratchlint.core.span import Region, Span
from scratchlint.report.fingerprint import line_hashes
from scratchlint.source.lines import LineIndex
from scratchlint.source.read import Source

MAXIMUM_LINES = 12
MASK = "*"

# What reveals nothing: the names before values, and expansions of other variables.
_ASSIGNMENT = re.compile(r"^(\s*(?:export\s+)?[\w.-]+\s*[=:]\s*[\"'`]?)")
_SECRETS = (
    re.compile(r"(?<=://)[^/\s:@]*:(?P<secret>[^@\s/]+)(?=@)"),
    re.compile(
        r"(?i)(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?"
        r"[\w-]*[\"']?\s*(?:[:=]|=>)\s*[\"']?(?P<secret>[^\s\"',;&]{4,})"
    ),
    re.compile(
        r"(?i)--?[\w-]*(?:password|passwd|secret|token|api-?key)[\w-]*\s+[\"']?(?P<secret>[^\s\"'-]\S{3,})"
    ),
    re.compile(
        r"\b(?P<secret>(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|xox[abp]-[\w-]{10,}|sk-[\w-]{20,}|eyJ[\w-]{10,}\.[\w.-]+)"
    ),
)
_PATH = re.compile(r"[\w.$-]*[:=]?/[\w./${}:@%+*~-]*")


class _File:
    """One source file with what reports ask of it, worked out when asked."""

    def __init__(self, source: Source, environment: bool) -> None:
        self._source = source
        self._environment = environment
        self.lines = LineIndex(source.data)

    def hashes(self, lines: Set[int]) -> Sequence[str]:
        """Return GitHub's hashes of lines, which it makes of the bytes on the disk read as UTF-8."""
        source = self._source
        data = source.text.encode("latin-1") if source.encoding == "latin-1" else source.data
        return line_hashes(data.decode("utf-8", "replace"), lines)

    def excerpt(self, span: Span, kept: Iterable[Span]) -> Excerpt:
        """Return the lines of a span; in env files all but the spans of paths is masked."""
        region = self.lines.region(span)
        last = min(region.end.line, region.start.line + MAXIMUM_LINES - 1)
        masked = self._masked(region.start.line, last, kept)
        return Excerpt(region, tuple(masked), _cut(masked, region))

    def text(self, kept: Iterable[Span]) -> str:
        """Return all lines, masked as excerpts are."""
        return "\n".join(self._masked(1, self.lines.lines, kept))

    def _masked(self, first: int, last: int, kept: Iterable[Span]) -> list[str]:
        lines = [self.lines.line(number) for number in range(first, last + 1)]
        if not self._environment:
            return [mask(line) for line in lines]
        regions = [self.lines.region(other) for other in kept]
        return [_mask_value(line, number, regions) for number, line in enumerate(lines, start=first)]


def masked_texts(
    findings: Iterable[Finding], sources: Mapping[str, Source], languages: Mapping[str, str]
) -> dict[str, Text]:
    """Return the text of every file that findings name, masked as excerpts are."""
    named: set[str] = set()
    kept: dict[str, set[Span]] = {}
    for item in findings:
        named.update(span.file for span in spans(item.judgement))
        for site in (item.judgement.site, *item.judgement.same):
            kept.setdefault(site.span.file, set()).add(site.span)
    return {
        path: Text(number, _File(sources[path], languages[path] == "dotenv").text(kept.get(path, ())))
        for number, path in enumerate(sorted(named))
    }


def excerpts(
    findings: Iterable[Finding],
    judgements: Iterable[Judgement],
    sources: Mapping[str, Source],
    languages: Mapping[str, str],
    further: Sequence[Span] = (),
) -> tuple[dict[Span, Excerpt], dict[Span, str]]:
    """Return the excerpt of every span that findings and judgements name, and each finding's line hash.

    `sources` are the files that spans name, `languages` tells which of them are env files;
    `further` spans get an excerpt and a hash too.
    """
    opened: dict[str, _File] = {}
    wanted: dict[str, set[Span]] = {}
    sites: dict[str, set[Span]] = {}
    hashes: dict[Span, str] = {}
    told = list(findings)
    for judgement in (*(item.judgement for item in told), *judgements):
        for span in spans(judgement):
            wanted.setdefault(span.file, set()).add(span)
        for site in (judgement.site, *judgement.same):
            sites.setdefault(site.span.file, set()).add(site.span)
    for span in further:
        wanted.setdefault(span.file, set()).add(span)
    result: dict[Span, Excerpt] = {}
    for path, places in wanted.items():
        file = opened[path] = _File(sources[path], languages.get(path) == "dotenv")
        for span in sorted(places):
            result[span] = file.excerpt(span, sites.get(path, ()))
    hashed: dict[str, dict[Span, int]] = {}
    for span in (*(item.judgement.site.span for item in told), *further):
        hashed.setdefault(span.file, {})[span] = result[span].region.start.line
    for path, lines in hashed.items():
        made = opened[path].hashes(set(lines.values()))
        hashes.update((span, made[line - 1]) for span, line in lines.items())
    return result, hashes


def spans(judgement: Judgement) -> Iterator[Span]:
    """Yield every span that a judgement names."""
    yield judgement.site.span
    for site in judgement.same:
        yield site.span
    for flow in judgement.flows:
        yield flow.site.span
        yield flow.use.span
        for step in flow.steps:
            yield step.span
    for evidence in judgement.verdict.evidence:
        if evidence.span is not None:
            yield evidence.span


def mask(line: str) -> str:
    """Return a line with passwords, tokens and keys overwritten, its length kept."""
    for pattern in _SECRETS:
        for match in reversed(list(pattern.finditer(line))):
            if _PATH.fullmatch(match["secret"]):
                continue
            start, end = match.span("secret")
            line = line[:start] + _stars(line[start:end]) + line[end:]
    return line


def _mask_value(line: str, number: int, kept: Iterable[Region]) -> str:
    """Mask a line of an env file but for its name and the paths on it."""
    units = _units(line)
    name = _ASSIGNMENT.match(line)
    shown = set(range(len(_units(name[1])) if name else 0))
    for region in kept:
        if region.start.line == number:
            end = region.end.column if region.end.line == number else len(units) + 1
            shown.update(range(region.start.column - 1, end - 1))
    if line.lstrip().startswith("#"):
        shown.clear()
    masked = [
        unit if index in shown or unit in " \t\"'`#" else MASK.encode("utf-16-le").decode("utf-16-le")
        for index, unit in enumerate(units)
    ]
    return "".join(masked).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _units(text: str) -> list[str]:
    """Split a text into its UTF-16 code units, so that masks keep columns."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [chr(int.from_bytes(data[place : place + 2], "little")) for place in range(0, len(data), 2)]


def _sliced(text: str, start: int, end: int | None) -> str:
    """Return a part of a text by its UTF-16 code units."""
    if text.isascii():
        return text[start:end]
    whole = "".join(_units(text)[start:end])
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _stars(text: str) -> str:
    return MASK * len(_units(text))


def _cut(lines: list[str], region: Region) -> str:
    """Return the spanned text out of (masked) lines."""
    if not lines:
        return ""
    text = list(lines)
    if region.end.line - region.start.line + 1 == len(lines):
        text[-1] = _sliced(text[-1], 0, region.end.column - 1)
    text[0] = _sliced(text[0], region.start.column - 1, None)
    return "\n".join(text)
