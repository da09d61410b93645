"""No hidden figure can be computed from everything that is shown, on all pages together.

The oracle solves the sums that a reader knows: wholes of their parts, everybody of the slices. A
hidden figure is safe where it is not the same in every solution.
"""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.gapmap.branches import Branches
from recommender.gapmap.hiding import hide
from recommender.gapmap.rows import Asked, gap_rows, hour_rows
from recommender.gapmap.slices import WAYS

LEAST = 5


def tree_of(above):
    return Branches.of([(f"U{at}", None if a < 0 else f"U{a}") for at, a in enumerate(above)])


def shown(above, own, least=LEAST):
    """Return people of each node, and which nodes are hidden."""
    tree = tree_of(above)
    counts = tree.roll_up(np.array(own)[:, None])
    return tree, counts[:, 0], hide(counts, tree, least)


def names(tree, hidden):
    codes = [*tree.codes, "agency"]
    whole = {codes[at] for at in np.flatnonzero(hidden[: tree.agency + 1])}
    own = {f"own {codes[at]}" for at in np.flatnonzero(hidden[tree.agency + 1 :] & tree.told[tree.agency + 1 :])}  # fmt: skip  # noqa: E501
    return whole | own


def test_large_units_are_all_shown():
    tree, _, hidden = shown([-1, -1], [5, 50, 0])
    assert names(tree, hidden) == set()


def test_the_smallest_other_unit_is_hidden_with_a_small_one():
    tree, _, hidden = shown([-1, -1, -1], [3, 50, 8, 0])
    assert names(tree, hidden) == {"U0", "U2"}


def test_two_small_units_that_are_too_few_together_take_a_third_with_them():
    tree, _, hidden = shown([-1, -1, -1], [2, 2, 8, 0])
    assert names(tree, hidden) == {"U0", "U1", "U2"}
    tree, _, hidden = shown([-1, -1, -1], [2, 3, 8, 0])
    assert names(tree, hidden) == {"U0", "U1"}


def test_own_people_of_a_unit_are_a_part_like_any_other():
    tree, _, hidden = shown([-1, 0], [3, 20, 0])
    assert names(tree, hidden) == {"own U0", "U1"}


def test_what_stands_below_a_hidden_unit_does_not_give_it_away():
    # U1 is hidden to protect U0; its parts U2 and U3 would add up to it.
    tree, _, hidden = shown([-1, -1, 1, 1, -1], [3, 0, 6, 9, 40, 0])
    assert names(tree, hidden) == {"U0", "U1", "U2"}


def test_an_agency_of_too_few_shows_nothing():
    tree, _, hidden = shown([-1, -1], [2, 2, 0])
    assert names(tree, hidden) == {"agency", "U0", "U1"}


def determined(rows, hidden):
    """Return which hidden variables every solution of ``rows · x = known`` agrees on."""
    places = np.flatnonzero(hidden)
    if len(places) == 0:
        return []
    sums = np.array(rows, float).reshape(-1, len(hidden))[:, places]
    null = np.eye(len(places)) if len(sums) == 0 else _null_space(sums)
    return places[(np.abs(null) < 1e-9).all(axis=1)].tolist()


def _null_space(sums):
    _, values, right = np.linalg.svd(sums)
    rank = int((values > 1e-9).sum())
    return right[rank:].T


def sums_of(tree, offset=0, width=None):
    """Return one row per whole: minus the whole, plus its parts."""
    found = []
    for whole in tree.order:
        row = np.zeros(width or tree.n_nodes)
        row[offset + whole] = -1
        row[offset + tree.parts[whole]] = 1
        found.append(row)
    return found


def test_the_oracle_sees_what_a_single_hidden_part_gives_away():
    tree = tree_of([-1, -1])
    alone = np.zeros(tree.n_nodes, bool)
    alone[0] = True
    assert determined(sums_of(tree), alone) == [0]


trees = st.integers(1, 9).flatmap(
    lambda n: st.tuples(*(st.integers(-1, at - 1) for at in range(n))).map(list)
)
peopled = trees.flatmap(
    lambda above: st.tuples(
        st.just(above),
        st.lists(st.integers(0, 9), min_size=len(above) + 1, max_size=len(above) + 1),
    )
)


@settings(max_examples=400, deadline=None)
@example(([-1, -1, 1, -1], [2, 1, 5, 4, 0]))
@given(peopled)
def test_no_hidden_number_of_people_can_be_computed(drawn):
    tree, people, hidden = shown(*drawn)
    told = hidden & tree.told
    small = (people > 0) & (people < LEAST)
    assert hidden[small].all()
    assert not hidden[people == 0].any()
    assert determined(sums_of(tree), told) == []
    for whole in tree.order:
        covered = tree.parts[whole][told[tree.parts[whole]]]
        if not hidden[whole]:
            assert len(covered) != 1
            assert people[covered].sum() == 0 or people[covered].sum() >= LEAST


