"""Levels cut into segments: what trainings cover of a person's gaps, and what that is worth.

In: a learner and what trainings claim. Out: ``Cells``: segments with their weights, and for each
training the segments of its outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from recommender.columns import UNKNOWN
from recommender.plan.learner import Learner
from recommender.plan.offers import Offers
from recommender.plan.problem import Flags, Whole
from recommender.similarity.gaps import StepLimits


@dataclass(frozen=True)
class Cells:
    """The levels that some trainings cover, cut where anything begins or ends.

    Attributes:
        competency, begin, length: per segment, milli-levels.
        weight: micro-points per segment.
        parts: training → (competency, need, segments covered) per outcome that reaches any.
    """

    competency: Whole
    begin: Whole
    length: Whole
    weight: Whole
    parts: Mapping[int, tuple[tuple[int, int, Flags], ...]]

    @classmethod
    def of(
        cls, learner: Learner, offers: Offers, steps: StepLimits, trainings: Sequence[int]
    ) -> Cells:
        """Cut each competency at 0, h, what the posts ask, and where outcomes begin and end."""
        reaching: dict[int, list[tuple[int, int, int, int]]] = {}
        for training in trainings:
            for competency, low, high in offers.outcomes[training]:
                h = int(learner.levels[competency])
                bottom, top = max(h, low), min(high, h + steps.max_step)
                if h != UNKNOWN and top > bottom:
                    need = low - steps.slack - h
                    reaching.setdefault(competency, []).append((training, need, bottom, top))
        found: list[tuple[int, int, int]] = []
        for competency, rows in sorted(reaching.items()):
            asked = (
                int(learner.now.high[0, competency]),
                int(learner.following.high[0, competency]),
            )
            low, high = min(r[2] for r in rows), max(r[3] for r in rows)
            cuts = {edge for row in rows for edge in row[2:]} | {a for a in asked if low < a < high}
            edges = sorted(cuts)
            found += [(competency, a, b - a) for a, b in pairwise(edges)]
        cells = np.array(found, np.int64).reshape(-1, 3)
        of, begin, length = cells.T
        end = begin + length
        parts: dict[int, list[tuple[int, int, Flags]]] = {}
        for c, rows in reaching.items():
            for training, need, bottom, top in rows:
                mask = (of == c) & (begin >= bottom) & (end <= top)
                parts.setdefault(training, []).append((c, need, mask))
        return cls(
            of,
            begin,
            length,
            _weights(learner, of, begin, length),
            {t: tuple(some) for t, some in parts.items()},
        )

    def reach(self, training: int) -> Flags:
        """Return everything a training could cover."""
        found = np.zeros(len(self.begin), bool)
        for _, _, mask in self.parts.get(training, ()):
            found |= mask
        return found

    def at_once(self, training: int) -> bool:
        """Whether all its outcomes count without anything before."""
        return all(need <= 0 for _, need, _ in self.parts.get(training, ()))


def _weights(learner: Learner, competency: Whole, begin: Whole, length: Whole) -> Whole:
    """Return what a segment is worth: the present post's gap, and what the next adds to it."""
    worth = np.zeros(len(begin), np.float64)
    for target, scale in (
        (learner.now, learner.now_scale),
        (learner.following, learner.next_scale),
    ):
        low, high = target.low[0, competency], target.high[0, competency]
        inside = (begin >= low) & (begin + length <= high)
        worth += np.where(inside, length * target.weight[0, competency] * scale, 0.0)
    return np.rint(worth).astype(np.int64)
