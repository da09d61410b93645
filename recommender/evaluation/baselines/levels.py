"""Levels as vendor systems see them: the latest score per person, and what a post asks for.

In: a ``Past``. Out: dense blocks of levels, requirements and claimed outcomes, in levels, NaN
where nothing is known or asked. Nothing is weighed by source or age here: that is the product's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.evaluation.baselines.popularity import job_numbers
from recommender.evaluation.events import Rows, row_numbers
from recommender.evaluation.past import Past
from training_data.dataset import Dataset

Levels = NDArray[np.float64]


def competency_codes(dataset: Dataset) -> tuple[str, ...]:
    """Return every competency that is scored, required, claimed or listed, in byte order."""
    tables = ("competencies", "competency_scores", "job_requirements", "training_outcomes")
    found = {c for t in tables for c in dataset.table(t)["competency_code"].to_pylist()}
    return tuple(sorted(found, key=str.encode))


def required_levels(
    dataset: Dataset, jobs: tuple[str, ...], competencies: tuple[str, ...]
) -> Levels:
    """Return the level each job asks for, ``[n_jobs, n_competencies]``, NaN not asked."""
    table = dataset.table("job_requirements")
    job = row_numbers(table["job_code"], jobs)
    competency = row_numbers(table["competency_code"], competencies)
    asked = np.full((len(jobs), len(competencies)), np.nan)
    use = (job >= 0) & (competency >= 0)
    level = pc.fill_null(table["level"], float("nan")).to_numpy()
    asked[job[use], competency[use]] = level[use]
    return asked


@dataclass(frozen=True)
class Setting:
    """What the vendors' formulas read.

    Attributes:
        max_level: top of each competency's scale, float64 ``[n_competencies]``.
        job: row of each employee's post in ``asked``; −1 unknown.
        asked: levels posts ask for, ``[n_jobs + 1, n_competencies]``; the last row is NaN.
        covers: CSR ``[n_items, n_competencies]``, 1 where a training names a competency.
        outcome_item, outcome_competency, outcome_level: claimed levels, one entry per claim.
    """

    max_level: NDArray[np.float64]
    job: Rows
    asked: Levels
    covers: sp.csr_matrix
    outcome_item: Rows
    outcome_competency: Rows
    outcome_level: NDArray[np.float64]
    _score_employee: Rows
    _score_competency: Rows
    _score_level: NDArray[np.float64]

    @classmethod
    def of(cls, past: Past) -> Setting:
        """Lay out posts, catalogue and latest scores of a past."""
        dataset = past.dataset
        competencies = competency_codes(dataset)
        jobs, job = job_numbers(past)
        asked = required_levels(dataset, jobs, competencies)
        nobody = np.full((1, len(competencies)), np.nan)
        outcomes = dataset.table("training_outcomes")
        item = row_numbers(outcomes["training_code"], past.events.items)
        competency = row_numbers(outcomes["competency_code"], competencies)
        level = pc.fill_null(outcomes["level_to"], float("nan")).to_numpy()
        shape = (len(past.events.items), len(competencies))
        known = item >= 0
        claimed = known & ~np.isnan(level)
        return cls(
            _max_levels(dataset, competencies),
            job,
            np.vstack([asked, nobody]),
            sp.csr_matrix((np.ones(int(known.sum())), (item[known], competency[known])), shape),
            item[claimed],
            competency[claimed],
            level[claimed],
            *_latest(past, competencies),
        )

    def required(self, rows: Rows) -> Levels:
        """Return what the posts of these employees ask for, NaN not asked."""
        return self.asked[self.job[rows]]

    def levels(self, rows: Rows) -> Levels:
        """Return the latest levels of these employees, NaN unknown."""
        known = np.full((len(rows), len(self.max_level)), np.nan)
        start = np.searchsorted(self._score_employee, rows, "left")
        end = np.searchsorted(self._score_employee, rows, "right")
        for place, (first, last) in enumerate(zip(start, end, strict=True)):
            known[place, self._score_competency[first:last]] = self._score_level[first:last]
        return known


def _latest(past: Past, competencies: tuple[str, ...]) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Return employee, competency and level of every score, the latest of a pair last."""
    table = past.dataset.table("competency_scores")
    employee = row_numbers(table["employee_id"], past.events.employees)
    competency = row_numbers(table["competency_code"], competencies)
    at = table["assessed_on"].cast(pa.int64())
    when = pc.fill_null(at, np.iinfo(np.int64).min).to_numpy()
    order = np.lexsort((when, competency, employee))
    return employee[order], competency[order], table["level"].to_numpy()[order]


def _max_levels(dataset: Dataset, competencies: tuple[str, ...]) -> NDArray[np.float64]:
    table = dataset.table("competencies")
    top = np.full(len(competencies), 5.0)
    row = row_numbers(table["competency_code"], competencies)
    top[row] = pc.fill_null(table["max_level"], 5.0).to_numpy()
    return top
