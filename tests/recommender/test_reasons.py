"""Reasons written by columns are those written one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.columns import Index
from recommender.rank import Parts, decimal
from recommender.reasons import ReasonTexts, decimals

SUBJECTS = {"gap_now": Index(("M.1", "T.2")), "fresh": Index(("K-1",)), "popular": Index(())}
NAMES = tuple(SUBJECTS)
MOST = 2**62


@given(st.lists(st.integers(-MOST, MOST)))
@settings(deadline=None)
def test_decimals_of_a_column_are_those_of_each_number(micro):
    assert decimals(np.array(micro, np.int64)).to_pylist() == [decimal(one) for one in micro]


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [("gap_now", -1), ("gap_now", 0), ("gap_now", 1), ("fresh", 0), ("popular", -1)]
            ).flatmap(lambda about: st.tuples(st.just(about), st.integers(-(10**7), 10**7))),
            max_size=5,
        ),
        max_size=6,
    )
)
@settings(deadline=None)
def test_reasons_of_a_column_are_those_of_each_pick(picks):
    said = [(pick, *part) for pick, parts in enumerate(picks) for part in parts]
    parts = Parts(
        np.array([pick for pick, _, _ in said], np.int64),
        np.array([NAMES.index(name) for _, (name, _), _ in said], np.int64),
        np.array([subject for _, (_, subject), _ in said], np.int64),
        np.array([micro for _, _, micro in said], np.int64),
        NAMES,
    )
    wanted = [
        "|".join(
            f"{name}:{SUBJECTS[name].codes[subject] if subject >= 0 else ''}:{decimal(micro)}"
            for (name, subject), micro in parts[:3]
        )
        for parts in picks
    ]
    assert ReasonTexts(SUBJECTS).of(parts, len(picks)).to_pylist() == wanted
