"""What nobody in the office knows: true levels, tastes, tempers, and what trainings really do.

In: arrays in any order of people and codes. Out: ``Truth`` in the order a dataset is laid out in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """The truth beneath a dataset.

    Attributes:
        employees, trainings, competencies: ids and codes the arrays are in the order of.
        level: true levels, ``[n_people, n_competencies]``.
        liking: how much each person likes each training, around 0, ``[n_people, n_trainings]``.
        sequel: place of the training that comes naturally after another, −1 none, same shape.
        support: support of the superior, 0 … 1, ``[n_people]``.
        drive: how often people learn of their own accord, around 1, ``[n_people]``.
        busy: heavy work load, bool ``[n_people]``.
        effect: true share of the missing levels a training closes, ``[n_trainings]``.
    """

    employees: tuple[str, ...]
    trainings: tuple[str, ...]
    competencies: tuple[str, ...]
    level: Floats
    liking: Floats
    sequel: NDArray[np.int64]
    support: Floats
    drive: Floats
    busy: NDArray[np.bool_]
    effect: Floats

    def aligned(
        self, employees: Sequence[str], trainings: Sequence[str], competencies: Sequence[str]
    ) -> Truth:
        """Return the same truth in another order of people, trainings and competencies.

        Raises:
            KeyError: the truth does not know one of them.
        """
        who, what, skill = (
            _places(have, wanted)
            for have, wanted in (
                (self.employees, employees),
                (self.trainings, trainings),
                (self.competencies, competencies),
            )
        )
        moved = np.full(len(self.trainings) + 1, -1, np.int64)
        moved[what] = np.arange(len(what))  # the spare place at the end stands for none
        return Truth(
            tuple(employees),
            tuple(trainings),
            tuple(competencies),
            self.level[np.ix_(who, skill)],
            self.liking[np.ix_(who, what)],
            moved[self.sequel[np.ix_(who, what)]],
            self.support[who],
            self.drive[who],
            self.busy[who],
            self.effect[what],
        )


def _places(have: Sequence[str], wanted: Sequence[str]) -> NDArray[np.int64]:
    place = {code: row for row, code in enumerate(have)}
    return np.array([place[code] for code in wanted], np.int64)
