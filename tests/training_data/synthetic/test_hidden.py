"""What lies beneath a city is that of the same people, and stands in none of its tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from training_data.dataset import Dataset
from training_data.synthetic import AS_OF
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.hidden import hidden


def test_it_speaks_of_the_people_trainings_and_competencies_of_the_city(city: Dataset) -> None:
    beneath = hidden(2000, as_of=AS_OF)
    assert set(beneath.employees) == set(city.frame("employees")["employee_id"])
    assert set(beneath.trainings) == set(city.frame("trainings")["training_code"])
    assert set(beneath.competencies) == set(city.frame("competencies")["competency_code"])
    assert beneath.effect.tolist() == np.float32([t.effect for t in trainings()]).tolist()


def test_it_is_the_truth_that_was_planted(truth: dict[str, pd.DataFrame]) -> None:
    beneath = hidden(2000, as_of=AS_OF)
    person = {name: row for row, name in enumerate(beneath.employees)}
    skill = {code: column for column, code in enumerate(beneath.competencies)}
    planted: Any = truth["levels"].sample(500, random_state=0)
    for row in planted.itertuples():
        level = beneath.level[person[row.employee_id], skill[row.competency_code]]
        assert round(level, 4) == row.level
    temper = truth["temper"].set_index("employee_id")
    found = pd.Series(beneath.support, beneath.employees).round(4)
    pd.testing.assert_series_equal(found.sort_index(), temper["support"].sort_index(),
                                   check_names=False)  # fmt: skip


def test_people_like_their_own_line_of_work_better() -> None:
    beneath = hidden(300, as_of=AS_OF)
    best = np.argsort(-beneath.liking, axis=1)[:, :5]
    own = np.array([bool(t.line) for t in trainings()])
    assert beneath.liking.std() > 0.5
    assert own[best].mean() < 0.2  # courses of other lines are not what people dream of
    assert (beneath.sequel < len(beneath.trainings)).all()
