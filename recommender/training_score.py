"""Stage 6a: the score of a training for a person, as a sum of whole micro-points per term.

gap now + gap next + duties + history + peers + priority + fresh − burden. Terms that need the
person's levels, the post's texts or a history are 0 where these are not known. Each is scaled by
a constant learned at fit, never by the list being ranked, so adding or hiding a training changes
no other score.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.results import MICRO
from recommender.similarity import gaps
from recommender.similarity.gaps import Micro, StepLimits, Target
from recommender.similarity.history import (
    RECENCY,
    SHARE,
    HistoryConfig,
    HistoryModel,
    first_completions,
    own_weights,
    peer_shares,
)
from recommender.similarity.text import MICRO_SIMILARITY, TextSpace, similarities, transposed
from recommender.snapshot import Snapshot
from recommender.spread import centre, spread
from recommender.standards import Standards
from recommender.units import UnitTree

TRAINING_TERMS = (
    "gap_now",
    "gap_next",
    "duties",
    "history",
    "peers",
    "priority",
    "fresh",
    "burden",
)
FRESH_DAYS = 365
FULL_BURDEN_HOURS = 120.0
FULL_BURDEN_RUPIAH = 25_000_000.0


@dataclass(frozen=True)
class TrainingWeights:
    """Weights of the terms: in standard deviations, points for fresh and burden.

    Their values come from the rule ``score.training``.
    """

    gap_now: float
    gap_next: float
    duties: float
    history: float
    peers: float
    priority: float
    fresh: float
    burden: float


@dataclass(frozen=True)
class TrainingConstants:
    """Mean and spread of the standardised terms over a seeded sample of people.

    A spread of 0 switches its term off.
    """

    gap_spread: float
    duties_mean: float
    duties_spread: float
    history_spread: float
    peers_mean: float
    peers_spread: float
    priority_spread: float


UNIT = TrainingConstants(1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0)
"""Constants under which terms are their raw values; used while learning the real ones."""


@dataclass(frozen=True)
class Learners:
    """A block of people for whom trainings are scored.

    Attributes:
        rows: row numbers of the people.
        levels: milli-levels ``[n, n_competencies]``, −1 unknown.
        now, following: rows in ``Standards`` of the present and the next post, −1 none.
        job, tier, unit: rows and positions, −1 unknown.
    """

    rows: NDArray[np.int64]
    levels: Ints
    now: Ints
    following: Ints
    job: Ints
    tier: Ints
    unit: Ints


class TrainingScorer:
    """Scores the whole catalogue for blocks of people; made once per snapshot and model."""

    def __init__(
        self,
        snapshot: Snapshot,
        standards: Standards,
        tree: UnitTree,
        text: TextSpace,
        history: HistoryModel,
        history_config: HistoryConfig,
        limits: StepLimits,
        constants: TrainingConstants,
        weights: TrainingWeights,
    ) -> None:
        self.snapshot = snapshot
        self.standards = standards
        self.limits = limits
        self.constants = constants
        self.weights = weights
        self.history = history
        self.history_config = history_config
        self.n = len(snapshot.trainings)
        self.outcomes = gaps.outcomes_by_competency(snapshot.trainings)
        self.job_documents = text.vectors(job_documents(snapshot))
        self.training_documents = text.vectors(training_documents(snapshot))
        self._turned = transposed(self.training_documents)
        self.firsts = first_completions(snapshot.events)
        self.priorities = Priorities.of(snapshot, tree)
        self.shared = self._shared_terms()
        self._duties: dict[int, NDArray[np.int32]] = {}

    def only(self, columns: Ints) -> TrainingScorer:
        """Return a scorer of these trainings alone; each gets the score it gets among all."""
        part = copy.copy(self)
        part.n = len(columns)
        part.outcomes = gaps.outcomes_of(self.outcomes, columns)
        part.history = self.history.columns(columns)
        part._turned = transposed(self.training_documents[columns])
        part.shared = {name: values[columns] for name, values in self.shared.items()}
        part._duties = {}
        return part

    def with_people(
        self, snapshot: Snapshot, standards: Standards, tree: UnitTree
    ) -> TrainingScorer:
        """Return a scorer of the same catalogue for other people on another day.

        Parameters:
            snapshot: one with the same trainings and posts, row by row.
        """
        other = copy.copy(self)
        other.snapshot, other.standards = snapshot, standards
        other.firsts = first_completions(snapshot.events)
        other.priorities = Priorities.of(snapshot, tree)
        other.shared = other._shared_terms()
        return other

    def terms(self, people: Learners) -> dict[str, Micro]:
        """Return int64 micro-points ``[n_people, n_trainings]`` per term."""
        n = len(people.rows)
        shape = (n, self.n)
        return {
            "gap_now": gaps.total(n, self.n, self.gap_shares(people, "gap_now")),
            "gap_next": gaps.total(n, self.n, self.gap_shares(people, "gap_next")),
            "duties": self._duties_term(people.job),
            "history": self._history_term(people),
            "peers": self._peers_term(people),
            "priority": gaps.total(n, self.n, self.priority_shares(people)),
            "fresh": np.broadcast_to(self.shared["fresh"], shape),
            "burden": np.broadcast_to(self.shared["burden"], shape),
        }

    def gap_shares(self, people: Learners, term: str) -> gaps.Shares:
        """Yield the gap term's shares by competency (see ``gaps.shares``)."""
        now = term == "gap_now"
        target = (
            Target.present(self.standards, people.now)
            if now
            else Target.following(self.standards, people.now, people.following)
        )
        return gaps.shares(people.levels, target, self.outcomes, self.limits, self.gap_scale(term))

    def gap_scale(self, term: str) -> float:
        """Return micro-points per milli-weight × milli-level of a gap term."""
        weight = self.weights.gap_now if term == "gap_now" else self.weights.gap_next
        return self._scale(weight, self.constants.gap_spread) / (MILLI * MILLI)

    def priority_scale(self) -> float:
        """Return micro-points per milli-weight × milli-level of the priority term."""
        return self._scale(self.weights.priority, self.constants.priority_spread) / (MILLI * MILLI)

    @staticmethod
    def _scale(weight: float, spread: float) -> float:
        return weight / spread * MICRO if spread > 0 else 0.0

    def priority_shares(self, people: Learners) -> gaps.Shares:
        """Yield the priority term's shares: the city's weight × the step up to one level."""
        scale = self.priority_scale()
        if scale == 0.0:
            return
        weights = self.priorities.of_units(people.unit)
        for outcomes in self.outcomes:
            own = weights[:, outcomes.competency]
            rows = np.flatnonzero(own)
            if len(rows) == 0:
                continue
            h = np.maximum(people.levels[rows, outcomes.competency], 0)[:, None]
            step = np.clip(outcomes.high - np.maximum(h, outcomes.low), 0, MILLI)
            micro = np.rint(step.astype(np.int64) * own[rows][:, None] * scale).astype(np.int64)
            yield outcomes, rows, micro

    def _duties_term(self, job: Ints) -> Micro:
        k = self.constants
        if k.duties_spread <= 0:
            return np.zeros((len(job), self.n), np.int64)
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), self.n), np.int64)
        for i, j in enumerate(wanted):
            if j < 0:
                continue
            if int(j) not in self._duties:
                likeness = similarities(self.job_documents[j], self._turned)[0]
                self._duties[int(j)] = likeness
            value = self._duties[int(j)] / MICRO_SIMILARITY - k.duties_mean
            rows[i] = np.rint(value * (self.weights.duties / k.duties_spread * MICRO))
        return rows[back]

    def _history_term(self, people: Learners) -> Micro:
        if self.constants.history_spread <= 0:
            return np.zeros((len(people.rows), self.n), np.int64)
        dated, loose = own_weights(
            self.firsts,
            people.rows,
            len(self.snapshot.people),
            len(self.snapshot.trainings),
            self.history_config,
        )
        raw = np.asarray(
            (dated @ self.history.next_share + loose @ self.history.together).toarray()
        )
        scale = self._scale(self.weights.history, self.constants.history_spread)
        scale /= SHARE * RECENCY
        return np.rint(raw * scale).astype(np.int64)

    def _peers_term(self, people: Learners) -> Micro:
        k = self.constants
        if k.peers_spread <= 0:
            return np.zeros((len(people.rows), self.n), np.int64)
        groups = np.stack([people.job, people.tier], axis=1)
        unique, back = np.unique(groups, axis=0, return_inverse=True)
        share = peer_shares(self.history, unique[:, 0], unique[:, 1], self.history_config)
        value = (np.sqrt(share) - k.peers_mean) * (self.weights.peers / k.peers_spread * MICRO)
        return np.rint(value).astype(np.int64)[back.ravel()]

    def _shared_terms(self) -> dict[str, Micro]:
        """Return the terms that depend on the training alone."""
        trainings, w = self.snapshot.trainings, self.weights
        wait = (trainings.next_session - np.datetime64(self.snapshot.as_of, "D")).astype(float)
        soon = np.clip(1.0 - np.maximum(wait, 0.0) / FRESH_DAYS, 0.0, 1.0)
        fresh = np.where(np.isnat(trainings.next_session), 0.0, soon)
        hours = np.minimum(np.nan_to_num(trainings.hours) / FULL_BURDEN_HOURS, 1.0)
        cost = np.minimum(np.nan_to_num(trainings.cost) / FULL_BURDEN_RUPIAH, 1.0)
        return {
            "fresh": np.rint(fresh * w.fresh * MICRO).astype(np.int64),
            "burden": np.rint(-(hours + cost) / 2 * w.burden * MICRO).astype(np.int64),
        }


