"""Stage 6a for many people: how alike posts are by their texts or tools, as points, once per pair.

In: a vector per post. Out: ``AlikeRows`` for the posts that people hold. Posts whose vectors are
the same, as of one title in many units, share a row and a column. Rows are worked out when first
asked for and kept as long as all of them find room.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.kernels.role_problem import AlikeRows
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
from recommender.similarity.text import MICRO_SIMILARITY, similarities, transposed

ROOM = 1 << 29
"""Bytes of the rows that are kept."""
_LARGEST = float(2**31 - 1)
_AT_ONCE = 256


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
        self._vectors = vectors[first]
        self._turned = transposed(self._vectors)
        n = len(first)
        self.column = np.where(told, number, n).astype(np.int32)
        small = abs(factor) * (1 + abs(mean)) * MICRO < _LARGEST
        self._kind = np.dtype(np.int32 if small else np.int64)
        fits = (n + 1) ** 2 * self._kind.itemsize <= ROOM
        self._kept = np.zeros((n + 1, n + 1), self._kind) if fits else None
        self._known = np.zeros(n + 1, bool)
        self._known[n] = True

    def rows(self, posts: Ints) -> AlikeRows:
        """Return the points of some posts beside all others."""
        held = np.unique(self.column[posts])
        if self._kept is not None:
            missing = held[~self._known[held]]
            self._work_out(missing, self._kept, missing)
            self._known[missing] = True
            return AlikeRows(self._kept, self.column, self.column)
        table = np.zeros((len(held), len(self._known)), self._kind)
        place = np.full(len(self._known), UNKNOWN, np.int32)
        place[held] = np.arange(len(held))
        some = held[held < len(self._known) - 1]
        self._work_out(some, table, place[some])
        return AlikeRows(table, place[self.column], self.column)

    def _work_out(self, wanted: Ints, table: NDArray[np.integer], at: Ints) -> None:
        for start in range(0, len(wanted), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            alike = similarities(self._vectors[wanted[part]], self._turned) / MICRO_SIMILARITY
            points: Micro = np.rint((alike - self._mean) * self._factor * MICRO).astype(np.int64)
            table[at[part], :-1] = points


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
