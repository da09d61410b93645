"""Seats for everybody: our engine beside general solvers that are given the same time.

    python tests/benchmarks/bench_allocate.py [--people 70000] [--sessions 2000] [--seconds 60]

The made-up city: 50 possible sessions each, seats for about half of the people, budgets of
departments that pay for four tenths of the seats, at most 4 courses, 20 JP as a soft target,
dates that clash, a training held several times. Peers where they are installed: HiGHS (through
scipy) and CP-SAT of OR-Tools, each with the time our search took to a certified gap of 0.5 %, and
a greedy pass by value. A second table has seats alone, one course each, where the best is known
from the assignment of scipy. A third looks at one allocation further: one more seat in 100
sessions, each solved again, beside the prices; 50 refusals, solved again with what stands favoured.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import replace

import numpy as np
from scipy import sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.stats import spearmanr

from recommender.allocation.problem import (
    NONE,
    Flags,
    Pairs,
    People,
    Problem,
    Quotas,
    Ragged,
    Sessions,
    breaches,
    clash,
    worth,
)
from recommender.allocation.solve import Settings, Solution, solve

M = 1_000_000
CORES = len(os.sched_getaffinity(0))
WIDTH = 50


def city(people: int, sessions: int, *, seed: int = 0) -> Problem:
    """Return a city's problem with everything that binds."""
    draw = np.random.default_rng(seed)
    trainings = max(1, sessions // 3)
    item = np.sort(draw.integers(0, trainings, sessions))
    begin = draw.integers(0, 330, sessions)
    end = begin + draw.integers(1, 6, sessions)
    hours = (draw.choice([6, 8, 16, 24, 30, 40], trainings) * 1000)[item]
    price = (draw.choice([0, 300, 750, 1200, 2500, 5000], trainings) * 1000)[item]
    popular = draw.gamma(1.5, 1.0, sessions)
    width = min(WIDTH, sessions)
    # The popular are open to more people; 2,000 kinds of people, each with sessions of its own.
    keys = np.log(popular) + draw.gumbel(size=(min(people, 2000), sessions))
    pool = np.sort(np.argpartition(-keys, width - 1, axis=1)[:, :width], axis=1)
    session = pool[draw.integers(0, len(pool), people)].ravel()
    person = np.repeat(np.arange(people), width)
    taste = draw.gamma(2.0, 0.5, people * width) * np.repeat(draw.uniform(0.5, 1.5, people), width)
    value = np.rint(taste * (0.5 + popular[session] / popular.mean()) * M).astype(np.int64)
    room = draw.gamma(2.0, 0.5, sessions) * people / sessions * 0.5
    seats = np.maximum(5, np.rint(room)).astype(np.int64)
    departments = max(1, min(45, people // 40))
    of = draw.integers(0, departments, people)
    share = np.bincount(of, minlength=departments) / people
    nothing = np.zeros(sessions, np.int64)
    return Problem(
        People(np.full(people, 4), draw.integers(0, 21, people) * 1000),
        Sessions(item, begin, end, hours, seats, nothing, nothing, np.full(sessions, NONE)),
        Pairs(
            person, session, value, price[session], of[person], np.zeros(len(person), bool),
            Ragged.empty(len(person)),
        ),
        np.rint(share * float((price * seats).sum()) * 0.4).astype(np.int64),
        Quotas.none(),
        50,
    )  # fmt: skip


def seats_alone(given: Problem) -> Problem:
    """Return the problem with one course each and nothing but seats that binds."""
    n, m = len(given.people), len(given.sessions)
    return replace(
        given,
        people=People(np.ones(n, np.int64), np.zeros(n, np.int64)),
        sessions=replace(
            given.sessions, item=np.arange(m), begin=np.full(m, NONE), end=np.full(m, NONE)
        ),
        pairs=replace(
            given.pairs,
            cost=np.zeros(len(given.pairs), np.int64),
            budget=np.full(len(given.pairs), NONE),
        ),
        budgets=np.zeros(0, np.int64),
        hour_value=0,
    )


def greedy(given: Problem) -> Flags:
    """Give every seat to whom it is worth most as long as there is room."""
    pairs, sessions = given.pairs, given.sessions
    left, money = sessions.seats.copy(), given.budgets.copy()
    own: dict[int, list[int]] = {}
    chosen = np.zeros(len(pairs), bool)
    for pair in np.argsort(-pairs.value, kind="stable").tolist():
        person, session = int(pairs.person[pair]), int(pairs.session[pair])
        mine, budget, cost = own.setdefault(person, []), int(pairs.budget[pair]), pairs.cost[pair]
        fits = left[session] > 0 and len(mine) < given.people.most[person]
        fits = fits and (budget == NONE or cost <= money[budget])
        if fits and not any(clash(sessions, session, other) for other in mine):
            chosen[pair] = True
            mine.append(session)
            left[session] -= 1
            if budget != NONE:
                money[budget] -= cost
    return chosen


def clashing(given: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Return every two pairs of a person that exclude each other."""
    sessions, one, other = given.sessions, [], []
    session = given.pairs.session.reshape(len(given.people), -1)
    base = np.arange(len(given.people)) * session.shape[1]
    for i in range(session.shape[1]):
        for j in range(i + 1, session.shape[1]):
            s, t = session[:, i], session[:, j]
            apart = sessions.item[s] == sessions.item[t]
            apart |= (sessions.begin[s] <= sessions.end[t]) & (sessions.begin[t] <= sessions.end[s])
            one.append(base[apart] + i)
            other.append(base[apart] + j)
    return np.concatenate(one), np.concatenate(other)


def by_highs(given: Problem, seconds: float) -> tuple[int | None, float | None]:
    """Return the value that HiGHS finds in so many seconds of its own, and its bound."""
    pairs, n, k = given.pairs, len(given.people), len(given.pairs)
    at = np.arange(k)
    hours = given.sessions.hours[pairs.session]
    eye = sp.identity(n, format="csr")
    one, other = clashing(given)
    two = np.arange(len(one))
    limits = [
        (sp.csr_matrix((np.ones(k), (pairs.session, at)), (len(given.sessions), k)), 0,
         given.sessions.seats),
        (sp.csr_matrix((pairs.cost / 1e6, (pairs.budget, at)), (len(given.budgets), k)), 0,
         given.budgets / 1e6),
        (sp.csr_matrix((np.ones(k), (pairs.person, at)), (n, k)), 0, given.people.most),
        (sp.csr_matrix((np.ones(2 * len(one)), (np.r_[two, two], np.r_[one, other])),
                       (len(one), k)), 0, np.ones(len(one))),
    ]  # fmt: skip
    rows = [sp.hstack([m, sp.csr_matrix((m.shape[0], n))]) for m, _, _ in limits]
    high = [np.asarray(h, float) for _, _, h in limits]
    counted = sp.csr_matrix((-hours / 1000, (pairs.person, at)), (n, k))
    rows.append(sp.hstack([counted, eye]))
    high.append(np.zeros(n))
    matrix = sp.vstack(rows, format="csc")
    found = milp(
        -np.r_[pairs.value / M, np.full(n, given.hour_value * 1000 / M)],
        constraints=LinearConstraint(matrix, -np.inf, np.concatenate(high)),
        integrality=np.r_[np.ones(k), np.zeros(n)],
        bounds=Bounds(0, np.r_[np.ones(k), given.people.target / 1000]),
        options={"time_limit": seconds},
    )
    bound = found.mip_dual_bound
    known = bound is not None and np.isfinite(bound)
    value = None if found.x is None else worth(given, found.x[:k] > 0.5)
    return value, -bound * M if known else None


def by_cp_sat(given: Problem, seconds: float) -> tuple[int | None, float | None]:
    """Return the value that CP-SAT finds in so many seconds, and its bound."""
    from ortools.sat.python import cp_model

    model, pairs = cp_model.CpModel(), given.pairs
    x = [model.new_bool_var("") for _ in range(len(pairs))]
    start, width = given.start.tolist(), WIDTH
    for s, some in enumerate(np.split(np.argsort(pairs.session, kind="stable"),
                                      np.cumsum(np.bincount(pairs.session))[:-1])):  # fmt: skip
        model.add(sum(x[i] for i in some.tolist()) <= int(given.sessions.seats[s]))
    for b in range(len(given.budgets)):
        some = np.flatnonzero((pairs.budget == b) & (pairs.cost > 0)).tolist()
        cost = [int(pairs.cost[i]) // 1000 for i in some]
        model.add(
            cp_model.LinearExpr.weighted_sum([x[i] for i in some], cost)
            <= int(given.budgets[b]) // 1000
        )
    extra, target = [], given.people.target.tolist()
    for p in range(len(given.people)):
        own = range(start[p], start[p] + width)
        model.add(sum(x[i] for i in own) <= int(given.people.most[p]))
        hours = [int(given.sessions.hours[pairs.session[i]]) // 1000 for i in own]
        counted = model.new_int_var(0, target[p] // 1000, "")
        model.add(counted <= cp_model.LinearExpr.weighted_sum([x[i] for i in own], hours))
        extra.append(counted)
    for one, other in zip(*(side.tolist() for side in clashing(given)), strict=True):
        model.add_at_most_one(x[one], x[other])
    model.maximize(
        cp_model.LinearExpr.weighted_sum(x, pairs.value.tolist())
        + cp_model.LinearExpr.weighted_sum(extra, [given.hour_value * 1000] * len(extra))
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = CORES
    status = solver.solve(model)
    bound = solver.best_objective_bound
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, bound
    return worth(given, np.array([solver.boolean_value(v) for v in x])), bound


def timed(given: Problem, gap: float) -> tuple[Solution, float]:
    """Solve and return the seconds it took."""
    begun = time.perf_counter()
    found = solve(given, Settings(gap=gap, threads=CORES))
    taken = time.perf_counter() - begun
    assert breaches(given, found.chosen) == []
    return found, taken


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=70_000)
    parser.add_argument("--sessions", type=int, default=2_000)
    parser.add_argument("--flow", type=int, default=3_000, help="people of the second table")
    parser.add_argument("--looked", type=int, default=100, help="sessions given one more seat")
    parser.add_argument("--seconds", type=float, help="of the peers' search, by default ours")
    parser.add_argument("--alone", action="store_true", help="no peers")
    options = parser.parse_args()
    solve(city(300, 60), Settings(exact_pairs=0))  # compile
    print("## Seats for everybody (`bench_allocate.py`)\n")
    print(f"{platform.processor() or platform.machine()}, {CORES} cores, NumPy {np.__version__}.\n")
    given = city(options.people, options.sessions)
    found, taken = timed(given, 0.005)
    print(f"### {options.people:,} people × {options.sessions:,} sessions, all that binds\n")
    print("| engine | seconds | value, points | own bound | own gap | part of our value "
          "| below our bound |\n|---|---|---|---|---|---|---|")  # fmt: skip

    def line(name: str, seconds: float, value: int | None, bound: float | None) -> None:
        cells = [name, f"{seconds:.1f}", "none found" if value is None else f"{value / M:,.0f}"]
        cells.append("" if bound is None else f"{bound / M:,.0f}")
        known = value is not None and bound is not None
        cells.append(f"{1 - value / bound:.2%}" if known else "")
        cells.append("" if value is None else f"{value / found.value:.3f}")
        cells.append("" if value is None else f"{1 - value / found.bound:.2%}")
        print(f"| {' | '.join(cells)} |", flush=True)

    line("ours, to a certified gap of 0.5 %", taken, found.value, found.bound)
    begun = time.perf_counter()
    value = worth(given, greedy(given))
    line("greedy by value", time.perf_counter() - begun, value, None)
    limit = options.seconds or taken
    for name, peer in (("HiGHS", by_highs), ("CP-SAT", by_cp_sat)):
        if options.alone:
            break
        try:
            begun = time.perf_counter()
            best, bound = peer(given, limit)
        except ImportError:
            print(f"| {name} | not installed | | | | | |")
            continue
        line(f"{name}, {limit:.1f} s of search", time.perf_counter() - begun, best, bound)
    print(f"\n### {options.flow:,} people, seats alone\n")
    plain = seats_alone(city(options.flow, max(60, options.flow // 30)))
    exact = assigned(plain)
    ours, seconds = timed(plain, 0.0)
    print(
        f"Exact assignment {exact / M:,.3f} points; ours {ours.value / M:,.3f} in {seconds:.1f} s"
    )
    print(f"(bound {ours.bound / M:,.3f}).\n")
    looked_further(min(options.people, 5_000), options.looked)


def assigned(given: Problem) -> int:
    """Return the best value where only seats bind: an assignment of people to single seats."""
    pairs, seats = given.pairs, given.sessions.seats
    first = np.concatenate([[0], np.cumsum(seats)])
    gain = np.zeros((len(given.people), int(first[-1])))
    for s in range(len(seats)):
        own = pairs.session == s
        gain[pairs.person[own], first[s] : first[s + 1]] = pairs.value[own][:, None]
    row, column = linear_sum_assignment(gain, maximize=True)
    return int(gain[row, column].sum())


def looked_further(people: int, looked: int) -> None:
    """Print how prices agree with one more seat, and what a second round changes."""
    given = city(people, max(60, people // 35))
    base, _ = timed(given, 0.0005)
    draw = np.random.default_rng(1)
    count = min(looked, len(given.sessions))
    some = draw.choice(len(given.sessions), count, replace=False)
    told, real = [], []
    for session in some.tolist():
        seats = given.sessions.seats.copy()
        seats[session] += 1
        more = solve(
            given.with_sessions(seats=seats), Settings(gap=0.0005, threads=CORES), warm=base
        )
        told.append(base.prices.seat[session])
        real.append(more.bound - base.bound)
    error = float(np.abs(np.array(told) - np.array(real)).mean() / M)
    print(f"### {people:,} people: prices and second rounds\n")
    print(f"One more seat in {count} sessions, by the bound solved again: rank correlation "
          f"{spearmanr(told, real).statistic:.3f}, mean error {error:.4f} points "
          f"(mean price {np.mean(told) / M:.3f}).")  # fmt: skip
    refused = draw.choice(np.flatnonzero(base.chosen), 50, replace=False)
    gone = np.zeros(len(given.pairs), bool)
    gone[refused] = True
    fewer = given.without(gone)
    stands = base.chosen[~gone]
    kept = fewer.with_pairs(value=fewer.pairs.value + stands * (M // 5))
    again = solve(kept, Settings(gap=0.0005, threads=CORES), warm=base)
    anew = solve(fewer, Settings(gap=0.0005, threads=CORES), warm=base)
    others = ~np.isin(fewer.pairs.person, given.pairs.person[refused])

    def moved(chosen: Flags) -> float:
        return float((stands & ~chosen & others).sum() / (stands & others).sum())

    lost = 1 - worth(fewer, again.chosen) / worth(fewer, anew.chosen)
    print(f"50 refusals: {moved(again.chosen):.2%} of the others' seats change with what stands "
          f"favoured ({moved(anew.chosen):.2%} without), for {lost:.2%} of the value.")  # fmt: skip


if __name__ == "__main__":
    main()
