"""Profiles against standards: cosine, match, deficit and surplus, in exact whole numbers.

Levels are whole milli-levels and weights whole milli-weights, so every sum over competencies is
an integer below 2⁵³: BLAS may add in any order and one person's answer equals the batch's.

The form of the cosine follows the data, column by column and without a switch:

* a competency that most jobs ask for (a dense column) is centred over jobs, because what is common
  to all tells nothing; one that few ask for keeps its level, because asking for it at all tells;
* the sparser the whole framework, the more a rare competency weighs (as in inverse document
  frequency): in a framework where all ask for all, rarity does not exist, and levels are
  comparable as they are;
* the sparser it is, the more competencies of kin count for each other (``similarity.kinship``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.kernels import choose
from recommender.similarity.kinship import KIN_UNIT, kinship, no_kinship
from recommender.spread import NOISE, steady
from recommender.standards import Standards

DENSE_SHARE = 0.5
"""A column asked for by more than this share of the jobs with requirements is dense."""
VECTOR_UNIT = 1 << 14
RATIO_UNIT = 1_000_000

Exact = NDArray[np.float64]
"""Float64 arrays that hold whole numbers below 2⁵³."""


@dataclass(frozen=True)
class ProfileSpace:
    """The learned centre, scale and kinship of the competency columns.

    Attributes:
        centre, scale: float64 ``[n_competencies]`` in milli-levels; centre 0 for sparse columns.
        common: the usual scale, also of competencies met after fitting.
        kin: int64 CSR ``[n_competencies, n_competencies]``, how much one counts for another.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    common: float
    kin: sp.csr_matrix

    @classmethod
    def fit(cls, required: Ints, documents: Sequence[str] = ()) -> ProfileSpace:
        """Learn from what jobs ask for and from what competencies are called.

        Parameters:
            required: milli-levels ``[n_jobs, n_competencies]``, −1 not asked.
            documents: name and description of each competency; without them there is no kin.
        """
        asked = required > UNKNOWN
        asked = asked[asked.any(axis=1)]
        level = np.where(asked, required[(required > UNKNOWN).any(axis=1)], 0).astype(np.float64)
        count = asked.sum(axis=0)
        n = max(len(asked), 1)
        dense = count > DENSE_SHARE * n
        centre = np.where(dense, level.sum(axis=0) / np.maximum(count, 1), 0.0)
        energy = (np.where(asked, level - centre, 0.0) ** 2).sum(axis=0) / n
        used = count > 0
        common = float(np.sqrt(energy[used].mean())) if used.any() else 0.0
        common = common if common > NOISE else float(MILLI)
        size = np.sqrt(energy) / common
        tells = size > NOISE
        rarity = 1.0 - _density(count, n)
        scale = np.where(tells, common * np.where(tells, size, 1.0) ** rarity, common)
        # A dense column without spread says nothing about anybody: infinite scale, zero value.
        scale = np.where(dense & ~tells, np.inf, scale)
        kin = kinship(documents, rarity) if len(documents) else no_kinship(len(count))
        return cls(_steady(centre), _steady(scale), steady(common), kin)

    def aligned(self, old: Ints) -> ProfileSpace:
        """Return the space for other competencies: old column of each, −1 for a new one."""
        new = np.flatnonzero(old >= 0)
        shape = (len(old), len(self.centre))
        place = sp.csr_matrix((np.ones(len(new), np.int64), (new, old[new])), shape)
        return ProfileSpace(
            np.append(self.centre, 0.0)[old],
            np.append(self.scale, self.common)[old],
            self.common,
            sp.csr_matrix(place @ self.kin @ place.T),
        )

    def vectors(self, levels: Ints) -> Exact:
        """Return whole-number vectors of levels ``[n, n_competencies]``; unknown gives 0."""
        with np.errstate(invalid="ignore"):
            value = (levels - self.centre) / self.scale
        value = np.rint(np.nan_to_num(value, nan=0.0, posinf=0.0, neginf=0.0) * VECTOR_UNIT)
        return np.where(levels > UNKNOWN, value, 0.0)

    def with_kin(self, vectors: Exact) -> Exact:
        """Return what each vector is worth in every competency, its kin's part included."""
        if self.kin.nnz == 0:
            return vectors
        lent = np.asarray(self.kin.dot(vectors.T).T)  # kinship is symmetric
        return np.rint(vectors + lent / KIN_UNIT)


