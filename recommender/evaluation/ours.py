"""The product's own method under the same protocol as the baselines.

In: a past (or a role task). Out: scores in whole micro-points, with the columns in the order the
protocol uses. For trainings the rules come first, as in a published list: what they forbid is
never shown. A job taken as a person has no facts for rules, so roles are judged by score alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from recommender.engine import Engine
from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.baselines.roles import RoleMethod, RoleTask
from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import NEVER, Scores
from recommender.model import EngineConfig
from recommender.rank import FORBIDDEN
from recommender.role_learning import LEAST_SOURCES, MOVES, learn_weights

NAME = "selaras"
FOLDS = 5


def reordered(
    scores: NDArray[np.int64], have: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.int64]:
    """Return the columns of ``scores`` in the order of ``wanted``; all of them must be there."""
    place = {code: column for column, code in enumerate(have)}
    return scores[:, [place[code] for code in wanted]]


class Fitted:
    """The engine fitted on a past, as a scorer; by term as well, for ablations."""

    def __init__(self, past: Past, config: EngineConfig | None = None) -> None:
        self.engine = Engine.fitted(
            past.dataset, as_of=past.as_of, seed=past.seed, split=past.split, config=config
        )
        self._past = past

    def __call__(self, rows: Rows) -> Scores:
        """Return the scores of all trainings, ``NEVER`` where rules forbid one."""
        ids = [self._past.events.employees[row] for row in rows]
        scores, codes = self.engine.scores("training", ids)
        scores = np.where(self._outcomes(rows) >= FORBIDDEN, NEVER, scores)
        return reordered(scores, codes, self._past.events.items)

    def terms(self, rows: Rows) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.bool_]]:
        """Return each term's micro-points, and which trainings rules forbid."""
        facts = self.engine.prepared.facts
        terms = self.engine.prepared.trainings.terms(facts.learners(self._people(rows)))
        codes = self.engine.snapshot.trainings.index.codes
        wanted = self._past.events.items
        found = {name: reordered(points, codes, wanted) for name, points in terms.items()}
        forbidden = (self._outcomes(rows) >= FORBIDDEN).astype(np.int64)
        return found, reordered(forbidden, codes, wanted).astype(bool)

    def _people(self, rows: Rows) -> Rows:
        person = self.engine.snapshot.people.index.rows
        return np.array([person[self._past.events.employees[row]] for row in rows], np.int64)

    def _outcomes(self, rows: Rows) -> NDArray[np.uint8]:
        return self.engine.eligibility.training.outcomes(self._people(rows))


def _trainings(past: Past, params: Params) -> Scorer:
    return Fitted(past)


def _default_roles(task: RoleTask) -> Scores:
    engine = Engine.fitted(task.dataset, as_of=task.as_of, seed=task.seed)
    scores, codes = engine.role_scores_for_jobs([task.jobs[row] for row in task.sources])
    return reordered(scores, codes, task.jobs)


def role_terms(task: RoleTask) -> Mapping[str, NDArray[np.int64]]:
    """Return each term's micro-points ``[n_sources, n_jobs]``, weights learned by folds.

    Each fold of sources has the weights that no pair with one of its sources has taught.
    """
    engine = Engine.fitted(task.dataset, as_of=task.as_of, seed=task.seed)
    rows = np.array([engine.snapshot.jobs.index.rows[code] for code in task.jobs], np.int32)
    scorer = engine.prepared.roles
    sources, candidates = rows[task.sources], scorer.only(rows)
    seekers = scorer.incumbents(sources, engine.snapshot.jobs.required[sources])
    terms = candidates.terms(seekers)
    found = {name: np.zeros((len(sources), len(rows)), np.int64) for name in terms}
    for judged, gains in _lessons(task):
        weights, _ = learn_weights(terms, gains, task.sources, scorer.weights, (MOVES,))
        for name, points in candidates.weighed(weights).terms(seekers).items():
            found[name][judged] = points[judged]
    return found


def _roles(task: RoleTask) -> Scores:
    total: NDArray[np.int64] = np.sum(np.stack(list(role_terms(task).values())), axis=0)
    return total


def role_weights(task: RoleTask) -> dict[str, dict[str, float]]:
    """Return the default weights of roles, and those that all known moves together teach."""
    engine = Engine.fitted(task.dataset, as_of=task.as_of, seed=task.seed)
    rows = np.array([engine.snapshot.jobs.index.rows[code] for code in task.jobs], np.int32)
    scorer = engine.prepared.roles
    sources = rows[task.sources]
    seekers = scorer.incumbents(sources, engine.snapshot.jobs.required[sources])
    terms = scorer.only(rows).terms(seekers)
    learnt, _ = learn_weights(terms, task.gains.toarray(), task.sources, scorer.weights, (MOVES,))
    return {"default": asdict(scorer.weights), "all": asdict(learnt)}


def _lessons(task: RoleTask) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.float64]]]:
    """Yield each fold of sources with the known moves that join none of them, mirrors included."""
    fold = np.random.default_rng(task.seed).permutation(len(task.sources)) % FOLDS
    for held in range(FOLDS):
        judged = fold == held
        gains = np.where(judged[:, None], 0.0, task.gains.toarray())
        gains[:, task.sources[judged]] = 0.0
        yield judged, gains


def taught_folds(task: RoleTask) -> int:
    """Return how many of the folds are judged by learned weights; the others by the defaults."""
    sources = [int((gains > 0).any(axis=1).sum()) for _, gains in _lessons(task)]
    return sum(n >= LEAST_SOURCES for n in sources)


TRAINING_METHOD = Method(NAME, _trainings, ours=True)
ROLE_METHOD = RoleMethod(NAME, _roles, ours=True)
ROLE_DEFAULTS = RoleMethod(f"{NAME}-defaults", _default_roles, ours=True)
