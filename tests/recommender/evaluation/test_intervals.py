from itertools import product

import numpy as np
import pytest

from recommender.evaluation.intervals import FLIPS, Bootstrap, Interval, sign_flip


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide():
    values = np.random.default_rng(1).normal(3.0, 1.0, 400)
    found = Bootstrap({"a": values}, seed=0).mean("a")
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 / 20, abs=0.02)
    assert found.high == pytest.approx(values.mean() + 1.96 / 20, abs=0.02)


def test_a_paired_difference_is_much_surer_than_the_two_means():
    people = np.random.default_rng(1).normal(0.0, 1.0, 200)
    sure = Bootstrap({"a": people + 0.1, "b": people}, seed=0)
    found = sure.difference("a", "b")
    assert (found.low, found.value, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert sure.mean("a").high - sure.mean("a").low > 0.2


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    values = np.random.default_rng(1).random(50)
    first, again, other = (Bootstrap({"a": values}, seed=s).mean("a") for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_one_person_has_an_interval_without_width():
    assert Bootstrap({"a": np.array([0.4])}, seed=0).mean("a") == Interval(0.4, 0.4, 0.4)


def test_json_is_rounded_and_an_unmeasured_end_is_null():
    assert Interval(1 / 3).as_json() == {"value": 0.333333, "low": None, "high": None}


def test_the_p_value_is_the_share_of_all_signs_that_reach_as_far():
    apart = np.array([0.5, 0.2, -0.1, 0.4, 0.3, 0.25])
    every = [abs(np.dot(signs, apart)) for signs in product((-1, 1), repeat=6)]
    exact = np.mean(np.array(every) >= apart.sum() - 1e-12)
    assert sign_flip(apart, np.zeros(6), seed=0) == pytest.approx(exact, abs=0.01)


def test_a_difference_that_chance_never_makes_has_the_smallest_p_value():
    assert sign_flip(np.full(60, 0.2), np.zeros(60), seed=0) == 1 / (FLIPS + 1)


def test_methods_that_never_differ_are_alike_and_order_does_not_matter():
    values = np.random.default_rng(0).random(30)
    other = np.random.default_rng(1).random(30)
    assert sign_flip(values, values, seed=0) == 1.0
    assert sign_flip(values, other, seed=0) == sign_flip(other, values, seed=0)
