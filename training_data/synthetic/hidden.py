"""What people of a city are and like beneath the tables, for simulations that live on from there.

In: how many people, a seed and a day. Out: ``Hidden``: true levels, tastes, tempers and true
effects of trainings. No reader of data sees any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic import content
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.city import City
from training_data.synthetic.lives import NINE, Lives
from training_data.synthetic.people import People

OUTSIDE = 3.0
"""How much less people like what lies outside their line of work."""
TECHNICAL = 0.6
"""How much more they like what is of their craft."""


@dataclass(frozen=True)
class Hidden:
    """Arrays by person, training and competency, in the order of the codes.

    Attributes:
        employees, trainings, competencies: ids and codes.
        level: true levels 0 … 5, ``[n, n_competencies]``.
        liking: how much each person likes each training, about −4 … 3, ``[n, n_trainings]``.
        sequel: place of the training that usually follows in the line of work, −1 for none, of
            the same shape.
        support: support of the superior, 0 … 1, ``[n]``.
        drive: how often people learn of their own accord, around 1, ``[n]``.
        busy: heavy work load, ``[n]``.
        effect: true share of the missing levels that a training closes, ``[n_trainings]``.
    """

    employees: tuple[str, ...]
    trainings: tuple[str, ...]
    competencies: tuple[str, ...]
    level: NDArray[np.float64]
    liking: NDArray[np.float64]
    sequel: NDArray[np.int64]
    support: NDArray[np.float64]
    drive: NDArray[np.float64]
    busy: NDArray[np.bool_]
    effect: NDArray[np.float64]


def hidden(employees: int, *, seed: int = 0, as_of: date) -> Hidden:
    """Return what lies beneath the city that ``generate`` makes of the same parameters.

    Raises:
        ValueError: ``employees`` is below 1.
    """
    city = City(employees, seed, as_of)
    people = People(city.frame, np.arange(employees))
    lives = Lives(people, city.catalogue)
    post = people.post
    follows = lives.sequels[lives.lines[post]].astype(np.int64)
    return Hidden(
        tuple(people.ids),
        tuple(training.code for training in trainings()),
        tuple(skill.code for skill in content.skills()),
        lives.levels[-1].astype(np.float64),
        _liking(lives),
        np.where(follows >= 0, follows, -1),
        people.support,
        people.drive,
        people.busy,
        city.catalogue.effect.astype(np.float64),
    )


def _liking(lives: Lives) -> NDArray[np.float64]:
    """Taste, the craft, and whether a training is of the own line of work at all."""
    pool = lives.pools[lives.people.post].astype(np.int64)
    inside = np.zeros((len(pool), len(trainings()) + 1), bool)
    inside[np.arange(len(pool))[:, None], pool] = True  # −1 marks the spare place at the end
    liking = lives.fancies.astype(np.float64)
    liking += TECHNICAL * (lives.catalogue.first >= NINE)
    liking[~inside[:, :-1]] -= OUTSIDE
    return liking
