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
from recommender.similarity.gaps import Micro
from recommender.similarity.moves import NATS

if TYPE_CHECKING:
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
        made = scorer.moves.usual_of_made(jobs)
        made.data = standardised(made.data / NATS - k.moves_mean, move).astype(np.float64)
        by_kind = scorer.moves.usual_by_kind(jobs)
        self.posts = Posts(
            entries(scorer.documents),
            entries(scorer.tools),
            np.diff(scorer.tools.indptr) > 0,
            jobs.family,
            jobs.affair,
            jobs.tier,
            Curve(k.duties_mean, _factor(w.duties, k.duties_spread)),
            Curve(k.technology_mean, _factor(w.technology, k.technology_spread)),
            standardised(by_kind / NATS - k.moves_mean, move),
            entries(made),
            int(standardised(np.array(w.family), 1.0)),
            int(standardised(np.array(w.affair), 1.0)),
        )
        self.accepts = np.vstack([scorer.accepts, np.zeros((1, len(scorer.columns)), bool)])
        self.accepted = int(standardised(np.array(w.qualification), 1.0))

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


def entries(rows: sp.csr_matrix) -> Entries:
    """Return sparse rows with ascending columns."""
    held = rows.sorted_indices()
    held.eliminate_zeros()
    return Entries(
        held.indptr.astype(np.int64), held.indices.astype(np.int32), held.data.astype(np.float64)
    )
