"""Stage 6a for many people: what their scores of posts are made of, and the best posts of them.

In: a scorer of all posts and a block of people. Out: the best posts of each (``best``) and every
term of chosen pairs (``values``), the same micro-points as ``RoleScorer.terms``, without a matrix
of people × posts per term.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.kernels import choose
from recommender.kernels.problem import Best
from recommender.kernels.role_problem import RoleProblem
from recommender.masks import Mask
from recommender.rank import FORBIDDEN, Picks, top
from recommender.role_likeness import Likeness
from recommender.role_score import RoleScorer, Seekers, points_served
from recommender.role_tables import standardised
from recommender.similarity.gaps import Micro

FEW = 256
"""People whose scores are made pair by pair at a time, where nothing is compiled."""


class RoleLayout:
    """A block of people laid out for one scorer of all posts.

    Attributes:
        scorer, seekers: as given.
    """

    def __init__(self, scorer: RoleScorer, seekers: Seekers) -> None:
        self.scorer = scorer
        self.seekers = seekers

    def best(self, mask: Mask, k: int) -> Best:
        """Return the best ``k`` posts of each person.

        Parameters:
            mask: what may be suggested to whom.
        """
        if choose.compiled(len(self.seekers.job), k):
            return choose.best_roles(self.problem(mask), k)
        return self.pair_by_pair(mask, k)

    def pair_by_pair(self, mask: Mask, k: int) -> Best:
        """Return the same from the scores of all pairs."""
        n = len(self.seekers.job)
        found = Best(np.full((n, k), -1, np.int32), np.zeros((n, k), np.int64))
        for start in range(0, n, FEW):
            rows = np.arange(start, min(start + FEW, n))
            terms = self.scorer.terms(self.seekers.part(rows))
            refused = np.where(mask.allowed(rows), 0, FORBIDDEN).astype(np.uint8)
            picks = top(np.sum(np.stack(list(terms.values())), axis=0), refused, k)
            found.item[rows[picks.person], picks.rank - 1] = picks.item
            found.micro[rows[picks.person], picks.rank - 1] = picks.micro
        return found

    def problem(self, mask: Mask) -> RoleProblem:
        """Return what the kernel is asked."""
        scorer, seekers = self.scorer, self.seekers
        tables = scorer.tables
        vector, norm = scorer.comparer.people(seekers.levels)
        tier = np.append(scorer.jobs.tier, np.int32(UNKNOWN))[seekers.job]
        return RoleProblem(
            seekers.levels,
            vector,
            norm,
            seekers.job,
            seekers.field,
            points_served(seekers, scorer.weights),
            tables.asked,
            tables.likeness,
            tables.deficit,
            tables.surplus,
            tables.posts(seekers.job),
            tables.accepts,
            tables.accepted,
            mask,
            tier,
        )

    def values(self, picks: Picks) -> dict[str, Micro]:
        """Return every term of the picks, int64 per pick."""
        w, jobs = self.scorer.weights, self.scorer.jobs
        person, item, job = picks.person, picks.item, self.seekers.job[picks.person]
        tables = self.scorer.tables
        near, akin = (
            (job >= 0) & (of[job] == of[item]) & (of[item] >= 0)
            for of in (jobs.family, jobs.affair)
        )
        accepted = tables.accepts[self.seekers.field[person], item]
        return {
            **self._profile(picks),
            "duties": _alike(tables.duties, job, item),
            "technology": _alike(tables.tools, job, item),
            "moves": self._moves(job, item, near, akin),
            "family": near * np.int64(tables.same_family),
            "affair": akin * np.int64(tables.same_affair),
            "qualification": accepted * np.int64(tables.accepted),
            "experience": points_served(self.seekers, w)[person, jobs.family[item]],
        }

    def _profile(self, picks: Picks) -> dict[str, Micro]:
        """Return what levels say, competency by competency of each post's own."""
        tables, asked = self.scorer.tables, self.scorer.tables.asked
        at = tables.places(picks.item)
        level = self.seekers.levels[picks.person[:, None], at.competency]
        known = level > UNKNOWN
        gap = np.where(known, (at.level - level) * at.weight, 0.0)
        coverage = np.where(known, at.counts, 0.0).sum(axis=1) / asked.counts_sum[picks.item]
        weight = asked.weight_sum[picks.item] * MILLI
        lacking = np.maximum(gap, 0.0).sum(axis=1) / weight
        beyond = np.maximum(-gap, 0.0).sum(axis=1) / weight
        vector, norm = self.scorer.comparer.people(self.seekers.levels)
        norms = norm[picks.person] * asked.norm[picks.item]
        product = (vector[picks.person] * self.scorer.comparer.vectors[picks.item]).sum(axis=1)
        same = np.divide(product, norms, out=np.zeros_like(norms), where=norms > 0)
        like = standardised(
            np.clip(same, -1.0, 1.0) - tables.likeness.usual, tables.likeness.factor
        )
        deficit, surplus = tables.deficit, tables.surplus
        return {
            "similarity": np.where(coverage > 0, like, 0),
            "deficit": standardised(coverage * deficit.usual - lacking, deficit.factor),
            "surplus": standardised(coverage * surplus.usual - beyond, surplus.factor),
        }

    def _moves(
        self,
        job: Ints,
        item: NDArray[np.int64],
        near: NDArray[np.bool_],
        akin: NDArray[np.bool_],
    ) -> Micro:
        tables, n = self.scorer.tables, len(self.scorer.jobs)
        tier = self.scorer.jobs.tier[item]
        usual = tables.usual[job, tier, near.astype(int), akin.astype(int)]
        source = np.repeat(np.arange(n), np.diff(tables.moved.indptr))
        made, wanted = source * n + tables.moved.indices, job.astype(np.int64) * n + item
        if len(made):
            place = np.minimum(np.searchsorted(made, wanted), len(made) - 1)
            usual = np.where(made[place] == wanted, tables.moved.data[place], usual)
        return np.asarray(usual * (job >= 0), np.int64)


def _alike(likeness: Likeness, job: Ints, item: NDArray[np.int64]) -> Micro:
    """Return points of the likeness of present and other posts; an unknown post has none."""
    known = np.flatnonzero(job >= 0)
    rows = likeness.rows(job[known])
    found = np.zeros(len(item), np.int64)
    found[known] = rows.points[rows.row[job[known]], rows.column[item[known]]]
    return found
