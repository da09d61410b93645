"""Small made-up offices whose people can be followed by hand and leave nothing to luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from recommender.simulation.behaviour import Behaviour
from recommender.simulation.ground import Ground
from recommender.simulation.truth import Truth
from recommender.simulation.world import World
from training_data.dataset import Dataset

START = date(2027, 1, 1)
CERTAIN = Behaviour(
    attention=50, rank_fade=1, fatigue=1, endorsed_attention=0, willing=50, taste=0, follows=0,
    need=0, load=0, long=0, enough=0, endorsement=0, felt=1, later=0, seat=1, own=0, complete=1,
    tired=0, luck=0, practice=0, forget=0, settle=0, assessed=0, assessed_after=0, error=0,
    error_superior=0, lenient_superior=0,
)  # fmt: skip
"""Everybody notices, wants and finishes everything, learns as written and forgets nothing."""


def office(people: Sequence[str] = ("Ani", "Budi"), history: Sequence[str] = ()) -> Dataset:
    """Two competencies (T.1 to level 3, a must; M.5 to level 2) and four trainings.

    A and then B raise T.1, C raises M.5 and may be repeated after two months, D teaches nothing.
    """
    return Dataset.of(
        {
            "employees": {
                "employee_id": list(people),
                "job_code": ["J"] * len(people),
                "sex": ["L", "P"] * (len(people) // 2) + ["L"] * (len(people) % 2),
            },
            "jobs": {"job_code": ["J"], "title": ["Analis Lalu Lintas"]},
            "competencies": {
                "competency_code": ["M.5", "T.1"],
                "name": ["Pelayanan", "Lalu Lintas"],
                "group": ["M", "T"],
            },
            "job_requirements": {
                "job_code": ["J", "J"],
                "competency_code": ["M.5", "T.1"],
                "level": [2.0, 3.0],
                "importance": [2, 1],
            },
            "trainings": {
                "training_code": ["A", "B", "C", "D"],
                "title": ["Lalu lintas dasar", "Lalu lintas lanjutan", "Pelayanan", "Arsip"],
                "hours": [20.0, 90.0, 10.0, 8.0],
                "cost": [1e6, 2e6, 5e5, 0.0],
                "prerequisites": [None, "A", None, None],
                "repeat_after_months": [None, None, 2, None],
            },
            "training_outcomes": {
                "training_code": ["A", "B", "C"],
                "competency_code": ["T.1", "T.1", "M.5"],
                "level_from": [0.0, 2.0, 0.0],
                "level_to": [2.0, 3.0, 2.0],
            },
            "training_history": {
                "employee_id": [row.split(":")[0] for row in history],
                "training_code": [row.split(":")[1] for row in history],
                "completed_on": [None] * len(history),
            },
        }
    )


def truth(people: Sequence[str] = ("Ani", "Budi"), **changed: object) -> Truth:
    """Everybody stands at 1 in both competencies and has full support; A to C work by half."""
    n = len(people)
    plain = Truth(
        tuple(people),
        ("A", "B", "C", "D"),
        ("M.5", "T.1"),
        np.ones((n, 2)),
        np.zeros((n, 4)),
        np.full((n, 4), -1),
        np.ones(n),
        np.ones(n),
        np.zeros(n, bool),
        np.array([0.5, 0.5, 0.5, 0.0]),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


@pytest.fixture
def world() -> Callable[..., World]:
    """Make a world of the small office."""

    def make(
        behaviour: Behaviour = CERTAIN,
        people: Sequence[str] = ("Ani", "Budi"),
        history: Sequence[str] = (),
        seed: int = 0,
        **changed: object,
    ) -> World:
        ground = Ground.of(office(people, history), START)
        return World(ground, truth(people, **changed), behaviour, seed)

    return make