@settings(max_examples=200, deadline=None)
@given(peopled)
def test_together_hidden_people_are_enough_however_deep_they_stand(drawn):
    """Under a whole that is shown, parts of hidden parts add up to what a reader can compute."""
    tree, people, hidden = shown(*drawn)

    def deepest(node):
        parts = tree.parts[node] if node <= tree.agency else np.array([], int)
        return [node] if len(parts) == 0 else [d for p in parts if hidden[p] for d in deepest(p)]

    for whole in tree.order:
        if not hidden[whole]:
            covered = [d for p in tree.parts[whole] if hidden[p] for d in deepest(p)]
            assert people[covered].sum() == 0 or people[covered].sum() >= LEAST


PAIR = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.integers(-1, 2), st.integers(1, 3)
)  # kind of post, of employment, levels missing, how many such people
agencies = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.tuples(*(st.integers(-1, at - 1) for at in range(n))).map(list),
        st.lists(st.tuples(st.integers(0, n), PAIR), min_size=1, max_size=14),
    )
)


def table_of(above, groups):
    """Return the tree and the rows that are stored of an agency in one competency."""
    tree = tree_of(above)
    unit, post, employment, short = (
        np.array([value for one in groups for value in [read(one)] * (3 * one[1][3])], np.int64)
        for read in (lambda g: g[0], lambda g: g[1][0], lambda g: g[1][1], lambda g: g[1][2])
    )
    person = np.arange(len(unit), dtype=np.int32)
    milli = np.where(short < 0, -1, short * 250).astype(np.int32)
    asked = Asked(person, np.zeros(len(unit), np.int32), milli)
    ways = {"post": post.astype(np.int32), "employment": employment.astype(np.int32)}
    return tree, gap_rows(tree, unit, asked, ways, ["M.1"], LEAST).to_pylist()


@settings(max_examples=250, deadline=None)
@given(agencies)
def test_no_hidden_figure_of_a_cell_can_be_computed_from_all_slices_together(drawn):
    tree, rows = table_of(*drawn)
    slices = ["", *WAYS["post"], *WAYS["employment"]]
    node = {(c, "whole"): at for at, c in enumerate([*tree.codes, ""])}
    node |= {(c, "own"): tree.own(at) for at, c in enumerate([*tree.codes, ""])}
    width = len(slices) * tree.n_nodes
    there = {node[r["unit_code"], r["part"]] for r in rows if r["slice"] == ""}
    sums = [row for at in range(len(slices)) for row in sums_of(tree, at * tree.n_nodes, width)]
    for way in WAYS.values():
        for one in there:
            row = np.zeros(width)
            row[one] = -1
            row[[slices.index(s) * tree.n_nodes + one for s in way]] = 1
            sums.append(row)
    for figure in ("people", "known", "below", "milli"):
        hidden = np.zeros((len(slices), tree.n_nodes), bool)
        hidden[:, sorted(there)] = True
        for row in rows:
            if row[figure] is not None:
                hidden[slices.index(row["slice"]), node[row["unit_code"], row["part"]]] = False
        assert determined(sums, hidden.ravel()) == []


@settings(max_examples=250, deadline=None)
@given(agencies)
def test_every_figure_that_is_shown_speaks_of_enough_people(drawn):
    _, rows = table_of(*drawn)
    for row in rows:
        if row["people"] is None:
            assert row["known"] is row["below"] is row["milli"] is None
            continue
        assert row["people"] == 0 or row["people"] >= LEAST
        assert row["known"] == 0 or row["known"] >= LEAST
        if row["milli"] is not None:
            assert row["below"] == 0 or row["below"] >= LEAST


def test_rows_of_a_small_agency_can_be_checked_by_hand():
    # Ten people of U0 itself, two of them unknown, six below by half a level; three in U1 below it.
    rows = [(0, (0, 0, -1, 1)), (0, (0, 0, 2, 2)), (1, (0, 0, 0, 1)), (0, (1, 0, 0, 1))]
    _, found = table_of([-1, 0], rows)
    told = {(r["unit_code"], r["part"]): r for r in found if r["slice"] == ""}
    assert set(told) == {("", "whole"), ("U0", "whole"), ("U0", "own"), ("U1", "whole")}
    whole = told["U0", "whole"]
    assert (whole["people"], whole["known"], whole["below"], whole["milli"]) == (15, 12, 6, 3000)
    assert told["U1", "whole"]["people"] is told["U0", "own"]["people"] is None


def test_hours_of_units_are_counted_and_small_units_hidden():
    tree = tree_of([-1, -1])
    unit = np.array([0] * 6 + [1] * 2 + [2] * 6)
    jp = np.array([0.0, 0, 19.5, 20, 24, np.nan] + [0.0] * 2 + [20.0] * 6)
    rows = hour_rows(tree, unit, jp, 20.0, LEAST).to_pylist()
    told = {(r["unit_code"], r["part"]): list(r.values())[2:] for r in rows}
    assert told["", "whole"] == [None, 14, 4, 1, 8]
    assert told["U1", "whole"] == ["", None, None, None, None]
    # Of the two that could protect it the first of the smallest is hidden.
    assert told["U0", "whole"] == ["", None, None, None, None]
    assert told["", "own"] == ["", 6, 0, 0, 6]
