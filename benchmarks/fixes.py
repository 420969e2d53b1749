"""Tries the fixes of real trees: python benchmarks/fixes.py TREE …

Of every tree it prints how many findings have a fix, and how sure; each fix is applied to copies of its
files, which must parse and, where they did before, compile; the findings must be gone, and a second
run must offer nothing more. What an applier that knows SARIF alone makes of the same fixes must be the same
bytes. The trees themselves are only read.
"""

from __future__ import annotations

import ast
import io
import json
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from scratchlint import __version__
from scratchlint.core.finding import Finding
from scratchlint.core.fix import Fix
from scratchlint.fix.apply import apply
from scratchlint.fix.offer import Offer, offer
from scratchlint.fix.tree import Tree
from scratchlint.fix.verify import contents
from scratchlint.policies import Policies
from scratchlint.report import Options, write
from scratchlint.rules import RULES

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import sarif_applier


def measure(root: Path, kept: Path | None) -> Counter[str]:
    """Return what was counted in one tree, and print what went wrong; `kept` gets the changed files."""
    found = offer(root, ("",), Policies(root))
    chosen = [fix for fix in found.fixes if fix.applicability != "display"]
    counts = _shares(found)
    with tempfile.TemporaryDirectory(dir=Path.home()) as directory:
        copy, other = Path(directory) / "copy", Path(directory) / "other"
        files = {file for fix in chosen for file in fix.files}
        for place in (copy, other):
            _copy(root, place, files)
        tree = Tree(copy)
        applied = apply(chosen, tree)
        counts["fixes"] += len(chosen)
        counts["applied"] += len(applied.fixes)
        for failure in applied.failed:
            print(f"  not applied: {failure.site.file}: {failure.because}")
        counts.update(_compiled(root, copy, chosen))
        _apply_by_sarif(found, chosen, other)
        counts["files"] += len(files)
        counts["same by SARIF"] += sum(
            (copy / file).read_bytes() == (other / file).read_bytes() for file in files
        )
        if kept is not None:
            shutil.copytree(copy, kept / root.name, dirs_exist_ok=True)
    _second_run(found, chosen, counts)
    for one in found.unfixed:
        print(f"  none: {one.old} in {one.site.file}: {one.because}")
    return counts


def _copy(root: Path, place: Path, files: Iterable[str]) -> None:
    place.mkdir()
    for file in files:
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, place / file)


def _apply_by_sarif(found: Offer, chosen: Sequence[Fix], place: Path) -> None:
    stream = io.StringIO()
    write(replace(found.report, fixes=tuple(chosen)), "sarif", stream, RULES, Options(__version__))
    sarif_applier.apply(json.loads(stream.getvalue()), place)


def _shares(found: Offer) -> Counter[str]:
    written = {one.judgement.site.span for one in found.findings if _is_written(one)}
    counts = Counter({"findings": len(found.findings), "written": len(written)})
    for fix in found.fixes:
        counts[fix.applicability] += len(written & set(fix.sites))
    return counts


def _is_written(finding: Finding) -> bool:
    """Whether the root of a finding's path is written out, not told by a function or variable."""
    site = finding.judgement.site
    return site.kind in ("literal", "mention") and site.path.root.startswith("/")


def _compiled(root: Path, copy: Path, fixes: Sequence[Fix]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for file in sorted({file for fix in fixes for file in fix.files if file.endswith(".py")}):
        if _compiles((root / file).read_bytes()):
            counts["python"] += 1
            counts["python still compiles"] += _compiles((copy / file).read_bytes())
    return counts


def _compiles(data: bytes) -> bool:
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(data, "source", "exec", ast.PyCF_ONLY_AST)
        except (SyntaxError, ValueError):
            return False
    return True


def _second_run(found: Offer, chosen: Sequence[Fix], counts: Counter[str]) -> None:
    after = found.again(contents(chosen, found.tree))
    mended = {site for fix in chosen for site in fix.sites}
    counts["mended"] += len(mended)
    counts["gone"] += len(found.report.findings) - len(after.report.findings)
    unfixed = {one.old for one in found.unfixed}
    for finding in after.report.findings:
        if not any(str(flow.path) in unfixed for flow in finding.judgement.flows):
            print(f"  still there: {finding.judgement.site.span.file}: {finding.judgement.site.text}")


def main() -> None:
    total: Counter[str] = Counter()
    kept = None
    trees = sys.argv[1:]
    if trees[:1] == ["--keep"]:
        kept, trees = Path(trees[1]), trees[2:]
    for tree in trees:
        counts = measure(Path(tree).resolve(), kept)
        print(f"{Path(tree).name}: {dict(counts)}", flush=True)
        total += counts
    print(f"all: {dict(total)}")


if __name__ == "__main__":
    main()
