"""What a ranked list is worth: NDCG, recall, hit rate, reciprocal rank, coverage and novelty.

In: the gains of the ranked items, per employee. Out: one number per employee (accuracy) or one per
method (coverage, novelty). Means and intervals are taken elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Gains = NDArray[np.float64]
Numbers = NDArray[np.float64]


def discounts(k: int) -> Numbers:
    """Return 1 / log2(1 + rank) for the ranks 1 … k."""
    return np.asarray(1.0 / np.log2(np.arange(2, k + 2)))


def ndcg(ranked: Gains, ideal: Gains) -> Numbers:
    """Return normalised discounted cumulative gain, 0 … 1, one per row.

    Parameters:
        ranked: float64 ``[n, k]``, gain of the item at each rank, 0 where it is not relevant.
        ideal: float64 ``[n, k]``, the k largest gains of each row's relevant items, descending;
            0 where fewer than k are relevant.

    Returns:
        float64 ``[n]``; 0 for a row without relevant items.
    """
    weight = discounts(ranked.shape[1])
    best = (ideal * weight).sum(axis=1)
    got = (ranked * weight).sum(axis=1)
    return np.asarray(np.divide(got, best, out=np.zeros(len(got)), where=best > 0))


def recall(ranked: Gains, relevant: NDArray[np.int64]) -> Numbers:
    """Return the share of a row's relevant items that are in the list, 0 … 1.

    Parameters:
        relevant: int64 ``[n]``, how many items are relevant, in the list or not.
    """
    return np.asarray((ranked > 0).sum(axis=1) / np.maximum(relevant, 1))


def hit_rate(ranked: Gains) -> Numbers:
    """Return 1.0 per row with at least one relevant item in the list, else 0.0."""
    return np.asarray((ranked > 0).any(axis=1), np.float64)


def reciprocal_rank(ranked: Gains) -> Numbers:
    """Return 1 / rank of the first relevant item, 0.0 where there is none in the list."""
    hit = ranked > 0
    return np.where(hit.any(axis=1), 1.0 / (hit.argmax(axis=1) + 1), 0.0)


def accuracy(
    ranked: Gains, ideal: Gains, relevant: NDArray[np.int64], k: int
) -> Mapping[str, Numbers]:
    """Return every accuracy metric at cut-off ``k``: name → float64 ``[n]``."""
    return {
        f"ndcg@{k}": ndcg(ranked, ideal),
        f"recall@{k}": recall(ranked, relevant),
        f"hit_rate@{k}": hit_rate(ranked),
        f"mrr@{k}": reciprocal_rank(ranked),
    }


def coverage(shown: NDArray[np.int64], n_items: int) -> float:
    """Return the share of the catalogue that is shown to at least one employee, 0 … 1.

    Parameters:
        shown: row numbers of all shown items, repeats allowed.
    """
    return len(np.unique(shown)) / max(n_items, 1)


def novelty(shown: NDArray[np.int64], taken: NDArray[np.int64], people: int) -> float:
    """Return the mean of −log2(share of employees who took the item) over the shown items.

    Parameters:
        taken: int64 ``[n_items]``, employees who took each item before the cut; an item that
            nobody took counts as taken by half a person, so that it stays finite.
        people: number of employees with at least one event before the cut.
    """
    if len(shown) == 0:
        return 0.0
    share = np.maximum(taken[shown], 0.5) / max(people, 1)
    return float(-np.log2(np.minimum(share, 1.0)).mean())
