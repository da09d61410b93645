"""Profiles against standards: cosine, match, deficit and surplus, in exact whole numbers.

Levels are whole milli-levels and weights whole milli-weights, so every sum over competencies is
an integer below 2⁵³: BLAS may add in any order and one person's answer equals the batch's.

The form of the cosine follows the data. A competency that most jobs ask for (a dense column) is
centred and scaled by its spread over jobs, because what is common to all tells nothing. A
competency that few jobs ask for (a sparse column) keeps its level, because asking for it at all
is what tells. Frameworks of either kind, and mixtures, need no switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.spread import steady
from recommender.standards import Standards

DENSE_SHARE = 0.5
"""A column asked for by more than this share of the jobs with requirements is dense."""
VECTOR_UNIT = 1 << 14
RATIO_UNIT = 1_000_000

Exact = NDArray[np.float64]
"""Float64 arrays that hold whole numbers below 2⁵³."""


@dataclass(frozen=True)
class ProfileSpace:
    """The learned centre and scale of each competency column.

    Attributes:
        centre, scale: float64 ``[n_competencies]`` in milli-levels; centre 0 for sparse columns.
        common: the scale of every sparse column, and of competencies met after fitting.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    common: float

    @classmethod
    def fit(cls, required: Ints) -> ProfileSpace:
        """Learn from requirements ``[n_jobs, n_competencies]``, −1 not asked."""
        asked = required > UNKNOWN
        described = asked.any(axis=1)
        n = max(int(described.sum()), 1)
        columns = asked[described].sum(axis=0)
        dense = columns > DENSE_SHARE * n
        level = np.where(asked, required, 0).astype(np.float64)
        count = np.maximum(columns, 1)
        mean = level[described].sum(axis=0) / count
        square = (level[described] ** 2).sum(axis=0) / count
        spread = np.sqrt(np.maximum(square - mean**2, 0.0))
        present = asked & ~dense[None, :] & (required > 0)
        common = np.sqrt((level[present] ** 2).mean()) if present.any() else float(MILLI)
        # A dense column without spread says nothing about anybody: infinite scale, zero value.
        scale = np.where(dense, np.where(spread > 0, spread, np.inf), common)
        return cls(_steady(np.where(dense, mean, 0.0)), _steady(scale), steady(float(common)))

    def aligned(self, old: Ints) -> ProfileSpace:
        """Return the space for other competencies: old column of each, −1 for a new one."""
        return ProfileSpace(
            np.append(self.centre, 0.0)[old], np.append(self.scale, self.common)[old], self.common
        )

    def vectors(self, levels: Ints) -> Exact:
        """Return whole-number vectors of levels ``[n, n_competencies]``; unknown gives 0."""
        with np.errstate(invalid="ignore"):
            value = (levels - self.centre) / self.scale
        value = np.rint(np.nan_to_num(value, nan=0.0, posinf=0.0, neginf=0.0) * VECTOR_UNIT)
        return np.where(levels > UNKNOWN, value, 0.0)


@dataclass(frozen=True)
class Fit:
    """A block of people beside every standard, ``[n_people, n_standards]`` each.

    Attributes:
        cosine: similarity of the profiles, −1 … 1; 0 where nothing is known.
        match: weighted mean of min(h, r) / r over known requirements, 0 … 1; NaN nothing known.
        match_low, match_high: the same with unknown levels as 0 and as max_level.
        coverage: share of the requirement weight that is known, 0 … 1.
        deficit, surplus: weighted mean of missing and of exceeding levels, in levels.
    """

    cosine: NDArray[np.float64]
    match: NDArray[np.float64]
    match_low: NDArray[np.float64]
    match_high: NDArray[np.float64]
    coverage: NDArray[np.float64]
    deficit: NDArray[np.float64]
    surplus: NDArray[np.float64]


class Comparer:
    """Standards laid out once, so that blocks of people can be compared with all of them."""

    def __init__(self, space: ProfileSpace, standards: Standards, rows: NDArray[Any]) -> None:
        """Prepare the standards ``rows`` (usually all jobs)."""
        self.space = space
        self.required = standards.required[rows]
        asked = self.required > UNKNOWN
        weight = np.where(asked, standards.weight[rows], 0).astype(np.float64)
        level = np.where(asked, self.required, 0).astype(np.float64)
        positive = self.required > 0
        self.vectors = space.vectors(self.required)
        self.norms = np.sqrt((self.vectors**2).sum(axis=1))
        self.weight = weight
        self.weighted_level = weight * level
        self.match_weight = np.where(positive, weight, 0.0)
        self.per_level = np.where(
            positive, np.rint(weight * RATIO_UNIT / np.where(positive, level, 1.0)), 0.0
        )
        self._columns = [(c, np.flatnonzero(asked[:, c])) for c in np.flatnonzero(asked.any(0))]

    def compare(self, levels: Ints) -> Fit:
        """Compare people, milli-levels ``[n, n_competencies]`` (−1 unknown), with every row."""
        known = (levels > UNKNOWN).astype(np.float64)
        h = np.where(levels > UNKNOWN, levels, 0).astype(np.float64)
        least, ratio = self._overlap(levels)
        own = self.space.vectors(levels)
        norms = np.sqrt((own**2).sum(axis=1))[:, None] * self.norms[None, :]
        cosine = np.divide(own @ self.vectors.T, norms, out=np.zeros_like(norms), where=norms > 0)
        weight = np.maximum(self.weight.sum(axis=1), 1.0)[None, :]
        matched = self.match_weight.sum(axis=1)[None, :]
        known_weight = known @ self.match_weight.T
        match = np.divide(
            ratio,
            known_weight * RATIO_UNIT,
            out=np.full_like(ratio, np.nan),
            where=known_weight > 0,
        )
        whole = np.maximum(matched, 1.0)
        low = ratio / (whole * RATIO_UNIT)
        high = low + (matched - known_weight) / whole
        return Fit(
            cosine=cosine,
            match=match,
            match_low=np.minimum(low, 1.0),
            match_high=np.minimum(high, 1.0),
            coverage=known_weight / whole,
            deficit=(known @ self.weighted_level.T - least) / (weight * MILLI),
            surplus=(h @ self.weight.T - least) / (weight * MILLI),
        )

    def _overlap(self, levels: Ints) -> tuple[Exact, Exact]:
        """Return Σ w·min(h, r) and Σ (w/r)·min(h, r) over known, asked competencies."""
        least = np.zeros((len(levels), len(self.required)))
        ratio = np.zeros_like(least)
        for c, jobs in self._columns:
            people = np.flatnonzero(levels[:, c] > UNKNOWN)
            if len(people) == 0:
                continue
            both = np.minimum(levels[people, c][:, None], self.required[jobs, c][None, :])
            cells = (people[:, None], jobs[None, :])
            least[cells] += both * self.weight[jobs, c][None, :]
            ratio[cells] += both * self.per_level[jobs, c][None, :]
        return least, ratio


def _steady(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([steady(float(value)) for value in values])
