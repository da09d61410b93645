"""Whether the rules leave somebody a post on the tier of the next one, tier by tier."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.fairness.outcomes import _Role


@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(0, 8))
def test_answered_is_what_each_pair_says(seed, n_people, n_posts):
    rng = np.random.default_rng(seed)
    people, posts = rng.integers(-1, 3, n_people), rng.integers(-1, 3, n_posts)
    allowed = rng.random((n_people, n_posts)) < 0.3
    seeking = SimpleNamespace(tier=people, jobs=SimpleNamespace(tier=posts))
    found = _Role.answered(seeking, np.arange(n_people), allowed)
    assert found.tolist() == [
        any(own >= 0 and post == own and free for post, free in zip(posts, line, strict=True))
        for own, line in zip(people.tolist(), allowed, strict=True)
    ]
