"""The conditional logit finds what choices were made by, and stays near its prior without many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.choice import Cases, fit_choice

FREE = np.zeros(3, bool)
LEAST = np.zeros(3)


def _cases(weights: list[float], n: int, seed: int, items: int = 12) -> Cases:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, items, len(weights))).astype(np.float32)
    luck = rng.gumbel(size=(n, items))
    taken = np.zeros((n, items))
    taken[np.arange(n), (features @ np.array(weights) + luck).argmax(axis=1)] = 1.0
    return Cases(features, np.zeros((n, items)), taken, np.ones((n, items), bool))


def test_finds_the_weights_that_choices_were_made_by():
    found = fit_choice([_cases([1.5, 0.5, 0.0], 4000, 1)], np.zeros(3), LEAST, FREE, 1.0)
    assert found == pytest.approx([1.5, 0.5, 0.0], abs=0.1)


def test_few_cases_move_the_weights_less_than_many():
    prior = np.array([0.2, 0.2, 0.2])
    few = fit_choice([_cases([2.0, 0.0, 0.0], 10, 2)], prior, LEAST, FREE, 10.0)
    many = fit_choice([_cases([2.0, 0.0, 0.0], 2000, 2)], prior, LEAST, FREE, 10.0)
    assert np.linalg.norm(few - prior) < np.linalg.norm(many - prior)


def test_without_cases_the_prior_stands():
    prior = np.array([0.3, 0.1, 0.4])
    assert np.array_equal(fit_choice([], prior, LEAST, FREE, 1.0), prior)


def test_a_fixed_weight_keeps_its_prior_and_none_falls_below_its_least():
    cases = _cases([-2.0, 1.0, 1.0], 500, 3)
    fixed = np.array([False, True, False])
    found = fit_choice([cases], np.full(3, 0.5), np.array([0.25, 0.0, 0.0]), fixed, 1.0)
    assert found[0] == 0.25
    assert found[1] == 0.5


def test_what_could_not_be_taken_teaches_nothing():
    cases = _cases([1.0, 1.0, 0.0], 300, 4)
    wild = cases.features.copy()
    shut = np.zeros_like(cases.open)
    shut[:, 0] = cases.taken[:, 0] == 0
    wild[shut] = 1e3
    one = Cases(cases.features, cases.offset, cases.taken, cases.open & ~shut)
    two = Cases(wild, cases.offset, cases.taken, cases.open & ~shut)
    zero = np.zeros(3)
    assert np.array_equal(
        fit_choice([one], zero, LEAST, FREE, 1.0), fit_choice([two], zero, LEAST, FREE, 1.0)
    )


@given(st.integers(0, 1000), st.integers(1, 5))
def test_blocks_and_half_weights_of_two_copies_are_the_same_evidence(seed, at):
    cases = _cases([1.0, 0.5, 0.0], 20, seed)
    rows = np.arange(20) < 4 * at
    zero = np.zeros(3)
    whole = fit_choice([cases], zero, LEAST, FREE, 2.0)
    parts = fit_choice([cases.part(rows), cases.part(~rows)], zero, LEAST, FREE, 2.0)
    assert parts == pytest.approx(whole, abs=2e-3)
