"""What each term of the score is worth: lists without it, the other weights kept.

In: terms in whole micro-points. Out: per term the change in NDCG when it is taken out, with a
paired interval. Nothing is fitted again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.evaluation import metrics
from recommender.evaluation.intervals import Bootstrap, Interval
from recommender.evaluation.ours import Fitted
from recommender.evaluation.past import Past
from recommender.evaluation.protocol import blocks
from recommender.evaluation.ranking import NEVER, Truth, top_k
from recommender.evaluation.splits import Split

MOST_JUDGED = 4_000
"""Of more employees a seeded sample of this size is judged."""
WHOLE = ""
"""Name of the score with all its terms."""

Terms = Mapping[str, NDArray[np.int64]]


def without_each(
    terms: Terms,
    masked: sp.csr_matrix,
    truth: Truth,
    k: int,
    forbidden: NDArray[np.bool_] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Return the NDCG of each row, whole (``WHOLE``) and without each term.

    Parameters:
        terms: name → int64 ``[n, n_items]``.
        masked: CSR of the same shape; stored cells are never shown.
        forbidden: bool of the same shape; these are never shown either.
    """
    total = np.sum(np.stack(list(terms.values())), axis=0)
    ideal = truth.ideal(k)

    def judged(scores: NDArray[np.int64]) -> NDArray[np.float64]:
        shown = scores if forbidden is None else np.where(forbidden, NEVER, scores)
        return metrics.ndcg(truth.of(top_k(shown, masked, k)), ideal)

    whole = judged(total)
    found = {WHOLE: whole}
    for name, points in terms.items():
        found[name] = judged(total - points) if points.any() else whole
    return found


def of_trainings(fitted: Fitted, past: Past, held: Split, k: int, seed: int) -> dict[str, Interval]:
    """Return per term the change in NDCG of training lists without it (negative: it helps)."""
    place = np.sort(np.random.default_rng(seed).permutation(len(held.employees))[:MOST_JUDGED])
    parts = []
    for block in blocks(place):
        rows = held.employees[block]
        terms, forbidden = fitted.terms(rows)
        truth = Truth(held.truth.gains[block])
        parts.append(without_each(terms, past.events.matrix(rows), truth, k, forbidden))
    return changes(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, seed
    )


def changes(values: Mapping[str, NDArray[np.float64]], seed: int) -> dict[str, Interval]:
    """Return per term the mean change against the whole score, with its paired interval."""
    sure = Bootstrap(values, seed=seed)
    return {name: sure.difference(name, WHOLE) for name in values if name != WHOLE}
