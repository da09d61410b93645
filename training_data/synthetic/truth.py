"""The planted truth of a city, for judging what was learnt; readers of the data never see it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import words
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.lives import YEARS, Lives
from training_data.synthetic.standards import requirements

SAMPLE = 40
"""One person in so many has the utilities written down."""


def training_effects() -> pa.Table:
    """Return per training the true share of missing levels it closes, and its charm."""
    every = trainings()
    return pa.table(
        {
            "training_code": [t.code for t in every],
            "effect": [t.effect for t in every],
            "charm": [t.charm for t in every],
        }
    )


def truth_of(lives: Lives) -> dict[str, pa.Table]:
    """Return true levels on what the present post asks, tempers, and utilities of a sample."""
    people = lives.people
    rows, skill = np.nonzero(requirements()[0][people.post] > 0)
    ids = pa.array(people.ids)
    sample = np.flatnonzero(people.numbers % SAMPLE == 0)
    begun = sample[lives.posts[YEARS - 1, sample] >= 0]
    pool, wish = lives.utilities(YEARS - 1, begun, lives.levels[-1])
    place, column = np.nonzero(np.isfinite(wish))
    tastes = {f"taste_{n + 1}": people.tastes[:, n].round(4) for n in range(4)}
    return {
        "levels": pa.table(
            {
                "employee_id": ids.take(pa.array(rows)),
                "competency_code": words([s.code for s in content.skills()], skill),
                "level": lives.levels[-1][rows, skill].astype(float).round(4),
            }
        ),
        "temper": pa.table(
            {
                "employee_id": ids,
                "ability": people.ability.round(4),
                "drive": people.drive.round(4),
                "support": people.support.round(4),
                **tastes,
            }
        ),
        "utilities": pa.table(
            {
                "employee_id": ids.take(pa.array(begun[place])),
                "training_code": words([t.code for t in trainings()], pool[place, column]),
                "utility": wish[place, column].astype(float).round(4),
            }
        ),
    }
