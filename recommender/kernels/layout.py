"""Who is ranked side by side: people of one class together, small classes pooled.

In: the class of each person. Out: their order and where each block of it begins. It changes how
long a ranking takes, never an answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints


def blocks(row: Ints, beside: Ints, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the people in order, and the starts of the blocks with the end of the last.

    Within a block all items that any of its people may get are visited. A class is therefore cut
    only into full blocks; what is left of it stays whole, next to what is left of others.

    Parameters:
        row: class of each person: those of one may get much the same items.
        beside: people of a class with the same number here lie side by side.
        width: people per block at most.
    """
    order = np.lexsort((beside, row)).astype(np.int64)
    ordered = row[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(row) else order
    last = np.append(first[1:], len(row)) if len(row) else order
    whole, rests = [], []
    for start, stop in zip(first.tolist(), last.tolist(), strict=True):
        cut = start + (stop - start) // width * width
        whole += [np.arange(at, at + width) for at in range(start, cut, width)]
        if cut < stop:
            rests.append((cut, stop))
    size, pool = 0, list[NDArray[np.int64]]()
    for start, stop in rests:
        if size + stop - start > width:
            whole.append(np.concatenate(pool))
            size, pool = 0, []
        pool.append(np.arange(start, stop))
        size += stop - start
    if pool:
        whole.append(np.concatenate(pool))
    if not whole:
        return order, np.zeros(1, np.int64)
    return order[np.concatenate(whole)], np.cumsum([0, *(len(w) for w in whole)], dtype=np.int64)
