"""Baselines that read which trainings are taken by the same people: item-kNN and EASE."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.past import Past

MOST_ITEMS = 6_000
"""EASE inverts a dense matrix of all items; above this size it is left out."""


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
    taken = past.events.matrix()
    gram = np.asarray((taken.T @ taken).toarray())
    gram[np.diag_indices_from(gram)] += params["penalty"]
    inverse = cho_solve(cho_factor(gram, overwrite_a=True), np.eye(len(gram)))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return lambda rows: np.asarray(taken[rows] @ weights)


def _small_catalogue(past: Past) -> bool:
    return len(past.events.items) <= MOST_ITEMS


ITEM_KNN = Method("item_knn", _item_knn, tuple({"k": k} for k in (20, 100)))
EASE = Method(
    "ease",
    _ease,
    tuple({"penalty": penalty} for penalty in (20, 5, 50, 100, 200, 500)),
    _small_catalogue,
)
"""Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, closed form."""
