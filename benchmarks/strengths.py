"""Fits the strengths of evidence to labelled repositories, and says how sure they are.

    strengths.py LABELS CLONES [--keep DIR] [--write]

The score of a path is the prior plus the strengths of its evidence; it is taken for the log odds of a
production use, moved by the threshold. The strengths minimise the logistic loss on the labelled sites plus
their squared distance from the hand-set priors, and keep the priors' signs: there are few production sites,
and most of them lie in few repositories. What a path weighs without evidence is not fitted: confirmed
defects were chosen for what they are, and say nothing of how common they are. Figures are given for a table
that was fitted without the repository that it judges (leave one out), pooled over all repositories, and
intervals come from drawing repositories anew with replacement (Efron & Tibshirani, An Introduction to the
Bootstrap, 1993, chapter 8).

--write changes judge/strengths.toml: only the numbers called `strength`, and those of the calibration.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from labelled import analysed, checkouts
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

TABLE = Path(__file__).parents[1] / "src/scratchlint/judge/strengths.toml"
# How far a strength moves from its prior before that costs as much as a site judged with even odds. So
# little lets only what many sites ask for move: the labelled sites are chosen, and of the scratch paths that
# nobody labelled the fixtures hold what must stay silent.
SPREAD = 0.1
DRAWS = 100
SEED = 20260101

Vector: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled path: its repository, whether its use is production, and its evidence."""

    repository: str
    production: bool
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """The samples as numbers: a row a sample, a column a claim, the first for the prior."""

    claims: Sequence[str]
    priors: Vector
    evidence: NDArray[np.float64]
    production: NDArray[np.bool_]
    repositories: NDArray[np.str_]
    threshold: float

    def fitted(self, rows: NDArray[np.intp]) -> Vector:
        """Return the strengths that fit some of the samples best."""
        evidence, signs = self.evidence[rows], np.where(self.production[rows], 1.0, -1.0)

        def loss(strengths: Vector) -> tuple[float, Vector]:
            margins = signs * (evidence @ strengths - self.threshold)
            moved = (strengths - self.priors) / SPREAD
            slope = evidence.T @ (-signs * expit(-margins)) + moved / SPREAD
            return float(np.logaddexp(0, -margins).sum() + (moved @ moved) / 2), slope

        bounds = [
            (prior, prior) if claim == "prior" else (0.0, None) if prior >= 0 else (None, 0.0)
            for claim, prior in zip(self.claims, self.priors, strict=True)
        ]
        return np.asarray(minimize(loss, self.priors, jac=True, bounds=bounds, method="L-BFGS-B").x)

    def scores(self, strengths: Vector) -> Vector:
        """Return the score of every sample."""
        return self.evidence @ strengths

    def left_out_scores(self) -> Vector:
        """Return the score of every sample by a table that its repository had no part in."""
        scores = np.zeros(len(self.production))
        for repository in np.unique(self.repositories):
            own = self.repositories == repository
            scores[own] = (self.evidence @ self.fitted(np.flatnonzero(~own)))[own]
        return scores


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path, metavar="LABELS")
    parser.add_argument("clones", type=Path, metavar="CLONES")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where checkouts and logs are kept")
    parser.add_argument("--write", action="store_true", help="write the fitted strengths into the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        work = options.keep or Path(directory)
        trees = checkouts(options.labels, options.clones, work)
        if not (work / "logs").exists():
            analysed(trees, work / "logs")
        samples = [*labelled(options.labels / "sites.jsonl", work / "logs")]
        samples += confirmed(options.labels / "confirmed.jsonl", work / "logs")
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    task = prepared(samples, raw)
    strengths = task.fitted(np.arange(len(samples)))
    left_out = task.left_out_scores()
    describe(task, strengths, intervals(task))
    compare(
        task, {"priors": task.scores(task.priors), "fitted": task.scores(strengths), "left out": left_out}
    )
    slope, intercept = calibrated(left_out - task.threshold, task.production)
    print(f"probability = 1 / (1 + exp(-({slope:.2f} (score - {task.threshold}) {intercept:+.2f})))")
    if options.write:
        write(dict(zip(task.claims, strengths, strict=True)), slope, intercept)
    return 0


def labelled(labels: Path, logs: Path) -> Iterator[Sample]:
    """Yield the paths of sites.jsonl that were judged by their evidence, each once."""
    truth: dict[str, dict[tuple[str, int], bool]] = {}
    for line in labels.read_text(encoding="utf-8").splitlines():
        site = json.loads(line)
        if site["verdict"] != "contested":
            name = f"{site['repo'].replace('/', '+')}@{site['commit'][:7]}"
            place = site["path"], site["line"]
            truth.setdefault(name, {})[place] = site["verdict"] == "production"
    for name, sites in sorted(truth.items()):
        for judgement in judgements(logs / f"{name}.json"):
            told = {sites[place] for place in places(judgement) if place in sites}
            if told:
                yield Sample(name.partition("@")[0], any(told), evidence(judgement))


def confirmed(labels: Path, logs: Path) -> Iterator[Sample]:
    """Yield the paths of confirmed.jsonl before they were moved."""
    for line in labels.read_text(encoding="utf-8").splitlines():
        site = json.loads(line)
        name = f"{site['repo'].replace('/', '+')}@{site['before'][:7]}"
        for judgement in judgements(logs / f"{name}.json"):
            if (site["path"], site["line"]) in places(judgement):
                yield Sample(name.partition("@")[0], True, evidence(judgement))


def judgements(log: Path) -> Iterator[Mapping[str, Any]]:
    """Yield what a JSON report judged by evidence: not what a gate decided."""
    report = json.loads(log.read_text(encoding="utf-8"))
    for judgement in (*report["findings"], *report["scratch"]):
        gated = any(one["claim"].startswith("context-") for one in judgement["evidence"])
        if judgement["verdict"] in ("production", "scratch") and not gated:
            yield judgement


def places(judgement: Mapping[str, Any]) -> set[tuple[str, int]]:
    """Return where a path is written: (file, line)."""
    sites = [judgement["site"], *judgement["same"]]
    return {(site["location"]["file"], site["location"]["line"]) for site in sites}


def evidence(judgement: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["claim"] for one in judgement["evidence"])


def prepared(samples: Sequence[Sample], table: Mapping[str, Any]) -> Task:
    """Return the samples as numbers; claims that the table does not have are left out."""
    claims = list(table["strength"])
    evidence = np.array([[float(claim in ("prior", *one.claims)) for claim in claims] for one in samples])
    return Task(
        claims,
        np.array([table["strength"][claim]["prior"] for claim in claims]),
        evidence,
        np.array([one.production for one in samples]),
        np.array([one.repository for one in samples]),
        table["threshold"]["production"],
    )


def intervals(task: Task) -> NDArray[np.float64]:
    """Return for each claim the 5th and 95th percentile of its strength over drawn repositories."""
    random = np.random.default_rng(SEED)
    names = np.unique(task.repositories)
    rows = {name: np.flatnonzero(task.repositories == name) for name in names}
    drawn = [
        task.fitted(np.concatenate([rows[name] for name in random.choice(names, len(names))]))
        for _ in range(DRAWS)
    ]
    return np.asarray(np.percentile(drawn, (5, 95), axis=0).T)


def describe(task: Task, strengths: Vector, ranges: NDArray[np.float64]) -> None:
    """Print each claim that a sample has: its prior, its strength, and how often it was seen."""
    print(f"{'claim':24} prior  fitted   5 % .. 95 %   production  other")
    for number, claim in enumerate(task.claims):
        seen = task.evidence[:, number] > 0
        if seen.any():
            low, high = ranges[number]
            counts = f"{(seen & task.production).sum():10} {(seen & ~task.production).sum():6}"
            fitted = f"{task.priors[number]:+5.1f}  {strengths[number]:+6.2f}"
            print(f"{claim:24} {fitted}  {low:+5.2f} .. {high:+5.2f}   {counts}")


def compare(task: Task, scores: Mapping[str, Vector]) -> None:
    """Print precision and recall over the samples for several ways to score them, and by repository."""
    for name, found in scores.items():
        reported = found >= task.threshold
        print(f"{name:9} {_figures(reported, task.production)}")
    reported = scores["left out"] >= task.threshold
    for repository in np.unique(task.repositories):
        own = task.repositories == repository
        if task.production[own].any() or reported[own].any():
            print(f"  {repository:40} {_figures(reported[own], task.production[own])}")


def _figures(reported: NDArray[np.bool_], production: NDArray[np.bool_]) -> str:
    right = int((reported & production).sum())
    return (
        f"precision {right / max(1, int(reported.sum())):.3f} ({int(reported.sum()) - right} wrong)  "
        f"recall {right / max(1, int(production.sum())):.3f} ({right}/{int(production.sum())})"
    )


def calibrated(margins: Vector, production: NDArray[np.bool_]) -> tuple[float, float]:
    """Return (slope, intercept) of the logistic curve from margin to probability.

    Platt, Probabilistic Outputs for Support Vector Machines, 1999, with his smoothed targets.
    """
    yes, no = int(production.sum()), int((~production).sum())
    wanted = np.where(production, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(values: Vector) -> float:
        logits = values[0] * margins + values[1]
        return float((np.logaddexp(0, logits) - wanted * logits).sum())

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(intercept)


def write(strengths: Mapping[str, float], slope: float, intercept: float) -> None:
    """Write the fitted numbers into the table; everything else of it stays as it is."""
    text = TABLE.read_text(encoding="utf-8")
    for claim, strength in strengths.items():
        text = re.sub(
            rf"(?m)^({re.escape(claim)} = {{.*?\bstrength = )[-+.\d]+", rf"\g<1>{strength:.1f}", text
        )
    for name, number in (("slope", slope), ("intercept", intercept)):
        text = re.sub(rf"(?m)^({name} = )[-+.\d]+", rf"\g<1>{number:.2f}", text)
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
