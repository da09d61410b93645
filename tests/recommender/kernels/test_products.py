"""Products of sparse vectors: compiled code gives SciPy's bytes, a part those of the whole."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.kernels import lanes, products

UNIT = 1_000_000


def vectors(rng: np.random.Generator, n: int, terms: int, share: float) -> sp.csr_matrix:
    """Return rows of length 1 (or 0)."""
    dense = rng.random((n, terms)) * (rng.random((n, terms)) < share)
    length = np.sqrt((dense**2).sum(axis=1, keepdims=True))
    return sp.csr_matrix(np.divide(dense, length, out=np.zeros_like(dense), where=length > 0))


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(0, 70),
    st.integers(0, 70),
    st.integers(1, 40),
    st.sampled_from([0.0, 0.1, 1.0]),
)
def test_compiled_code_gives_the_bytes_of_scipy(
    seed: int, n_left: int, n_right: int, terms: int, share: float
) -> None:
    pytest.importorskip("numba")
    rng = np.random.default_rng(seed)
    left, right = vectors(rng, n_left, terms, share), vectors(rng, n_right, terms, share)
    turned = sp.csr_matrix(right.T.tocsr())
    found = products.whole_products(left, turned, UNIT)
    compiled = lanes.whole_products(left, turned, UNIT)
    assert compiled.dtype == found.dtype
    assert np.array_equal(found, compiled)
    assert np.abs(found - left.toarray() @ right.toarray().T * UNIT).max(initial=0) <= 0.51
    assert np.array_equal(lanes.whole_products(left[n_left // 2 :], turned, UNIT),
                          found[n_left // 2 :])  # fmt: skip
