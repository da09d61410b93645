"""The numbers of behaviour: read strictly, written back whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import ImpossibleWish
from recommender.simulation.behaviour import Behaviour
from recommender.simulation.run import SimulationConfig


@given(
    st.floats(-5, 5), st.floats(0, 1), st.integers(0, 5), st.integers(1, 60), st.integers(0, 2**32)
)
def test_a_configuration_survives_json(willing, seat, per_month, months, seed):
    config = SimulationConfig(
        months=months,
        seed=seed,
        policies=("habit", "selaras"),
        behaviour=Behaviour(willing=willing, seat=seat, per_month=per_month),
    )
    assert SimulationConfig.from_json(json.loads(json.dumps(config.as_json()))) == config


def test_what_a_file_leaves_out_keeps_its_default():
    assert Behaviour.from_json({"need": 0}) == Behaviour(need=0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mood": 1}, "mood"),
        ({"seat": 1.2}, "seat"),
        ({"taste": -1}, "taste"),
        ({"willing": "much"}, "willing"),
        ({"willing": float("nan")}, "willing"),
        ({"willing": float("inf")}, "willing"),
        ({"per_month": 1.5}, "per_month"),
        ({"need": True}, "need"),
        ({"month_hours": 0}, "month_hours"),
    ],
)
def test_an_unknown_or_impossible_number_is_refused_by_name(values, said):
    with pytest.raises(ImpossibleWish, match=said):
        Behaviour.from_json(values)


@pytest.mark.parametrize(
    "values",
    [
        {"weeks": 3},
        {"months": 0},
        {"runs": 0},
        {"policies": []},
        {"policies": ["luck"]},
        {"policies": ["habit", "habit"]},
        {"behaviour": {"mood": 1}},
    ],
)
def test_an_impossible_simulation_is_refused(values):
    with pytest.raises(ImpossibleWish):
        SimulationConfig.from_json(values)
