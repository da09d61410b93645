"""The compiled path: a problem's arrays in one fixed type, cut among threads.

In: a ``Problem``. Out: the same ``Best`` as ``arrays``. Blocks are independent of one another, so
threads and their number change nothing; compiled code runs without Python's lock.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.kernels.layout import blocks
from recommender.kernels.problem import LARGEST, Best, Problem

if TYPE_CHECKING:
    from recommender.kernels.walk import Allowed, Items, Rest, Wants


def best(problem: Problem, k: int, *, threads: int = 1) -> Best:
    """Return the best ``k`` items of everybody.

    Raises:
        ImportError: numba is not installed.
    """
    from recommender.kernels.walk import LANES, walk

    kind = np.dtype(np.int32 if problem.bound() <= LARGEST else np.int64)
    found = Best(
        np.full((problem.n_people, k), -1, np.int32), np.zeros((problem.n_people, k), kind)
    )
    if problem.n_people == 0 or problem.n_items == 0 or k < 1:
        return Best(found.item, found.micro.astype(np.int64))
    row = problem.shared.row
    people, starts = blocks(
        problem.mask.row, row[:, 0] if row.shape[1] else problem.mask.row, LANES
    )
    parts = _parts(problem, kind)

    def run(share: NDArray[np.int64]) -> None:
        walk(people, starts[share[0] : share[-1] + 2], *parts, found.item, found.micro)

    shares = np.array_split(np.arange(len(starts) - 1), max(1, min(threads, len(starts) - 1)))
    if len(shares) == 1:
        run(shares[0])
    else:
        with ThreadPoolExecutor(len(shares)) as pool:
            list(pool.map(run, shares))
    return Best(found.item, np.where(found.item >= 0, found.micro, 0).astype(np.int64))


def _parts(problem: Problem, kind: np.dtype[Any]) -> tuple[Items, Wants, Rest, Allowed]:
    from recommender.kernels.walk import Allowed, Items, Rest, Wants

    d, gap, needs, own = problem.distinct, problem.gap, problem.needs, problem.own
    alike, mask = problem.alike, problem.mask
    items = Items(
        _plain(d.start, np.int64),
        _plain(d.low, np.int32),
        _plain(d.high, np.int32),
        _plain(d.item_start, np.int64),
        _plain(d.outcome, np.int32),
        _plain(problem.effect, np.float64),
        _plain(problem.constant, kind),
    )
    wants = Wants(
        _plain(gap.levels, np.int32),
        _plain(gap.required, np.int32),
        _plain(gap.weight, np.int32),
        _plain(gap.now, np.int32),
        _plain(gap.following, np.int32),
        gap.limits.max_step,
        gap.limits.slack,
        float(gap.now_scale),
        float(gap.next_scale),
        _plain(needs.weight, np.int64),
        _plain(needs.row, np.int32),
        float(needs.scale),
    )
    rest = Rest(
        _plain(problem.shared.table, kind),
        _plain(problem.shared.row, np.int32),
        _plain(own.start, np.int64),
        _plain(own.item, np.int32),
        _plain(own.micro, kind),
        _plain(alike.profile, np.int64),
        _plain(alike.vector, np.int64),
        _plain(alike.weight, np.float64),
        _plain(alike.most(), np.int64),
        float(alike.unit),
    )
    allowed = Allowed(
        _plain(mask.allowed, np.uint8),
        _plain(mask.row, np.int32),
        _plain(mask.taken.start, np.int64),
        _plain(mask.taken.item, np.int32),
    )
    return items, wants, rest, allowed


def _plain(values: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return an array of the one type that the code was compiled for: contiguous and writable."""
    return np.require(values, kind, ["C", "W"])