@dataclass(frozen=True)
class Priorities:
    """The city's needs in force: milli-weights per competency, for everybody and per unit.

    Attributes:
        general: int64 ``[n_competencies]``.
        by_unit: row of a unit → what it and the units above add, int64 ``[n_competencies]``.
    """

    general: NDArray[np.int64]
    by_unit: dict[int, NDArray[np.int64]]

    @classmethod
    def of(cls, snapshot: Snapshot, tree: UnitTree) -> Priorities:
        """Sum the weights in force on ``as_of``; a unit inherits from the units above it."""
        n = len(snapshot.competencies)
        own: dict[int, NDArray[np.int64]] = {}
        general = np.zeros(n, np.int64)
        for row in snapshot.dataset.table("priorities").to_pylist():
            if not in_force(row["starts_on"], row["ends_on"], snapshot.as_of):
                continue
            c = snapshot.competencies.rows[row["competency_code"]]
            if row["unit_code"] is None:
                target = general
            else:
                unit = snapshot.units.rows.get(row["unit_code"], UNKNOWN)
                target = own.setdefault(unit, np.zeros(n, np.int64))
            target[c] += round(row["weight"] * MILLI)
        inherited = {}
        if own:
            for unit in range(len(snapshot.units)):
                line = [own[u] for u in tree.line(unit) if u in own]
                if line:
                    inherited[unit] = np.sum(line, axis=0)
        return cls(general, inherited)

    def of_units(self, units: Ints) -> NDArray[np.int64]:
        """Return the milli-weights for people of these units, ``[n, n_competencies]``."""
        weights = np.tile(self.general, (len(units), 1))
        for i, unit in enumerate(units):
            extra = self.by_unit.get(int(unit))
            if extra is not None:
                weights[i] += extra
        return weights


