"""Kept rows are those worked out anew, however little room there is for them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import kept_rows
from recommender.kept_rows import KeptRows

N = 5


def worked_out(keys):
    return keys[:, :1] * 1000 + keys[:, 1:] * 7 + np.arange(N)[None, :]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 3)), max_size=9), max_size=6),
    st.integers(0, 12),
)
def test_rows_are_the_same_whatever_the_room(asked, room):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_rows, "ROOM", room * 4 * N)
        kept = KeptRows(worked_out, N)
        for keys in asked:
            wanted = np.array(keys, np.int32).reshape(-1, 2)
            rows, of = kept.of(wanted)
            assert np.array_equal(rows[of], worked_out(wanted.astype(np.int64)))
            assert len(rows) == len(set(keys))


def test_a_row_is_worked_out_once():
    calls = []

    def counted(keys):
        calls.extend(keys[:, 0].tolist())
        return worked_out(keys)

    kept = KeptRows(counted, N)
    for keys in ([[3, 1], [4, 1]], [[4, 1]], [[4, 1], [5, 1], [3, 1]]):
        kept.of(np.array(keys))
    assert sorted(calls) == [3, 4, 5]


def test_points_beyond_32_bits_are_kept_whole():
    kept = KeptRows(lambda keys: keys[:, :1] * 2**33 + np.arange(N), N)
    for _ in range(2):
        rows, of = kept.of(np.array([[2, 0], [1, 0], [2, 0]]))
        assert rows[of][:, 1].tolist() == [2**34 + 1, 2**33 + 1, 2**34 + 1]
