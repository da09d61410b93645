"""The fixed part of a simulated world: posts, catalogue and people's places, as plain arrays.

In: a dataset and the day the simulation begins. Out: ``Ground``, in levels, hours and rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI
from recommender.evaluation.baselines.popularity import POPULARITY_IN_JOB
from recommender.evaluation.events import Events
from recommender.evaluation.past import Past, known_until
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """What does not change while people live.

    Attributes:
        dataset: the agency on the first day.
        start: that day.
        employees, trainings, competencies: ids and codes, in byte order.
        asked: levels the present post asks for, 0 where nothing, ``[n_people, n_competencies]``.
        must: where it is a must-have, bool, same shape.
        group: competency group M, SK or T of each competency.
        max_level: top of each scale.
        hours, cost: JP and rupiah of each training, 0 where unknown.
        again: months after which a training may be repeated, 0 never.
        before: rows of trainings needed before, per training.
        skill, low, high: claimed outcomes, ``[n_trainings, n_outcomes]``, skill −1 behind the last.
        colleagues: log share of holders of the post who took each training, centred,
            ``[n_people, n_trainings]``.
        done: month of the last completion before the start (0 or below), ``_NEVER`` for none.
        previous: the training completed last, −1 none.
    """

    dataset: Dataset
    start: date
    employees: tuple[str, ...]
    trainings: tuple[str, ...]
    competencies: tuple[str, ...]
    asked: Floats
    must: NDArray[np.bool_]
    group: tuple[str, ...]
    max_level: Floats
    hours: Floats
    cost: Floats
    again: Ints
    before: tuple[tuple[int, ...], ...]
    skill: Ints
    low: Floats
    high: Floats
    colleagues: Floats
    done: Ints
    previous: Ints

    @classmethod
    def of(cls, dataset: Dataset, start: date, seed: int = 0) -> Ground:
        """Lay a dataset out as it is known on the first day."""
        known = known_until(dataset, start)
        snapshot = Snapshot.of(known, start)
        trainings, jobs, people = snapshot.trainings, snapshot.jobs, snapshot.people
        none = np.full((1, len(snapshot.competencies)), -1)
        asked = np.vstack([jobs.required, none])[people.job] / MILLI
        must = np.vstack([jobs.importance, none])[people.job] == 1
        skill, low, high = _outcomes(snapshot)
        done, previous = _done(snapshot)
        past = Past(known, Events.of(known), start, seed)
        share = POPULARITY_IN_JOB.fit(past, POPULARITY_IN_JOB.grid[0])(np.arange(len(people)))
        near = np.log(np.asarray(share, np.float64) + _RARE)
        return cls(
            known,
            start,
            people.index.codes,
            trainings.index.codes,
            snapshot.competencies.codes,
            np.maximum(asked, 0.0),
            must,
            snapshot.competency_groups,
            snapshot.max_level / MILLI,
            np.nan_to_num(trainings.hours),
            np.nan_to_num(trainings.cost),
            np.maximum(trainings.repeat_after_months, 0).astype(np.int64),
            trainings.prerequisites,
            skill,
            low,
            high,
            near - near.mean(axis=1, keepdims=True),
            done,
            previous,
        )


_RARE = 0.01
"""Share of colleagues below which a training is simply rare."""
NEVER = -10_000
"""Month of what never happened."""


def _outcomes(snapshot: Snapshot) -> tuple[Ints, Floats, Floats]:
    trainings = snapshot.trainings
    row = trainings.outcome_training
    place = np.arange(len(row)) - np.searchsorted(row, row)
    shape = (len(trainings), int(place.max(initial=-1)) + 1)
    skill = np.full(shape, -1, np.int64)
    low, high = np.zeros(shape), np.zeros(shape)
    skill[row, place] = trainings.outcome_competency
    low[row, place] = trainings.outcome_from / MILLI
    high[row, place] = trainings.outcome_to / MILLI
    return skill, low, high


def _done(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """Return when each training was last completed, in months, and the last one of each person."""
    events, start = snapshot.events, np.datetime64(snapshot.as_of, "D")
    shape = (len(snapshot.people), len(snapshot.trainings))
    done, previous = np.full(shape, NEVER, np.int64), np.full(shape[0], -1, np.int64)
    here = events.status == 0
    who, what = events.employee[here], events.training[here]
    back = (start - events.at[here].astype("datetime64[D]")) / np.timedelta64(1, "D")
    month = -np.floor(np.nan_to_num(back, nan=0.0) / 30.44).astype(np.int64)
    np.maximum.at(done, (who, what), month)
    previous[who] = what  # in order of time, so the latest stays
    return done, previous


def month_begins(start: date, month: int) -> date:
    """Return the first day of a month of the simulation, 1 is the first; the 31st becomes a 28th.

    >>> month_begins(date(2027, 1, 1), 12), month_begins(date(2027, 1, 31), 2)
    (datetime.date(2027, 12, 1), datetime.date(2027, 2, 28))
    """
    months = start.year * 12 + start.month - 1 + month - 1
    year, number = divmod(months, 12)
    day = min(start.day, 28) if month > 1 else start.day
    return date(year, number + 1, day)


def month_ends(start: date, month: int) -> date:
    """Return the last day of a month of the simulation."""
    return month_begins(start, month + 1) - timedelta(days=1)
