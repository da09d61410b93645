"""The product's own method under the same protocol as the baselines.

In: a past (or a role task). Out: scores in whole micro-points, with the columns in the order the
protocol uses. For trainings the rules come first, as in a published list: what they forbid is
never shown. A job taken as a person has no facts for rules, so roles are judged by score alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.engine import Engine
from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.baselines.roles import RoleMethod, RoleTask
from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import NEVER, Scores
from recommender.rank import FORBIDDEN

NAME = "selaras"


def reordered(
    scores: NDArray[np.int64], have: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.int64]:
    """Return the columns of ``scores`` in the order of ``wanted``; all of them must be there."""
    place = {code: column for column, code in enumerate(have)}
    return scores[:, [place[code] for code in wanted]]


def _trainings(past: Past, params: Params) -> Scorer:
    engine = Engine.fitted(past.dataset, as_of=past.as_of, seed=past.seed)
    person = engine.snapshot.people.index.rows

    def score(rows: Rows) -> Scores:
        ids = [past.events.employees[row] for row in rows]
        scores, codes = engine.scores("training", ids)
        outcomes = engine.eligibility.training.outcomes(np.array([person[i] for i in ids]))
        return reordered(np.where(outcomes >= FORBIDDEN, NEVER, scores), codes, past.events.items)

    return score


def _roles(task: RoleTask) -> Scores:
    engine = Engine.fitted(task.dataset, as_of=task.as_of, seed=task.seed)
    scores, codes = engine.role_scores_for_jobs([task.jobs[row] for row in task.sources])
    return reordered(scores, codes, task.jobs)


TRAINING_METHOD = Method(NAME, _trainings, ours=True)
ROLE_METHOD = RoleMethod(NAME, _roles, ours=True)
