"""The same problem for HiGHS: the proof for small cases, and a check on the engine.

In: a ``Problem``. Out: the pairs chosen and the bound proved, or that nothing is allowed. Rows of
rupiah are divided by what all their amounts share, so that they hold to the last rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from recommender.allocation.problem import Flags, Problem, before, breaches, clash

INFEASIBLE = 2


@dataclass(frozen=True)
class Proof:
    """What HiGHS found.

    Attributes:
        chosen: the pairs, ``None`` where it found nothing.
        bound: micro-points that no allocation exceeds, ``None`` where it proved none.
        possible: ``False`` where it proved that nothing is allowed.
    """

    chosen: Flags | None
    bound: int | None
    possible: bool


class _Rows:
    """Constraints row by row, ``low ≤ Σ coefficient · variable ≤ high``."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(
        self, columns: list[int], values: list[int], low: float = -np.inf, high: float = np.inf
    ) -> None:
        self.row += [len(self.low)] * len(columns)
        self.column += columns
        self.value += values
        self.low.append(low)
        self.high.append(high)

    def constraint(self, width: int) -> LinearConstraint:
        shape = (len(self.low), width)
        matrix = sp.csr_array((self.value, (self.row, self.column)), shape)
        return LinearConstraint(matrix, self.low, self.high)


def prove(
    problem: Problem,
    *,
    seconds: float | None = None,
    nodes: int | None = None,
    any_will_do: bool = False,
) -> Proof:
    """Solve a problem with HiGHS.

    Parameters:
        seconds: stop then; what is found by then depends on the machine.
        nodes: stop after so many branches, the same on every machine.
        any_will_do: look only for something that is allowed.
    """
    pairs, people = problem.pairs, problem.people
    k, closing = len(pairs), np.flatnonzero(problem.may_close)
    eager = np.flatnonzero((people.target > 0) & (problem.hour_value > 0))
    if any_will_do:
        eager = eager[:0]
    width = k + len(closing) + len(eager)
    if width == 0:
        possible = not len(problem.quotas) or int(problem.quotas.low.max()) <= 0
        return Proof(np.zeros(0, bool) if possible else None, 0, possible)
    rows = _Rows()
    _shared(problem, rows, {s: k + i for i, s in enumerate(closing.tolist())})
    _personal(problem, rows)
    sessions = problem.sessions
    for i, person in enumerate(eager.tolist()):
        mine = _mine(problem, person)
        hours = sessions.hours[pairs.session[mine]].tolist()
        rows.add([*mine, k + len(closing) + i], [*hours, -1], low=0)
    gain = np.zeros(width)
    if not any_will_do:
        gain[:k] = pairs.value
        gain[k + len(closing) :] = problem.hour_value
    low, high = np.zeros(width), np.ones(width)
    low[:k] = pairs.locked
    high[k + len(closing) :] = people.target[eager]
    whole = np.ones(width)
    whole[k + len(closing) :] = 0
    options: dict[str, float] = {"mip_rel_gap": 0.0}
    if seconds is not None:
        options["time_limit"] = seconds
    if nodes is not None:
        options["node_limit"] = nodes
    found = milp(
        -gain,
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=rows.constraint(width) if rows.low else (),
        options=options,
    )
    if found.status == INFEASIBLE:
        return Proof(None, None, False)
    chosen = None if found.x is None else found.x[:k] > 0.5
    if chosen is not None and breaches(problem, chosen):
        chosen = None  # allowed within its tolerance only
    proved = found.mip_dual_bound
    bound = None if proved is None or not np.isfinite(proved) else int(np.floor(-proved + 0.5))
    return Proof(chosen, bound, True)


def _mine(problem: Problem, person: int) -> list[int]:
    return list(range(problem.start[person], problem.start[person + 1]))


def _shared(problem: Problem, rows: _Rows, holding: dict[int, int]) -> None:
    """Add seats, budgets and quotas; ``holding`` is the variable of a session that may close."""
    pairs, sessions = problem.pairs, problem.sessions
    for s in range(len(sessions)):
        inside = np.flatnonzero(pairs.session == s).tolist()
        seats, least = int(sessions.seats[s]), int(sessions.min_seats[s])
        ones = [1] * len(inside)
        if s in holding:
            rows.add([*inside, holding[s]], [*ones, -seats], high=0)
            rows.add([*inside, holding[s]], [*ones, -max(least, 1)], low=0)
        else:
            rows.add(inside, ones, low=least if problem.must_open[s] else 0, high=seats)
    for b in range(len(problem.budgets)):
        paid = np.flatnonzero(pairs.budget == b)
        columns, costs = paid.tolist(), pairs.cost[paid].tolist()
        amount = int(problem.budgets[b])
        for s in np.flatnonzero(sessions.opening_budget == b).tolist():
            if s in holding:
                columns.append(holding[s])
                costs.append(int(sessions.opening_cost[s]))
            elif problem.must_open[s]:
                amount -= int(sessions.opening_cost[s])
        unit = int(np.gcd.reduce(costs)) if costs else 0
        if unit:
            rows.add(columns, [cost // unit for cost in costs], high=amount // unit)
        elif amount < 0:
            rows.add([], [], low=1)
    for q in range(len(problem.quotas)):
        inside = problem.quotas.pairs[q].tolist()
        rows.add(
            inside, [1] * len(inside),
            low=int(problem.quotas.low[q]), high=int(problem.quotas.high[q]),
        )  # fmt: skip


def _personal(problem: Problem, rows: _Rows) -> None:
    """Add courses at most, clashes and what courses build on."""
    pairs, sessions = problem.pairs, problem.sessions
    for person in range(len(problem.people)):
        mine = _mine(problem, person)
        locked = int(pairs.locked[mine].sum())
        if len(mine) > problem.people.most[person]:
            rows.add(mine, [1] * len(mine), high=max(int(problem.people.most[person]), locked))
        for one, other in combinations(mine, 2):
            if clash(sessions, pairs.session[one], pairs.session[other]):
                rows.add([one, other], [1, 1], high=1)
        for pair in mine:
            if pairs.locked[pair]:
                continue
            for need in pairs.needs[pair].tolist():
                ready = [
                    other
                    for other in mine
                    if sessions.item[pairs.session[other]] == need
                    and before(sessions, pairs.session[other], pairs.session[pair])
                ]
                rows.add([pair, *ready], [1, *([-1] * len(ready))], high=0)
