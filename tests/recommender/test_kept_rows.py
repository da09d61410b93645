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
    st.lists(
        st.lists(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 3)), max_size=9),
                 min_size=2, max_size=2),
        max_size=6,
    ),
    st.integers(0, 12),
)  # fmt: skip
def test_rows_are_the_same_whatever_the_room(asked, room):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_rows, "ROOM", room * 4 * N)
        kept = KeptRows({"a": worked_out, "b": lambda keys: -worked_out(keys)}, N)
        earlier = []
        for a, b in asked:
            keys = {"a": np.array(a, np.int32).reshape(-1, 2), "b": np.array(b).reshape(-1, 2)}
            found = kept.of(keys)
            earlier.append((found, keys))
            # Those who were answered before still read what they were given.
            for rows, wanted in earlier:
                for kind, sign in (("a", 1), ("b", -1)):
                    expected = sign * worked_out(wanted[kind].astype(np.int64))
                    assert np.array_equal(rows.table[rows.row[kind]], expected)
                    assert np.abs(expected).max(initial=0) <= rows.most


def test_a_row_is_worked_out_once():
    calls = []

    def counted(keys):
        calls.extend(keys[:, 0].tolist())
        return worked_out(keys)

    kept = KeptRows({"a": counted}, N)
    for keys in ([[3, 1], [4, 1]], [[4, 1]], [[4, 1], [5, 1], [3, 1]]):
        kept.of({"a": np.array(keys)})
    assert sorted(calls) == [3, 4, 5]


def test_points_beyond_32_bits_are_kept_whole():
    def large(keys):
        return keys[:, :1] * 2**33 + np.arange(N)

    kept = KeptRows({"a": large, "b": worked_out}, N)
    for _ in range(2):
        found = kept.of({"a": np.array([[2, 0], [1, 0], [2, 0]]), "b": np.array([[1, 1]])})
        large_ones = found.table[found.row["a"]][:, 1].tolist()
        assert large_ones == [2**34 + 1, 2**33 + 1, 2**34 + 1]
        assert found.table[found.row["b"]].tolist() == worked_out(np.array([[1, 1]])).tolist()
        assert found.most == 2**34 + N - 1
