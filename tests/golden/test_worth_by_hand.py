"""The value of an assessment, worked out by hand for one person, one post and one competency."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from recommender.engine import Engine
from training_data.dataset import Dataset

DAY = date(2026, 1, 5)


def engine(level: float | None, importance: int = 1) -> Engine:
    scores = [] if level is None else [level]
    return Engine.fitted(
        Dataset.of(
            {
                "employees": {"employee_id": ["Ani"], "job_code": ["J1"]},
                "jobs": {"job_code": ["J1"], "title": ["Analis Lalu Lintas"]},
                "competencies": {"competency_code": ["T.1"], "name": ["Layanan"]},
                "job_requirements": {
                    "job_code": ["J1"],
                    "competency_code": ["T.1"],
                    "level": [3.0],
                    "importance": [importance],
                },
                "competency_scores": {
                    "employee_id": ["Ani"] * len(scores),
                    "competency_code": ["T.1"] * len(scores),
                    "level": scores,
                    "source": ["assessment_centre"] * len(scores),
                    "assessed_on": [datetime(2026, 1, 5)] * len(scores),
                },
                "trainings": {"training_code": ["A", "Z"], "title": ["Lalu lintas", "Arsip"]},
                "training_outcomes": {
                    "training_code": ["Z"],
                    "competency_code": ["T.1"],
                    "level_from": [2.0],
                    "level_to": [3.0],
                },
            }
        ),
        as_of=DAY,
    )


def test_a_mandatory_level_inside_the_range_is_worth_the_expected_change_of_its_gap():
    # Level 2.8 ± 0.4 against 3: the gap Z is normal around 0.2, cut at 0; its expected distance
    # from 0.2 is 0.4 (2 φ(0) − φ(0.5)) + 0.2 Φ(−0.5) = 0.1783 + 0.0617, times the weight.
    one = engine(2.8)
    (found,) = one.assess_next("Ani")
    weight = one.prepared.facts.standards.weight[one.prepared.facts.now[0], 0] / 1000
    assert found.why == "gate"
    assert (found.low, found.high) == pytest.approx((2.142, 3.458), abs=0.001)
    assert found.value == pytest.approx(0.240 * weight, abs=0.005 * weight)
    assert "syarat mutlak 3 berada di rentang itu" in found.reason.id


def test_a_level_that_is_only_important_is_no_gate():
    (found,) = engine(2.8, importance=2).assess_next("Ani")
    assert found.why == "interval"


@pytest.mark.parametrize("level", [1.0, 4.5])
def test_a_level_surely_below_or_above_the_standard_is_not_worth_assessing(level):
    assert engine(level).assess_next("Ani") == ()


def test_an_unknown_level_is_worth_the_mean_gap_over_all_levels():
    # Levels 0 to 5 alike: the mean of max(0, 3 − level) is 3² / 2 / 5 = 0.9.
    one = engine(None)
    (found,) = one.assess_next("Ani")
    weight = one.prepared.facts.standards.weight[one.prepared.facts.now[0], 0] / 1000
    assert found.why == "unknown"
    assert found.value == pytest.approx(0.9 * weight, abs=0.01 * weight)


def test_it_is_said_whether_the_first_trainings_hang_on_the_result():
    (found,) = engine(2.8).assess_next("Ani")
    assert found.moves is True
    assert found.reason.id.endswith("Hasilnya dapat mengubah 5 pelatihan pertama yang disarankan.")
    (alone,) = engine(2.8).assess_next("Ani", first=0)
    assert alone.moves is False
