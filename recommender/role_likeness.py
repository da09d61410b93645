"""Stage 6a for many people: how alike posts are by their texts or tools, as points, once per pair.

In: a vector per post. Out: ``AlikeRows`` for the posts that people hold. Posts whose vectors are
the same, as of one title in many units, share a row and a column.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.kept_rows import KeptRows, Keys
from recommender.kernels.role_problem import AlikeRows
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
from recommender.similarity.text import MICRO_SIMILARITY, similarities, transposed


class Likeness:
    """Points of likeness of posts by one kind of vector.

    Parameters:
        vectors: unit vectors with ascending columns ``[n_posts, n_words]``.
        mean, factor: points are ``rint((cosine − mean) · factor · MICRO)``.
        told: posts that have something to be compared; the others get no points.
    """

    def __init__(
        self, vectors: sp.csr_matrix, mean: float, factor: float, told: NDArray[np.bool_]
    ) -> None:
        self._mean, self._factor = mean, factor
        if factor == 0:
            told = np.zeros(len(told), bool)
        first, number = _distinct(vectors)
        self._vectors = vectors if len(first) == vectors.shape[0] else vectors[first]
        self._turned = transposed(self._vectors)
        self._n = len(first)
        self.column = np.where(told, number, self._n).astype(np.int32)
        self._kept = KeptRows({"alike": self._work_out}, self._n + 1)

    def rows(self, posts: Ints) -> AlikeRows:
        """Return the points of some posts beside all others."""
        held = np.unique(self.column[posts])
        kept = self._kept.of({"alike": held[:, None]})
        place = np.full(self._n + 1, UNKNOWN, np.int32)
        place[held] = kept.row["alike"]
        return AlikeRows(kept.table, place[self.column], self.column)

    def _work_out(self, keys: Keys) -> Micro:
        wanted = keys[:, 0]
        told = np.flatnonzero(wanted < self._n)
        found = np.zeros((len(wanted), self._n + 1), np.int64)
        alike = similarities(self._vectors[wanted[told]], self._turned) / MICRO_SIMILARITY
        found[told, :-1] = np.rint((alike - self._mean) * self._factor * MICRO)
        return found


def _distinct(vectors: sp.csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first row of each distinct vector, and the number of every row's."""
    seen: dict[bytes, int] = {}
    first: list[int] = []
    number = np.zeros(vectors.shape[0], np.int64)
    for row in range(vectors.shape[0]):
        own = slice(vectors.indptr[row], vectors.indptr[row + 1])
        key = vectors.indices[own].tobytes() + vectors.data[own].tobytes()
        number[row] = seen.setdefault(key, len(first))
        if number[row] == len(first):
            first.append(row)
    return np.array(first, np.int64), number
