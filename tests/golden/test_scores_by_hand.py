"""Scores worked out on paper: one person, two posts, plain constants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from recommender import pipeline
from recommender.effects import Effects
from recommender.engine import Engine
from recommender.role_score import RoleConstants
from recommender.training_terms import NO_CONSTANTS
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 1, 5)

# M.5 asks for 3 with importance 1 (weight 4), T.1 for 2 with importance 2 (weight 2).
TABLES = {
    "employees": {"employee_id": ["ani"], "job_code": ["A"], "target_job_code": ["B"]},
    "jobs": {"job_code": ["A", "B"], "title": ["Penyusun", "Penelaah"]},
    "job_requirements": {
        "job_code": ["A", "A", "B"],
        "competency_code": ["M.5", "T.1", "T.1"],
        "level": [3.0, 2.0, 4.0],
        "importance": [2, 2, 3],
        "weight": [4.0, None, None],
    },
    "competency_scores": {
        "employee_id": ["ani", "ani"],
        "competency_code": ["M.5", "T.1"],
        "level": [1.25, 2.5],
    },
    "trainings": {
        "training_code": ["X", "Y", "Z"],
        "title": ["Satu", "Dua", "Tiga"],
        "hours": [60.0, None, None],
        "cost": [None, 12_500_000.0, None],
    },
    "training_outcomes": {
        "training_code": ["X", "Y", "Z"],
        "competency_code": ["M.5", "T.1", "M.5"],
        "level_from": [None, 1.0, 2.5],
        "level_to": [5.0, 5.0, 4.0],
    },
}


@pytest.fixture
def engine() -> Engine:
    dataset = Dataset.of(TABLES)
    model = pipeline.fit(dataset, as_of=AS_OF)
    plain = replace(
        model,
        training_constants=replace(NO_CONSTANTS, gap_spread=2.0),
        role_constants=RoleConstants(0.0, 0.0, 0.5, 2.0, 0.25, 1.0, 0.5, 0.0, 0.0),
    )
    return Engine.open(dataset, plain, as_of=AS_OF, rules=load_rules(AS_OF))


@pytest.fixture
def measured(engine: Engine) -> Engine:
    """Return the engine where X was measured to close 0.1, Y 0.5; usual are 0.4 of the missing."""
    effects = Effects(
        share=np.array([0.1, 0.5, 0.4]),
        error=np.array([0.02, 0.1, 0.3]),
        missing=np.array([2.0, 1.0, 0.0]),
        pairs=np.array([30, 9, 0]),
        people=np.array([25, 8, 0]),
        usual=0.4,
        spread=0.3,
        growth=0.0,
        selection=0.0,
        interval=0.9,
        least_people=5,
    )
    prepared = engine.prepared
    model = replace(prepared.model, effects=effects)
    dataset = prepared.facts.snapshot.dataset
    return Engine.open(dataset, model, as_of=AS_OF, rules=load_rules(AS_OF))


def _terms(engine: Engine, item: str) -> dict[str, int]:
    found = engine.explain("ani", item)
    # The list is ordered by the score of the block; the terms are computed once more for the pick.
    assert found.micro == sum(t.micro for t in found.terms)
    return {t.name: t.micro for t in found.terms if t.micro}


def test_the_gap_now_is_weight_times_the_closed_length_over_the_spread(engine):
    # (1.25, 3] ∩ (0, 5] ends at 3 and at 1.25 + 2: length 1.75; 4 · 1.75 / 2 = 3.5.
    # 60 of 120 hours, half of the burden's weight of 0.1: −0.025.
    assert _terms(engine, "X") == {"gap_now": 3_500_000, "burden": -25_000}


def test_the_gap_next_starts_where_the_present_post_or_the_person_ends(engine):
    # Present post met (2.5 ≥ 2). Next: (max(2.5, 2), 4] ∩ (1, 5], up to 4.5: length 1.5;
    # importance 3 has weight 1; 0.5 · 1 · 1.5 / 2 = 0.375. Half the rupiah: −0.025.
    assert _terms(engine, "Y") == {"gap_next": 375_000, "burden": -25_000}


def test_a_step_counts_only_near_the_person(engine):
    # Z starts at 2.5; the person is at 1.25 < 2.5 − 1: nothing.
    assert _terms(engine, "Z") == {}


def test_the_measured_effect_puts_right_what_the_claim_brought(measured):
    # X closes 0.1 where 0.4 are usual: 3.5 · (0.1 / 0.4 − 1) = −2.625, of its claim 0.875 stay.
    assert _terms(measured, "X") == {
        "gap_now": 3_500_000, "effect": -2_625_000, "burden": -25_000,
    }  # fmt: skip
    # Y closes 0.5: 0.375 · (0.5 / 0.4 − 1) = 0.09375.
    assert _terms(measured, "Y") == {"gap_next": 375_000, "effect": 93_750, "burden": -25_000}


def test_the_measured_effect_is_told_and_handed_out_with_people_and_interval(measured):
    # X: 2 missing · 0.1 = 0.2; ± 1.645 · 0.02 · 2 = 0.07. Y: 1 · 0.5 ± 1.645 · 0.1 = 0.16.
    for item, expected in (("X", (25, 0.2, 0.13, 0.27)), ("Y", (8, 0.5, 0.34, 0.66))):
        found = measured.explain("ani", item)
        assert found.as_json()["evidence"] == dict(
            zip(("people", "added", "low", "high"), expected, strict=True)
        )
        (term,) = (t for t in found.terms if t.name == "effect")
        assert term.subject == item
        assert f"{expected[0]} employees" in term.text.en
        assert ("smaller part" in term.text.en) is (item == "X")
    assert measured.explain("ani", "Z").as_json()["evidence"] is None


def test_deficit_and_surplus_are_measured_against_what_is_usual(engine):
    # Post B asks T.1 at 4, the person has 2.5: deficit 1.5, usual 0.5, all of it known.
    # 0.25 · comparability 0.5² · (0.5 − 1.5) / spread 2 = −0.03125.
    # Surplus 0, usual 0.25: 0.25 · 0.25 · 0.25 / 1 = 0.015625.
    assert _terms(engine, "B") == {"deficit": -31_250, "surplus": 15_625}


def test_tools_in_common_are_compared_by_their_damped_counts():
    # A works with K.1 and K.2, B with K.1, in as many products each: the cosine is 1/√2 = 0.707107.
    # 0.2 · (0.707107 − usual 0.25) / spread 0.5 = 0.1828428. C names no tools: nothing.
    asked = TABLES["job_requirements"]
    tools = {
        "job_code": ["A", "A", "B"],
        "competency_code": ["K.1", "K.2", "K.1"],
        "level": [None] * 3,
        "importance": [None] * 3,
        "weight": [3.0] * 3,
    }
    tables = {
        **TABLES,
        "jobs": {"job_code": ["A", "B", "C"], "title": ["Penyusun", "Penelaah", "Pengarah"]},
        "job_requirements": {name: asked[name] + tools[name] for name in asked},
    }
    dataset = Dataset.of(tables)
    none = RoleConstants(*[0.0] * 9)
    plain = replace(none, technology_mean=0.25, technology_spread=0.5)
    model = replace(pipeline.fit(dataset, as_of=AS_OF), role_constants=plain)
    found = Engine.open(dataset, model, as_of=AS_OF, rules=load_rules(AS_OF))
    assert _terms(found, "B") == {"technology": 182_843}
    assert _terms(found, "C") == {}
    (term,) = found.explain("ani", "B").terms
    assert (term.name, term.subject) == ("technology", "A")
    assert "some of the same tools" in term.text.en
    assert term.text.id.startswith("Sebagian perangkat kerjanya sama")


@pytest.mark.parametrize(
    ("people", "micro", "words"),
    [(3, 218_000, "more usual"), (6, 335_000, "6 employees have moved")],
)
def test_a_move_is_measured_against_any_move_and_counted_where_enough_made_it(people, micro, words):
    # Of three posts of one kind n people left A, all for B; each could have gone to 2 posts.
    # Chance of the kind: (n + 2) / (2n + 2 · 2) = 0.5, the same as of any post of two.
    # n = 3: ln((3 + 5 · 0.5) / ((3 + 5) · 0.5)) = ln 1.375 = 0.318; n = 6: ln(8.5 / 5.5) = 0.435.
    # Weight 0.5, usual 0.1, spread 0.5: 0.218 and 0.335. C: ln(2.5 / 4) = −0.470: −0.570.
    who = ["ani", *(f"p{n}" for n in range(people))]
    tables = {
        "employees": {"employee_id": who, "job_code": ["A", *["B"] * people]},
        "jobs": {"job_code": ["A", "B", "C"], "title": ["Penyusun", "Penelaah", "Pengarah"]},
        "job_history": {
            "employee_id": who[1:],
            "job_code": ["A"] * people,
            "from_date": [date(2015, 3, 1)] * people,
        },
    }
    dataset = Dataset.of(tables)
    plain = replace(RoleConstants(*[0.0] * 9), moves_mean=0.1, moves_spread=0.5)
    model = replace(pipeline.fit(dataset, as_of=AS_OF), role_constants=plain)
    found = Engine.open(dataset, model, as_of=AS_OF, rules=load_rules(AS_OF))
    assert _terms(found, "B") == {"moves": micro}
    if people == 3:
        assert _terms(found, "C") == {"moves": -570_000}
    (term,) = found.explain("ani", "B").terms
    assert term.subject == "A"
    assert words in term.text.en


def test_the_match_is_the_weighted_mean_of_met_shares(engine):
    figures = engine.explain("ani", "B").figures
    assert figures["match"] == pytest.approx(2.5 / 4, abs=1e-4)
    assert figures["coverage"] == 1.0


def test_jpm_counts_managerial_and_social_cultural_only(engine):
    now = engine.gaps("ani").now
    assert now.jpm == round(100 * 1.25 / 3, 4)
    assert (now.jpm_low, now.jpm_high) == (now.jpm, now.jpm)
