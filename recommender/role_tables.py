"""Stage 6a for many people: what is known of posts, as whole-number tables, laid out once.

In: a scorer of all posts. Out: ``PostTables``, which the kernels and the parts of scores read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.kernels.role_problem import Asked, Curve, Entries, Posts
from recommender.results import MICRO
from recommender.role_likeness import Likeness
from recommender.similarity.gaps import Micro
from recommender.similarity.moves import NATS

if TYPE_CHECKING:
    from recommender.entities import Jobs
    from recommender.role_score import RoleScorer


class PostTables:
    """What a scorer knows of posts, laid out once for the kernels."""

    def __init__(self, scorer: RoleScorer) -> None:
        k, w, jobs, comparer = scorer.constants, scorer.weights, scorer.jobs, scorer.comparer
        self.likeness = Curve(k.similarity_mean * k.comparability,
                              _factor(w.similarity, k.similarity_spread))  # fmt: skip
        differences = k.comparability**2
        self.deficit = Curve(k.deficit_mean, _factor(w.deficit * differences, k.deficit_spread))
        self.surplus = Curve(k.surplus_mean, _factor(w.surplus * differences, k.surplus_spread))
        asked = comparer.required > UNKNOWN
        job, competency = np.nonzero(asked)
        self.asked = Asked(
            np.searchsorted(job, np.arange(len(asked) + 1)).astype(np.int64),
            competency.astype(np.int32),
            comparer.required[job, competency].astype(np.float64),
            comparer.weight[job, competency],
            comparer.match_weight[job, competency],
            np.maximum(comparer.weight.sum(axis=1), 1.0),
            np.maximum(comparer.match_weight.sum(axis=1), 1.0),
            entries(sp.csr_matrix(comparer.vectors)),
            comparer.norms,
        )
        move = _factor(w.moves, k.moves_spread)
        self.usual = standardised(scorer.moves.usual_by_kind(jobs) / NATS - k.moves_mean, move)
        self.moved = scorer.moves.usual_of_made(jobs)
        self.moved.data = standardised(self.moved.data / NATS - k.moves_mean, move)
        self.same_family = int(standardised(np.array(w.family), 1.0))
        self.same_affair = int(standardised(np.array(w.affair), 1.0))
        self.duties = Likeness(
            scorer.documents,
            k.duties_mean,
            _factor(w.duties, k.duties_spread),
            np.ones(len(jobs), bool),
        )
        self.tools = Likeness(
            scorer.tools,
            k.technology_mean,
            _factor(w.technology, k.technology_spread),
            np.diff(scorer.tools.indptr) > 0,
        )
        self._jobs = jobs
        self._usual = self._with_kind(self.usual)
        self._moved = self._moved_with_kind(jobs)
        self.accepts = np.vstack([scorer.accepts, np.zeros((1, len(scorer.columns)), bool)])
        self.accepted = int(standardised(np.array(w.qualification), 1.0))

    def posts(self, held: Ints) -> Posts:
        """Return posts as the posts ``held`` see them; −1, an unknown one, sees nothing."""
        known, jobs = held[held >= 0], self._jobs
        return Posts(
            self.duties.rows(known),
            self.tools.rows(known),
            jobs.family,
            jobs.affair,
            jobs.tier,
            self._usual,
            self._moved,
        )

    def _with_kind(self, usual: Micro) -> Micro:
        """Add the points of the same family and affair to those of a usual move."""
        near, akin = self.same_family, self.same_affair
        found: Micro = usual + np.array([[0, akin], [near, near + akin]])
        return found

    def _moved_with_kind(self, jobs: Jobs) -> Entries:
        """Return the same where people did move so."""
        source = np.repeat(np.arange(self.moved.shape[0]), np.diff(self.moved.indptr))
        near, akin = (
            (of[source] == of[self.moved.indices]) & (of[source] > UNKNOWN)
            for of in (jobs.family, jobs.affair)
        )
        points = self.moved.data + near * self.same_family + akin * self.same_affair
        found = sp.csr_matrix((points, self.moved.indices, self.moved.indptr), self.moved.shape)
        return entries(found, keep_zeros=True)

    def places(self, items: NDArray[np.int64]) -> Places:
        """Return what some posts ask for, side by side."""
        p = self._places
        return Places(p.competency[items], p.level[items], p.weight[items], p.counts[items])

    @cached_property
    def _places(self) -> Places:
        asked = self.asked
        count = np.diff(asked.start)
        job = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(job)) - np.repeat(asked.start[:-1], count)
        shape = (len(count), int(count.max(initial=0)))

        def laid(values: NDArray[Any]) -> NDArray[Any]:
            found = np.zeros(shape, values.dtype)
            found[job, place] = values
            return found

        return Places(
            laid(asked.competency), laid(asked.level), laid(asked.weight), laid(asked.counts)
        )


@dataclass(frozen=True)
class Places:
    """What posts ask for, ``[n_posts, most asked by one]``; weight 0 where there is no more."""

    competency: Ints
    level: NDArray[np.float64]
    weight: NDArray[np.float64]
    counts: NDArray[np.float64]


def _factor(weight: float, spread: float) -> float:
    return weight / spread if spread > 0 else 0.0


def standardised(value: NDArray[np.float64], factor: float) -> Micro:
    """Return whole micro-points of values less what is usual."""
    return np.rint(value * factor * MICRO).astype(np.int64)


def entries(rows: sp.csr_matrix, *, keep_zeros: bool = False) -> Entries:
    """Return sparse rows with ascending columns.

    Parameters:
        keep_zeros: where a stored 0 says something.
    """
    held = rows.sorted_indices()
    if not keep_zeros:
        held.eliminate_zeros()
    return Entries(
        held.indptr.astype(np.int64), held.indices.astype(np.int32), held.data.astype(np.float64)
    )
