"""The product's own method under the same protocol as the baselines.

In: a past (or a role task). Out: the engine's unmasked scores in whole micro-points, with the
columns in the order the protocol uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.engine import Engine
from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.baselines.roles import RoleMethod, RoleTask
from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores
from recommender.results import Kind

NAME = "selaras"


class Bulk(Protocol):
    """What the protocol asks of an engine."""

    def scores(
        self, kind: Kind, employee_ids: Sequence[str]
    ) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return unmasked micro-points ``[n_people, n_items]`` and the codes of the items."""

    def role_scores_for_jobs(
        self, job_codes: Sequence[str]
    ) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return micro-points ``[n_sources, n_jobs]`` and the codes of the jobs."""


def reordered(
    scores: NDArray[np.int64], have: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.int64]:
    """Return the columns of ``scores`` in the order of ``wanted``; all of them must be there."""
    place = {code: column for column, code in enumerate(have)}
    return scores[:, [place[code] for code in wanted]]


def training_scorer(engine: Bulk, past: Past) -> Scorer:
    """Score trainings for employees with an engine that was fitted on the past."""

    def score(rows: Rows) -> Scores:
        ids = [past.events.employees[row] for row in rows]
        scores, codes = engine.scores("training", ids)
        return reordered(scores, codes, past.events.items)

    return score


def _fit(past: Past, params: Params) -> Scorer:
    engine = Engine.fitted(past.dataset, as_of=past.as_of, seed=past.seed)
    return training_scorer(engine, past)


def _role_scores(task: RoleTask) -> Scores:
    engine = Engine.fitted(task.dataset, as_of=task.as_of, seed=task.seed)
    scores, codes = engine.role_scores_for_jobs([task.jobs[row] for row in task.sources])
    return reordered(scores, codes, task.jobs)


TRAINING_METHOD = Method(NAME, _fit, ours=True)
ROLE_METHOD = RoleMethod(NAME, _role_scores, ours=True)
