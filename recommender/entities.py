"""What the engine knows of people, jobs, trainings and events, as read-only arrays by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Days, Index, Ints


@dataclass(frozen=True)
class People:
    """Employees in byte order of their id; every array has one entry per person.

    Attributes:
        index: employee ids.
        job, target_job, unit: row in ``Jobs`` or in ``Snapshot.units``; −1 unknown.
        tier: position in ``reference.tiers()``; the person's own, else the post's; −1 unknown.
        grade_scale: 0 PNS, 1 PPPK, −1 unknown; ``grade`` is the order within the scale.
        education: rank of ``reference.education_levels()`` (D4 and S1 share one); −1 unknown.
        employment: position in ``reference.choices("employment")``; −1 unknown.
        legal_status: position in ``legal_statuses``; −1 unknown.
        birth_date, job_since, grade_since, appointed_on, contract_until: days, NaT unknown.
        retirement_age: years; −1 unknown.
    """

    index: Index
    job: Ints
    target_job: Ints
    unit: Ints
    tier: Ints
    grade_scale: Ints
    grade: Ints
    education: Ints
    employment: Ints
    legal_status: Ints
    legal_statuses: tuple[str, ...]
    birth_date: Days
    job_since: Days
    grade_since: Days
    appointed_on: Days
    contract_until: Days
    retirement_age: Ints

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Jobs:
    """Posts in byte order of their code; −1 and NaN are unknown.

    Attributes:
        family, affair: numbers of equal texts, −1 unknown.
        required: milli-levels, int32 ``[n_jobs, n_competencies]``, −1 where nothing is asked.
        weight: milli-weights of the same shape, 0 where nothing is asked.
        importance: 1, 2, 3 of the same shape, 0 where nothing is asked.
        tags: bool of the same shape: pairs without a level, for text terms only.
    """

    index: Index
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    tier: Ints
    family: Ints
    affair: Ints
    unit: Ints
    min_grade_scale: Ints
    min_grade: Ints
    max_grade_scale: Ints
    max_grade: Ints
    min_education: Ints
    min_experience_years: NDArray[np.float64]
    required: Ints
    weight: Ints
    importance: Ints
    tags: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Trainings:
    """The catalogue in byte order of the code; −1, NaN and NaT are unknown.

    Attributes:
        form, structural, path: position in the like-named ``reference.choices``; −1 none.
        affair: number of equal texts, shared with ``Jobs.affair``.
        tiers: bool ``[n_trainings, n_tiers]``; a row of False means open to all.
        prerequisites: rows of trainings needed before, per training.
        outside: codes of trainings needed before that the catalogue lacks, per training.
        repeat_after_months: months until it may be repeated; −1 once.
        outcome_training, outcome_competency, outcome_from, outcome_to: one entry per claimed
            outcome with a level, ordered by training; milli-levels.
        tag_training, tag_competency: outcomes without a level, for text terms only.
        has_sessions: at least one session is known, past or future.
        next_session: first day of the next session that can still be joined; NaT none known.
    """

    index: Index
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    hours: NDArray[np.float64]
    cost: NDArray[np.float64]
    form: Ints
    structural: Ints
    path: Ints
    affair: Ints
    tiers: NDArray[np.bool_]
    min_grade_scale: Ints
    min_grade: Ints
    max_grade_scale: Ints
    max_grade: Ints
    min_education: Ints
    prerequisites: tuple[tuple[int, ...], ...]
    outside: tuple[tuple[str, ...], ...]
    repeat_after_months: Ints
    outcome_training: Ints
    outcome_competency: Ints
    outcome_from: Ints
    outcome_to: Ints
    tag_training: Ints
    tag_competency: Ints
    has_sessions: NDArray[np.bool_]
    next_session: Days

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Events:
    """Training history with a known training, ordered by employee, time (undated first), code.

    Attributes:
        employee, training: row numbers.
        at: time of completion, NaT undated.
        status: position in ``STATUSES``.
    """

    employee: Ints
    training: Ints
    at: NDArray[np.datetime64]
    status: Ints


STATUSES = ("completed", "registered", "withdrawn", "failed")
