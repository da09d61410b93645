"""The floors of a promotion: what is below them waits, what was not measured is unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recommender.registry.floors import Floors, judge
from training_data.reference.packs import load_rules

FLOORS = Floors(min_ratio_to_best_baseline=0.9, min_people_judged=30, max_drop_against_current=0.05)


def report(ndcg: float, best: float = 0.4, people: int = 100, **protocol: Any) -> dict[str, Any]:
    def row(value: float) -> dict[str, Any]:
        return {"ndcg@10": {"value": value, "low": None, "high": None}}

    return {
        "protocol": {
            "kind": "training",
            "split": "time",
            "as_of": "2026-01-05",
            "seed": 0,
            "k": 10,
            "cut": "2025-06-01",
            "own": "selaras",
            "best_baseline": {"all": "ease"},
            **protocol,
        },
        "n": people,
        "groups": {"all": {"selaras": row(ndcg), "ease": row(best)}, "warm": {}, "cold": {}},
    }


def evaluation(data: str = "d", **reports: Any) -> dict[str, Any]:
    return {"data": data, "reports": reports}


def codes(found, current=None, main="training") -> list[str]:
    return [one.code for one in judge(FLOORS, found, current, main=main, number=2)]


def test_what_was_not_measured_is_unknown_and_the_remedy_is_said():
    (one,) = judge(FLOORS, None, None, main="training", number=7)
    assert one.code == "unmeasured"
    assert "selaras models evaluate 7" in one.text.id
    assert codes(evaluation(role=report(0.5))) == ["kind_unmeasured"]


def test_a_model_of_posts_alone_needs_no_measure_of_trainings():
    assert codes(evaluation(role=report(0.5)), main="role") == []


@pytest.mark.parametrize(("ndcg", "found"), [(0.3601, []), (0.3599, ["below_baseline"])])
def test_the_floor_against_the_best_baseline_is_met_at_its_edge(ndcg, found):
    assert codes(evaluation(training=report(ndcg))) == found


@pytest.mark.parametrize(("people", "found"), [(30, []), (29, ["few_people"])])
def test_too_few_people_are_not_enough(people, found):
    assert codes(evaluation(training=report(0.5, people=people))) == found


def test_every_measured_kind_is_held_to_the_floors():
    measured = evaluation(training=report(0.5), role=report(0.1, people=3))
    assert codes(measured) == ["few_people", "below_baseline"]


def test_a_drop_against_the_version_in_force_is_refused_beyond_the_floor():
    current = evaluation(training=report(0.6))
    assert codes(evaluation(training=report(0.57)), current) == []
    assert codes(evaluation(training=report(0.5699)), current) == ["below_current"]


@pytest.mark.parametrize(
    "current",
    [
        evaluation(data="other", training=report(0.9)),
        evaluation(training=report(0.9, split="last")),
        evaluation(training=report(0.9, as_of="2026-01-06")),
        evaluation(training=report(0.9, seed=1)),
        evaluation(role=report(0.9)),
    ],
)
def test_figures_measured_differently_are_not_held_against_each_other(current):
    assert codes(evaluation(training=report(0.5)), current) == []


def test_the_floors_are_those_of_the_rules():
    floors = Floors.of(load_rules(date(2026, 1, 5)))
    assert floors is not None
    assert 0 < floors.min_ratio_to_best_baseline <= 1
    assert floors.min_people_judged > 0
