"""Random small allocation problems with every kind of limit, and every allocation there is."""

from __future__ import annotations

import itertools

import numpy as np

from recommender.allocation.problem import (
    NONE,
    Pairs,
    People,
    Problem,
    Quotas,
    Ragged,
    Sessions,
    breaches,
    worth,
)

M = 1_000_000


def problem(
    *,
    person,
    session,
    value,
    seats,
    item=None,
    days=None,
    cost=None,
    budget=None,
    budgets=(),
    most=None,
    target=None,
    hours=None,
    hour_value=0,
    min_seats=None,
    opening_cost=None,
    opening_budget=None,
    locked=None,
    needs=None,
    quotas=(),
):
    """Return a problem of few lists; what is left out does not bind."""
    m, k = len(seats), len(person)
    n = max([*person, -1, *(range(len(most)) if most else [])]) + 1

    def whole(given, count, default):
        return np.array([default] * count if given is None else list(given), np.int64)

    days = days or [(NONE, NONE)] * m
    return Problem(
        People(whole(most, n, m), whole(target, n, 0)),
        Sessions(
            whole(item if item is not None else range(m), m, 0),
            np.array([day[0] for day in days], np.int64),
            np.array([day[1] for day in days], np.int64),
            whole(hours, m, 0),
            whole(seats, m, 0),
            whole(min_seats, m, 0),
            whole(opening_cost, m, 0),
            whole(opening_budget, m, NONE),
        ),
        Pairs(
            whole(person, k, 0),
            whole(session, k, 0),
            whole(value, k, 0),
            whole(cost, k, 0),
            whole(budget, k, NONE),
            np.array(locked if locked is not None else [False] * k, bool),
            Ragged.of(needs) if needs is not None else Ragged.empty(k),
        ),
        np.array(budgets, np.int64),
        Quotas(
            Ragged.of([list(q[0]) for q in quotas]),
            np.array([q[1] for q in quotas], np.int64),
            np.array([q[2] for q in quotas], np.int64),
        ),
        hour_value,
    )


def random_problem(seed, *, pairs=9, plain=False):
    """Draw a problem in which every limit and tie occurs now and then.

    Parameters:
        plain: only seats and courses per person bind.
    """
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 5)), int(draw.integers(1, 5))
    every = list(itertools.product(range(n), range(m)))
    count = min(len(every), int(draw.integers(1, pairs + 1)))
    some = sorted(draw.choice(len(every), count, replace=False).tolist())
    person = [every[i][0] for i in some]
    session = [every[i][1] for i in some]
    value = (draw.integers(-2, 9, count) * M // draw.choice([1, 7])).tolist()
    seats = draw.integers(0, 4, m).tolist()
    most = draw.integers(0, 4, n).tolist()
    if plain:
        return problem(person=person, session=session, value=value, seats=seats, most=most)
    rare = lambda p: draw.random() < p  # noqa: E731
    item = draw.integers(0, m, m).tolist() if rare(0.4) else list(range(m))
    begin = draw.integers(0, 20, m)
    days = [
        (NONE, NONE) if draw.random() < 0.2 else (int(b), int(b + draw.integers(0, 8)))
        for b in begin
    ]
    n_budgets = int(draw.integers(0, 3))
    of_budget = draw.integers(-1, n_budgets, count).tolist()
    closing = rare(0.5)
    inside = lambda: np.flatnonzero(draw.random(count) < 0.5).tolist()  # noqa: E731
    quotas = []
    for _ in range(int(draw.integers(0, 3))):
        low = int(draw.integers(0, 3)) if rare(0.6) else 0
        quotas.append((inside(), low, low + int(draw.integers(0, 3))))
    return problem(
        person=person,
        session=session,
        value=value,
        seats=seats,
        item=item,
        days=days,
        cost=draw.choice([0, 700_001, 1_000_000, 2_500_000], count).tolist(),
        budget=of_budget,
        budgets=draw.choice([0, 1_000_000, 2_500_000, 6_000_000], n_budgets).tolist(),
        most=most,
        target=draw.choice([0, 8000, 20_000], n).tolist() if rare(0.6) else None,
        hours=draw.choice([0, 4000, 8000, 16_000], m).tolist(),
        hour_value=int(draw.choice([0, 50, 200])),
        min_seats=draw.integers(0, 3, m).tolist() if closing else None,
        opening_cost=draw.choice([0, 1_000_000], m).tolist() if closing else None,
        opening_budget=draw.integers(-1, n_budgets, m).tolist() if closing else None,
        locked=(draw.random(count) < 0.15).tolist() if rare(0.4) else None,
        needs=[
            draw.integers(0, m, 1).tolist() if draw.random() < 0.2 else [] for _ in range(count)
        ],
        quotas=quotas,
    )


def best_of_all(given):
    """Return the highest value of any allowed allocation, ``None`` where none is allowed."""
    best = None
    for flags in itertools.product((False, True), repeat=len(given.pairs)):
        chosen = np.array(flags, bool)
        value = worth(given, chosen)
        if (best is None or value > best) and not breaches(given, chosen):
            best = value
    return best
