"""Conditional logit: which of the possible items was taken, given what speaks for each.

In: features of the candidates of each case and which were taken. Out: weights. Each case is one
employee; the likelihood is that of the taken ones among all candidates (McFadden 1974), held
near a prior so that few cases change little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
_CLOSED = -1e9


@dataclass(frozen=True)
class Cases:
    """Employees with what they could take and what they took.

    Attributes:
        features: float32 ``[n_cases, n_items, n_features]``.
        offset: float64 ``[n_cases, n_items]``, points that are not learnt.
        taken: float64 of the same shape, sums to the weight of the case.
        open: bool of the same shape, what could be taken; contains all that was.
    """

    features: NDArray[np.float32]
    offset: Floats
    taken: Floats
    open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.features)

    def part(self, rows: NDArray[np.bool_]) -> Cases:
        """Return some of the cases."""
        return Cases(self.features[rows], self.offset[rows], self.taken[rows], self.open[rows])

    def weighing(self, weight: float) -> Cases:
        """Return the cases with each worth only so much of one."""
        return replace(self, taken=self.taken * weight)


def fit_choice(
    parts: list[Cases], prior: Floats, least: Floats, fixed: NDArray[np.bool_], strength: float
) -> Floats:
    """Return the weights with the highest likelihood less ``strength`` × (distance to prior)².

    Parameters:
        parts: cases, in blocks of any candidates; all features in the same order.
        prior: float64 ``[n_features]``, where weights stay without evidence.
        least: lowest value of each weight.
        fixed: weights that keep the prior.
        strength: how many cases one unit of distance is worth.
    """
    count = sum(len(part) for part in parts)
    if count == 0:
        return prior

    def loss(weights: Floats) -> tuple[float, Floats]:
        away = weights - prior
        value, slope = strength * float(away @ away), 2.0 * strength * away
        for part in parts:
            own, gradient = _loss(part, weights)
            value, slope = value + own, slope + gradient
        return value / count, slope / count

    bounds = [
        (at, at) if keep else (low, None) for at, low, keep in zip(prior, least, fixed, strict=True)
    ]
    found = minimize(
        loss, np.maximum(prior, least), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 200},
    )  # fmt: skip
    return np.asarray(found.x, np.float64)


def _loss(part: Cases, weights: Floats) -> tuple[float, Floats]:
    """Return minus the log-likelihood of a block, and its slope."""
    score = part.features @ weights.astype(np.float32) + part.offset
    score = np.where(part.open, score, _CLOSED)
    score -= score.max(axis=1, keepdims=True)
    chance = np.exp(score)
    total = chance.sum(axis=1, keepdims=True)
    value = -float((part.taken * (score - np.log(total))).sum())
    surplus = chance / total * part.taken.sum(axis=1, keepdims=True) - part.taken
    slope = np.einsum("ni,nif->f", surplus.astype(np.float32), part.features)
    return value, slope.astype(np.float64)
