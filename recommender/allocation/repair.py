"""From what everybody wants at given prices to an allocation that is allowed.

In: the rows, and demand at good prices. Out: the pairs chosen. Sessions that too few want are
closed, rows that too many want keep those who gain most, and everybody chooses again among what
is left: first at about the prices, then at lower ones, then as if what is left were free. Each of
these rounds keeps every limit, and at no prices each raises the objective.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recommender.allocation.bundle import settle, work_for
from recommender.allocation.dual import Asked
from recommender.allocation.problem import NONE, Flags, Marks, Whole
from recommender.allocation.rows import Rows

ROUNDS = (0.97, 0.9, 0.7, 0.4, 0.0)
"""Parts of the prices at which everybody chooses again."""

CLOSED_AT_ONCE = 4
"""One in so many of the sessions that are too empty is closed before people choose again."""


class Room:
    """What is left of each row, for a set of sessions that are held; follows an allocation."""

    def __init__(self, rows: Rows, held: Flags, chosen: Flags | Marks) -> None:
        sessions = rows.problem.sessions
        self.rows, self.held = rows, held
        high, low = rows.high.copy(), rows.low.copy()
        high[rows.sessions][~held] = 0
        low[rows.sessions][~held] = 0
        paid = held & (sessions.opening_budget != NONE)
        at = sessions.opening_budget[paid] + rows.budgets.start
        np.subtract.at(high, at, sessions.opening_cost[paid])
        used = rows.used(chosen)
        self.left: Whole = high - used
        self.lack: Whole = low - used
        self.lack[rows.budgets] = 0


def let_choose(
    rows: Rows, room: Room, chosen: Marks, prices: Whole, people: Whole, bonus: int
) -> int:
    """Let some people choose again, one after the other, at given prices; see ``settle``."""
    return settle(
        rows.layout, work_for(rows.layout), people, rows.points(prices),
        rows.problem.hour_value << rows.shift, room.left, room.lack, bonus, chosen,
    )  # fmt: skip


def repaired(
    rows: Rows,
    asked: Asked,
    *,
    parts: Sequence[float] = ROUNDS,
    go_on: Callable[[], bool] = lambda: True,
) -> Marks:
    """Return an allocation near what everybody asked for; floors may still lack seats."""
    held = affordable(rows, asked.prices)
    chosen, people = trimmed(rows, asked, held)
    room = Room(rows, held, chosen)
    bonus = bonus_of(rows)
    let_choose(rows, room, chosen, asked.prices, people, bonus)
    everybody = _by_wish(asked)
    for part in parts:
        if not go_on():
            break
        prices = np.rint(asked.prices * part).astype(np.int64)
        let_choose(rows, room, chosen, prices, everybody, bonus)
        chosen, room = closed(rows, room, chosen, prices, bonus)
    return chosen


def improved(rows: Rows, start: Flags, asked: Asked) -> Marks:
    """Return an allocation at least as good as one that is allowed, with the same floors met."""
    chosen = start.astype(np.uint8)
    everybody, bonus = _by_wish(asked), bonus_of(rows)
    used = np.bincount(rows.layout.session[start], minlength=len(rows.problem.sessions)) > 0
    room = Room(rows, used | ~rows.problem.may_close, chosen)
    for part in ROUNDS:
        prices = np.rint(asked.prices * part).astype(np.int64)
        let_choose(rows, room, chosen, prices, everybody, bonus)
    return chosen


def affordable(rows: Rows, prices: Whole) -> Flags:
    """Return the sessions to hold: those worth it at the prices, as far as budgets pay."""
    problem, sessions = rows.problem, rows.problem.sessions
    gain = rows.gain(prices)
    held = problem.must_open | ~problem.may_close | (gain >= 0)
    left = rows.high[rows.budgets].copy()
    locked = problem.pairs.locked & (problem.pairs.budget != NONE)
    np.subtract.at(left, problem.pairs.budget[locked], problem.pairs.cost[locked])
    paid = held & (sessions.opening_budget != NONE) & (sessions.opening_cost > 0)
    sure = paid & ~problem.may_close
    np.subtract.at(left, sessions.opening_budget[sure], sessions.opening_cost[sure])
    order = np.flatnonzero(paid & problem.may_close)
    for s in order[np.argsort(-gain[order], kind="stable")].tolist():
        budget = sessions.opening_budget[s]
        if sessions.opening_cost[s] <= left[budget]:
            left[budget] -= sessions.opening_cost[s]
        else:
            held[s] = False
    return held


def trimmed(rows: Rows, asked: Asked, held: Flags) -> tuple[Marks, Whole]:
    """Return what was asked for without what goes beyond a row, and who lost by that.

    In each row those stay who gain most over its price; who loses one seat chooses anew.
    """
    layout, locked = rows.layout, rows.problem.pairs.locked
    points = rows.points(asked.prices)
    points[locked] = np.iinfo(np.int64).max
    chosen = asked.chosen.astype(bool)
    out = np.zeros(len(chosen), bool)
    room = Room(rows, held, np.zeros(len(chosen), bool)).left
    pairs = np.flatnonzero(chosen)
    out |= _beyond(len(chosen), pairs, layout.session[pairs], points[pairs], None, room)
    if len(rows.problem.budgets):
        pairs = np.flatnonzero(chosen & ~out & (layout.budget_row >= 0) & (layout.cost > 0))
        rate = points[pairs] / layout.cost[pairs]
        out |= _beyond(len(chosen), pairs, layout.budget_row[pairs], rate, layout.cost[pairs], room)
    quotas = rows.problem.quotas.pairs
    if len(quotas.item):
        inside = chosen[quotas.item] & ~out[quotas.item]
        pairs = quotas.item[inside]
        row = quotas.owner[inside] + rows.quotas.start
        out |= _beyond(len(chosen), pairs, row, points[pairs], None, room)
    out &= ~locked
    losers = np.zeros(len(rows.problem.people), bool)
    losers[rows.problem.pairs.person[out]] = True
    chosen &= ~losers[rows.problem.pairs.person] | locked
    people = np.flatnonzero(losers)
    return chosen.astype(np.uint8), people[np.argsort(-asked.best[people], kind="stable")]


def _beyond(
    size: int, pairs: Whole, row: Whole, points: np.ndarray, use: Whole | None, room: Whole
) -> Flags:
    """Return the pairs that no longer fit their row when those with most points come first."""
    order = np.lexsort((pairs, -points if use is not None else ~points, row))
    row, pairs = row[order], pairs[order]
    use = np.ones(len(row), np.int64) if use is None else use[order]
    total = np.cumsum(use)
    first = np.searchsorted(row, row)
    before = total[first] - use[first]
    found = np.zeros(size, bool)
    found[pairs[total - before > room[row]]] = True
    return found


def _by_wish(asked: Asked) -> Whole:
    """Return everybody, those first who gain most at the prices."""
    return np.argsort(-asked.best, kind="stable").astype(np.int64)


def bonus_of(rows: Rows) -> int:
    """Return points for a floor's seat: more than all seats of one person are worth."""
    problem = rows.problem
    value = int(np.abs(problem.pairs.value).max(initial=0))
    hours = problem.hour_value * int(problem.people.target.max(initial=0))
    return ((value + hours + 1) << rows.shift) * 4


def closed(rows: Rows, room: Room, chosen: Marks, prices: Whole, bonus: int) -> tuple[Marks, Room]:
    """Close sessions that have fewer people than they need, the emptiest first.

    Those who were in them choose again, and may fill what is still short.
    """
    sessions = rows.problem.sessions
    while True:
        short = np.flatnonzero(room.held & rows.problem.may_close & (room.lack[rows.sessions] > 0))
        if len(short) == 0:
            return chosen, room
        lacking = room.lack[rows.sessions][short] / np.maximum(1, sessions.min_seats[short])
        worst = short[np.argsort(-lacking, kind="stable")][: max(1, len(short) // CLOSED_AT_ONCE)]
        closing = np.zeros(len(sessions), bool)
        closing[worst] = True
        inside = (chosen == 1) & closing[rows.problem.pairs.session]
        people = np.unique(rows.problem.pairs.person[inside])
        moved = np.isin(rows.problem.pairs.person, people) & ~rows.problem.pairs.locked
        chosen[moved] = 0
        room = Room(rows, room.held & ~closing, chosen)
        let_choose(rows, room, chosen, prices, people, bonus)
