"""Learned weights of the training ranker, per kind of history, from cuts inside the past.

In: a dataset as known on a day. Out: ``LearntWeights``. Two cuts are used, both in order of time:

* *time*: everything known by the moment when 80 % of the events had happened, against what
  people took afterwards; the only one that has employees without a history;
* *last*: each person's past without the last training, against that training; used where the time
  cut leaves too few employees with a history, and alone where the data have no dates.

What comes after the day plays no part: it is not in the dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.past import Past, past_of
from recommender.evaluation.splits import Kind, split
from recommender.kinds import COLD, HISTORY_KINDS
from recommender.learning.choice import Cases, Floats, fit_choice
from recommender.training_score import Learners, TrainingScorer
from recommender.training_terms import BEHAVIOUR, LEARNT, OWN_HISTORY, TrainingWeights

Outcomes = Callable[[NDArray[np.int64]], NDArray[np.uint8]]
"""Rows of people → outcome of the gates per training, 2 where rules forbid it."""
Lay = Callable[[Past], tuple[TrainingScorer, Callable[[NDArray[np.int64]], Learners], Outcomes]]
"""Lays a past out for scoring."""
_FORBIDDEN = 2
_BLOCK = 256


@dataclass(frozen=True)
class LearningConfig:
    """How weights are learned; the defaults are the documented ones.

    Attributes:
        strength: cases that one standard deviation of distance from the defaults is worth.
        kind_strength: the same for the distance of a kind of history from the common weights.
        least_people: below so many cases nothing is learnt.
        least_warm: with so many employees with a history after the time cut, last trainings are
            not needed; with fewer, these together fill up the number.
        most_cases: employees learned from, per cut; more are sampled by seed.
        most_items: candidates per case; more are sampled, which leaves the estimate consistent.
        gap_share: share of its default that the weight of a gap keeps at least: what people took
            so far does not decide alone what they need. An agency sets it by ``score.balance``.
    """

    strength: float = 3.0
    kind_strength: float = 3.0
    least_people: int = 100
    least_warm: int = 500
    most_cases: int = 2000
    most_items: int = 1000
    gap_share: float = 0.15


@dataclass(frozen=True)
class LearntWeights:
    """Weights per kind of history.

    Attributes:
        by_kind: in the order of ``HISTORY_KINDS``.
        cases: employees learned from, per kind; all 0 where the defaults stand.
    """

    by_kind: tuple[TrainingWeights, ...]
    cases: tuple[int, ...]

    @classmethod
    def defaults(cls, weights: TrainingWeights) -> LearntWeights:
        """The same weights for everybody."""
        return cls((weights,) * len(HISTORY_KINDS), (0,) * len(HISTORY_KINDS))

    @property
    def learnt(self) -> bool:
        """Whether anything was learned."""
        return any(self.cases)

    def as_json(self) -> dict[str, Any]:
        """Return kind → weights, and the cases they were learned from."""
        return {
            "by_kind": {
                kind: asdict(own) for kind, own in zip(HISTORY_KINDS, self.by_kind, strict=True)
            },
            "cases": dict(zip(HISTORY_KINDS, self.cases, strict=True)),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> LearntWeights:
        """Read back what ``as_json`` wrote; an unknown key raises ``TypeError``."""
        return cls(
            tuple(TrainingWeights(**values["by_kind"][kind]) for kind in HISTORY_KINDS),
            tuple(int(values["cases"][kind]) for kind in HISTORY_KINDS),
        )


def learn(past: Past, lay: Lay, defaults: TrainingWeights, config: LearningConfig) -> LearntWeights:
    """Learn the weights; the defaults where the past holds too few cases.

    Parameters:
        past: all that may be known; its ``split`` says which cut the warm are judged by.
        lay: how a cut past becomes a scorer.
    """
    if len(np.unique(past.events.employee)) < config.least_people:
        return LearntWeights.defaults(defaults)
    parts = _parts(past, lay, config)
    count = sum(len(cases) for cases, _ in parts)
    if count < config.least_people:
        return LearntWeights.defaults(defaults)
    prior = np.array([getattr(defaults, name) for name in LEARNT])
    gap = np.array([name.startswith("gap") for name in LEARNT])
    least = np.where(gap, prior * config.gap_share, 0.0)
    nothing = np.zeros(len(LEARNT), bool)
    common = fit_choice([cases for cases, _ in parts], prior, least, nothing, config.strength)
    steady = np.array([name not in BEHAVIOUR for name in LEARNT])
    own_past = np.array([name in OWN_HISTORY for name in LEARNT])
    # What all weigh when nobody's history is looked at: where the weights of the cold start from.
    blind = fit_choice(
        [cases for cases, _ in parts],
        np.where(own_past, 0.0, common),
        least,
        steady | own_past,
        config.strength,
    )
    found, sizes = [], []
    for kind, name in enumerate(HISTORY_KINDS):
        own = [cases.part(kinds == kind) for cases, kinds in parts]
        own = [cases for cases in own if len(cases)]
        start = np.where(own_past, common, blind) if name == COLD else common
        weights = fit_choice(own, start, least, steady, config.kind_strength)
        found.append(_rounded(weights, defaults))
        sizes.append(sum(len(cases) for cases in own))
    return LearntWeights(tuple(found), tuple(sizes))


def _rounded(weights: Floats, defaults: TrainingWeights) -> TrainingWeights:
    """Weights with three decimals: finer differences are noise of the data and of the machine."""
    learnt = {name: round(float(w), 3) for name, w in zip(LEARNT, weights, strict=True)}
    return TrainingWeights(**{**asdict(defaults), **learnt})


def _parts(past: Past, lay: Lay, config: LearningConfig) -> list[tuple[Cases, NDArray[np.int8]]]:
    dated = bool((~np.isnat(past.events.at)).any())
    parts: list[tuple[Cases, NDArray[np.int8]]] = []
    if dated:
        parts += _cases(past, "time", lay, config, cold_too=True)
    if past.split == "last":  # those with a history are judged by their last training alone
        parts = [(cases.part(kinds == 0), kinds[kinds == 0]) for cases, kinds in parts]
        return [*parts, *_cases(past, "last", lay, config, cold_too=not dated)]
    warm = sum(int((kinds > 0).sum()) for _, kinds in parts)
    if warm < config.least_warm:
        others = _cases(past, "last", lay, config, cold_too=not dated)
        count = sum(len(cases) for cases, _ in others)
        share = min((config.least_warm - warm) / max(count, 1), 1.0)
        parts += [(cases.weighing(share), kinds) for cases, kinds in others]
    return parts


def _cases(
    past: Past, kind: Kind, lay: Lay, config: LearningConfig, *, cold_too: bool
) -> list[tuple[Cases, NDArray[np.int8]]]:
    held = split(past.events, kind, past.seed)
    if len(held.employees) == 0 or len(held.past) == 0:
        return []
    rng = np.random.default_rng(past.seed)
    held = held.sample(config.most_cases, rng)
    before = past_of(past.dataset, held, as_of=past.as_of, seed=past.seed)
    scorer, learners, outcomes = lay(before)
    place = scorer.snapshot.people.index.rows
    rows = np.array([place[held.past.employees[e]] for e in held.employees], np.int64)
    columns = np.array([scorer.snapshot.trainings.index.rows[c] for c in held.past.items])
    kinds = scorer.kinds[rows]
    parts = []
    for start in range(0, len(rows), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(rows)))
        truth = np.zeros((len(block), scorer.n))
        truth[:, columns] = held.truth.gains[block].toarray()
        seen = np.zeros((len(block), scorer.n), bool)
        seen[:, columns] = held.past.matrix(held.employees[block]).toarray() > 0
        possible = (outcomes(rows[block]) < _FORBIDDEN) & ~seen
        chosen = _candidates(truth, config.most_items, rng)
        cases = _laid(scorer, learners(rows[block]), truth, possible, chosen)
        told = cases.taken.sum(axis=1) > 0
        told &= cold_too | (kinds[block] > 0)
        parts.append((cases.part(told), kinds[block][told]))
    return parts


def _laid(
    scorer: TrainingScorer,
    people: Learners,
    truth: Floats,
    possible: NDArray[np.bool_],
    chosen: NDArray[np.int64],
) -> Cases:
    own = scorer.components(people)
    features = np.stack([own[name][:, chosen] for name in LEARNT], axis=-1).astype(np.float32)
    taken = np.where(possible, truth, 0.0)[:, chosen] > 0
    total = np.maximum(taken.sum(axis=1, keepdims=True), 1)
    return Cases(
        features, scorer.policy(people)[:, chosen], taken / total, possible[:, chosen] | taken
    )


def _candidates(truth: Floats, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the items a block is compared over: all that anybody took, and a sample of others."""
    taken = np.flatnonzero(truth.any(axis=0))
    others = np.setdiff1d(np.arange(truth.shape[1]), taken)
    if len(others) > most:
        others = rng.choice(others, most, replace=False)
    return np.sort(np.concatenate([taken, others]))
