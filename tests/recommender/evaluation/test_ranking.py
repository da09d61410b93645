import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.evaluation.ranking import NEVER, NOTHING, top_k


def masked(*cells: tuple[int, int], shape: tuple[int, int]) -> sp.csr_matrix:
    found = np.zeros(shape)
    for row, column in cells:
        found[row, column] = 1
    return sp.csr_matrix(found)


def test_ties_go_to_the_lower_code():
    scores = np.array([[5, 7, 7, 5]])
    assert top_k(scores, masked(shape=(1, 4)), 4).tolist() == [[1, 2, 0, 3]]


def test_a_masked_item_is_never_shown_even_when_nothing_else_is_left():
    scores = np.array([[9.0, 1.0, 8.0]])
    found = top_k(scores, masked((0, 0), (0, 2), shape=(1, 3)), 2)
    assert found.tolist() == [[1, NOTHING]]


def test_a_list_longer_than_the_catalogue_is_filled_with_nothing():
    found = top_k(np.array([[1, 2]]), masked(shape=(1, 2)), 4)
    assert found.tolist() == [[1, 0, NOTHING, NOTHING]]


def test_very_small_and_very_large_whole_numbers_keep_their_order():
    scores = np.array([[NEVER + 1, 0, np.iinfo(np.int64).max]])
    assert top_k(scores, masked(shape=(1, 3)), 3).tolist() == [[2, 1, 0]]


def test_what_must_never_be_shown_leaves_its_place_empty():
    assert top_k(np.array([[NEVER, 5]]), masked(shape=(1, 2)), 2).tolist() == [[1, NOTHING]]


@given(
    arrays(np.int64, (3, 6), elements=st.integers(-3, 3)),
    arrays(np.bool_, (3, 6)),
    st.integers(1, 8),
)
def test_the_list_equals_a_plain_sort_of_what_is_allowed(scores, hidden, k):
    found = top_k(scores, sp.csr_matrix(hidden.astype(float)), k)
    for row in range(3):
        allowed = [i for i in range(6) if not hidden[row, i]]
        expected = sorted(allowed, key=lambda i: (-scores[row, i], i))[:k]
        assert found[row].tolist() == expected + [NOTHING] * (k - len(expected))