def _density(count: NDArray[np.int64], n: int) -> float:
    """Return the share of jobs that ask for a competency, averaged over those asked for at all."""
    used = count[count > 0]
    return float(used.mean()) / n if len(used) else 1.0


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
        vectors = space.vectors(self.required)
        self.vectors = space.with_kin(vectors)
        self.norms = _lengths(vectors, self.vectors)
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
        own, length = self.people(levels)
        norms = length[:, None] * self.norms[None, :]
        cosine = np.divide(own @ self.vectors.T, norms, out=np.zeros_like(norms), where=norms > 0)
        weight = np.maximum(self.weight.sum(axis=1), 1.0)[None, :]
        matched = self.match_weight.sum(axis=1)[None, :]
        known_weight = known @ self.match_weight.T
        match = _match(ratio, known_weight)
        whole = np.maximum(matched, 1.0)
        low = ratio / (whole * RATIO_UNIT)
        high = low + (matched - known_weight) / whole
        return Fit(
            cosine=np.clip(cosine, -1.0, 1.0),
            match=match,
            match_low=np.minimum(low, 1.0),
            match_high=np.minimum(high, 1.0),
            coverage=known_weight / whole,
            deficit=(known @ self.weighted_level.T - least) / (weight * MILLI),
            surplus=(h @ self.weight.T - least) / (weight * MILLI),
        )

    def best_match(self, levels: Ints) -> NDArray[np.int64]:
        """Return the place of the standard that each person matches best.

        Nothing known counts as less than any match; of equals the first is taken.
        """
        if choose.compiled(len(levels), 1):
            return self._compiled_match(levels)
        known = (levels > UNKNOWN).astype(np.float64)
        _, ratio = self._overlap(levels)
        match = _match(ratio, known @ self.match_weight.T)
        best: NDArray[np.int64] = np.argmax(np.nan_to_num(match, nan=-1.0), axis=1)
        return best

    def _compiled_match(self, levels: Ints) -> NDArray[np.int64]:
        from recommender.kernels.matching import best_match

        row, column = np.nonzero(self.match_weight > 0)
        found = np.zeros(len(levels), np.int64)
        best_match(
            np.ascontiguousarray(levels, np.int32),
            np.searchsorted(row, np.arange(len(self.required) + 1)).astype(np.int64),
            column.astype(np.int32),
            self.required[row, column].astype(np.int32),
            self.match_weight[row, column].astype(np.int64),
            self.per_level[row, column].astype(np.int64),
            float(RATIO_UNIT),
            found,
        )
        return found

    def people(self, levels: Ints) -> tuple[Exact, NDArray[np.float64]]:
        """Return the vectors of people by their levels, and the lengths of these."""
        own = self.space.vectors(levels)
        return own, _lengths(own, self.space.with_kin(own))

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


def _match(ratio: Exact, known_weight: Exact) -> NDArray[np.float64]:
    return np.divide(
        ratio,
        known_weight * RATIO_UNIT,
        out=np.full_like(ratio, np.nan),
        where=known_weight > 0,
    )


def _lengths(vectors: Exact, with_kin: Exact) -> NDArray[np.float64]:
    """Return the length of each vector where kin count for each other."""
    found: NDArray[np.float64] = np.sqrt(np.maximum((vectors * with_kin).sum(axis=1), 0.0))
    return found


def _steady(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([steady(float(value)) for value in values])
