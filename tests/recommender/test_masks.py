"""Refusals counted by class are those of the matrix, also where several classes overlap."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.masks import Classes, Pairs, Refusal


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3))
def test_counted_by_class_is_counted_pair_by_pair(
    seed: int, n_people: int, n_items: int, n_tables: int
) -> None:
    rng = np.random.default_rng(seed)
    classes = tuple(
        Classes(
            rng.random((3, 4)) < 0.4,
            rng.integers(0, 3, n_people).astype(np.int32),
            rng.integers(0, 4, (rng.integers(1, 3), n_items)).astype(np.int32),
        )
        for _ in range(n_tables)
    )
    n = 12 if n_people and n_items else 0
    closed, exempt = (
        Pairs(rng.integers(0, max(n_people, 1), n), rng.integers(0, max(n_items, 1), n))
        for _ in range(2)
    )
    both = {*zip(exempt.person.tolist(), exempt.item.tolist(), strict=True)}
    apart = [pair not in both for pair in zip(closed.person, closed.item, strict=True)]
    refusal = Refusal(classes, closed.part(np.array(apart, bool)), exempt)
    refused = np.zeros((n_people, n_items), bool)
    for person in range(n_people):
        for item in range(n_items):
            refused[person, item] = any(
                one.refused[one.person[person], slot[item]] for one in classes for slot in one.item
            )
    refused[refusal.closed.person, refusal.closed.item] = True
    refused[exempt.person, exempt.item] = False
    assert refusal.counted(n_people, n_items).tolist() == refused.sum(axis=1).tolist()
