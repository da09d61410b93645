from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import estimator_checks_generator

from recommender.features import ThermometerEncoder
from recommender.similarity.gaps import Outcomes, StepLimits, Target, closed
from recommender.similarity.profiles import Comparer, ProfileSpace
from recommender.standards import Standards

LEVELS = st.sampled_from([None, 0, 250, 1000, 1500, 2000, 2750, 3000, 4250, 5000])
NO_LIMIT = StepLimits(max_step=100_000, slack=100_000)


# Array API input is an experiment that scikit-learn switches on by an environment variable.
CHECKS = [
    check
    for _, check in estimator_checks_generator(ThermometerEncoder())
    if "array_api" not in check.func.__name__
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.func.__name__)
def test_obeys_the_estimator_contract(check):
    check(ThermometerEncoder())


def test_a_level_between_cuts_fills_part_of_a_segment():
    encoder = ThermometerEncoder().fit([[2.0], [3.0]])
    assert encoder.transform([[2.25]]).toarray().tolist() == [[2.0, 0.25]]
    assert list(encoder.get_feature_names_out(["M.1"])) == ["M.1(0, 2]", "M.1(2, 3]"]


def test_an_unknown_level_fills_nothing_and_no_cut_makes_no_segment():
    encoder = ThermometerEncoder().fit([[2.0, np.nan]])
    assert encoder.transform([[np.nan, 3.0]]).toarray().tolist() == [[0.0]]


def _milli(values: list[int | None]) -> np.ndarray:
    return np.array([-1 if v is None else v for v in values], np.int32)


@given(h=LEVELS, r=st.integers(0, 5), low=st.integers(0, 4), rise=st.integers(1, 5))
def test_the_gap_a_training_closes_equals_the_inner_product(h, r, low, rise):
    high = low + rise
    encoder = ThermometerEncoder().fit(np.array([[float(v)] for v in (r, low, high)]))
    known = 0.0 if h is None else h / 1000
    filled = encoder.transform([[float(r)]]) - encoder.transform([[min(known, float(r))]])
    span = encoder.spans(np.array([0]), np.array([float(low)]), np.array([float(high)]))
    expected = 0.0 if h is None else (filled @ span.T).toarray()[0, 0]
    target = Target(np.zeros((1, 1), np.int32), _milli([r * 1000])[None], _milli([2000])[None])
    outcome = Outcomes(0, np.array([0]), np.array([low * 1000]), np.array([high * 1000]))
    assert closed(_milli([h])[None], target, outcome, NO_LIMIT)[0, 0] / 1000 == expected


@given(h=st.lists(LEVELS, min_size=3, max_size=3), r=st.lists(LEVELS, min_size=3, max_size=3))
def test_the_match_equals_the_ratio_of_two_inner_products(h, r):
    levels, required = _milli(h), _milli(r)
    weight = np.where(required >= 0, 2000, 0).astype(np.int32)
    standards = Standards(
        required[None], weight[None], (weight > 0).astype(np.int32)[None], np.zeros((1, 3), bool), 1
    )
    space = ProfileSpace.fit(required[None])
    fit = Comparer(space, standards, np.array([0])).compare(levels[None])
    counted = (levels >= 0) & (required > 0)
    if not counted.any():
        assert np.isnan(fit.match[0, 0])
        return
    encoder = ThermometerEncoder().fit(np.where(required > 0, required / 1000, np.nan)[None])
    filled = encoder.transform(np.where(levels >= 0, levels / 1000, np.nan)[None])
    columns = np.repeat(np.arange(3), np.diff(encoder.offsets_))
    value = np.array([1000 / required[c] for c in columns])
    expected = (filled.toarray()[0] * value).sum() / counted.sum()
    assert abs(fit.match[0, 0] - expected) < 1e-6
