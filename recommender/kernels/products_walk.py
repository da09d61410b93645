"""Compiled: products of sparse vectors as rows of whole numbers, without a sparse matrix between.

In: the arrays of CSR matrices. Out: the bytes of ``products.whole_products``. Imported by
``whole_products`` of ``lanes`` alone, since importing numba takes a second.
"""

from __future__ import annotations

import numpy as np

from recommender.kernels.compiled import Array, compiled


@compiled
def write_products(
    start: Array,
    term: Array,
    value: Array,
    right_start: Array,
    right_item: Array,
    right_value: Array,
    unit: float,
    found: Array,
) -> None:
    """Write ``left · right`` times ``unit``, rounded, int32 ``[n_left, n_right]``.

    Terms are added in the order in which SciPy adds them, so that the last bit is the same.

    Parameters:
        start, term, value: CSR of the left vectors; ``right_*``: CSR ``[n_terms, n_right]``.
    """
    sums = np.zeros(found.shape[1])
    for row in range(found.shape[0]):
        sums[:] = 0.0
        for e in range(start[row], start[row + 1]):
            weight = value[e]
            for j in range(right_start[term[e]], right_start[term[e] + 1]):
                sums[right_item[j]] += weight * right_value[j]
        for i in range(len(sums)):
            found[row, i] = np.int32(np.rint(sums[i] * unit))
