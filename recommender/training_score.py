"""Stage 6a: the score of a training for a person, as a sum of whole micro-points per term.

gap now + gap next + effect + duties + history + together + alike + peers + unit + popular +
mandatory + priority + fresh − burden. Terms that need the person's levels, the post's texts or a
history are 0 where these are not known. A term is made of one or more components; each is scaled
by a constant learned at fit, never by the list being ranked, so adding or hiding a training changes
no other score. What others did weighs by the length of one's own history; what one needs weighs
alike for everybody.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.documents import job_documents, training_documents
from recommender.effects import effect_term
from recommender.entities import Events
from recommender.kept_rows import Kept, KeptRows, Keys
from recommender.kernels import choose
from recommender.kernels.own import OwnPart, OwnPoints
from recommender.kernels.problem import Distinct
from recommender.kinds import history_kind
from recommender.mandates import Mandates
from recommender.priorities import Priorities
from recommender.results import MICRO
from recommender.similarity import gaps
from recommender.similarity.gaps import Micro, StepLimits, Target
from recommender.similarity.history import (
    POPULAR_WINDOWS,
    RECENCY,
    SHARE,
    HistoryConfig,
    HistoryModel,
    Look,
    first_completions,
    group_shares,
    own_weights,
    peer_shares,
    unit_shares,
)
from recommender.similarity.text import (
    LATENT_UNIT,
    MICRO_SIMILARITY,
    LatentText,
    TextSpace,
    similarities,
    transposed,
)
from recommender.snapshot import Snapshot
from recommender.spread import centre, spread
from recommender.standards import Standards
from recommender.training_terms import (
    BEHAVIOUR,
    COMPONENTS,
    HISTORY_PARTS,
    NO_CONSTANTS,
    PEERS,
    SPARSE_HISTORY,
    TRAINING_TERMS,
    TrainingConstants,
    TrainingWeights,
)
from recommender.units import UnitTree

ALIKE_UNIT = float(LATENT_UNIT * LATENT_UNIT * RECENCY)
"""Product of two vectors that are one and the same, seen once and last."""
FRESH_DAYS = 365
FULL_BURDEN_HOURS = 120.0
FULL_BURDEN_RUPIAH = 25_000_000.0


@dataclass(frozen=True)
class Spaces:
    """What was learnt of texts, of histories and of effects.

    Attributes:
        beyond: per training, what it closes beyond the usual one (``effects.surplus``).
    """

    text: TextSpace
    latent: LatentText
    history: HistoryModel
    config: HistoryConfig
    beyond: NDArray[np.float64]


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

    def at(self, places: NDArray[np.int64]) -> Learners:
        """Return some of them, by their places in the block."""
        return Learners(**{name: getattr(self, name)[places] for name in LEARNER_FIELDS})


LEARNER_FIELDS = tuple(Learners.__dataclass_fields__)


class TrainingScorer:
    """Scores the whole catalogue for blocks of people; made once per snapshot and model."""

    def __init__(
        self,
        snapshot: Snapshot,
        standards: Standards,
        tree: UnitTree,
        spaces: Spaces,
        limits: StepLimits,
        constants: TrainingConstants,
        weights: Sequence[TrainingWeights],
    ) -> None:
        """Lay out.

        Parameters:
            weights: one per kind of history, in the order of ``HISTORY_KINDS``; components that
                are not behaviour weigh the same in all.
        """
        self.snapshot = snapshot
        self.standards = standards
        self.limits = limits
        self.constants = constants
        self.weights = weights[0]
        self.by_kind = {name: np.array([getattr(w, name) for w in weights]) for name in COMPONENTS}
        self.history = spaces.history
        self.history_config = spaces.config
        self.beyond = spaces.beyond
        self.n = len(snapshot.trainings)
        self.outcomes = gaps.outcomes_by_competency(snapshot.trainings)
        self.job_documents = spaces.text.vectors(job_documents(snapshot))
        self.training_documents = spaces.text.vectors(training_documents(snapshot))
        self.latent = spaces.latent.vectors(self.training_documents)
        self._candidates = self.latent
        self._turned = transposed(self.training_documents)
        self.priorities = Priorities.of(snapshot, tree)
        self.mandates = Mandates.of(snapshot)
        self._remember(first_completions(snapshot.events))
        self.shared = self._shared_terms()
        self._keep()

    @cached_property
    def distinct(self) -> Distinct:
        """The distinct outcomes of the trainings, for kernels."""
        return Distinct.of(self.n, len(self.snapshot.competencies), self.outcomes)

    def _keep(self) -> None:
        """Begin to keep rows that many people share."""
        self._kept = KeptRows(
            {
                "duties": self._duties_points,
                "peers": self._peers_points,
                "unit": self._unit_points,
                "popular": self._popular_points,
                "mandatory": self._mandatory_points,
            },
            self.n,
        )
        self._groups: dict[str, NDArray[np.float64]] = {}

    def _remember(self, firsts: Events) -> None:
        self.firsts = firsts
        self.kinds = history_kind(np.bincount(firsts.employee, minlength=len(self.snapshot.people)))

    def only(self, columns: Ints) -> TrainingScorer:
        """Return a scorer of these trainings alone; each gets the score it gets among all."""
        part = copy.copy(self)
        part.n = len(columns)
        part.outcomes = gaps.outcomes_of(self.outcomes, columns)
        part.history = self.history.columns(columns)
        part.beyond = self.beyond[columns]
        part.mandates = self.mandates.only(columns)
        part._candidates = self.latent[columns]
        part._turned = transposed(self.training_documents[columns])
        part.shared = {name: values[..., columns] for name, values in self.shared.items()}
        part._keep()
        part.__dict__.pop("distinct", None)
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
        other._remember(first_completions(snapshot.events))
        other.priorities = Priorities.of(snapshot, tree)
        other.shared = other._shared_terms()
        return other

    def terms(self, people: Learners) -> dict[str, Micro]:
        """Return int64 micro-points ``[n_people, n_trainings]`` per term."""
        n = len(people.rows)
        looks, kept = self.own_looks(people.rows), self.shared_rows(people)
        now, following = self._gaps(people)
        found = {
            "gap_now": now,
            "gap_next": following,
            "effect": effect_term(now + following, self.beyond, self.weights.effect),
            **{name: kept.table[row].astype(np.int64) for name, row in kept.row.items()},
            **self.own_points(people, looks).dense(),
            "alike": self._alike_term(people, looks),
            "priority": gaps.total(n, self.n, self.priority_shares(people)),
            **{
                name: np.broadcast_to(points, (n, self.n))
                for name, points in self.constant_rows().items()
            },
        }
        return {name: found[name] for name in TRAINING_TERMS}

    def shared_rows(self, people: Learners) -> Kept:
        """Return the terms that many people share, as rows of micro-points by term."""
        kinds = self.kinds[people.rows]
        return self._kept.of(
            {
                "duties": people.job[:, None],
                "peers": np.stack([people.job, people.tier, kinds], axis=1),
                "unit": np.stack([people.unit, kinds], axis=1),
                "popular": kinds[:, None],
                "mandatory": self._mandatory_keys(people),
            }
        )

    def constant_rows(self) -> dict[str, Micro]:
        """Return the terms that depend on the training alone, micro-points ``[n_trainings]``."""
        return {name: self.shared[name] for name in ("fresh", "burden")}

    def own_points(self, people: Learners, looks: OwnLooks) -> OwnPoints:
        """Return the terms of what came before and beside."""
        kinds = self.kinds[people.rows]
        parts = []
        for term, names in HISTORY_PARTS.items():
            for name in names:
                size = self._spread(name)
                weight = self.by_kind[name][kinds] / size if size > 0 else np.zeros(len(kinds))
                own, table = self._own_and_table(name, looks)
                own = own if weight.any() else sp.csr_matrix(own.shape, dtype=np.int64)
                parts.append(OwnPart(term, own, table, weight))
        return choose.own_points(parts, SHARE * RECENCY)

    def alike_weight(self, people: Learners) -> NDArray[np.float64]:
        """Return the points of a root of 1 of the likeness to one's own past, per person."""
        size = self._spread("alike")
        kinds = self.kinds[people.rows]
        return self.by_kind["alike"][kinds] / size if size > 0 else np.zeros(len(kinds))

    def alike_profile(self, near: sp.csr_matrix) -> NDArray[np.int64]:
        """Return whole-number vectors of the latest own trainings, ``[n, n_dimensions]``."""
        return np.asarray(near @ self.latent, np.int64)

    def components(self, people: Learners) -> dict[str, NDArray[np.float64]]:
        """Return each learnable component with a weight of 1, float64 ``[n_people, n_trainings]``.

        The terms are these, times their weights, added and rounded once.
        """
        n = len(people.rows)
        found = {
            name: gaps.total(n, self.n, self.gap_shares(people, name, 1.0)) / MICRO
            for name in ("gap_now", "gap_next")
        }
        found["duties"] = self._duties_value(people.job)
        for name, raw in self._own_values(people).items():
            size = self._spread(name)
            found[name] = raw / size if size > 0 else np.zeros_like(raw)
        found |= self._peers_values(people.job, people.tier)
        found["peers_unit"] = self._unit_values(people.unit)
        for row, name in enumerate(POPULAR_WINDOWS):
            found[name] = np.broadcast_to(self._popular_value(row, name), (n, self.n))
        return found

    def policy(self, people: Learners) -> NDArray[np.float64]:
        """Return the points that are set by policy, not learnt, ``[n_people, n_trainings]``."""
        n = len(people.rows)
        micro = gaps.total(n, self.n, self.priority_shares(people)) + self._mandatory(people)
        if self.beyond.any():
            now, following = self._gaps(people)
            micro = micro + effect_term(now + following, self.beyond, self.weights.effect)
        return np.asarray((micro + self.shared["fresh"] + self.shared["burden"]) / MICRO)

    def _gaps(self, people: Learners) -> tuple[Micro, Micro]:
        n = len(people.rows)
        now, following = (
            gaps.total(n, self.n, self.gap_shares(people, name)) for name in ("gap_now", "gap_next")
        )
        return now, following

    def gap_shares(self, people: Learners, term: str, weight: float | None = None) -> gaps.Shares:
        """Yield the gap term's shares by competency (see ``gaps.shares``).

        Parameters:
            weight: by default the term's own.
        """
        now = term == "gap_now"
        target = (
            Target.present(self.standards, people.now)
            if now
            else Target.following(self.standards, people.now, people.following)
        )
        scale = self.gap_scale(term, weight)
        return gaps.shares(people.levels, target, self.outcomes, self.limits, scale)

    def gap_scale(self, term: str, weight: float | None = None) -> float:
        """Return micro-points per milli-weight × milli-level of a gap term."""
        weight = getattr(self.weights, term) if weight is None else weight
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

    def _mandatory(self, people: Learners) -> Micro:
        """Return points for what the catalogue says a person has to take."""
        kept = self._kept.of({"mandatory": self._mandatory_keys(people)})
        return kept.table[kept.row["mandatory"]].astype(np.int64)

    def _mandatory_keys(self, people: Learners) -> Keys:
        """Return what is mandatory for each person as bits: most people share theirs."""
        employment = self.snapshot.people.employment[people.rows]
        bound = self.mandates.of_people(employment, people.tier, people.job)
        octets = np.packbits(bound, axis=1)
        keys = np.zeros((len(bound), octets.shape[1] + 8 & ~7), np.uint8)
        keys[:, : octets.shape[1]] = octets
        return keys.view(np.int64)

    def _mandatory_points(self, keys: Keys) -> Micro:
        columns = self.mandates.trainings
        octets = np.ascontiguousarray(keys, np.int64).view(np.uint8)
        bound = np.unpackbits(octets, axis=1, count=len(columns))
        rows = np.zeros((len(keys), self.n), np.int64)
        rows[:, columns] = bound * np.int64(round(self.weights.mandatory * MICRO))
        return rows

    def _popular_points(self, keys: Keys) -> Micro:
        found: Micro = self.shared["popular"][keys[:, 0]]
        return found

    def _duties_points(self, keys: Keys) -> Micro:
        points = self._duties_value(keys[:, 0]) * (self.weights.duties * MICRO)
        return np.rint(points).astype(np.int64)

    def _duties_value(self, job: Keys) -> NDArray[np.float64]:
        k = self.constants
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), self.n))
        if k.duties_spread <= 0:
            return rows[back]
        known = wanted >= 0
        likeness = similarities(self.job_documents[wanted[known]], self._turned)
        rows[known] = (likeness / MICRO_SIMILARITY - k.duties_mean) / k.duties_spread
        return rows[back]

    def _own_values(self, people: Learners) -> dict[str, NDArray[np.float64]]:
        """Return square roots of shares: the second and third of a kind add less than the first.

        The sums under the root are exact whole numbers, so no order of adding shows.
        """
        looks = self.own_looks(people.rows)
        found = {name: _root(self._own_sum(name, looks).toarray()) for name in SPARSE_HISTORY}
        return {**found, "alike": self._alike_value(looks.near)}

    def _own_sum(self, name: str, looks: OwnLooks) -> sp.csr_matrix:
        own, table = self._own_and_table(name, looks)
        return own @ table

    def _own_and_table(self, name: str, looks: OwnLooks) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Return what people took, as a component looks at it, and what goes with what."""
        h = self.history
        if name == "direct":
            return looks.last, h.direct
        if name == "history":
            return looks.wide, h.next_share
        if name == "together":
            return looks.near, h.together
        return looks.wide + looks.loose, h.pattern

    def own_looks(self, rows: NDArray[np.int64]) -> OwnLooks:
        """Return the people's own trainings, weighted by how far back one looks."""
        n = len(self.snapshot.trainings)
        last, _ = own_weights(self.firsts, rows, n, Look(1.0, 1))
        near, loose = own_weights(self.firsts, rows, n, self.history_config.near)
        wide, _ = own_weights(self.firsts, rows, n, self.history_config.wide)
        return OwnLooks(last, near + loose, wide, loose)

    def _alike_value(self, near: sp.csr_matrix) -> NDArray[np.float64]:
        profile = self.alike_profile(near).astype(np.float64)
        likeness = profile @ self._candidates.T.astype(np.float64)
        return np.sqrt(np.maximum(likeness, 0.0) / ALIKE_UNIT)

    def _alike_term(self, people: Learners, looks: OwnLooks) -> Micro:
        points = self._alike_value(looks.near) * self.alike_weight(people)[:, None]
        return np.rint(points * MICRO).astype(np.int64)

    def _spread(self, name: str) -> float:
        return float(getattr(self.constants, f"{name}_spread"))

    def _peers_points(self, keys: Keys) -> Micro:
        job, tier, kind = keys.T
        points = np.zeros((len(keys), self.n))
        for name, value in self._peers_values(job, tier).items():
            points += value * self.by_kind[name][kind][:, None]
        return np.rint(points * MICRO).astype(np.int64)

    def _peers_values(self, job: Keys, tier: Keys) -> dict[str, NDArray[np.float64]]:
        """Return what holders of the same post, of its family and of its affair took."""
        groups = np.stack([job, tier], axis=1)
        unique, back = np.unique(groups, axis=0, return_inverse=True)
        job, tier = unique.T
        jobs, known = self.snapshot.jobs, job >= 0
        found = {}
        for name, group in (("peers_family", jobs.family), ("peers_affair", jobs.affair)):
            own = np.append(group, np.int32(UNKNOWN))[job]
            if name not in self._groups:
                self._groups[name] = group_shares(self.history, group, self.history_config)
            found[name] = self._groups[name][own]
            known &= own >= 0
        affairs = np.where(known[:, None], found["peers_affair"], np.nan)
        found["peers"] = peer_shares(self.history, job, tier, self.history_config, affairs)
        found = {name: share[back.ravel()] for name, share in found.items()}
        return {name: self._flattened(share, name) for name, share in found.items()}

    def _unit_points(self, keys: Keys) -> Micro:
        unit, kind = keys.T
        points = self._unit_values(unit) * self.by_kind["peers_unit"][kind][:, None]
        found: Micro = np.rint(points * MICRO).astype(np.int64)
        return found

    def _unit_values(self, unit: Keys) -> NDArray[np.float64]:
        """Return what people of the same unit took, whatever their post."""
        units, back = np.unique(unit, return_inverse=True)
        shares = unit_shares(self.history, units, self.history_config)
        return self._flattened(shares, "peers_unit")[back]

    def _flattened(self, share: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        size, mean = self._spread(name), getattr(self.constants, f"{name}_mean")
        return (_fourth_root(share) - mean) / size if size > 0 else np.zeros_like(share)

    def _popular_value(self, row: int, name: str) -> NDArray[np.float64]:
        return self._flattened(self.history.popular[row] / max(self.history.people, 1.0), name)

    def _shared_terms(self) -> dict[str, Micro]:
        """Return the terms that depend on the training, and on a kind of history, alone."""
        trainings, w = self.snapshot.trainings, self.weights
        wait = (trainings.next_session - np.datetime64(self.snapshot.as_of, "D")).astype(float)
        soon = np.clip(1.0 - np.maximum(wait, 0.0) / FRESH_DAYS, 0.0, 1.0)
        fresh = np.where(np.isnat(trainings.next_session), 0.0, soon)
        hours = np.minimum(np.nan_to_num(trainings.hours) / FULL_BURDEN_HOURS, 1.0)
        cost = np.minimum(np.nan_to_num(trainings.cost) / FULL_BURDEN_RUPIAH, 1.0)
        popular = sum(
            self.by_kind[name][:, None] * self._popular_value(row, name)[None, :]
            for row, name in enumerate(POPULAR_WINDOWS)
        )
        return {
            "popular": np.rint(popular * MICRO).astype(np.int64),
            "fresh": np.rint(fresh * w.fresh * MICRO).astype(np.int64),
            "burden": np.rint(-(hours + cost) / 2 * w.burden * MICRO).astype(np.int64),
        }


@dataclass(frozen=True)
class OwnLooks:
    """People's own trainings, CSR int64 thousandths ``[n_people, n_trainings]``.

    Attributes:
        last: the latest dated one.
        near: the few latest, and undated ones.
        wide: further back, dated ones alone.
        loose: undated ones alone.
    """

    last: sp.csr_matrix
    near: sp.csr_matrix
    wide: sp.csr_matrix
    loose: sp.csr_matrix


def _distinct(*facts: NDArray[Any]) -> tuple[NDArray[np.int64], Ints]:
    """Return a place of each distinct combination, and the combination of each person."""
    _, first, of = np.unique(
        np.stack(facts, axis=1), axis=0, return_index=True, return_inverse=True
    )
    return first, of.ravel().astype(np.int32)


def _root(sums: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(np.asarray(sums, np.float64) / (SHARE * RECENCY))


def _fourth_root(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Flatten shares: what half of all took is not fifty times as telling as what 1 % took.

    Two square roots are the same on every machine; a logarithm is not, and has no zero.
    """
    return np.sqrt(np.sqrt(share))


def learn_constants(scorer: TrainingScorer, people: Learners) -> TrainingConstants:
    """Learn means and spreads from raw components over a sample of people and all trainings.

    Parameters:
        scorer: a scorer made with ``UNIT`` constants.
    """
    if len(people.rows) == 0 or scorer.n == 0:
        return NO_CONSTANTS
    raw = scorer.components(people)
    with_job = raw["duties"][people.job >= 0]
    spreads = {f"{name}_spread": spread(raw[name]) for name in BEHAVIOUR}
    means = {f"{name}_mean": centre(raw[name]) for name in (*PEERS, "peers_unit", *POPULAR_WINDOWS)}
    priority = gaps.total(len(people.rows), scorer.n, scorer.priority_shares(people)) / MICRO
    return TrainingConstants(
        gap_spread=spread(raw["gap_now"] + raw["gap_next"]),
        duties_mean=centre(with_job),
        duties_spread=spread(with_job),
        priority_spread=spread(priority),
        **spreads,
        **means,
    )
