"""Stage 6a for many people: what their scores are made of, as small tables, and the best of them.

In: a scorer of trainings and a block of people. Out: the best trainings of each (``best``) and
every term of chosen pairs (``values``), the same micro-points as ``TrainingScorer.terms``, without
a matrix of people × trainings per term.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from recommender.kept_rows import Kept
from recommender.kernels import choose
from recommender.kernels.own import OwnPoints
from recommender.kernels.problem import (
    Alike,
    Best,
    Gap,
    Needs,
    Problem,
    Shared,
    Sparse,
)
from recommender.masks import Mask
from recommender.rank import Picks
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
from recommender.training_score import ALIKE_UNIT, Learners, OwnLooks, TrainingScorer


class TrainingLayout:
    """A block of people laid out for one scorer of the whole catalogue.

    Attributes:
        scorer, people: as given.
    """

    def __init__(self, scorer: TrainingScorer, people: Learners) -> None:
        self.scorer = scorer
        self.people = people

    @cached_property
    def looks(self) -> OwnLooks:
        """The people's own trainings."""
        return self.scorer.own_looks(self.people.rows)

    @cached_property
    def shared(self) -> Kept:
        """Terms that many people share."""
        return self.scorer.shared_rows(self.people)

    @cached_property
    def own(self) -> OwnPoints:
        """Terms of what came before and beside."""
        return self.scorer.own_points(self.people, self.looks)

    @cached_property
    def alike(self) -> Alike:
        """The likeness to one's own past."""
        profile = self.scorer.alike_profile(self.looks.near)
        return Alike(profile, self.scorer.latent, self.scorer.alike_weight(self.people), ALIKE_UNIT)

    def best(self, mask: Mask, k: int) -> Best:
        """Return the best ``k`` trainings of each person.

        Parameters:
            mask: what may be suggested to whom.
        """
        return choose.best(self.problem(mask), k)

    def problem(self, mask: Mask) -> Problem:
        """Return what the kernels are asked."""
        scorer, people = self.scorer, self.people
        n = len(people.rows)
        constant = np.zeros(scorer.n, np.int64)
        for points in scorer.constant_rows().values():
            constant += points
        shared = np.stack(list(self.shared.row.values()), axis=1)
        units, unit = np.unique(people.unit, return_inverse=True)
        return Problem(
            n_people=n,
            n_items=scorer.n,
            distinct=scorer.distinct,
            gap=Gap(
                people.levels,
                scorer.standards.required,
                scorer.standards.weight,
                people.now,
                people.following,
                scorer.limits,
                scorer.gap_scale("gap_now"),
                scorer.gap_scale("gap_next"),
            ),
            needs=Needs(
                scorer.priorities.of_units(units), unit.astype(np.int32), scorer.priority_scale()
            ),
            effect=scorer.weights.effect * scorer.beyond,
            shared=Shared(self.shared.table, shared, self.shared.most),
            own=Sparse(self.own.start, self.own.item, self.own.total()),
            alike=self.alike,
            constant=constant,
            mask=mask,
            beside=people.job,
        )

    def values(self, picks: Picks) -> dict[str, Micro]:
        """Return the terms of picks that speak of no single competency, int64 per pick."""
        person, item = picks.person, picks.item
        found: dict[str, Micro] = {
            name: self.shared.table[row[person], item].astype(np.int64)
            for name, row in self.shared.row.items()
        }
        found |= self.own.at(person, item)
        for name, points in self.scorer.constant_rows().items():
            found[name] = points[item]
        likeness = (self.alike.profile[person] * self.alike.vector[item]).sum(axis=1)
        root = np.sqrt(np.maximum(likeness, 0.0) / self.alike.unit)
        found["alike"] = np.rint(root * self.alike.weight[person] * MICRO).astype(np.int64)
        return found
