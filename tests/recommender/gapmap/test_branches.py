"""Every unit is the sum of its parts, whatever the table of units looks like."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.gapmap.branches import Branches


def test_a_unit_is_its_own_people_and_those_of_the_units_below():
    tree = Branches.of([("PD", None), ("SD", "PD"), ("UPT", "SD")])
    people = tree.roll_up(np.array([[2], [3], [5], [7]]))  # the last have no unit
    told = {code: people[at, 0] for at, code in enumerate(tree.codes)}
    assert told == {"PD": 10, "SD": 8, "UPT": 5}
    assert people[tree.agency, 0] == 17
    assert people[tree.own(tree.agency), 0] == 7


def test_own_people_are_told_only_where_a_unit_has_more_than_them():
    tree = Branches.of([("PD", None), ("SD", "PD")])
    assert tree.told[tree.own(0)]
    assert not tree.told[tree.own(1)]


def test_a_unit_under_one_that_is_not_there_stands_at_the_top():
    assert Branches.of([("A", "gone")]).parent == (1,)


def test_a_loop_is_cut_and_nobody_is_counted_twice():
    tree = Branches.of([("A", "C"), ("B", "A"), ("C", "B"), ("D", "D"), ("E", "C")])
    assert tree.roll_up(np.ones((6, 1), int))[tree.agency, 0] == 6
    assert tree.parent[0] == tree.agency


units = st.integers(1, 9).flatmap(
    lambda n: st.lists(st.integers(-1, n - 1), min_size=n, max_size=n).map(
        lambda above: [(f"U{at}", None if a < 0 else f"U{a}") for at, a in enumerate(above)]
    )
)


@given(units)
def test_parts_add_up_to_their_whole(pairs):
    tree = Branches.of(pairs)
    people = tree.roll_up(np.arange(1, len(pairs) + 2)[:, None])[:, 0]
    assert people[tree.agency] == sum(range(1, len(pairs) + 2))
    for whole, parts in enumerate(tree.parts):
        if len(parts):
            assert people[parts].sum() == people[whole]
    assert set(tree.order) == {w for w, parts in enumerate(tree.parts) if len(parts)}
