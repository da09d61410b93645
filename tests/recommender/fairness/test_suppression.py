"""Small cells cannot be brought back by subtraction, whatever the groups are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.fairness.suppression import hidden_cells

LEAST = 30


def hidden(everybody, bases=None, parent=None):
    people = np.array(everybody)
    measures = np.array([everybody] if bases is None else bases)
    above = None if parent is None else np.array(parent, np.int32)
    return hidden_cells(people, measures, LEAST, above).tolist()


def test_large_groups_are_all_shown():
    assert hidden([30, 300]) == [[False, False]]


def test_a_small_group_of_two_hides_the_other_too():
    assert hidden([20, 300]) == [[True, True]]


def test_the_smallest_other_group_is_hidden_with_a_small_one():
    assert hidden([20, 300, 40, 500]) == [[True, False, True, False]]


def test_two_small_groups_that_are_too_few_together_take_a_third_with_them():
    assert hidden([10, 300, 15, 40]) == [[True, False, True, True]]
    assert hidden([20, 300, 15, 40]) == [[True, False, True, False]]


def test_a_small_place_is_not_the_rest_of_its_region():
    # Islands 20 + 40, mainland 300 + 200: with the islands' total of 60 known, 40 gives away 20.
    assert hidden([20, 40, 300, 200], parent=[0, 0, 1, 1]) == [[True, True, False, False]]
    # The other island protects it, not the smallest place of all.
    assert hidden([20, 40, 35, 200], parent=[0, 0, 1, 1]) == [[True, True, False, False]]


def test_a_group_too_small_among_everybody_is_hidden_in_every_measure():
    assert hidden([20, 300, 40], [[0, 300, 40], [20, 300, 40]])[0][0]


def test_nobody_in_a_measure_needs_no_hiding():
    assert hidden([100, 300], [[0, 250]]) == [[False, False]]


GROUPS = st.integers(1, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(1, 90), min_size=n, max_size=n),
        st.lists(st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1, max_size=3),
        st.lists(st.integers(0, 2), min_size=n, max_size=n),
    )
)


@given(GROUPS)
def test_what_is_hidden_below_any_known_total_is_never_one_group_nor_a_few_people(case):
    everybody, shares, parent = case
    bases = [[int(n * s) for n, s in zip(everybody, one, strict=True)] for one in shares]
    found = np.array(hidden(everybody, bases, parent))
    above = np.array(parent)
    for people, own in zip(np.array(bases), found, strict=True):
        assert not (~own & (people > 0) & (people < LEAST)).any()
        for inside in [np.ones(len(people), bool), *(above == p for p in set(parent))]:
            covered = people[own & inside & (people > 0)]
            if len(covered) and (~own & inside & (people > 0)).any():
                assert len(covered) > 1
                assert covered.sum() >= LEAST
