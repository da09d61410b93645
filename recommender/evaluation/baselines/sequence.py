"""A baseline that reads order: which trainings follow soon after which."""

from __future__ import annotations

from itertools import product

import numpy as np
import scipy.sparse as sp

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.events import Events, Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores

LAST = 5
"""How many of a person's latest trainings are looked at."""


def _forward(past: Past, params: Params) -> Scorer:
    events = past.events.select(~np.isnat(past.events.at))
    follow = _transitions(events, int(params["window"]), params["decay"])
    popular = np.maximum(events.counts, 1).astype(np.float64) ** -params["popularity"]
    follow = sp.csr_matrix(follow @ sp.diags(popular))
    start = np.searchsorted(events.employee, np.arange(len(events.employees) + 1))

    def score(rows: Rows) -> Scores:
        own = _latest(events, start, rows, params["recency"])
        return np.asarray((own @ follow).toarray())

    return score


def _transitions(events: Events, window: int, decay: float) -> sp.csr_matrix:
    """Count the next ``window`` trainings, each step weighing ``decay`` less; rows sum to 1."""
    n = len(events.items)
    total = sp.csr_matrix((n, n))
    for step in range(1, window + 1):
        same = events.employee[step:] == events.employee[:-step]
        pairs = (events.item[:-step][same], events.item[step:][same])
        weight = np.full(len(pairs[0]), decay ** (step - 1))
        total = total + sp.csr_matrix((weight, pairs), (n, n))
    row = np.asarray(total.sum(axis=1)).ravel()
    return sp.csr_matrix(sp.diags(1.0 / np.where(row > 0, row, 1.0)) @ total)


def _latest(events: Events, start: Rows, rows: Rows, recency: float) -> sp.csr_matrix:
    count = np.minimum(start[rows + 1] - start[rows], LAST)
    step = np.arange(LAST)
    who, back = np.nonzero(step < count[:, None])
    what = events.item[start[rows + 1][who] - 1 - back]
    weight = np.array([recency**one for one in range(LAST)])[back]
    return sp.csr_matrix((weight, (who, what)), (len(rows), len(events.items)))


def _has_order(past: Past) -> bool:
    return bool((~np.isnat(past.events.at)).any())


_GRID = tuple(
    {"window": window, "decay": decay, "recency": recency, "popularity": popularity}
    for window, decay, recency, popularity in product((3, 5), (0.7, 1.0), (0.6, 0.8), (0.0, 0.25))
)
FORWARD = Method("forward_transitions", _forward, _GRID, _has_order)
