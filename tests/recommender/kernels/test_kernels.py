"""The compiled kernel, the NumPy path and the plain sum of every pair give one answer."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from problems import plain_allowed, plain_best, problems
from role_problems import plain_best_roles, role_problems

from recommender.kernels import arrays, lanes

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
EXAMPLES = settings(max_examples=100, deadline=None, suppress_health_check=SLOW)


def same(found, wanted):
    assert np.array_equal(found.item, wanted.item)
    assert np.array_equal(found.micro, wanted.micro)


@EXAMPLES
@given(problems(), st.sampled_from((0, 1, 2, 10, 50)))
def test_numpy_answers_as_the_plain_sum_does(problem, k):
    same(arrays.best(problem, k), plain_best(problem, k))


@EXAMPLES
@given(problems(), st.sampled_from((0, 1, 2, 10, 50)), st.integers(1, 3))
def test_compiled_code_answers_as_the_plain_sum_does(problem, k, threads):
    pytest.importorskip("numba")
    same(lanes.best(problem, k, threads=threads), plain_best(problem, k))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(role_problems(), st.sampled_from((0, 1, 2, 10, 50)), st.integers(1, 3))
def test_compiled_code_ranks_roles_as_the_plain_sum_does(problem, k, threads):
    pytest.importorskip("numba")
    same(lanes.best_roles(problem, k, threads=threads), plain_best_roles(problem, k))


@EXAMPLES
@given(problems())
def test_what_everybody_may_get_is_what_every_rule_says_of_every_pair(problem):
    pytest.importorskip("numba")
    wanted = plain_allowed(problem.mask)
    assert np.array_equal(lanes.allowed(problem.mask), wanted)
    assert np.array_equal(problem.mask.allowed(np.arange(problem.n_people)), wanted)
    for item in range(problem.n_items):
        assert np.array_equal(problem.mask.of_item(item), wanted[:, item])
