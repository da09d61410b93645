"""Small problems are solved as exhaustive search solves them; large ones keep what they promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seating import M, best_of_all, problem, random_problem

from recommender.allocation.conflicts import Conflict, all_of, feasible, without
from recommender.allocation.problem import breaches, worth
from recommender.allocation.solve import Settings, solve

seeds = st.integers(0, 2**32)
PRICED = Settings(gap=0.0, exact_pairs=0)
"""Never the proof for small cases: the engine for large ones."""


@settings(max_examples=200)
@given(seeds)
def test_a_small_problem_is_solved_as_by_trying_everything(seed):
    asked = random_problem(seed)
    best = best_of_all(asked)
    if best is None:
        with pytest.raises(Conflict):
            solve(asked)
        return
    found = solve(asked)
    assert breaches(asked, found.chosen) == []
    assert worth(asked, found.chosen) == found.value == best
    assert found.status == "optimal"
    assert found.bound == best


@settings(max_examples=200)
@given(seeds)
def test_prices_and_repair_stay_allowed_and_below_their_bound(seed):
    asked = random_problem(seed)
    best = best_of_all(asked)
    if best is None:
        with pytest.raises(Conflict):
            solve(asked, PRICED)
        return
    found = solve(asked, PRICED)
    assert breaches(asked, found.chosen) == []
    assert worth(asked, found.chosen) == found.value
    assert found.value <= best <= found.bound


@settings(max_examples=100)
@given(seeds)
def test_where_only_seats_bind_the_bound_is_met(seed):
    asked = random_problem(seed, plain=True)
    found = solve(asked, replace(PRICED, steps=400))
    assert found.value <= best_of_all(asked) <= found.bound
    assert solve(asked).value == best_of_all(asked)


@settings(max_examples=100)
@given(seeds)
def test_a_conflict_is_one_and_any_constraint_less_is_none(seed):
    asked = random_problem(seed)
    try:
        solve(asked)
    except Conflict as conflict:
        named = list(conflict.constraints)
        others = [c for c in all_of(asked) if c not in named]
        assert named
        assert feasible(without(asked, others)) is None
        for one in named:
            assert feasible(without(asked, [*others, one])) is not None


@settings(max_examples=60)
@given(seeds)
def test_a_looser_limit_never_lowers_the_value(seed):
    asked = random_problem(seed)
    try:
        value = solve(asked).value
    except Conflict:
        return
    for looser in (
        asked.with_sessions(seats=asked.sessions.seats + 1),
        replace(asked, budgets=asked.budgets + 1_000_000),
        replace(asked, people=replace(asked.people, most=asked.people.most + 1)),
        replace(asked, quotas=replace(asked.quotas, high=asked.quotas.high + 1)),
    ):
        assert solve(looser).value >= value


def test_the_same_problem_gives_the_same_answer_with_any_number_of_threads():
    for seed in range(10):
        asked = random_problem(seed)
        try:
            found = [solve(asked, replace(PRICED, threads=threads)) for threads in (1, 1, 2)]
        except Conflict:
            continue
        for other in found[1:]:
            assert np.array_equal(found[0].chosen, other.chosen)
            assert np.array_equal(found[0].warm, other.warm)
            assert (found[0].value, found[0].bound) == (other.value, other.bound)


def test_a_search_that_is_stopped_gives_the_best_so_far():
    asked = problem(person=[0, 1], session=[0, 0], value=[3 * M, 5 * M], seats=[1])
    told = []
    found = solve(asked, PRICED, go_on=lambda progress: told.append(progress) or False)
    assert len(told) == 1
    assert found.chosen.sum() == 1
    assert breaches(asked, found.chosen) == []


def test_one_seat_goes_to_who_gains_most_and_its_price_is_the_next_ones_gain():
    asked = problem(person=[0, 1, 2], session=[0, 0, 0], value=[3 * M, 5 * M, 2 * M], seats=[1])
    for how in (None, PRICED):
        found = solve(asked, how)
        assert found.chosen.tolist() == [False, True, False]
        assert found.value == found.bound == 5 * M
        # 3 is lost to the person left out, 5 would drive the last away.
        assert 3 * M <= found.prices.seat[0] <= 5 * M


def test_one_persons_best_course_gives_way_where_the_other_has_no_other():
    # Both like A more; only the first could go to B as well. 4 + 5 beats 6 alone.
    asked = problem(person=[0, 0, 1], session=[0, 1, 0], value=[6 * M, 4 * M, 5 * M], seats=[1, 1])
    asked = replace(asked, people=replace(asked.people, most=np.array([1, 1])))
    assert solve(asked).value == 9 * M


def test_hours_count_until_the_target_and_no_further():
    # 20 JP are missing; 50 micro-points per milli-JP. Either course alone reaches 16 JP.
    asked = problem(
        person=[0, 0], session=[0, 1], value=[-600_000, -600_000], seats=[1, 1],
        hours=[16_000, 16_000], target=[20_000], hour_value=50,
    )  # fmt: skip
    found = solve(asked)
    assert found.chosen.sum() == 1
    assert found.value == -600_000 + 16_000 * 50


def test_a_session_opens_only_where_it_is_full_enough_and_paid():
    asked = problem(
        person=[0, 1, 2], session=[0, 0, 0], value=[M, M, M], seats=[3], min_seats=[3],
        opening_cost=[5_000_000], opening_budget=[0], budgets=[5_000_000],
    )  # fmt: skip
    for how in (None, PRICED):
        assert solve(asked, how).value == 3 * M
        assert solve(replace(asked, budgets=asked.budgets - 1), how).value == 0
        assert solve(asked.with_sessions(seats=np.array([2])), how).value == 0


def test_what_a_course_builds_on_is_taken_before_it():
    # B (session 1) asks for A; A alone is a loss, both together pay.
    asked = problem(
        person=[0, 0], session=[0, 1], value=[-M, 3 * M], seats=[1, 1],
        days=[(10, 12), (20, 22)], needs=[[], [0]],
    )  # fmt: skip
    for how in (None, PRICED):
        assert solve(asked, how).value == 2 * M
        late = asked.with_sessions(begin=np.array([30, 20]), end=np.array([32, 22]))
        assert solve(late, how).value == 0


def test_a_floor_takes_a_seat_from_who_gains_more_and_says_what_it_costs():
    asked = problem(
        person=[0, 1], session=[0, 0], value=[5 * M, 2 * M], seats=[1], quotas=[([1], 1, 1)]
    )
    for how in (None, PRICED):
        found = solve(asked, how)
        assert found.value == 2 * M
        assert found.prices.quota[0] <= -3 * M


def test_two_locked_seats_in_a_session_of_one_are_named():
    asked = problem(
        person=[0, 1, 2], session=[0, 0, 0], value=[M, M, M], seats=[1],
        locked=[True, True, False], budgets=[10],
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        solve(asked)
    assert {(c.kind, c.number) for c in caught.value.constraints} == {
        ("seats", 0), ("locked", 0), ("locked", 1),
    }  # fmt: skip


def test_a_floor_that_the_budget_cannot_pay_is_named_with_it():
    asked = problem(
        person=[0, 1, 2], session=[0, 0, 1], value=[M, M, M], seats=[5, 5], cost=[600] * 3,
        budget=[0] * 3, budgets=[1000], quotas=[([0, 1], 2, 2), ([2], 0, 1)],
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        solve(asked)
    assert {(c.kind, c.number) for c in caught.value.constraints} == {("budget", 0), ("floor", 0)}
