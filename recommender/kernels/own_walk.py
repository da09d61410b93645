"""Compiled: each person walks what goes with what they took, and keeps the points of every item.

In: the arrays of ``own.OwnPart``s. Out: the same numbers as ``own.own_points``, without a matrix
of sums: those of one person lie in one row per part, and a bit per item tells which to read.
Imported by ``own_points`` of ``lanes`` alone, since importing numba takes a second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recommender.kernels.compiled import Array, compiled
from recommender.kernels.lists import ONE, first_lane
from recommender.results import MICRO


class Part(NamedTuple):
    """One part of a term; see ``own.OwnPart``."""

    term: int
    own_start: Array
    own_item: Array
    own_weight: Array
    start: Array
    item: Array
    share: Array
    weight: Array


@compiled
def walk_own(
    parts: tuple[Part, ...], n_terms: int, n_items: int, unit: float, start: Array
) -> tuple[Array, Array]:
    """Return the items, ascending by person, and the micro-points ``[n_terms, n]``.

    Parameters:
        start: written: where each person's items begin, and the last end.
    """
    n_people, n = len(start) - 1, 0
    sums = np.zeros((len(parts), n_items), np.int64)
    touched = np.zeros(n_items // 64 + 1, np.uint64)
    points = np.empty(n_terms, np.int64)
    item, micro = np.empty(1024, np.int32), np.empty((n_terms, 1024), np.int64)
    for person in range(n_people):
        start[person] = n
        for q in range(len(parts)):
            part = parts[q]
            for e in range(part.own_start[person], part.own_start[person + 1]):
                before, weight = part.own_item[e], part.own_weight[e]
                for j in range(part.start[before], part.start[before + 1]):
                    i = part.item[j]
                    sums[q, i] += weight * part.share[j]
                    touched[i >> 6] |= ONE << np.uint64(i & 63)
        if n + n_items > len(item):
            item, micro = larger(item, micro, n, 2 * len(item) + n_items)
        for word in range(len(touched)):
            bits = touched[word]
            touched[word] = 0
            while bits:
                i = word * 64 + first_lane(bits)
                bits &= bits - ONE
                some = np.int64(0)
                for t in range(n_terms):
                    value = 0.0
                    for q in range(len(parts)):
                        if parts[q].term == t:
                            root = np.sqrt(np.float64(sums[q, i]) / unit)
                            value += root * parts[q].weight[person]
                    points[t] = np.int64(np.rint(value * MICRO))
                    some |= points[t]
                for q in range(len(parts)):
                    sums[q, i] = 0
                if some != 0:
                    item[n] = i
                    for t in range(n_terms):
                        micro[t, n] = points[t]
                    n += 1
    start[n_people] = n
    return item[:n].copy(), micro[:, :n].copy()


@compiled
def larger(item: Array, micro: Array, n: int, size: int) -> tuple[Array, Array]:
    """Return more room with what is there."""
    more_item, more_micro = np.empty(size, np.int32), np.empty((len(micro), size), np.int64)
    more_item[:n] = item[:n]
    more_micro[:, :n] = micro[:, :n]
    return more_item, more_micro
