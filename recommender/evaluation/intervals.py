"""How sure a mean is: bootstrap intervals by employee, the same draws for every method.

In: one number per employee and method. Out: means with 95 % intervals, the difference to another
method over the same resampled employees, and how often chance alone would make it as large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
FLIPS = 9_999
"""Sign flips of a paired test; the smallest p-value it can find is one in ten thousand."""
_BLOCK = 50


@dataclass(frozen=True)
class Interval:
    """A mean and the range that holds 95 % of its resampled values.

    Attributes:
        value: the mean.
        low, high: percentiles 2.5 and 97.5; ``None`` where no interval is measured.
    """

    value: float
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, float | None]:
        """Return ``{value, low, high}`` rounded to six decimals."""
        return {
            "value": round(self.value, 6),
            "low": None if self.low is None else round(self.low, 6),
            "high": None if self.high is None else round(self.high, 6),
        }


class Bootstrap:
    """Resampled means of columns of numbers, one row per employee."""

    def __init__(
        self, columns: Mapping[str, NDArray[np.float64]], *, seed: int, draws: int = DRAWS
    ) -> None:
        """Draw employees with replacement, ``draws`` times.

        Parameters:
            columns: name → float64 ``[n]``; all of equal length, n at least 1.
            seed: the same seed gives the same intervals.
        """
        self._names = {name: place for place, name in enumerate(columns)}
        values = np.column_stack(list(columns.values()))
        n = len(values)
        rng = np.random.default_rng(seed)
        means = np.empty((draws, values.shape[1]))
        for start in range(0, draws, _BLOCK):
            stop = min(start + _BLOCK, draws)
            drawn = rng.integers(0, n, size=(stop - start, n))
            times = np.stack([np.bincount(row, minlength=n) for row in drawn])
            means[start:stop] = times @ values / n
        self._means = means
        self._mean = values.mean(axis=0)

    def mean(self, name: str) -> Interval:
        """Return the mean of a column with its interval."""
        place = self._names[name]
        return _interval(float(self._mean[place]), self._means[:, place])

    def difference(self, name: str, other: str) -> Interval:
        """Return the mean of ``name`` − ``other`` with its paired interval."""
        a, b = self._names[name], self._names[other]
        return _interval(
            float(self._mean[a] - self._mean[b]), self._means[:, a] - self._means[:, b]
        )


def _interval(value: float, draws: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def sign_flip(first: NDArray[np.float64], second: NDArray[np.float64], *, seed: int) -> float:
    """Return the two-sided p-value of a paired test by flipping signs at random.

    If two methods were alike, each employee's difference could as well have the other sign. The
    p-value is the share of random signs (the observed ones counted in) whose mean difference is
    at least as far from 0; 1.0 where the methods never differ.

    Parameters:
        first, second: float64 ``[n]``, one number per employee, in the same order.
    """
    apart = (first - second)[first != second]
    if len(apart) == 0:
        return 1.0
    seen = abs(float(apart.sum())) * (1 - 1e-12)
    rng = np.random.default_rng(seed)
    reached = 1
    for start in range(0, FLIPS, _BLOCK):
        size = (min(start + _BLOCK, FLIPS) - start, len(apart))
        signs = 2.0 * rng.integers(0, 2, size=size, dtype=np.int8) - 1.0
        reached += int((np.abs(signs @ apart) >= seen).sum())
    return reached / (FLIPS + 1)
