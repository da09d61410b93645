"""Choosing the best allowed items of each person."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.rank import top


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(-5, 5), min_size=n, max_size=n),
            st.lists(st.integers(0, 2), min_size=n, max_size=n),
            st.integers(1, 7),
        )
    )
)
@settings(deadline=None)
def test_forbidden_items_take_no_place_and_no_rank(case):
    scores, outcomes, k = case
    picks = top(np.array([scores], np.int64), np.array([outcomes], np.uint8), k)
    allowed = [i for i, outcome in enumerate(outcomes) if outcome < 2]
    best = sorted(allowed, key=lambda i: (-scores[i], i))[:k]
    assert picks.item.tolist() == best
    assert picks.rank.tolist() == list(range(1, len(best) + 1))
