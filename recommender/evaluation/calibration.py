"""Whether scores and lists keep the measure: uptake by score, and popular trainings in lists.

In: a measured split. Out: ``Reliability`` (does a higher score go with more uptake, and does the
same score mean the same for other people) and shares of lists by how popular the trainings were.
The score is no probability, so it is not held against one: half of the employees say how often
trainings of a range of scores were taken, and the other half whether that holds for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.baselines.base import Scorer
from recommender.evaluation.intervals import DRAWS, Interval
from recommender.evaluation.past import Past
from recommender.evaluation.protocol import blocks
from recommender.evaluation.ranking import NEVER
from recommender.evaluation.splits import Split

MOST_JUDGED = 2_000
"""Of more employees a seeded sample of this size is looked at."""
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
"""Where the ranges of scores are cut; hardly any training is taken below the middle."""
POPULARITY = ("head", "middle", "tail", "untaken")
"""The most taken trainings that make up a third of the past, the next third, the rest, none."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """One range of scores.

    Attributes:
        low, high: score points at its ends; ``None`` where it is open.
        pairs: pairs of employee and training of the second half in it.
        expected: share taken by the first half of employees.
        observed: share taken by the second half, resampled by employee.
    """

    low: float | None
    high: float | None
    pairs: int
    expected: float
    observed: Interval


@dataclass(frozen=True)
class Reliability:
    """Uptake by score.

    Attributes:
        bins: ranges of scores, rising.
        error: mean of |expected − observed|, weighted by pairs.
        overall: share taken among all pairs of the second half.
    """

    bins: tuple[Bin, ...]
    error: float
    overall: float


def reliability(scorer: Scorer, past: Past, held: Split, seed: int) -> Reliability | None:
    """Return uptake by score; ``None`` where there are fewer than two employees to compare.

    Pairs that were taken before or that rules forbid do not count: they are never shown.
    """
    rng = np.random.default_rng(seed)
    place = rng.permutation(len(held.employees))[:MOST_JUDGED]
    halves = [
        _pairs(scorer, past, held, np.sort(half)) for half in np.array_split(place, 2) if len(half)
    ]
    if len(halves) < 2 or any(len(scores) == 0 for _, scores, _ in halves):
        return None
    cuts = np.unique(np.quantile(halves[0][1], QUANTILES, method="higher"))
    (taken, pairs), (later, others) = (_counted(half, cuts) for half in halves)
    use = (pairs.sum(axis=0) > 0) & (others.sum(axis=0) > 0)
    ends = [None, *(float(cut) / 1e6 for cut in cuts), None]
    draws = _resampled(later, others, seed)
    found = []
    for column in np.flatnonzero(use):
        low, high = np.percentile(draws[:, column], [2.5, 97.5])
        observed = float(later[:, column].sum() / others[:, column].sum())
        found.append(
            Bin(
                ends[column],
                ends[column + 1],
                int(others[:, column].sum()),
                float(taken[:, column].sum() / pairs[:, column].sum()),
                Interval(observed, float(low), float(high)),
            )
        )
    weight = sum(own.pairs for own in found)
    error = sum(own.pairs * abs(own.expected - own.observed.value) for own in found)
    return Reliability(
        tuple(found),
        error / weight if weight else 0.0,
        float(later.sum() / max(others.sum(), 1)),
    )


def _pairs(
    scorer: Scorer, past: Past, held: Split, place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Numbers, NDArray[np.bool_]]:
    """Return person (0 …), score and whether taken, of every pair that could be shown."""
    who, what, hit = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0, bool)]
    start = 0
    for block in blocks(place):
        rows = held.employees[block]
        scores = scorer(rows)
        open_ = (past.events.matrix(rows).toarray() == 0) & (scores != NEVER)
        person, item = np.nonzero(open_)
        who.append(person + start)
        what.append(scores[person, item].astype(np.float64))
        hit.append(held.truth.gains[block].toarray()[person, item] > 0)
        start += len(block)
    return np.concatenate(who), np.concatenate(what), np.concatenate(hit)


def _counted(
    half: tuple[NDArray[np.int64], Numbers, NDArray[np.bool_]], cuts: Numbers
) -> tuple[Numbers, Numbers]:
    """Return taken pairs and all pairs per person and range of scores."""
    who, scores, hit = half
    shape = (int(who.max()) + 1, len(cuts) + 1)
    cell = who * shape[1] + np.searchsorted(cuts, scores, side="right")
    size = shape[0] * shape[1]
    return (
        np.asarray(np.bincount(cell, hit, size), np.float64).reshape(shape),
        np.asarray(np.bincount(cell, None, size), np.float64).reshape(shape),
    )


def _resampled(taken: Numbers, pairs: Numbers, seed: int) -> Numbers:
    """Return the share taken per resampling of persons and range of scores."""
    n = len(taken)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return np.asarray((drawn @ taken) / np.maximum(drawn @ pairs, 1.0))


def popularity_of(counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the place in ``POPULARITY`` of each training, by how many took it in the past."""
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    group = np.empty(len(counts), np.int8)
    group[order] = np.minimum(3 * before // max(int(counts.sum()), 1), 2)
    group[counts == 0] = POPULARITY.index("untaken")
    return group


def shares(items: NDArray[np.int64], group: NDArray[np.int8]) -> Mapping[str, float]:
    """Return the share of each group of popularity among items (rows, repeats count)."""
    counts = np.bincount(group[items], minlength=len(POPULARITY))
    total = max(len(items), 1)
    return {name: float(counts[place]) / total for place, name in enumerate(POPULARITY)}


def distance(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the total variation between two mixes, 0 (alike) … 1."""
    return sum(abs(first[name] - second[name]) for name in POPULARITY) / 2
