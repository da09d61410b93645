"""Points of one's own history: compiled code and NumPy give what the formula gives pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.kernels import lanes, own
from recommender.kernels.own import OwnPart

UNIT = 1e9


def parts_of(seed: int, n_people: int, n_before: int, n_items: int, share: float) -> list[OwnPart]:
    rng = np.random.default_rng(seed)

    def table(rows: int, columns: int, most: int) -> sp.csr_matrix:
        values = rng.integers(0, most, (rows, columns)) * (rng.random((rows, columns)) < share)
        return sp.csr_matrix(values.astype(np.int64))

    return [
        OwnPart(
            term,
            table(n_people, n_before, 1000),
            table(n_before, n_items, 1_000_000),
            rng.normal(size=n_people) * (rng.random(n_people) < 0.8),
        )
        for term in ("history", "history", "together", "together")
    ]


def pair_by_pair(parts: list[OwnPart], person: int, item: int) -> dict[str, int]:
    """Return the terms of one pair in plain Python."""
    found = {"history": 0.0, "together": 0.0}
    for part in parts:
        before = part.own[[person]].toarray()[0].tolist()
        beside = part.table[:, [item]].toarray()[:, 0].tolist()
        total = sum(a * b for a, b in zip(before, beside, strict=True))
        found[part.term] += (total / UNIT) ** 0.5 * float(part.weight[person])
    return {name: round(value * 1_000_000) for name, value in found.items()}


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(0, 80),
    st.integers(1, 9),
    st.sampled_from([0, 1, 5, 64, 70]),
    st.sampled_from([0.0, 0.2, 1.0]),
)
def test_both_paths_give_the_formula(
    seed: int, n_people: int, n_before: int, n_items: int, share: float
) -> None:
    pytest.importorskip("numba")
    parts = parts_of(seed, n_people, n_before, n_items, share)
    found, compiled = own.own_points(parts, UNIT), lanes.own_points(parts, UNIT)
    assert np.array_equal(found.start, compiled.start)
    assert np.array_equal(found.item, compiled.item)
    dense = found.dense()
    for name, micro in found.micro.items():
        assert np.array_equal(micro, compiled.micro[name]), name
        assert dense[name].shape == (n_people, n_items)
    rng = np.random.default_rng(seed)
    for _ in range(5 if n_people and n_items else 0):
        person, item = int(rng.integers(n_people)), int(rng.integers(n_items))
        expected = pair_by_pair(parts, person, item)
        at = found.at(np.array([person]), np.array([item]))
        assert {name: int(value[0]) for name, value in at.items()} == expected
        assert {name: int(value[person, item]) for name, value in dense.items()} == expected
    assert found.total().sum() == sum(value.sum() for value in dense.values())
