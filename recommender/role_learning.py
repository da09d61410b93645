"""Weights of the role terms, learned from known good moves between posts, or from moves made.

In: the terms of each source job's own standard under the defaults, and the gains of its targets.
Out: the weights. Each weight is searched for the highest mean NDCG less a penalty on its squared
log distance from the documented default; the penalty shrinks with the number of sources. How far
the found weights are then believed, wholly, half-way or not at all, is what ranks best for sources
that have not taught them: few or disagreeing pairs leave the defaults as they are.
Likeness of the profile keeps its weight, so the scale of the score stays; signs never turn.

Known good moves (``role_pairs``) come first. They may have been drawn from the job histories, so
they say nothing of how much those are worth: *moves* keeps its default. Without them the later
moves that people made teach, beside a table of the earlier ones alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.entities import Jobs
from recommender.results import MICRO
from recommender.role_score import RoleScorer, RoleWeights
from recommender.similarity.gaps import Micro
from recommender.similarity.moves import Moved, MoveModel
from recommender.spread import NOISE

MOVES = "moves"
EARLIER = 0.8
"""Share of the moves that is known beforehand when the later ones teach."""
LEAST_SOURCES = 30
"""With fewer sources nothing is learned: one unusual move would decide."""
MOST_SOURCES = 500
"""More sources sharpen nothing that matters; a seeded sample is taken."""
CUT = 10
SHRINKAGE = 0.5
"""NDCG, summed over sources, that a weight must earn for a squared log distance of one."""
STEPS = (2.0, 1.4, 1.2)
ROUNDS = 6
TRIALS = 5
"""Parts of the sources; each is judged by what the others teach."""
TRUST = (0.5, 1.0)
SURE = 2.0
"""Standard errors by which learned weights have to be ahead of the defaults."""

Gains = NDArray[np.float64]


def learn_weights(
    terms: Mapping[str, Micro],
    gains: Gains,
    own: NDArray[np.int64],
    defaults: RoleWeights,
    kept: Collection[str] = (),
) -> tuple[RoleWeights, int]:
    """Return the weights that rank the known targets best, and how many sources taught them.

    Parameters:
        terms: micro-points ``[n_sources, n_jobs]`` under the defaults.
        gains: gain of each target, same shape, 0 for no known move.
        own: column of the source itself, which is never suggested.
        kept: terms whose weight stays as it is.
    """
    use = np.flatnonzero((gains > 0).any(axis=1))
    if len(use) < LEAST_SOURCES:
        return defaults, 0
    free = tuple(n for n, p in terms.items() if n not in ("similarity", *kept) and p.any())
    fixed = np.sum([p[use] for n, p in terms.items() if n not in free], axis=0) / MICRO
    lesson = Lesson(fixed, {name: terms[name][use] / MICRO for name in free}, gains[use], own[use])
    trust = _trust(lesson)
    if trust == 0:
        return defaults, len(use)
    factor = {name: times**trust for name, times in _searched(lesson).items()}
    learnt = {name: round(w * factor.get(name, 1.0), 6) for name, w in asdict(defaults).items()}
    return RoleWeights(**learnt), len(use)


@dataclass(frozen=True)
class Lesson:
    """What weights are learned from, in points under the defaults, ``[n_sources, n_jobs]`` each.

    Attributes:
        fixed: sum of the terms that keep their weight.
        parts: the other terms.
        gain: gains of the known targets.
        own: column of each source itself.
    """

    fixed: NDArray[np.float64]
    parts: Mapping[str, NDArray[np.float64]]
    gain: Gains
    own: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> Lesson:
        """Return what these sources teach."""
        parts = {name: points[rows] for name, points in self.parts.items()}
        return Lesson(self.fixed[rows], parts, self.gain[rows], self.own[rows])

    def without(self, sources: NDArray[np.int64]) -> Lesson:
        """Return the lesson without moves out of or into these sources."""
        gain = self.gain.copy()
        gain[:, sources] = 0.0
        kept = ~np.isin(self.own, sources) & (gain > 0).any(axis=1)
        return replace(self, gain=gain).of(kept)

    def quality(self, factor: Mapping[str, float]) -> Gains:
        """Return each source's NDCG with each part times its factor."""
        total = self.fixed + sum(factor[name] * points for name, points in self.parts.items())
        return ndcg(total, self.gain, self.own)


