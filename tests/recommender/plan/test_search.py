"""The search finds what enumeration finds, whatever the limits, chains and ties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.plan import search
from recommender.plan.problem import NO_LIMIT, evaluate
from recommender.plan.search import solve

seeds = st.integers(0, 2**32)


@settings(max_examples=150)
@given(seeds)
def test_the_plan_found_is_the_best_of_all_plans(problems, seed):
    problem = problems.random(seed)
    plans = problems.every_plan(problem)
    found = solve(problem)
    if not plans:
        assert found.options == tuple(np.flatnonzero(problem.locked))
        return
    assert found.value == max(plans)[0]
    assert found.exact
    worth = evaluate(problem, found.options)
    assert worth is not None
    assert worth.value == found.value


@settings(max_examples=60)
@given(seeds)
def test_the_bound_is_never_below_a_plan_that_grows_from_the_set(problems, seed):
    problem = problems.random(seed, trainings=5)
    root = search._Search(problem)
    bound = int(root._bound(root.root, root.size)[0])
    assert all(value <= bound for value, _ in problems.every_plan(problem))


@settings(max_examples=60)
@given(seeds)
def test_one_more_course_never_covers_less_nor_brings_fewer_hours(problems, seed):
    problem = problems.random(seed)
    worth = {
        frozenset(chosen): evaluate(problem, chosen) for _, chosen in problems.every_plan(problem)
    }
    for chosen, found in worth.items():
        for option in chosen:
            fewer = worth.get(chosen - {option})
            if fewer is None or not found.courses or not fewer.courses:
                continue
            assert not (fewer.courses[-1].covered & ~found.courses[-1].covered).any()


@settings(max_examples=60)
@given(seeds)
def test_a_looser_limit_never_gives_a_poorer_plan(problems, seed):
    problem = problems.random(seed)
    if not problems.every_plan(problem):
        return
    limits = problem.limits
    for loose in (
        replace(limits, courses=limits.courses + 1),
        replace(limits, budget=NO_LIMIT),
        replace(limits, load=NO_LIMIT),
        replace(limits, room=NO_LIMIT),
        replace(limits, year=NO_LIMIT),
    ):
        assert solve(replace(problem, limits=loose)).value >= solve(problem).value


def test_the_same_problem_gives_the_same_plan_every_time(problems):
    for seed in range(20):
        problem = problems.random(seed)
        assert solve(problem) == solve(problem)


def test_a_search_cut_short_says_how_far_off_it_may_be(problems, monkeypatch):
    monkeypatch.setattr(search, "MOST_SETS", 0)
    monkeypatch.setattr(search, "NARROW", 1)
    unproved = 0
    for seed in range(60):
        problem = problems.random(seed)
        plans = problems.every_plan(problem)
        if plans:
            found = solve(problem)
            best = max(plans)[0]
            assert found.value <= best <= found.bound
            unproved += not found.exact
    assert unproved


@pytest.mark.parametrize("field", ["clash", "needs", "budget"])
def test_a_limit_left_out_shows(problems, field):
    """Each limit matters in some problem, so that leaving it out would be noticed."""
    changed = 0
    for seed in range(80):
        problem = problems.random(seed)
        if not problems.every_plan(problem):
            continue
        free = {
            "clash": lambda p: replace(p, clash=np.zeros_like(p.clash)),
            "needs": lambda p: replace(p, needs=((),) * len(p)),
            "budget": lambda p: replace(p, limits=replace(p.limits, budget=NO_LIMIT)),
        }[field](problem)
        changed += solve(free).value != solve(problem).value
    assert changed
