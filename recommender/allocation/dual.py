"""Prices of seats, budgets and quotas, and the bound they prove: Lagrangian relaxation.

In: the rows of a problem. Out: ``Prices``, the best bound found with the prices behind it. At
given prices everybody chooses alone (``bundle.demand``), which gives a bound and a direction:
what too many want becomes dearer. Steps are Polyak's, in a metric in which a seat of a large
session and a rupiah of a large budget move little.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.allocation.bundle import demand, work_for
from recommender.allocation.problem import Marks, Whole
from recommender.allocation.rows import ROOM, Rows

PATIENCE = 6
"""Steps without a better bound before the level aimed at comes nearer."""


@dataclass(frozen=True)
class Asked:
    """What everybody would choose at some prices.

    Attributes:
        prices: of each row.
        bound: scaled micro-points that no allocation exceeds.
        chosen: uint8 per pair.
        best: what each person's set is worth.
    """

    prices: Whole
    bound: int
    chosen: Marks
    best: Whole


def ask(rows: Rows, prices: Whole, threads: int = 1) -> Asked:
    """Let everybody choose at given prices."""
    layout, problem = rows.layout, rows.problem
    points = rows.points(prices)
    chosen = np.zeros(len(problem.pairs), np.uint8)
    best = np.zeros(len(problem.people), np.int64)
    hour_value = problem.hour_value << rows.shift
    nothing = np.zeros(0, np.int64)

    def run(first: int, last: int) -> None:
        work = work_for(layout)
        demand(layout, work, first, last, points, hour_value, nothing, chosen, best)

    cuts = np.linspace(0, len(problem.people), threads + 1).astype(int).tolist()
    if threads == 1:
        run(0, cuts[1])
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, cuts[:-1], cuts[1:]))
    return Asked(prices, rows.bound(prices, best), chosen, best)


@dataclass(frozen=True)
class Step:
    """Where a descent stands: the best so far, and what was just tried."""

    number: int
    best: Asked
    last: Asked


def descend(
    rows: Rows,
    start: Whole,
    *,
    steps: int,
    level: Callable[[], int | None],
    go_on: Callable[[Step], bool],
    threads: int = 1,
) -> Asked:
    """Lower the bound step by step and return the best prices.

    Parameters:
        level: the value of the best allocation known so far, ``None`` where there is none.
        go_on: told of every step; a descent ends where it says no.
    """
    largest = _largest(rows)
    scale = _scale(rows)
    prices = _within(rows, start, largest)
    best = now = ask(rows, prices, threads)
    direction = np.zeros(len(rows))
    share, stale, free = 0.5, 0, rows.free
    for number in range(steps):
        if not go_on(Step(number, best, now)):
            break
        used = rows.used(now.chosen)
        supply = rows.supply(now.prices)
        idle = free & (now.prices == 0)
        supply[idle] = np.clip(used, rows.low, rows.high)[idle]
        slack = (supply - used).astype(float)
        stuck = ~free & (now.prices == 0) & (slack > 0)
        slack[stuck] = 0.0
        direction = slack + 0.6 * direction
        direction[stuck] = 0.0
        square = float(np.sum(direction * direction / scale))
        if square == 0.0:
            break
        known = level()
        aim = best.bound - share * abs(best.bound)
        if known is not None:
            aim = max(aim, float(known))
        length = max(0.0, now.bound - aim) / square
        move = np.rint(-length * direction / scale)
        prices = _within(
            rows, now.prices + np.clip(move, -(2.0**62), 2.0**62).astype(np.int64), largest
        )
        now = ask(rows, prices, threads)
        if now.bound < best.bound:
            stale = 0 if now.bound < best.bound - 1e-4 * share * abs(best.bound) else stale + 1
            best = now
        else:
            stale += 1
        if stale >= PATIENCE:
            share, stale = share / 2, 0
            direction[:] = 0.0
            now = best
    return best


def _scale(rows: Rows) -> NDArray[np.float64]:
    """Return how strongly demand answers the price of each row, up to one factor for all."""
    pairs, weight = rows.problem.pairs, np.ones(len(rows))
    for b in range(len(rows.problem.budgets)):
        cost = pairs.cost[(pairs.budget == b) & (pairs.cost > 0)]
        weight[rows.budgets.start + b] = cost.mean() if len(cost) else 1.0
    return np.asarray(np.maximum(rows.high, 1) * weight)


def _largest(rows: Rows) -> Whole:
    """Return the highest price of each row that keeps every sum within 64 bits."""
    room = 2 ** (ROOM - 2)
    return np.asarray(room // np.maximum(rows.high, 1) // max(1, len(rows)))


def _within(rows: Rows, prices: Whole, largest: Whole) -> Whole:
    return np.clip(prices, np.where(rows.free, -largest, 0), largest)
