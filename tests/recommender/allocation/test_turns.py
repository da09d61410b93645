"""Whose turn it is: what is missing to an equal share, and what that changes at most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seating import best_of_all, random_problem

from recommender.allocation.problem import worth
from recommender.allocation.solve import solve
from recommender.allocation.turns import missing_share
from recommender.allocation.wishes import Wishes
from recommender.errors import ImpossibleWish

GROUPS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**5)), min_size=1, max_size=8)
WHOLE = st.integers(0, 10**12)


def test_what_is_missing_is_reckoned_by_hand():
    # 40 JP of four people: 10 each. Had 0, 5, 10, 25: missing all, half, nothing, nothing.
    assert missing_share([0, 5, 10, 25], [1, 1, 1, 1], 600_000) == [600_000, 300_000, 0, 0]
    # A department of three with 12 JP, one of one with 28: 10 each, so the first misses 18 of 30.
    assert missing_share([12, 28], [3, 1], 100) == [60, 0]
    assert missing_share([0, 0], [2, 1], 100) == [0, 0]  # nobody had anything


@given(GROUPS, WHOLE)
def test_a_part_lies_within_the_whole_and_somebody_misses_nothing(groups, whole):
    had, people = map(list, zip(*groups, strict=True))
    found = missing_share(had, people, whole)
    assert all(0 <= part <= whole for part in found)
    assert min(found) == 0  # not everybody has less than the mean
    if sum(had):
        assert all(part == whole for own, part in zip(had, found, strict=True) if own == 0)


@given(GROUPS, WHOLE, st.randoms(use_true_random=False))
def test_the_order_of_groups_changes_nothing(groups, whole, draw):
    had, people = map(list, zip(*groups, strict=True))
    before = dict(zip(groups, missing_share(had, people, whole), strict=True))
    draw.shuffle(groups)
    had, people = map(list, zip(*groups, strict=True))
    assert dict(zip(groups, missing_share(had, people, whole), strict=True)) == before


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=8), WHOLE)
def test_whoever_had_less_never_misses_less(had, whole):
    found = missing_share(had, [1] * len(had), whole)
    order = sorted(range(len(had)), key=lambda i: had[i])
    assert [found[i] for i in order] == sorted(found, reverse=True)


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_turns_never_take_more_worth_than_they_count_for(seed):
    plain = random_problem(seed)
    draw = np.random.default_rng(seed)
    bonus = draw.integers(0, 3_000_000, len(plain.people))[plain.pairs.person]
    bonus = bonus * ((plain.pairs.value > 0) & ~plain.pairs.locked)
    turned = plain.with_pairs(value=plain.pairs.value + bonus)
    best = best_of_all(plain)
    if best is None:
        return
    without, found = solve(plain), solve(turned)
    assert found.value == found.bound == best_of_all(turned)
    counted = int(bonus[found.chosen].sum())
    # The worth alone is the objective less the turns; what is lost was bought with turns.
    assert worth(plain, found.chosen) == found.value - counted
    assert 0 <= best - worth(plain, found.chosen) <= counted - int(bonus[without.chosen].sum())


@pytest.mark.parametrize(
    ("wishes", "place"),
    [
        ({"fair_years": 3, "fair_by": "sex"}, "fair_by: "),
        ({"fair_years": 3, "fair_by": "employment"}, "fair_by: "),
        ({"quotas": [{"by": "tier"}, {"by": "religion", "max": 1}]}, "quotas.1.by: "),
    ],
)
def test_a_group_that_may_not_be_named_is_refused_with_place_and_remedy(wishes, place):
    with pytest.raises(ImpossibleWish, match="Use one of: ") as error:
        Wishes.of(wishes)
    assert error.value.words is not None
    assert error.value.words.id.startswith(place)
    assert "department" in error.value.words.id


@pytest.mark.parametrize("wishes", [{"fair_strength": 1}, {"fair_by": "person"}, {"fair_years": 0}])
def test_turns_without_years_to_look_back_to_are_refused(wishes):
    with pytest.raises(ImpossibleWish, match="fair_"):
        Wishes.of(wishes)
