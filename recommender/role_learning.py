"""Weights of the role terms, learned from known good moves between posts.

In: the terms of each source job's own standard under the defaults, and the gains of its targets.
Out: the weights. Each weight is searched for the highest mean NDCG less a penalty on its squared
log distance from the documented default; the penalty shrinks with the number of sources, so that
few or disagreeing pairs leave the defaults nearly as they are.
Likeness of the profile keeps its weight, so the scale of the score stays; signs never turn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.results import MICRO
from recommender.role_score import RoleScorer, RoleWeights
from recommender.similarity.gaps import Micro
from recommender.spread import NOISE

LEAST_SOURCES = 30
"""With fewer sources nothing is learned: one unusual move would decide."""
MOST_SOURCES = 500
"""More sources sharpen nothing that matters; a seeded sample is taken."""
CUT = 10
SHRINKAGE = 0.5
"""NDCG, summed over sources, that a weight must earn for a squared log distance of one."""
STEPS = (2.0, 1.4, 1.2)
ROUNDS = 6

Gains = NDArray[np.float64]


def learn_weights(
    terms: Mapping[str, Micro], gains: Gains, own: NDArray[np.int64], defaults: RoleWeights
) -> tuple[RoleWeights, int]:
    """Return the weights that rank the known targets best, and how many sources taught them.

    Parameters:
        terms: micro-points ``[n_sources, n_jobs]`` under the defaults.
        gains: gain of each target, same shape, 0 for no known move.
        own: column of the source itself, which is never suggested.
    """
    use = np.flatnonzero((gains > 0).any(axis=1))
    if len(use) < LEAST_SOURCES:
        return defaults, 0
    names = [name for name, points in terms.items() if name != "similarity" and points.any()]
    parts = {name: terms[name][use] / MICRO for name in names}
    gain, self_ = gains[use], own[use]
    factor = dict.fromkeys(names, 1.0)
    total = np.sum([terms["similarity"][use] / MICRO, *parts.values()], axis=0)
    best = float(ndcg(total, gain, self_).mean())
    for step in STEPS:
        for _ in range(ROUNDS):
            before = dict(factor)
            for name in names:
                for times in (step, 1 / step):
                    tried = total + (times - 1) * factor[name] * parts[name]
                    moved = {**factor, name: factor[name] * times}
                    distance = sum(math.log(m) ** 2 for m in moved.values())
                    found = float(ndcg(tried, gain, self_).mean()) - SHRINKAGE * distance / len(use)
                    if found > best + NOISE:
                        factor = moved
                        total, best = tried, found
                        break
            if factor == before:
                break
    learnt = {name: round(w * factor.get(name, 1.0), 6) for name, w in asdict(defaults).items()}
    return RoleWeights(**learnt), len(use)


def learn_from_pairs(
    scorer: RoleScorer, gains: Gains, sources: NDArray[np.int32], seed: int
) -> tuple[RoleWeights, int]:
    """Learn with every job that asks for a level as a candidate.

    Parameters:
        gains: ``[n_sources, n_jobs]`` over all jobs.
        sources: rows of the jobs taken as people.
    """
    required = scorer.standards.required[: scorer.standards.n_jobs]
    described = np.asarray((required > UNKNOWN).any(axis=1))
    use = np.flatnonzero(described[sources])
    if len(use) > MOST_SOURCES:
        use = np.sort(np.random.default_rng(seed).choice(use, MOST_SOURCES, replace=False))
    if len(use) < LEAST_SOURCES:
        return scorer.weights, 0
    columns = np.flatnonzero(described).astype(np.int32)
    rows = sources[use]
    seekers = scorer.incumbents(rows, scorer.standards.required[rows])
    terms = scorer.only(columns).terms(seekers)
    own = np.searchsorted(columns, rows)
    return learn_weights(terms, gains[use][:, columns], own, scorer.weights)


def ndcg(scores: NDArray[np.float64], gains: Gains, own: NDArray[np.int64]) -> Gains:
    """Return NDCG of each source's first ten, ``[n_sources]``."""
    rows = np.arange(len(scores))[:, None]
    ranked = scores.copy()
    ranked[rows[:, 0], own] = -np.inf
    cut = min(CUT, scores.shape[1])
    first = np.argpartition(-ranked, cut - 1, axis=1)[:, :cut]
    first.sort(axis=1)
    first = np.take_along_axis(
        first, np.argsort(-ranked[rows, first], axis=1, kind="stable"), axis=1
    )
    discount = 1 / np.log2(np.arange(2, cut + 2))
    ideal = -np.sort(-gains, axis=1)[:, :cut] @ discount
    found: Gains = (gains[rows, first] @ discount) / np.maximum(ideal, 1e-12)
    return found
