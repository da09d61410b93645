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

from recommender.allocation.bundle import demand, net, taken, work_for
from recommender.allocation.problem import Marks, Whole
from recommender.allocation.rows import ROOM, Rows

PATIENCE = 6
"""Steps without a better bound before the level aimed at comes nearer."""
LITTLE = 1e-4
"""A bound that is better by less than this part, as far as is aimed, counts as no better."""


@dataclass(frozen=True)
class Asked:
    """What everybody would choose at some prices.

    Attributes:
        prices: of each row.
        bound: scaled micro-points that no allocation exceeds.
        chosen: uint8 per pair.
        best: what each person's set is worth.
        used: what they use of each row.
    """

    prices: Whole
    bound: int
    chosen: Marks
    best: Whole
    used: Whole


def ask(rows: Rows, prices: Whole, threads: int = 1) -> Asked:
    """Let everybody choose at given prices."""
    layout, problem = rows.layout, rows.problem
    value = rows.scaled(prices)
    points = np.zeros(len(problem.pairs), np.int64)
    chosen = np.zeros(len(problem.pairs), np.uint8)
    best = np.zeros(len(problem.people), np.int64)
    hour_value = problem.hour_value << rows.shift
    nothing = np.zeros(0, np.int64)

    def run(first: int, last: int) -> Whole:
        used = np.zeros(len(rows), np.int64)
        net(layout, value, prices, first, last, points)
        demand(layout, work_for(layout), first, last, points, hour_value, nothing, chosen, best)
        taken(layout, chosen, first, last, used)
        return used

    cuts = np.linspace(0, len(problem.people), threads + 1).astype(int).tolist()
    if threads == 1:
        used = run(0, cuts[1])
    else:
        with ThreadPoolExecutor(threads) as pool:
            used = np.sum(list(pool.map(run, cuts[:-1], cuts[1:])), axis=0)
    return Asked(prices, rows.bound(prices, best), chosen, best, rows.counted(used, chosen))


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
    near: bool = False,
    threads: int = 1,
) -> Asked:
    """Lower the bound step by step and return the best prices.

    Parameters:
        level: the value of the best allocation known so far, ``None`` where there is none.
        near: the start is good: aim at half of the way to the level, which is too low itself.
        go_on: told of every step; a descent ends where it says no.
    """
    largest = _largest(rows)
    scale = _scale(rows)
    prices = _within(rows, start, largest)
    best = now = ask(rows, prices, threads)
    direction = np.zeros(len(rows))
    part, stale, free = 0.5, 0, rows.free
    for number in range(steps):
        if not go_on(Step(number, best, now)):
            break
        slack = (rows.supply(now.prices, now.used) - now.used).astype(float)
        stuck = ~free & (now.prices == 0) & (slack > 0)
        slack[stuck] = 0.0
        direction = slack + 0.6 * direction
        direction[stuck] = 0.0
        square = float(np.sum(direction * direction / scale))
        if square == 0.0:
            break
        known = level()
        if near and known is not None:
            aim = best.bound - part * (best.bound - known)
        else:
            aim = best.bound - part * abs(best.bound)
            aim = aim if known is None else max(aim, float(known))
        length = max(0.0, now.bound - aim) / square
        move = np.rint(-length * direction / scale)
        prices = _within(
            rows, now.prices + np.clip(move, -(2.0**62), 2.0**62).astype(np.int64), largest
        )
        now = ask(rows, prices, threads)
        if now.bound < best.bound:
            much = now.bound < best.bound - LITTLE * part * abs(best.bound)
            stale = 0 if much else stale + 1
            best = now
        else:
            stale += 1
        if stale >= PATIENCE:
            part, stale = part / 2, 0
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
