"""Conditions of the job standard: education, rank, training and certificate of importance 1."""

from datetime import date, datetime

import numpy as np
import pytest

from recommender.eligibility import OUTCOMES, Eligibility
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)
PASS, VERIFY, FAIL = OUTCOMES


@pytest.fixture
def judge():
    def check(kind, value, importance=1, **tables):
        given = {
            "employees": {
                "employee_id": ["ani", "budi"],
                "education_level": ["S1", None],
                "grade": ["III/c", None],
            },
            "jobs": {"job_code": ["X"], "title": ["Analis"]},
            "trainings": {"training_code": ["K3"], "title": ["Keselamatan Kerja"]},
            "job_conditions": {"job_code": ["X"], "kind": [kind], "value": [value],
                               "importance": [importance]},
            **tables,
        }  # fmt: skip
        judged = Eligibility(Snapshot.of(Dataset.of(given), AS_OF), load_rules(AS_OF))
        return [
            next((c for c in judged.checks("role", row, 0) if c.rule == "role.conditions"), None)
            for row in (0, 1)
        ]

    return check


def outcomes(checks):
    return [c.outcome if c else None for c in checks]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("education", "S1", [PASS, VERIFY]),
        ("education", "S-2", [FAIL, VERIFY]),
        ("education", "D4 atau sederajat di bidang hukum", [VERIFY, VERIFY]),
        ("rank", "III/c", [PASS, VERIFY]),
        ("rank", "IIId", [FAIL, VERIFY]),
        ("rank", "Golongan IX", [VERIFY, VERIFY]),
        ("experience", "5 tahun di bidang hukum", [VERIFY, VERIFY]),
        ("training", "Diklat yang tidak dikenal", [VERIFY, VERIFY]),
    ],
)
def test_conditions_are_judged_by_facts_and_free_words_by_people(judge, kind, value, expected):
    assert outcomes(judge(kind, value)) == expected


def test_important_but_not_absolute_conditions_do_not_refuse(judge):
    assert outcomes(judge("education", "S3", importance=2)) == [None, None]


@pytest.mark.parametrize("value", ["K3", "keselamatan kerja"])
def test_a_course_of_the_catalogue_is_met_by_its_completion(judge, value):
    history = {
        "employee_id": ["ani"], "training_code": ["K3"], "title": [None],
        "completed_on": [datetime(2024, 1, 1)],
    }  # fmt: skip
    assert outcomes(judge("training", value, training_history=history)) == [PASS, VERIFY]
    history = {**history, "training_code": [None], "title": ["Lain"]}
    checks = judge("training", value, training_history=history)
    assert outcomes(checks) == [FAIL, VERIFY]
    assert value in checks[0].way.steps[0].id


def test_a_structural_condition_is_met_by_a_higher_course(judge):
    history = {"employee_id": ["ani"], "title": ["Diklat PIM III"]}
    assert outcomes(judge("training", "PKP", training_history=history)) == [PASS, VERIFY]
    assert outcomes(judge("training", "PKN II", training_history=history)) == [FAIL, VERIFY]


@pytest.mark.parametrize(
    ("expires", "expected"),
    [(None, PASS), (date(2026, 6, 1), PASS), (date(2026, 5, 31), FAIL)],
)
def test_a_certificate_counts_until_it_expires(judge, expires, expected):
    held = {"employee_id": ["ani"], "name": ["Ahli K3 Umum"], "issued_on": [date(2020, 1, 1)],
            "expires_on": [expires]}  # fmt: skip
    assert outcomes(judge("certificate", "K3 Umum", certifications=held)) == [expected, VERIFY]


def test_every_refused_must_have_is_named_with_its_levels():
    tables = {
        "employees": {"employee_id": ["ani"]},
        "jobs": {"job_code": ["X"], "title": ["Analis"]},
        "job_requirements": {"job_code": ["X", "X", "X"], "competency_code": ["M.1", "M.2", "M.3"],
                             "level": [3.0, 2.0, 0.0], "importance": [1, 1, 1]},
        "competency_scores": {"employee_id": ["ani", "ani"], "competency_code": ["M.1", "M.2"],
                              "level": [2.75, 2.0]},
    }  # fmt: skip
    judged = Eligibility(Snapshot.of(Dataset.of(tables), AS_OF), load_rules(AS_OF))
    check = next(c for c in judged.checks("role", 0, 0) if c.rule == "role.must_have")
    assert check.facts == {
        "M.1": {"level": 2.75, "required": 3.0}, "M.2": {"level": 2.0, "required": 2.0},
    }  # fmt: skip
    assert "Integritas" in check.text.id
    assert "Kerja Sama" not in check.text.id
    assert "2,75" in check.way.steps[0].id
    assert judged.role.outcomes(np.array([0])).tolist() == [[2]]
