import math

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score

from recommender.evaluation import metrics
from recommender.evaluation.protocol import judge
from recommender.evaluation.ranking import Truth, top_k

K = 5
N_ITEMS = 9


def nothing(n: int, n_items: int = N_ITEMS) -> sp.csr_matrix:
    return sp.csr_matrix((n, n_items))


def of(gains: np.ndarray, scores: np.ndarray, k: int = K) -> dict[str, np.ndarray]:
    truth = Truth(sp.csr_matrix(gains.astype(float)))
    return dict(judge(top_k(scores, nothing(len(gains), gains.shape[1]), k), truth, k))


@st.composite
def cases(draw):
    n = draw(st.integers(1, 6))
    gains = draw(arrays(np.int64, (n, N_ITEMS), elements=st.integers(0, 3)))
    # A permutation per row: without ties every implementation must agree.
    scores = np.array([draw(st.permutations(range(N_ITEMS))) for _ in range(n)])
    return gains, scores


def test_one_relevant_item_at_rank_three_is_worth_half():
    gains = np.array([[0, 0, 1, 0]])
    found = of(gains, np.array([[4, 3, 2, 1]]), k=4)
    assert found["ndcg@4"][0] == pytest.approx(1 / np.log2(4))
    assert found["mrr@4"][0] == pytest.approx(1 / 3)
    assert found["recall@4"][0] == found["hit_rate@4"][0] == 1.0


def test_the_ideal_counts_no_more_than_k_relevant_items():
    gains = np.array([[1, 1, 1, 1]])
    assert of(gains, np.array([[4, 3, 2, 1]]), k=2)["ndcg@2"][0] == pytest.approx(1.0)
    assert of(gains, np.array([[4, 3, 2, 1]]), k=2)["recall@2"][0] == pytest.approx(0.5)


def test_higher_gains_belong_first():
    gains = np.array([[1, 3, 0]])
    worse = of(gains, np.array([[3, 2, 1]]), k=3)["ndcg@3"][0]
    expected = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert worse == pytest.approx(expected)


@given(cases())
def test_ndcg_agrees_with_an_independent_implementation(case):
    gains, scores = case
    relevant = gains.sum(axis=1) > 0
    if not relevant.any():
        return
    expected = [
        ndcg_score(gains[i : i + 1], scores[i : i + 1], k=K) for i in np.flatnonzero(relevant)
    ]
    assert of(gains, scores)[f"ndcg@{K}"][relevant] == pytest.approx(expected, abs=1e-9)


@given(cases())
def test_reciprocal_rank_of_a_single_item_agrees_with_an_independent_implementation(case):
    gains, scores = case
    single = np.zeros_like(gains)
    single[np.arange(len(gains)), gains.argmax(axis=1)] = 1
    expected = label_ranking_average_precision_score(single, scores)
    found = of(single, scores, k=N_ITEMS)[f"mrr@{N_ITEMS}"].mean()
    assert found == pytest.approx(expected, abs=1e-9)


@given(cases())
def test_recall_and_hit_rate_agree_with_counting_by_hand(case):
    gains, scores = case
    for row, (gain, score) in enumerate(zip(gains, scores, strict=True)):
        relevant = set(np.flatnonzero(gain))
        first = set(np.argsort(-score)[:K])
        found = of(gains, scores)
        assert found[f"recall@{K}"][row] == pytest.approx(
            len(relevant & first) / max(len(relevant), 1), abs=1e-9
        )
        assert found[f"hit_rate@{K}"][row] == float(bool(relevant & first))


@given(cases())
def test_every_metric_lies_between_zero_and_one(case):
    for values in of(*case).values():
        assert ((values >= 0) & (values <= 1)).all()


@given(cases())
def test_the_perfect_order_is_worth_one(case):
    gains, _ = case
    found = of(gains, gains * 10)[f"ndcg@{K}"]
    assert found == pytest.approx((gains.sum(axis=1) > 0).astype(float))


@given(cases(), st.randoms(use_true_random=False))
def test_renaming_the_items_changes_nothing(case, random):
    gains, scores = case
    order = list(range(N_ITEMS))
    random.shuffle(order)
    before, after = of(gains, scores), of(gains[:, order], scores[:, order])
    for name in before:
        assert before[name] == pytest.approx(after[name], abs=1e-12)


@given(cases())
def test_moving_the_best_item_to_the_top_never_lowers_a_metric(case):
    gains, scores = case
    before = of(gains, scores)
    lifted = scores.copy()
    lifted[np.arange(len(gains)), gains.argmax(axis=1)] += N_ITEMS
    after = of(gains, lifted)
    for name in before:
        assert (after[name] >= before[name] - 1e-12).all()


def test_coverage_counts_each_shown_item_once():
    assert metrics.coverage(np.array([0, 0, 3]), 4) == 0.5


def test_novelty_of_an_item_taken_by_a_quarter_is_two_bits():
    assert metrics.novelty(np.array([1, 1]), np.array([8, 2]), 8) == pytest.approx(2.0)


def test_an_item_nobody_took_has_a_finite_novelty():
    assert metrics.novelty(np.array([0]), np.array([0]), 8) == pytest.approx(4.0)


def plainly(shown: list[int], gains: dict[int, int], k: int) -> dict[str, float]:
    """Work the metrics out once more, item by item, as a textbook states them."""
    got = best = 0.0
    for rank, item in enumerate(shown[:k], start=1):
        got += gains.get(item, 0) / math.log2(rank + 1)
    for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:k], start=1):
        best += gain / math.log2(rank + 1)
    ranks = [rank for rank, item in enumerate(shown[:k], start=1) if item in gains]
    return {
        f"ndcg@{k}": got / best if best else 0.0,
        f"recall@{k}": len(ranks) / len(gains) if gains else 0.0,
        f"hit_rate@{k}": float(bool(ranks)),
        f"mrr@{k}": 1 / ranks[0] if ranks else 0.0,
    }


@given(cases(), st.integers(1, N_ITEMS + 2))
def test_every_metric_agrees_with_a_plain_one_written_apart(case, k):
    gains, scores = case
    found = of(gains, scores, k)
    for row in range(len(gains)):
        shown = sorted(range(N_ITEMS), key=lambda item: -scores[row][item])
        relevant = {item: int(gain) for item, gain in enumerate(gains[row]) if gain}
        for name, value in plainly(shown, relevant, k).items():
            assert found[name][row] == pytest.approx(value, abs=1e-9)


@given(
    st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 40), min_size=6, max_size=6)
)
def test_coverage_and_novelty_agree_with_plain_ones(shown, taken):
    items = np.array(shown, np.int64)
    assert metrics.coverage(items, 6) == pytest.approx(len(set(shown)) / 6, abs=1e-9)
    surprise = [-math.log2(max(taken[item], 0.5) / 40) for item in shown]
    expected = sum(surprise) / len(surprise) if surprise else 0.0
    assert metrics.novelty(items, np.array(taken), 40) == pytest.approx(expected, abs=1e-9)
