"""One estimate per person and competency from all evidence, with its standard error and interval.

In: evidence rows and ``Errors``. Out: ``Estimates``. Rows are weighed by how exact their source
is and how old they are, after its leniency is taken off. Without evidence there is no estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from recommender.columns import MILLI
from recommender.estimate.sources import SCALE, Errors, Floats, Observations, Rows
from recommender.snapshot import Snapshot


@dataclass(frozen=True)
class Estimates:
    """Estimates of the known pairs, ordered by pair; levels are on the competency's own scale.

    Attributes:
        pair: person × ``n_competencies`` + competency.
        level, error: estimate and standard error.
        low, high: the interval, within 0 and the highest level.
    """

    pair: Rows
    level: Floats
    error: Floats
    low: Floats
    high: Floats
    n_competencies: int
    errors: Errors

    @classmethod
    def of(cls, snapshot: Snapshot, errors: Errors) -> Estimates:
        """Estimate everybody with the errors that a model learnt."""
        pair, level, error = combine(Observations.of(snapshot), errors)
        n = len(snapshot.competencies)
        top = snapshot.max_level[pair % max(n, 1)] / MILLI
        level, error = np.clip(level * top / SCALE, 0.0, top), error * top / SCALE
        half = NormalDist().inv_cdf(0.5 + errors.interval / 2) * error
        low, high = np.clip(level - half, 0.0, top), np.clip(level + half, 0.0, top)
        return cls(pair, level, error, low, high, n, errors)

    def entry(self, person: int, competency: int) -> int | None:
        """Return the entry of one pair, ``None`` where nothing is known."""
        wanted = person * self.n_competencies + competency
        found = int(np.searchsorted(self.pair, wanted))
        return found if found < len(self.pair) and self.pair[found] == wanted else None


def combine(seen: Observations, errors: Errors) -> tuple[Rows, Floats, Floats]:
    """Return pairs, levels and standard errors: the mean weighed by one over the variance."""
    age = np.where(np.isnan(seen.age), errors.undated_age_years, seen.age)
    variance = np.array(errors.error)[seen.source] ** 2 + errors.drift * age
    weight = 1.0 / variance
    level = seen.level - np.array(errors.bias)[seen.source]
    pair, start = np.unique(seen.pair, return_index=True)
    if not len(pair):
        return pair, np.zeros(0), np.zeros(0)
    # Measured from each pair's first row: one row alone gives exactly its own level.
    base = level[start]
    place = np.searchsorted(pair, seen.pair)
    total = np.add.reduceat(weight, start)
    moved = np.add.reduceat(weight * (level - base[place]), start) / total
    return pair, base + moved, 1.0 / np.sqrt(total)
