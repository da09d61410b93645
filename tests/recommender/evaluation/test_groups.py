import numpy as np
import pytest

from recommender.evaluation import groups
from recommender.evaluation.groups import by_fact, by_history
from training_data.dataset import Dataset


def test_every_employee_has_exactly_one_kind_of_history():
    found = by_history(np.array([0, 1, 4, 5, 40]))
    assert found["cold"].tolist() == [True, False, False, False, False]
    assert found["short"].tolist() == [False, True, True, False, False]
    assert found["long"].tolist() == [False, False, False, True, True]


@pytest.fixture
def agency(monkeypatch):
    """Five people, two offices with a section each, and a circle of units nobody should be in."""
    monkeypatch.setattr(groups, "LEAST_SHOWN", 2)
    return Dataset.of(
        {
            "employees": {
                "employee_id": ["a", "b", "c", "d", "e"],
                "unit_code": ["SEC-1", "PD-1", "SEC-2", None, "LOOP-1"],
                "employment": ["PNS", "PNS", "PPPK", None, "PPPK"],
            },
            "units": {
                "unit_code": ["TOP", "PD-1", "SEC-1", "PD-2", "SEC-2", "LOOP-1", "LOOP-2"],
                "kind": ["pemprov", "PD", "seksi", None, "seksi", None, None],
                "parent_code": [None, "TOP", "PD-1", "TOP", "PD-2", "LOOP-2", "LOOP-1"],
            },
        }
    )


def test_units_are_brought_together_under_their_office(agency, monkeypatch):
    found = by_fact(agency, "unit", ["a", "b", "c", "d", "e"])
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "PD-1": [True, True, False, False, False]
    }
    monkeypatch.setattr(groups, "LEAST_SHOWN", 1)
    assert set(by_fact(agency, "unit", ["a", "b", "c", "d", "e"])) == {"PD-1", "PD-2", "LOOP-1"}


def test_small_groups_and_unknown_facts_are_not_shown(agency):
    found = by_fact(agency, "employment", ["e", "a", "b", "d", "c"])
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "PNS": [False, True, True, False, False],
        "PPPK": [True, False, False, False, True],
    }
    assert by_fact(agency, "employment", ["a", "c"]) == {}
    assert by_fact(agency, "tier", ["a", "b", "c"]) == {}
