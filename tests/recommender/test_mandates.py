"""Who a training's column names: phrase by phrase, also where several trainings name the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.mandates import _named

words = st.sampled_from(["analis", "guru", "guru muda", "penata", "penata kelola"])


@given(
    st.lists(st.sets(words, max_size=3), max_size=5),
    st.lists(st.tuples(st.sets(words, max_size=2), words), max_size=6),
)
def test_named_is_what_each_pair_says(columns, rows):
    exact = [names for names, _ in rows]
    titles = [f" {title} ahli " for _, title in rows]
    plain, within = _named(columns, exact), _named(columns, exact, titles)
    assert plain.shape == within.shape == (len(rows) + 1, len(columns))
    assert not plain[-1].any()
    assert not within[-1].any()
    for row, (names, title) in enumerate(zip(exact, titles, strict=True)):
        for column, phrases in enumerate(columns):
            inside = any(f" {phrase} " in title for phrase in phrases)
            assert plain[row, column] == bool(names & phrases)
            assert within[row, column] == (bool(names & phrases) or inside)
    assert plain.dtype == np.bool_
