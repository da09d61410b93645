"""The tables of history: what is equal in the data is equal in them."""

from __future__ import annotations

from datetime import date

import numpy as np

from recommender.similarity.history import HistoryConfig, HistoryModel
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset

TWINS = 120
PEOPLE = 200


def test_trainings_taken_by_the_same_people_stay_in_the_pattern_or_leave_it_together() -> None:
    draw = np.random.default_rng(5)
    taken = np.argwhere(draw.random((PEOPLE, TWINS)) < 0.15)
    people = [f"P{p:03}" for p in range(PEOPLE)]
    rows = [(f"P{p:03}", f"{twin}{t:03}") for p, t in taken.tolist() for twin in "AB"]
    dataset = Dataset.of(
        {
            "employees": {"employee_id": people},
            "trainings": {
                "training_code": [f"{twin}{t:03}" for twin in "AB" for t in range(TWINS)],
                "title": [f"Pelatihan {t}" for _ in "AB" for t in range(TWINS)],
            },
            "training_history": {
                "employee_id": [person for person, _ in rows],
                "training_code": [code for _, code in rows],
                "completed_on": [date(2024, 1, 1)] * len(rows),
            },
        }
    )
    pattern = HistoryModel.fit(Snapshot.of(dataset, date(2026, 1, 5)), HistoryConfig()).pattern
    table = pattern.toarray()
    first, second = table[:, :TWINS], table[:, TWINS:]
    own = np.tile(np.eye(TWINS, dtype=bool), (2, 1))
    assert (first[~own] > 0).any()
    np.testing.assert_array_equal(first[~own], second[~own])
