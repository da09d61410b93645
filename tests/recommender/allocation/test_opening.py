"""Sessions are opened and closed on trial: what is kept is allowed and worth more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seating import M, best_of_all, problem, random_problem

from recommender.allocation import opening
from recommender.allocation.conflicts import feasible
from recommender.allocation.problem import breaches, worth
from recommender.allocation.rows import Rows
from recommender.allocation.solve import Settings, solve


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_from_any_start_it_stays_allowed_and_never_loses(seed):
    asked = random_problem(seed)
    start = feasible(asked)
    if start is None:
        return
    found = opening.better(Rows(asked), start)
    assert breaches(asked, found) == []
    assert worth(asked, start) <= worth(asked, found) <= best_of_all(asked)


@pytest.fixture
def rivals():
    """Six people, one course each; A needs four and is worth 3 each, B and C two at 2 each."""
    return problem(
        person=[0, 0, 1, 1, 2, 2, 3, 3, 4, 5], session=[0, 1, 0, 1, 0, 2, 0, 2, 1, 2],
        value=[3 * M, 2 * M] * 4 + [2 * M, 2 * M], seats=[4, 4, 4], min_seats=[4, 2, 2],
        most=[1] * 6,
    )  # fmt: skip


def test_a_session_is_opened_although_others_must_give_way_for_it(rivals):
    # B and C with three people each are worth 12; A with four alone is worth as much, so that a
    # little more for A decides.
    dearer = rivals.with_pairs(value=rivals.pairs.value + (rivals.pairs.session == 0) * M // 10)
    without_a = np.array([False, True] * 4 + [True, True])
    assert worth(dearer, without_a) == 12 * M
    found = opening.better(Rows(dearer), without_a)
    assert worth(dearer, found) == best_of_all(dearer) == 12_400_000
    assert opening.better(Rows(dearer), without_a, go_on=lambda: False).tolist() == (
        without_a.tolist()
    )


def test_a_session_is_closed_where_its_people_gain_more_elsewhere(rivals):
    cheaper = rivals.with_pairs(value=rivals.pairs.value - (rivals.pairs.session == 0) * 2 * M)
    cheaper = cheaper.with_sessions(min_seats=np.array([4, 1, 1]))
    with_a = np.array([True, False] * 4 + [True, True])
    assert worth(cheaper, with_a) == 8 * M
    found = opening.better(Rows(cheaper), with_a)
    assert worth(cheaper, found) == best_of_all(cheaper) == 12 * M


def test_who_is_too_few_for_a_session_adds_nothing_to_the_bound(rivals):
    asked = replace(rivals, sessions=replace(rivals.sessions, min_seats=np.array([5, 2, 2])))
    found = solve(asked, Settings(gap=0.0, exact_pairs=0))
    assert found.bound == found.value == 12 * M
