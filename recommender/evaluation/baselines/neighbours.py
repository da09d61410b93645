"""Baselines that read which trainings are taken by the same people: item-kNN and EASE."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores

MOST_ITEMS = 6_000
"""EASE inverts a dense matrix; of more items that anybody took, the most taken ones are read."""


def _item_knn(past: Past, params: Params) -> Scorer:
    taken = past.events.matrix()
    shared = sp.csr_matrix(taken.T @ taken)
    norm = np.sqrt(np.maximum(shared.diagonal(), 1.0))
    similar = sp.csr_matrix(sp.diags(1 / norm) @ shared @ sp.diags(1 / norm))
    similar.setdiag(0.0)
    similar.eliminate_zeros()
    kept = _strongest(similar, int(params["k"]))
    return lambda rows: np.asarray((taken[rows] @ kept).toarray())


def _strongest(similar: sp.csr_matrix, k: int) -> sp.csr_matrix:
    """Keep of each item its ``k`` most similar ones; ties to the lower row number."""
    columns = sp.csc_matrix(similar)
    columns.sort_indices()
    for item in range(columns.shape[1]):
        own = slice(columns.indptr[item], columns.indptr[item + 1])
        weaker = np.argsort(-columns.data[own], kind="stable")[k:]
        columns.data[own.start + weaker] = 0.0
    columns.eliminate_zeros()
    return sp.csr_matrix(columns)


def _ease(past: Past, params: Params) -> Scorer:
    read = _read(past)
    taken = sp.csr_matrix(past.events.matrix()[:, read])
    gram = np.asarray((taken.T @ taken).toarray())
    gram[np.diag_indices_from(gram)] += params["penalty"]
    inverse = cho_solve(
        cho_factor(gram, overwrite_a=True), np.eye(len(gram)), overwrite_b=True, check_finite=False
    )
    del gram
    inverse /= -np.diag(inverse).copy()
    np.fill_diagonal(inverse, 0.0)
    n_items = len(past.events.items)

    def score(rows: Rows) -> Scores:
        found = np.zeros((len(rows), n_items))
        found[:, read] = taken[rows] @ inverse
        return found

    return score


def _read(past: Past) -> Rows:
    """Return the items to invert, ascending: one that nobody took has no weight in any case."""
    counts = past.events.counts
    order = np.argsort(-counts, kind="stable")[:MOST_ITEMS]
    return np.sort(order[counts[order] > 0])


def _anything_taken(past: Past) -> bool:
    return len(past.events) > 0


ITEM_KNN = Method("item_knn", _item_knn, tuple({"k": k} for k in (20, 100)))
EASE = Method(
    "ease",
    _ease,
    tuple({"penalty": penalty} for penalty in (20, 5, 50, 100, 200, 500)),
    _anything_taken,
)
"""Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, closed form."""
