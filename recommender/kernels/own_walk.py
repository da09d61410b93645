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
    parts: tuple[Part, ...], n_items: int, unit: float, start: Array, item: Array, micro: Array
) -> int:
    """Write the items, ascending by person, and the micro-points; return how many there are.

    Parameters:
        start: written: where each person's items begin, and the last end.
        item, micro: written: ``[room]`` and ``[n_terms, room]``, room for all there can be.
    """
    n_people, n_terms, n = len(start) - 1, len(micro), 0
    sums = np.zeros((len(parts), n_items), np.int64)
    touched = np.zeros(n_items // 64 + 1, np.uint64)
    points, value = np.empty(n_terms, np.int64), np.empty(n_terms)
    term, own = np.empty(len(parts), np.int64), np.empty(len(parts))
    for person in range(n_people):
        start[person] = n
        some_parts = 0  # those that give this person something; their sums lie in the first rows
        for q in range(len(parts)):
            if add_up(parts[q], person, sums[some_parts], touched):
                term[some_parts], own[some_parts] = parts[q].term, parts[q].weight[person]
                some_parts += 1
        for word in range(len(touched)):
            bits = touched[word]
            touched[word] = 0
            while bits:
                i = word * 64 + first_lane(bits)
                bits &= bits - ONE
                value[:] = 0.0
                for q in range(some_parts):
                    if sums[q, i] != 0:
                        value[term[q]] += np.sqrt(np.float64(sums[q, i]) / unit) * own[q]
                        sums[q, i] = 0
                some = np.int64(0)
                for t in range(n_terms):
                    points[t] = np.int64(np.rint(value[t] * MICRO))
                    some |= points[t]
                if some != 0:
                    item[n] = i
                    for t in range(n_terms):
                        micro[t, n] = points[t]
                    n += 1
    start[n_people] = n
    return n


@compiled
def add_up(part: Part, person: int, sums: Array, touched: Array) -> bool:
    """Add what goes with what a person took, and mark the items; False where there is none."""
    first, last = part.own_start[person], part.own_start[person + 1]
    if first == last or part.weight[person] == 0:
        return False
    for e in range(first, last):
        before, weight = part.own_item[e], part.own_weight[e]
        for j in range(part.start[before], part.start[before + 1]):
            i = part.item[j]
            sums[i] += weight * part.share[j]
            touched[i >> 6] |= ONE << np.uint64(i & 63)
    return True
