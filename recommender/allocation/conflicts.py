"""Why nothing is allowed: a smallest set of constraints that cannot all hold.

In: a problem without an allocation. Out: ``Conflict``, its constraints by kind and number: take
any one of them away and the others can hold. What a person can attend (days, courses at most, what
a course builds on) always holds; a session is closed sooner than it breaks anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from recommender.allocation.milp import prove
from recommender.allocation.problem import Flags, Problem

Kind = Literal["locked", "floor", "ceiling", "seats", "min_seats", "budget"]


@dataclass(frozen=True, order=True)
class Constraint:
    """One constraint: a locked pair, a quota's floor or ceiling, a session, a budget."""

    kind: Kind
    number: int


class Conflict(Exception):
    """Nothing is allowed; ``constraints`` cannot all hold, and any one less can."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self.constraints = tuple(sorted(constraints))
        super().__init__(", ".join(f"{c.kind} {c.number}" for c in self.constraints))


def feasible(problem: Problem) -> Flags | None:
    """Return any allocation that is allowed, ``None`` where there is none.

    Only pairs that a floor, a lock or a course built on them calls for are looked at: everybody
    else can stay at home.
    """
    wanted = _called_for(problem)
    found = prove(problem.without(~wanted), any_will_do=True)
    if found.chosen is None:
        return None
    chosen = np.zeros(len(problem.pairs), bool)
    chosen[wanted] = found.chosen
    return chosen


def explain(problem: Problem) -> Conflict:
    """Return a smallest set of constraints of an impossible problem that cannot all hold."""
    every = all_of(problem)

    def possible(some: list[Constraint]) -> bool:
        kept = set(some)
        return feasible(without(problem, [c for c in every if c not in kept])) is not None

    return Conflict(_smallest(possible, every))


def all_of(problem: Problem) -> list[Constraint]:
    """Return every constraint that can be part of a conflict."""
    sessions, quotas = problem.sessions, problem.quotas
    members = np.diff(quotas.pairs.start)
    kinds: list[tuple[Kind, Flags]] = [
        ("seats", np.ones(len(sessions), bool)),
        ("budget", np.ones(len(problem.budgets), bool)),
        ("min_seats", sessions.min_seats > 0),
        ("ceiling", quotas.high < members),
        ("floor", quotas.low > 0),
        ("locked", problem.pairs.locked),
    ]
    return [Constraint(kind, n) for kind, of in kinds for n in np.flatnonzero(of).tolist()]


def _smallest(
    possible: Callable[[list[Constraint]], bool], constraints: list[Constraint]
) -> list[Constraint]:
    """Return a smallest impossible subset (QuickXplain, Junker 2004)."""

    def within(sure: list[Constraint], new: bool, some: list[Constraint]) -> list[Constraint]:
        if new and not possible(sure):
            return []
        if len(some) == 1:
            return some
        half = len(some) // 2
        first, second = some[:half], some[half:]
        found = within(sure + first, bool(first), second)
        return within(sure + found, bool(found), first) + found

    return within([], False, constraints)


def without(problem: Problem, constraints: Sequence[Constraint]) -> Problem:
    """Return the problem with some constraints taken away."""

    def gone(kind: Kind, count: int) -> Flags:
        found = np.zeros(count, bool)
        found[[c.number for c in constraints if c.kind == kind]] = True
        return found

    pairs, sessions, quotas = problem.pairs, problem.sessions, problem.quotas
    everybody = np.bincount(pairs.session, minlength=len(sessions))
    members = np.diff(quotas.pairs.start)
    spend = int(pairs.cost.sum() + sessions.opening_cost.sum())
    n, b, q = len(sessions), len(problem.budgets), len(quotas)
    return replace(
        problem,
        sessions=replace(
            sessions,
            seats=np.where(gone("seats", n), everybody, sessions.seats),
            min_seats=np.where(gone("min_seats", n), 0, sessions.min_seats),
        ),
        budgets=np.where(gone("budget", b), spend, problem.budgets),
        quotas=replace(
            quotas,
            low=np.where(gone("floor", q), 0, quotas.low),
            high=np.where(gone("ceiling", q), members, quotas.high),
        ),
        pairs=replace(pairs, locked=pairs.locked & ~gone("locked", len(pairs))),
    )


def _called_for(problem: Problem) -> Flags:
    """Return the pairs that could help to meet a floor or a lock."""
    pairs, quotas = problem.pairs, problem.quotas
    found = pairs.locked.copy()
    found[quotas.pairs.item[(quotas.low > 0)[quotas.pairs.owner]]] = True
    item = problem.sessions.item[pairs.session]
    while True:
        # A session that is held needs its least; a course needs what it builds on.
        held = np.zeros(len(problem.sessions), bool)
        held[pairs.session[found]] = True
        more = found | (held & (problem.sessions.min_seats > 0))[pairs.session]
        asks = more[pairs.needs.owner]
        if asks.any():
            width = int(max(item.max(initial=0), pairs.needs.item.max())) + 1
            wanted = pairs.person[pairs.needs.owner[asks]] * width + pairs.needs.item[asks]
            more |= np.isin(pairs.person * width + item, wanted)
        if (more == found).all():
            return found
        found = more
