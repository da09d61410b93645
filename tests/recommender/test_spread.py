from __future__ import annotations

import numpy as np

from recommender.spread import centre, spread, steady


def test_noise_in_the_last_digits_changes_no_constant():
    assert steady(0.1 + 0.2) == steady(0.3) == 0.3


def test_equal_values_are_scaled_by_their_size_and_none_by_nothing():
    assert spread(np.full(3, 0.1)) == 0.1
    assert spread(np.array([1.0, 3.0])) == 1.0
    assert spread(np.zeros(4)) == 0.0
    assert spread(np.array([1e-17, -1e-17])) == 0.0
    assert (spread(np.zeros(0)), centre(np.zeros(0))) == (0.0, 0.0)
