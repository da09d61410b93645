"""Stage 5 of effects: the share each training closes, by empirical Bayes, all at once.

In: rises between assessments, what there was to gain, and the error of each rise. Out:
``Solution``. One linear model holds growth at work, differences of sources, their leniency and a
share per training; shares are drawn from one distribution, whose centre and spread are learnt, so
that few pairs stay near the catalogue's mean and many speak for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from recommender.effects.pairs import Floats, Rows
from recommender.spread import steady

_ROUNDS = 6


@dataclass(frozen=True)
class Solution:
    """What the model found.

    Attributes:
        share, error: per training with exposures, estimate and standard error.
        common: estimates of the common columns.
        mean, spread: centre and spread of the shares.
        left: rise that stays unexplained, per pair.
    """

    share: Floats
    error: Floats
    common: Floats
    mean: float
    spread: float
    left: Floats


@dataclass(frozen=True)
class Belief:
    """What is believed of the shares before any pair is seen.

    Attributes:
        mean, spread: centre and spread of the shares of a catalogue.
        courses: that counts as so many measured trainings.
    """

    mean: float
    spread: float
    courses: float


def solve(
    rise: Floats,
    common: Floats,
    shares: sp.csr_matrix,
    weight: Floats,
    belief: Belief,
    start: tuple[float, float],
    pull: tuple[Floats, Floats],
) -> Solution:
    """Estimate common effects and shares; centre and spread by expectation and maximisation.

    Parameters:
        rise: second score less the expected level before, per pair.
        common: columns shared by all pairs.
        shares: missing levels per pair and training.
        weight: one over the variance of each rise.
        start: centre and spread to begin with.
        pull: precision and centre of what is believed of each common column.
    """
    k, n = common.shape[1], shares.shape[1]
    weighted = shares.multiply(weight[:, None]).tocsr()
    inner = np.zeros((k + n, k + n))
    inner[:k, :k] = common.T @ (common * weight[:, None]) + np.diag(pull[0])
    cross = np.asarray(weighted.T @ common)
    inner[k:, :k], inner[:k, k:] = cross, cross.T
    inner[k:, k:] = (weighted.T @ shares).toarray()
    target = np.concatenate([common.T @ (weight * rise) + pull[0] * pull[1], weighted.T @ rise])
    mean, spread = start
    rows = np.arange(k, k + n)
    for _ in range(_ROUNDS):
        precision = 1.0 / spread**2
        system = inner.copy()
        system[rows, rows] += precision
        right = target.copy()
        right[k:] += precision * mean
        inverse = scipy.linalg.inv(system, check_finite=False)
        found = inverse @ right
        share, variance = found[k:], np.maximum(np.diag(inverse)[k:], 0.0)
        if n:
            mean, spread = _refit(share, variance, belief)
    left = rise - common @ found[:k] - shares @ share
    return Solution(
        share.round(9),
        np.sqrt(variance).round(9),
        found[:k].round(9),
        steady(mean),
        steady(spread),
        left,
    )


def _refit(share: Floats, variance: Floats, belief: Belief) -> tuple[float, float]:
    """Return centre and spread that fit the shares, pulled to what is believed."""
    size = len(share) + belief.courses
    centre = (float(share.sum()) + belief.courses * belief.mean) / size
    inside = float((variance + (share - centre) ** 2).sum())
    wide = (inside + belief.courses * belief.spread**2) / size
    return centre, max(wide, 1e-6) ** 0.5


def matrix(pair: Rows, column: Rows, missing: Floats, shape: tuple[int, int]) -> sp.csr_matrix:
    """Return missing levels by pair and training; a training taken twice counts both times."""
    return sp.csr_matrix((missing, (pair, column)), shape=shape)