def _searched(lesson: Lesson) -> dict[str, float]:
    """Return how many times its default each weight is best, by coordinates."""
    n = len(lesson.own)
    factor = dict.fromkeys(lesson.parts, 1.0)
    total = lesson.fixed + sum(lesson.parts.values())
    best = float(ndcg(total, lesson.gain, lesson.own).mean())
    for step in STEPS:
        for _ in range(ROUNDS):
            before = dict(factor)
            for name, points in lesson.parts.items():
                for times in (step, 1 / step):
                    tried = total + (times - 1) * factor[name] * points
                    moved = {**factor, name: factor[name] * times}
                    distance = sum(math.log(m) ** 2 for m in moved.values())
                    found = float(ndcg(tried, lesson.gain, lesson.own).mean())
                    found -= SHRINKAGE * distance / n
                    if found > best + NOISE:
                        factor = moved
                        total, best = tried, found
                        break
            if factor == before:
                break
    return factor


def _trust(lesson: Lesson) -> float:
    """Return how far learned weights help sources that have not taught them: 0, a half or 1.

    They have to be ahead of the defaults by more than chance: what a few dozen sources seem to
    teach is mostly noise, and the defaults are what experience with other data says.
    """
    sources = np.unique(lesson.own)
    fold = np.random.default_rng(0).permutation(len(sources)) % TRIALS
    ahead: dict[float, list[Gains]] = {trust: [] for trust in TRUST}
    for held in range(TRIALS):
        away = sources[fold == held]
        teaching, judged = lesson.without(away), lesson.of(np.isin(lesson.own, away))
        if len(teaching.own) == 0 or len(judged.own) == 0:
            continue
        factor = _searched(teaching)
        plain = judged.quality(dict.fromkeys(factor, 1.0))
        for trust, found in ahead.items():
            part = {name: times**trust for name, times in factor.items()}
            found.append(judged.quality(part) - plain)
    best, most = 0.0, 0.0
    for trust, parts in ahead.items():
        gain = np.concatenate(parts) if parts else np.zeros(1)
        error = float(gain.std()) / math.sqrt(len(gain))
        mean = float(gain.mean())
        if mean - SURE * error > NOISE and mean > most + NOISE:
            best, most = trust, mean
    return best


def learn_from_pairs(
    scorer: RoleScorer,
    gains: Gains,
    sources: NDArray[np.int32],
    seed: int,
    kept: Collection[str] = (MOVES,),
) -> tuple[RoleWeights, int]:
    """Learn with every job that asks for a level as a candidate.

    Parameters:
        gains: ``[n_sources, n_jobs]`` over all jobs.
        sources: rows of the jobs taken as people.
        kept: terms whose weight stays as it is.
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
    return learn_weights(terms, gains[use][:, columns], own, scorer.weights, kept)


def learn_from_moves(
    scorer: RoleScorer, moved: Moved, jobs: Jobs, seed: int
) -> tuple[RoleWeights, int]:
    """Learn from the later fifth of dated moves, each a source, beside the earlier ones."""
    moved = moved.part(~np.isnat(moved.at))
    if len(moved.at) < LEAST_SOURCES:
        return scorer.weights, 0
    days = np.sort(moved.at)
    later = moved.at > days[int(EARLIER * len(days))]
    before = scorer.moving(MoveModel.fit(moved.part(~later), jobs))
    after = moved.part(later)
    if len(after.at) > MOST_SOURCES:
        chosen = np.random.default_rng(seed).choice(len(after.at), MOST_SOURCES, replace=False)
        after = after.part(np.isin(np.arange(len(after.at)), chosen))
    gains = np.zeros((len(after.source), len(jobs)))
    gains[np.arange(len(after.source)), after.target] = 1.0
    return learn_from_pairs(before, gains, after.source, seed, kept=())


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