def in_force(starts_on: date | None, ends_on: date | None, as_of: date) -> bool:
    """Whether a dated row counts on ``as_of``; open ends count."""
    return (starts_on is None or starts_on <= as_of) and (ends_on is None or ends_on >= as_of)


def job_documents(snapshot: Snapshot) -> list[str]:
    """Return each job's title and duties."""
    jobs = snapshot.jobs
    return [f"{t}. {d}" for t, d in zip(jobs.titles, jobs.descriptions, strict=True)]


def training_documents(snapshot: Snapshot) -> list[str]:
    """Return each training's title, description and the names of what it teaches."""
    trainings = snapshot.trainings
    names: list[list[str]] = [[] for _ in range(len(trainings))]
    for training, competency in [
        *zip(trainings.outcome_training, trainings.outcome_competency, strict=True),
        *zip(trainings.tag_training, trainings.tag_competency, strict=True),
    ]:
        names[training].append(snapshot.competency_names[competency])
    return [
        f"{t}. {d} {' '.join(sorted(n))}"
        for t, d, n in zip(trainings.titles, trainings.descriptions, names, strict=True)
    ]


def learn_constants(scorer: TrainingScorer, people: Learners) -> TrainingConstants:
    """Learn means and spreads from raw terms over a sample of people and the whole catalogue.

    Parameters:
        scorer: a scorer made with ``UNIT`` constants and weights of 1.
    """
    if len(people.rows) == 0 or scorer.n == 0:
        return TrainingConstants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    raw = {name: value / MICRO for name, value in scorer.terms(people).items()}
    with_job = raw["duties"][people.job >= 0]
    return TrainingConstants(
        gap_spread=spread(raw["gap_now"] + raw["gap_next"]),
        duties_mean=centre(with_job),
        duties_spread=spread(with_job),
        history_spread=spread(raw["history"]),
        peers_mean=centre(raw["peers"]),
        peers_spread=spread(raw["peers"]),
        priority_spread=spread(raw["priority"]),
    )
