"""Compiled: the lists of 64 people, kept up to date item by item.

A list holds the best so far, best first; what equals the last of a full list stays behind it, so
that of equals the first to come, which is the smaller row, wins.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.kernels.compiled import Array, compiled

ONE, TOP = np.uint64(1), np.uint64(58)
SPREAD = np.uint64(0x03F79D71B4CB0A89)
"""A de Bruijn sequence: the six top bits of its product with one bit tell which bit that was."""
ORDER = np.zeros(64, np.int64)
for _bit in range(64):
    ORDER[((1 << _bit) * int(SPREAD) >> 58) & 63] = _bit


@compiled
def empty_lists(n: int, micro: Array, item: Array) -> None:
    """Forget the lists of the block before; the lanes from ``n`` on hold nobody."""
    lowest = lowest_of(micro)
    micro[:n] = lowest
    micro[n:] = -(lowest + 1)
    item[:] = -1


@compiled
def lowest_of(micro: Array) -> int:
    """Return the lowest number of a type of sums; no score is as low."""
    return np.iinfo(np.int32).min if micro.itemsize == 4 else np.iinfo(np.int64).min


@compiled
def first_lane(lanes: Any) -> Any:
    """Return the place of the lowest bit of a word that is not 0."""
    return ORDER[((lanes & (~lanes + ONE)) * SPREAD) >> TOP]


@compiled
def insert(micro: Array, item: Array, score: int, new: int) -> Any:
    """Put an item that beats the last of one list into it; return what the last is now."""
    at = len(micro) - 1
    while at > 0 and micro[at - 1] < score:
        micro[at] = micro[at - 1]
        item[at] = item[at - 1]
        at -= 1
    micro[at] = score
    item[at] = new
    return micro[-1]
