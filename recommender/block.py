"""Stages 5 and 6 for a block of people: what every item scores for them and what the rules say.

In: a prepared dataset and its gates. Out: a ``Block``, from which the lists of many people
(``listing``), the items of one (``advice``) and the people for one item (``candidates``) are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender import breakdown
from recommender.columns import Index
from recommender.eligibility import Eligibility
from recommender.eligibility.facade import Gates
from recommender.masks import Mask
from recommender.pipeline import Prepared
from recommender.rank import FORBIDDEN, Parts, Picks
from recommender.results import Kind
from recommender.role_layout import RoleLayout
from recommender.role_score import RoleScorer, Seekers
from recommender.similarity.gaps import Micro
from recommender.training_layout import TrainingLayout
from recommender.training_score import Learners, TrainingScorer

BLOCK = 256
"""People scored pair by pair at a time; changes memory and speed, never an answer."""

LISTED: dict[Kind, int] = {"training": 4096, "role": 4096}
"""People whose lists are made at a time: no matrix of scores is made."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """A block of people with what rules say of one kind, scored as far as it is asked.

    Attributes:
        rows: rows of the people.
        source: what scores them.
        seekers: the people as role scores see them; ``None`` for trainings.
        gates: the rules.
    """

    rows: Rows
    people: Learners
    source: TrainingScorer | RoleScorer
    seekers: Seekers | None
    gates: Gates

    @cached_property
    def mask(self) -> Mask:
        """What may be ranked: what is scheduled for a person competes with nothing."""
        return self.gates.mask(self.rows)

    @cached_property
    def terms(self) -> dict[str, Micro]:
        """Micro-points of every term for every pair, each ``[n_people, n_items]``."""
        if isinstance(self.source, TrainingScorer):
            return self.source.terms(self.people)
        assert self.seekers is not None
        return self.source.terms(self.seekers)

    @cached_property
    def scores(self) -> Micro:
        """The sum of the terms."""
        return total(self.terms)

    @cached_property
    def learning(self) -> TrainingLayout:
        """The people laid out for the kernels, where trainings are scored."""
        assert isinstance(self.source, TrainingScorer)
        return TrainingLayout(self.source, self.people)

    @cached_property
    def seeking(self) -> RoleLayout:
        """The people laid out for the kernels, where posts are scored."""
        assert isinstance(self.source, RoleScorer)
        assert self.seekers is not None
        return RoleLayout(self.source, self.seekers)

    @property
    def kind(self) -> Kind:
        """What is scored."""
        return "training" if self.seekers is None else "role"

    def best(self, k: int) -> Picks:
        """Return the best ``k`` items of every person."""
        layout = self.learning if self.seekers is None else self.seeking
        best = layout.best(self.mask, min(k, self.mask.n_items))
        person, place = np.nonzero(best.item >= 0)
        item = best.item[person, place].astype(np.int64)
        outcome = self.gates.of_pairs(self.rows[person], item)
        return Picks(person, item, place + 1, best.micro[person, place], outcome)

    def picks(self, items: Rows, ranks: Rows) -> Picks:
        """Return the given items of a block of one person, whatever the rules say."""
        zero, items = np.zeros(len(items), np.int64), items.astype(np.int64)
        outcome = self.gates.of_pairs(self.rows[zero], items)
        return Picks(zero, items, ranks, self.scores[0, items], outcome)

    def forbidden(self) -> Rows:
        """Return the items that rules forbid the one person of a block, best score first."""
        forbidden = np.flatnonzero(self.gates.outcomes(self.rows)[0] >= FORBIDDEN)
        return forbidden[np.lexsort((forbidden, -self.scores[0, forbidden]))]


@dataclass(frozen=True)
class Scoring:
    """Scores blocks of people.

    Attributes:
        prepared: facts and a model, laid out.
        eligibility: the gates of the same day.
    """

    prepared: Prepared
    eligibility: Eligibility

    def block(self, kind: Kind, rows: Rows) -> Block:
        """Score every item of a kind for some people."""
        people = self.prepared.facts.learners(rows)
        seekers = None
        if kind == "role":
            seekers = self.prepared.roles.people(rows, people.levels, people.job)
        return Block(rows, people, self.scorer(kind), seekers, self.eligibility.gates(kind))

    def parts(self, block: Block, picks: Picks, shown: int | None = None) -> Parts:
        """Split the scores of picks of a block.

        Parameters:
            shown: parts of each pick that will be shown, all by default.
        """
        if block.seekers is None:
            layout = block.learning
            values = layout.values(picks)
            return breakdown.training_parts(
                layout.scorer, layout.people, values, picks, layout.looks, shown
            )
        seeking = block.seeking
        return breakdown.role_parts(seeking.scorer, seeking.seekers, seeking.values(picks), picks)

    def scores(self, scorer: TrainingScorer | RoleScorer, rows: Rows) -> Micro:
        """Return the unmasked scores of some people by one scorer, ``[len(rows), n_items]``."""
        people = self.prepared.facts.learners(rows)
        if isinstance(scorer, TrainingScorer):
            return total(scorer.terms(people))
        return total(scorer.terms(scorer.people(rows, people.levels, people.job)))

    def scorer(self, kind: Kind) -> TrainingScorer | RoleScorer:
        """Return the scorer of a kind."""
        return self.prepared.trainings if kind == "training" else self.prepared.roles

    def index(self, kind: Kind) -> Index:
        """Return the codes of a kind and their rows."""
        snapshot = self.prepared.facts.snapshot
        return snapshot.trainings.index if kind == "training" else snapshot.jobs.index


def blocks(rows: Rows, size: int | None = None) -> Iterator[Rows]:
    """Cut rows of people into blocks of ``size``, by default ``BLOCK``."""
    step = size or BLOCK
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def total(terms: dict[str, Micro]) -> Micro:
    """Return the sum of the terms."""
    summed: Micro = np.sum(np.stack(list(terms.values())), axis=0)
    return summed
