"""Lifetime and verdict: the pieces of evidence, and how they add up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports import shape
from scratchlint.core.flow import Flow, Role, Site, Use
from scratchlint.core.shape import Hole, PathShape
from scratchlint.core.span import Span
from scratchlint.judge.context import Context
from scratchlint.judge.lifetime import observe
from scratchlint.judge.strengths import strengths
from scratchlint.judge.verdict import Case, judge

FILE = "app.py"
FUNCTION = Span(FILE, 0, 500)
OTHER_FUNCTION = Span(FILE, 500, 900)
PATH = shape("app", "data.db")


def span(start: int, file: str = FILE) -> Span:
    return Span(file, start, start + 5)


def site(path: PathShape = PATH, start: int = 10) -> Site:
    return Site(span(start), "literal", str(path), path, FUNCTION)


def flow(
    action: str,
    at: int,
    *,
    role: Role | None = None,
    function: Span | None = FUNCTION,
    blocks: tuple[str, ...] = (),
    path: PathShape = PATH,
    names: tuple[str, ...] = (),
    held: tuple[str, ...] = (),
    guard: Span | None = None,
) -> Flow:
    use = Use(span(at), action, "api", role, function, blocks)
    return Flow(site(path), path, (), use, names, held, guard)


def claims(*flows: Flow, around: tuple[Flow, ...] = (), rendezvous: bool = False) -> set[str]:
    return {claim for claim, _, _ in observe(flows[0].site, flows[0].path, flows, around, rendezvous)}


def case(*flows: Flow, context: Context | None = None) -> Case:
    sites = tuple(dict.fromkeys(one.site for one in flows)) or (site(),)
    return Case(sites, flows, flows, context, "python")


class TestLifetime:
    def test_removal_behind_the_use_in_its_function(self) -> None:
        assert "removed-same-function" in claims(flow("writes", 20), flow("removes", 30))

    def test_removal_before_the_use_clears_the_ground_only(self) -> None:
        assert not any(one.startswith("removed") for one in claims(flow("writes", 30), flow("removes", 20)))

    @pytest.mark.parametrize("block", ["finally", "trap"])
    def test_removal_when_the_work_ends(self, block: str) -> None:
        assert "removed-at-end" in claims(flow("writes", 20), flow("removes", 30, blocks=(block,)))

    def test_removal_in_another_function(self) -> None:
        assert "removed-same-file" in claims(
            flow("writes", 20), flow("removes", 600, function=OTHER_FUNCTION)
        )

    def test_removal_of_a_directory_above(self) -> None:
        above = flow("removes", 40, path=shape("app"))
        assert "removed-same-function" in claims(flow("writes", 20), around=(above,))

    def test_removal_of_a_root_or_a_neighbour_is_nothing(self) -> None:
        for path in (shape(), shape("ap"), shape("app", "other")):
            assert not any(
                one.startswith("removed")
                for one in claims(flow("writes", 20), around=(flow("removes", 40, path=path),))
            )

    def test_a_rendezvous_is_cleared_and_stays(self) -> None:
        found = claims(flow("writes", 20, role="pid"), flow("removes", 30), rendezvous=True)
        assert not any(one.startswith("removed") for one in found)

    @pytest.mark.parametrize(
        ("kind", "claim"), [("random", "random-name"), ("process", "process-name"), ("name", None)]
    )
    def test_names_that_are_made_up(self, kind: str, claim: str | None) -> None:
        hole = Hole(kind)  # type: ignore[arg-type]
        found = claims(flow("writes", 20, path=shape("app", hole)))
        assert {"random-name", "process-name"} & found == ({claim} if claim else set())

    def test_what_is_needed_and_not_made(self) -> None:
        assert "not-made-here" in claims(flow("reads", 20))
        assert "not-made-here" not in claims(flow("writes", 10), flow("reads", 20))

    def test_what_is_made_and_run(self) -> None:
        assert {"made-here-and-run", "downloaded"} <= claims(flow("downloads", 20), flow("runs", 30))

    def test_the_scratch_directory_itself(self) -> None:
        assert "bare-root" in claims(flow("writes", 20, path=shape()))
        assert "bare-root" not in claims(flow("writes", 20))


class TestVerdict:
    def test_a_site_without_a_use_is_none(self) -> None:
        assert judge(case()).verdict.kind == "not-usage"
        assert judge(case(flow("shows", 20), flow("compares", 30))).verdict.kind == "not-usage"

    def test_a_store_is_production(self) -> None:
        judged = judge(case(flow("shows", 15), flow("stores", 20, role="database")))
        assert (judged.verdict.kind, judged.verdict.role) == ("production", "database")
        assert [one.use.action for one in judged.flows] == ["stores"]

    def test_the_worst_use_decides(self) -> None:
        judged = judge(case(flow("writes", 20), flow("watches", 30, role="queue"), flow("reads", 40)))
        assert judged.flows[0].use.action == "watches"
        assert judged.verdict.role == "queue"

    def test_a_context_comes_before_all_evidence(self) -> None:
        judged = judge(case(flow("stores", 20, role="database"), context=Context("test", "tests/")))
        assert judged.verdict.kind == "scratch"
        assert [one.claim for one in judged.verdict.evidence] == ["context-test"]

    def test_settings_are_production_ground(self) -> None:
        kept = flow("sets", 20, names=("LOG_DIR",), held=("module",))
        plain = judge(case(kept)).verdict.score
        assert judge(case(kept, context=Context("settings", "settings.py"))).verdict.score > plain

    def test_a_guard_on_every_way_excludes_production(self) -> None:
        guarded = flow("stores", 20, role="database", guard=span(5))
        assert judge(case(guarded)).verdict.kind == "scratch"
        assert judge(case(guarded, replace(guarded, guard=None))).verdict.kind == "production"

    def test_the_score_is_the_sum_and_sets_the_confidence(self) -> None:
        table = strengths()
        for one in (
            flow("listens", 20, role="socket"),
            flow("writes", 20),
            flow("stores", 20, role="database"),
        ):
            verdict = judge(case(one)).verdict
            total = table.by_claim["prior"] + sum(item.strength for item in verdict.evidence)
            assert verdict.score == pytest.approx(total)
            assert (verdict.kind == "production") == (verdict.score >= table.production)
            assert verdict.confidence == table.confidence(verdict.score)

    def test_evidence_comes_strongest_first(self) -> None:
        evidence = judge(case(flow("stores", 20, role="database"), flow("removes", 30))).verdict.evidence
        weights = [abs(one.strength) for one in evidence]
        assert weights == sorted(weights, reverse=True)

    def test_the_order_of_flows_changes_nothing(self) -> None:
        flows = [flow("writes", 20), flow("stores", 30, role="database"), flow("removes", 40)]
        assert judge(case(*flows)).verdict == judge(case(*reversed(flows))).verdict
