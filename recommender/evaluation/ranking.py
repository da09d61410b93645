"""From scores to ranked lists: whole catalogue, forbidden items masked, ties by item code.

In: scores of a block of rows over all items. Out: the rows of the best k items, and their gains
against the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Scores = NDArray[np.int64] | NDArray[np.float64]
NOTHING = -1
"""Stands at the ranks for which no item is left."""
NEVER = np.iinfo(np.int64).min
"""The whole-number score of an item that must not be shown at all."""


def top_k(scores: Scores, masked: sp.csr_matrix, k: int) -> NDArray[np.int64]:
    """Return the columns of the ``k`` highest scores per row, ties to the lower column.

    Parameters:
        scores: int64 or float64 ``[n, n_items]``; columns are in the byte order of their codes;
            ``NEVER`` among whole numbers is treated like a masked cell.
        masked: CSR of the same shape; stored cells are never returned.
        k: length of the list, at least 1.

    Returns:
        int64 ``[n, k]``, −1 where a row has fewer than ``k`` items left.
    """
    n, n_items = scores.shape
    best = np.full((n, k), NOTHING, np.int64)
    if n_items == 0:
        return best
    whole = scores.dtype.kind == "i"
    # Whole numbers are turned round by complement: the negative of the smallest one overflows.
    turned = np.invert(scores) if whole else -scores
    if not whole:
        turned[np.isnan(turned)] = np.inf
    hidden = scores == NEVER if whole else np.zeros((n, n_items), bool)
    hidden[np.repeat(np.arange(n), np.diff(masked.indptr)), masked.indices] = True
    turned[hidden] = np.iinfo(np.int64).max if whole else np.inf
    place = min(k, n_items) - 1
    bound = np.partition(turned, place, axis=1)[:, place : place + 1]
    equal = (turned == bound) & ~hidden
    kept = (turned < bound) | (equal & (np.cumsum(equal, axis=1, dtype=np.int32) <= k))
    row, column = np.nonzero(kept)
    order = np.lexsort((column, turned[row, column], row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    first = rank < k
    best[row[first], rank[first]] = column[first]
    return best


@dataclass(frozen=True)
class Truth:
    """What turned out to be right.

    Attributes:
        gains: CSR float64 ``[n, n_items]``, gain of each relevant item, above 0.
    """

    gains: sp.csr_matrix

    @property
    def relevant(self) -> NDArray[np.int64]:
        """Number of relevant items per row."""
        return np.asarray(np.diff(self.gains.indptr), np.int64)

    def ideal(self, k: int) -> NDArray[np.float64]:
        """Return the ``k`` largest gains per row, descending, 0 where there are fewer."""
        gains = self.gains
        row = np.repeat(np.arange(gains.shape[0]), np.diff(gains.indptr))
        order = np.lexsort((-gains.data, row))
        rank = np.arange(len(row)) - gains.indptr[row]
        first = rank < k
        best = np.zeros((gains.shape[0], k))
        best[row[first], rank[first]] = gains.data[order][first]
        return best

    def of(self, ranked: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the gain of each ranked item, ``[n, k]``, 0 where it is not relevant."""
        rows = np.repeat(np.arange(len(ranked)), ranked.shape[1])
        found = np.asarray(self.gains[rows, np.maximum(ranked, 0).ravel()]).reshape(ranked.shape)
        return np.where(ranked >= 0, found, 0.0)
